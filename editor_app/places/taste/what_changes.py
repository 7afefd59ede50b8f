"""What the newest training changes about the edits, before and after, as a table."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout

from editor_app.places.taste.fresh_when_seen import FreshWhenSeen
from editor_app.project.project import Project
from editor_app.widgets.labels import label
from ml_core.domain.models import changed_rows

_COLUMN_PX = 96
_NAME_PX = 208


class WhatChanges(FreshWhenSeen):
    """A heading and one row a fact; hidden before the first training.

    `refresh` is called once it stands in a page: by itself it would come up as a window.
    """

    def __init__(self, project: Project) -> None:
        super().__init__(
            project,
            "What changes",
            "usual edits of your songs, on average",
            frozenset({"checkpoints"}),
        )
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(24)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnMinimumWidth(0, _NAME_PX)
        for column in (1, 2):
            self._grid.setColumnMinimumWidth(column, _COLUMN_PX)
        self._grid.setColumnStretch(3, 1)
        self._column.addLayout(self._grid)
        self.hide()

    def _on_changed(self, changes: frozenset[str]) -> None:
        # Hidden before the first training: it would never be seen, and so never be read.
        if changes & self._concerns:
            self.refresh()

    def refresh(self) -> None:
        """Read what the newest training changed."""
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        newest = self._project.models.newest()
        rows = changed_rows({} if newest is None else newest.metrics.get("what_changes", {}))
        is_seen = bool(rows)
        if rows:
            rows = (("", "Before", "After"), *rows)
        for at, row in enumerate(rows):
            for column, text in enumerate(row):
                cell = label(text, "small" if at == 0 else "secondary" if column < 2 else "")
                self._grid.addWidget(cell, at, column, Qt.AlignmentFlag.AlignLeft)
        self.setAccessibleDescription("; ".join(f"{n}: {a}, then {b}" for n, a, b in rows[1:]))
        self.setVisible(is_seen)  # last, since being shown reads again
