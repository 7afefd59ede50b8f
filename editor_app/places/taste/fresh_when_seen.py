"""A part of a place that is read anew only when it is seen: what a person does elsewhere must not
wait for it.
"""

from __future__ import annotations

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from editor_app.project.project import Project
from editor_app.widgets.labels import label


class FreshWhenSeen(QWidget):
    """A heading over what `refresh` shows.

    Args:
        project: whose changes make it stale.
        heading: over the column.
        note: at the right of the heading, what is to be seen below.
        concerns: the changes that do.
    """

    def __init__(self, project: Project, heading: str, note: str, concerns: frozenset[str]) -> None:
        super().__init__()
        self._project, self._concerns = project, concerns
        self._is_stale = True
        head = QHBoxLayout()
        head.addWidget(label(heading, "heading"))
        head.addStretch(1)
        head.addWidget(label(note, "small"))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addLayout(head)
        project.changed.connect(self._on_changed)

    def refresh(self) -> None:
        """Show what is true now."""
        raise NotImplementedError

    def _on_changed(self, changes: frozenset[str]) -> None:
        if changes & self._concerns:
            self._is_stale = True
            self._refresh_if_seen()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Read what came meanwhile."""
        super().showEvent(event)
        self._refresh_if_seen()

    def _refresh_if_seen(self) -> None:
        if self._is_stale and self.isVisible():
            self._is_stale = False
            self.refresh()
