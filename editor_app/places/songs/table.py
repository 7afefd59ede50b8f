"""The library's table: its columns, and which give way where room is short."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from editor_app.look import theme
from editor_app.places.songs import model
from editor_app.places.songs.delegates import ROW_PX, SongDelegate
from editor_app.places.songs.filter import SongFilter

_WIDTHS = {
    model.PLAY: 32,
    model.WAVE: 200,
    model.LENGTH: 64,
    model.TEMPO: 72,
    model.METER: 72,
    model.PARTS: 104,
    model.USE: 104,
    model.STATUS: 152,
}
_PICTURES = (model.PLAY, model.WAVE, model.PARTS)
# Where room is short, parts go first, then what a song is used for.
_HIDDEN_BELOW_PX = {model.PARTS: 1000, model.USE: 840}


def grow(table: QTableView) -> None:
    """Give rows and columns of text the room that the system's font needs."""
    table.verticalHeader().setDefaultSectionSize(theme.grown_px(ROW_PX))
    for column, width_px in _WIDTHS.items():
        is_text = column not in _PICTURES
        table.setColumnWidth(column, theme.grown_px(width_px) if is_text else width_px)


def leave_out(table: QTableView, room_px: int) -> None:
    """Hide the columns for which `room_px` is too narrow."""
    for column, width_px in _HIDDEN_BELOW_PX.items():
        table.setColumnHidden(column, room_px < theme.grown_px(width_px))


def make_song_table(songs: SongFilter) -> QTableView:
    """The table that shows the library."""
    table = QTableView()
    table.setModel(songs)
    table.setItemDelegate(SongDelegate(table))
    table.setAccessibleName("Songs")
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setShowGrid(False)
    table.setSortingEnabled(True)
    table.setTabKeyNavigation(False)
    table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
    table.verticalHeader().hide()
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    header.setSectionResizeMode(model.TITLE, QHeaderView.ResizeMode.Stretch)
    grow(table)
    table.sortByColumn(model.TITLE, Qt.SortOrder.AscendingOrder)
    return table
