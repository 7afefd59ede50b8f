"""What the list of songs says of a song's state is read whole."""

from __future__ import annotations

from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QTableView

from editor_app.places.songs import model
from ml_core.domain.adding import LookOutcome

_BEFORE_WORDS_PX = 8 + 24
"""Padding and the state's icon."""


def test_the_state_of_songs_that_are_gone_or_changed_is_not_cut(open_window, filled):
    filled(3)
    window = open_window("songs")
    window.main.resize(1024, 700)
    songs = [entry.song.sha256 for entry in window.project.songs.all()]
    window.project.songs.note_found(
        LookOutcome(gone=frozenset(songs[:1]), changed=frozenset(songs[1:2]))
    )
    table = next(
        one for one in window.main.findChildren(QTableView) if one.accessibleName() == "Songs"
    )
    rows = table.model()
    words = [rows.index(row, model.STATUS).data() for row in range(rows.rowCount())]
    assert {"Can't be found", "Other sound now"} <= set(words)
    room_px = table.columnWidth(model.STATUS) - _BEFORE_WORDS_PX
    wide = {word: QFontMetrics(table.font()).horizontalAdvance(word) for word in words}
    assert all(width_px <= room_px for width_px in wide.values()), (wide, room_px)
