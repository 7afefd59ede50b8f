"""The open project, as the window sees it."""

from editor_app.session.session import Session

__all__ = ["Session"]
