"""The command's fixtures, for what it writes for other tools."""

from tests.ml_core.cli.conftest import filled_project, not_done, project, run, short_songs

__all__ = ["filled_project", "not_done", "project", "run", "short_songs"]
