"""The selected song: its cover, what its tags say, and what there is to know of it."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from editor_app.look.foreign import sentence, shown, song_title
from editor_app.look.words import song_facts
from editor_app.widgets.eliding_label import ElidingLabel
from editor_app.widgets.labels import label
from editor_app.work.jobs import Job, Jobs
from ml_core.domain.songs import SongEntry
from ml_core.domain.tags import CoverPicture, SongTags, TagsRequest
from ml_core.domain.tasks import SONG_TAGS
from ml_core.store.requests import song_ref

_COVER_PX = 56
# Arrow keys held down pass over songs whose files nobody wants to read.
_ASK_AFTER_MS = 120


class SongCard(QFrame):
    """Hidden unless exactly one song is selected."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._jobs = jobs
        self._entry: SongEntry | None = None
        self._job: Job[SongTags] | None = None
        self._known: dict[str, SongTags] = {}
        self.cover = label()
        self.cover.setFixedSize(_COVER_PX, _COVER_PX)
        self.cover.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.cover.setAccessibleName("Cover")
        self.title, self.facts, self.note = ElidingLabel(), ElidingLabel(), ElidingLabel()
        roles = {"heading": self.title, "secondary": self.facts, "small": self.note}
        lines = QVBoxLayout()
        lines.setSpacing(2)
        for role, line in roles.items():
            line.setProperty("role", role)
            lines.addWidget(line)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 16, 8)
        row.setSpacing(12)
        row.addWidget(self.cover, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(lines, 1)
        self._ask_later = QTimer(self)
        self._ask_later.setSingleShot(True)
        self._ask_later.setInterval(_ASK_AFTER_MS)
        self._ask_later.timeout.connect(self._ask)
        self.hide()

    def show_song(self, entry: SongEntry | None) -> None:
        """Show a song, or nothing."""
        self.setVisible(entry is not None)
        self._entry = entry
        if entry is None:
            self._ask_later.stop()
            return
        self.title.setText(song_title(entry.song))
        self.note.setText(sentence(entry.message or entry.song.path))
        self._show_tags()
        if entry.song.sha256 not in self._known:
            self._ask_later.start()

    def _ask(self) -> None:
        entry = self._entry
        if entry is None:
            return
        edge_px = round(_COVER_PX * self.devicePixelRatioF())
        request = TagsRequest(song_ref(entry), edge_px)
        if self._job is not None:
            self._job.cancel()
        self._job = self._jobs.ask(SONG_TAGS, request, is_urgent=False)
        # A file that can't be read has no tags: its row tells what is wrong with it.
        self._job.done.connect(self._on_tags)

    def _on_tags(self, tags: SongTags) -> None:
        self._known = {tags.sha256: tags}  # One is shown.
        self._show_tags()

    def _show_tags(self) -> None:
        entry = self._entry
        if entry is None:
            return
        tags = self._known.get(entry.song.sha256, SongTags(entry.song.sha256))
        facts = [song_facts(entry), *map(shown, tags.facts)]
        self.facts.setText("  ·  ".join(fact for fact in facts if fact))
        picture = _picture(tags.cover, self.devicePixelRatioF())
        self.cover.setVisible(picture is not None)
        if picture is not None:
            self.cover.setPixmap(picture)


def _picture(cover: CoverPicture | None, pixel_ratio: float) -> QPixmap | None:
    """A cover for the screen. A worker has decoded it: no foreign picture is read in here."""
    if cover is None:
        return None
    row_bytes = len(cover.rgba) // cover.height_px
    image = QImage(
        cover.rgba, cover.width_px, cover.height_px, row_bytes, QImage.Format.Format_RGBA8888
    )
    image.setDevicePixelRatio(pixel_ratio)
    return QPixmap.fromImage(image)
