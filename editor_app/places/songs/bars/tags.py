"""What the tags of the song that is checked say: its cover, album, year and genre."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage, QPixmap

from editor_app.look.foreign import shown
from editor_app.work.jobs import Job, Jobs
from ml_core.domain.files.tags import CoverPicture, SongTags, TagsRequest
from ml_core.domain.songs import SongEntry
from ml_core.domain.tasks import SONG_TAGS
from ml_core.store.requests import song_ref

# Arrow keys held down pass over songs whose files nobody wants to read.
_ASK_AFTER_MS = 120


class TagReader(QObject):
    """Reads the tags of one song at a time, in a worker.

    Signals:
        changed: the tags of the song that was asked for are known.
    """

    changed = Signal()

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self._jobs = jobs
        self._entry: SongEntry | None = None
        self._edge_px = 0
        self._tags: SongTags | None = None
        self._job: Job[SongTags] | None = None
        self._ask_later = QTimer(self)
        self._ask_later.setSingleShot(True)
        self._ask_later.setInterval(_ASK_AFTER_MS)
        self._ask_later.timeout.connect(self._ask)

    def read(self, entry: SongEntry | None, edge_px: int) -> None:
        """Read a song's tags, or none.

        Args:
            edge_px: longest edge of its cover, in pixels of the device.
        """
        before = self._entry
        self._entry, self._edge_px = entry, edge_px
        if entry is None:
            self._ask_later.stop()
        elif self._known is None and (before is None or before.song.sha256 != entry.song.sha256):
            self._ask_later.start()

    @property
    def facts(self) -> tuple[str, ...]:
        """Album, year and genre, as far as they are known."""
        return () if self._known is None else tuple(map(shown, self._known.facts))

    def cover(self, pixel_ratio: float) -> QPixmap | None:
        """The cover for a screen; None without one."""
        return None if self._known is None else _picture(self._known.cover, pixel_ratio)

    @property
    def _known(self) -> SongTags | None:
        tags, entry = self._tags, self._entry
        is_its = tags is not None and entry is not None and tags.sha256 == entry.song.sha256
        return tags if is_its else None

    def _ask(self) -> None:
        if self._entry is None:
            return
        if self._job is not None:
            self._job.cancel()
        request = TagsRequest(song_ref(self._entry), self._edge_px)
        self._job = self._jobs.ask(SONG_TAGS, request, is_urgent=False)
        # A file that can't be read has no tags: its row tells what is wrong with it.
        self._job.done.connect(self._on_tags)

    def _on_tags(self, tags: SongTags) -> None:
        self._tags = tags  # One is kept.
        self.changed.emit()


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
