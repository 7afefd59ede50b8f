"""The library's table: its columns, and which give way where room is short."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from editor_app.views import song_model
from editor_app.views.song_delegates import ROW_PX, SongDelegate
from editor_app.views.song_model import SongFilter

_WIDTHS = {
    song_model.PLAY: 32,
    song_model.WAVE: 200,
    song_model.LENGTH: 64,
    song_model.TEMPO: 72,
    song_model.METER: 72,
    song_model.PARTS: 104,
    song_model.USE: 104,
    song_model.STATUS: 136,
}
# Where room is short, parts go first, then what a song is used for.
HIDDEN_BELOW_PX = {song_model.PARTS: 1000, song_model.USE: 840}


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
    table.verticalHeader().setDefaultSectionSize(ROW_PX)
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    header.setSectionResizeMode(song_model.TITLE, QHeaderView.ResizeMode.Stretch)
    for column, width_px in _WIDTHS.items():
        table.setColumnWidth(column, width_px)
    table.sortByColumn(song_model.TITLE, Qt.SortOrder.AscendingOrder)
    return table
