"""How far the first look at new songs is, right above the list: visible for as long as it lasts."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from editor_app.widgets.labels import label
from editor_app.work.library import Library

_STEPS = 1000
_BAR_PX = 4


class LibraryProgress(QWidget):
    """A sentence with numbers and a bar; hidden while nothing is read or analysed."""

    def __init__(self, library: Library) -> None:
        super().__init__()
        self._library = library
        self.words = label("", "secondary")
        self._bar = QProgressBar()
        self._bar.setProperty("size", "thin")
        self._bar.setFixedHeight(_BAR_PX)
        self._bar.setTextVisible(False)
        self._bar.setRange(0, _STEPS)
        self._bar.setAccessibleName("New songs")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 8)
        row.setSpacing(16)
        row.addWidget(self.words)
        row.addWidget(self._bar, 1)
        library.changed.connect(self._show)
        library.progressed.connect(lambda *_: self._show())
        library.files.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        words, share_done = _told(self._library)
        self.setVisible(bool(words))
        self.words.setText(words)
        self._bar.setValue(round(_STEPS * share_done))


def _told(library: Library) -> tuple[str, float]:
    """What is under way in a sentence, and the share done; empty for nothing."""
    reading, files = library.reading_words, library.files
    if reading:
        n_over, n_files = files.counts
        return (f"Reading songs: {n_over} of {n_files}" if n_files else reading, files.share_done)
    if library.batch is None:
        return "", 0.0
    n_over, n_songs = library.counts
    return f"Finding beats and bars: {n_over} of {n_songs} songs done", library.batch[0]
