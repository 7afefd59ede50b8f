"""The first line of the bar check: which song, what can be done, how sure its bars are."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from editor_app.keys.actions import Actions
from editor_app.look import icons, theme
from editor_app.look.foreign import song_title
from editor_app.places.songs.bars.tags import TagReader
from editor_app.places.songs.bars.tempo_choice import TempoChoice
from editor_app.widgets.eliding_label import ElidingLabel
from editor_app.widgets.key_button import KeyButton
from editor_app.widgets.labels import label
from editor_app.work.jobs import Jobs
from ml_core.domain.songs import SongEntry

COVER_PX = 24
_INKS = {"triangle": "doubtful", "tick": "good"}


class BarCheckHead(QWidget):
    """Cover and title of the song, a sentence, the verdict on its bars, and the way out."""

    def __init__(self, jobs: Jobs, actions: Actions) -> None:
        super().__init__()
        self._entry: SongEntry | None = None
        self._words, self._verdict = "", ("", "")
        self._tags = TagReader(jobs)
        self._tags.changed.connect(self._show)
        self.cover = label()
        self.cover.setFixedSize(COVER_PX, COVER_PX)
        self.cover.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.cover.setAccessibleName("Cover")
        self.facts = ElidingLabel()
        self.facts.setProperty("role", "secondary")
        self._sign = label()
        self.doubt = label("", "secondary")
        self._close = KeyButton("", "cross", kind="flat", height_px=24)
        self._close.setAccessibleName("Close the bar check")
        self._close.clicked.connect(actions["check_bars"].trigger)
        self._actions = actions
        actions["check_bars"].changed.connect(self._show_key)
        self._show_key()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.cover)
        row.addWidget(label("Do the bars fit the music?", "heading"))
        row.addWidget(self.facts, 1)
        self.tempi = TempoChoice(actions)
        row.addWidget(self._sign)
        row.addWidget(self.doubt)
        row.addWidget(self.tempi)
        row.addWidget(self._close)
        self.cover.hide()

    def show_song(self, entry: SongEntry | None) -> None:
        """Name a song, or none."""
        self._entry = entry
        self._tags.read(entry, round(COVER_PX * self.devicePixelRatioF()))
        self._show()

    def say(self, words: str, verdict: tuple[str, str]) -> None:
        """Show a sentence beside the title, and an icon with the verdict at the right."""
        self._words, self._verdict = words, verdict
        self._show()

    def _show_key(self) -> None:
        key = self._actions.key_text("check_bars")
        self._close.set_key(key)
        self._close.setToolTip(f"Close the bar check ({key})" if key else "Close the bar check")

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Tint the sign anew in other colours."""
        if event.type() == QEvent.Type.PaletteChange:
            self._show()
        super().changeEvent(event)

    def _show(self) -> None:
        if self._entry is None:
            return
        facts = (song_title(self._entry.song), self._words, *self._tags.facts)
        self.facts.setText("  ·  ".join(filter(None, facts)))
        icon, words = self._verdict
        if icon:
            ink: str = getattr(theme.current(), _INKS.get(icon, "secondary"))
            self._sign.setPixmap(icons.pixmap(icon, ink, ratio=self.devicePixelRatioF()))
        self.doubt.setText(words)
        cover = self._tags.cover(self.devicePixelRatioF())
        self.cover.setVisible(cover is not None)
        if cover is not None:
            self.cover.setPixmap(cover)
