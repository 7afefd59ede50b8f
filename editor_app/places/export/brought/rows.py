"""A list of a few lines in a dialog: as high as its rows, as far as there is room."""

from __future__ import annotations

from PySide6.QtWidgets import QListWidget

_LEAST_ROWS, _MOST_ROWS = 2, 8
_GAP_PX = 2


def fit_rows(rows: QListWidget) -> None:
    """Give a filled list the height of its rows, between two and eight of them."""
    rows.setSpacing(_GAP_PX)
    row_px = rows.sizeHintForRow(0) + 2 * _GAP_PX if rows.count() else rows.fontMetrics().height()
    n_rows = min(max(rows.count(), _LEAST_ROWS), _MOST_ROWS)
    rows.setMinimumHeight(row_px * n_rows + 2 * rows.frameWidth() + 2 * _GAP_PX)
