"""The library as a table: what each cell says and how rows are sorted and filtered."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    Qt,
)

from editor_app.look.foreign import heading, plain_tip
from editor_app.look.words import USE_WORDS
from editor_app.widgets.model_index import Index
from editor_app.work.reading_files import FileBeingRead
from ml_core.domain.bar_check import BarCheck
from ml_core.domain.playing import SongOverview
from ml_core.domain.songs import CHECK_WARNINGS, NO_BEAT_WARNING, Song, SongEntry
from ml_core.paths import printable_name
from ml_core.units import clock

PLAY, WAVE, TITLE, LENGTH, TEMPO, METER, PARTS, USE, STATUS = range(9)
HEADINGS = ("", "", "Title", "Length", "Tempo", "Meter", "Parts", "Used for", "Status")
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_ALIGNED = {LENGTH: _RIGHT, TEMPO: _RIGHT}

ROW_ROLE = Qt.ItemDataRole.UserRole

STATUS_ORDER = {"gone": 0, "changed": 0, "failed": 0, "waiting": 1, "ready": 2}


@dataclass(slots=True)
class Row:
    """A song with what is shown but not stored: overview, share of analysis done, if it sounds.

    Attributes:
        misfit: why no edit of it fits what the edits are for; empty where one does.
        is_read: whether it is a song; of a file that is still being read only the name is known.
    """

    entry: SongEntry
    overview: SongOverview | None = None
    share_done: float | None = None
    is_sounding: bool = False
    is_read: bool = True
    misfit: str = ""


class SongModel(QAbstractTableModel):
    """Rows of the library; delegates paint them from `ROW_ROLE`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []
        self._at: dict[str, int] = {}

    def show(self, entries: list[SongEntry], files: Sequence[FileBeingRead] = ()) -> None:
        """Show these songs, and files that are no songs yet.

        Rows that stay keep what is shown of them, and only changed ones repaint.
        """
        self._forget_other_bars(entries)
        known = {path for entry in entries for path in entry.song.paths}
        new = [file for file in files if file.path not in known]
        unread = [unread_entry(file.path) for file in new]
        if [row.entry.song.sha256 for row in self._rows] != [
            e.song.sha256 for e in (*entries, *unread)
        ]:
            kept = {row.entry.song.sha256: row for row in self._rows if row.is_read}
            self.beginResetModel()
            self._rows = [
                replace(kept.get(entry.song.sha256) or Row(entry), entry=entry) for entry in entries
            ]
            self._rows += [
                Row(entry, share_done=file.share_done, is_read=False)
                for entry, file in zip(unread, new, strict=True)
            ]
            self._at = {row.entry.song.sha256: at for at, row in enumerate(self._rows)}
            self.endResetModel()
            return
        for entry, file in zip(unread, new, strict=True):
            at = self._at[entry.song.sha256]
            if self._rows[at].share_done != file.share_done:
                self._rows[at].share_done = file.share_done
                self._changed(at)
        for at, entry in enumerate(entries):
            if self._rows[at].entry != entry:
                self._rows[at].entry = entry
                self._changed(at)

    def _forget_other_bars(self, entries: list[SongEntry]) -> None:
        """Parts of a song whose bars were corrected are to be asked for anew."""
        for entry in entries:
            at = self._at.get(entry.song.sha256)
            row = Row(entry) if at is None else self._rows[at]
            is_other = row.entry.corrections.key != entry.corrections.key
            if is_other and row.overview is not None:
                row.overview = replace(row.overview, layout=None)

    def set_misfits(self, misfits: Mapping[str, str]) -> None:
        """Dim the songs that do not fit what the edits are for, by hash with the reason."""
        for at, row in enumerate(self._rows):
            misfit = misfits.get(row.entry.song.sha256, "")
            if row.misfit != misfit:
                row.misfit = misfit
                self._changed(at)

    def set_share_done(self, sha256: str, share_done: float | None) -> None:
        """Show how far a song's analysis is; None when it has ended."""
        at = self._at.get(sha256)
        if at is not None:
            self._rows[at].share_done = share_done
            self._changed(at)

    def set_sounding(self, sha256: str) -> None:
        """Show which song is heard; empty for none."""
        for at, row in enumerate(self._rows):
            if row.is_sounding != (row.entry.song.sha256 == sha256):
                row.is_sounding = not row.is_sounding
                self._changed(at)

    def set_overview(self, overview: SongOverview) -> None:
        """Show a song's small waveform and parts."""
        at = self._at.get(overview.sha256)
        if at is not None:
            self._rows[at].overview = overview
            self._changed(at)

    def set_grid(self, check: BarCheck) -> None:
        """Show the parts of a song whose bars were looked up or corrected."""
        at = self._at.get(check.layout.sha256)
        overview = None if at is None else self._rows[at].overview
        if overview is not None:
            self.set_overview(replace(overview, layout=check.layout))

    def rows(self) -> list[Row]:
        """All rows, in the order songs were added."""
        return self._rows

    def flags(self, index: Index) -> Qt.ItemFlag:
        """A file that is being read can't be chosen yet."""
        is_read = index.isValid() and self._rows[index.row()].is_read
        return super().flags(index) if is_read else Qt.ItemFlag.ItemIsEnabled

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's form
        """Number of songs."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's form
        """Number of columns."""
        return 0 if parent.isValid() else len(HEADINGS)

    def headerData(  # noqa: N802 - Qt's name
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """Names of the columns."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return HEADINGS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _ALIGNED.get(section, _LEFT)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a cell says, for painting, sorting, tooltips and screen readers."""
        return answer(self._rows[index.row()], index.column(), role)

    def _changed(self, at: int) -> None:
        self.dataChanged.emit(self.index(at, 0), self.index(at, len(HEADINGS) - 1))


def unread_entry(path: str) -> SongEntry:
    """A row's song for a file of which only the name is known."""
    key = hashlib.sha256(path.encode(errors="surrogateescape")).hexdigest()
    return SongEntry(
        0, Song(key, (path,), 1, 0, 1, title=printable_name(path)), "waiting", "", "rate"
    )


def _text(row: Row, column: int) -> str:
    if not row.is_read and column not in (TITLE, STATUS):
        return ""
    words = _WORDS.get(column)
    return "" if words is None else words(row)


def _has_tempo(entry: SongEntry) -> bool:
    return bool(entry.tempo_bpm) and has_beat(entry)


def answer(row: Row, column: int, role: int) -> Any:
    """What a cell of a row says in a role; None for nothing."""
    told = _ANSWERS.get(role)
    return None if told is None else told(row, column)


def status_words(row: Row) -> str:
    """The state of a song in a word or two."""
    if not row.is_read:
        return _reading_words(row.share_done)
    if row.share_done is not None:
        return f"{100 * row.share_done:.0f} %"
    return _ready_words(row) if row.entry.status == "ready" else _STATE_WORDS[row.entry.status]


def _ready_words(row: Row) -> str:
    if needs_check(row.entry):
        return "Check the bars"
    if not has_beat(row.entry):
        return "No steady beat"
    if row.entry.message:
        return "Doubtful"
    return "Does not fit" if row.misfit else "Ready"


def _reading_words(share_done: float | None) -> str:
    if share_done is None:
        return "To be read…"
    return "Reading…" if share_done < 1 else "Read"


_STATE_WORDS = {
    "waiting": "Waiting",
    "failed": "Can't be used",
    "gone": "Can't be found",
    "changed": "Other sound now",
}


_WORDS: dict[int, Callable[[Row], str]] = {
    TITLE: lambda row: heading(row.entry.song),
    LENGTH: lambda row: clock(row.entry.song.duration_s),
    TEMPO: lambda row: f"{row.entry.tempo_bpm:.0f}" if _has_tempo(row.entry) else "–",
    METER: lambda row: f"{row.entry.meter}/4" if row.entry.meter and has_beat(row.entry) else "–",
    USE: lambda row: USE_WORDS[row.entry.use],
    STATUS: status_words,
    PLAY: lambda row: "Playing" if row.is_sounding else "",
}


def same_recording(entry: SongEntry) -> str:
    """That a song is in the library already as another file; empty if it is not."""
    if entry.same_as is None:
        return ""
    return "The same recording as another file, and used for the same."


def has_beat(entry: SongEntry) -> bool:
    """Whether tempo and meter of a song mean anything."""
    return NO_BEAT_WARNING not in entry.message


def needs_check(entry: SongEntry) -> bool:
    """Whether a song's bars or tempo are doubtful and nobody has listened to them yet."""
    return entry.status == "ready" and any(one in entry.message for one in CHECK_WARNINGS)


def next_to_check(entries: Sequence[SongEntry], here: Collection[str]) -> int | None:
    """The row of the next song whose bars are doubtful; None if there is no other.

    The search begins after the songs that are chosen, and goes on from the top.
    """
    chosen = [at for at, entry in enumerate(entries) if entry.song.sha256 in here]
    first = chosen[-1] + 1 if chosen else 0
    rest = (*range(first, len(entries)), *range(first))
    return next((at for at in rest if needs_check(entries[at]) and at not in chosen), None)


def _tooltip(row: Row, column: int) -> str | None:
    if not row.is_read:
        return plain_tip(row.entry.song.path) if column == TITLE else None
    if column == STATUS:
        told = " ".join(filter(None, (row.misfit, row.entry.message, same_recording(row.entry))))
        return plain_tip(told) or None
    if column == PLAY:
        return "Pause" if row.is_sounding else "Hear the song"
    if column == USE:
        return _USE_TIPS[row.entry.use]
    if column != TITLE:
        return plain_tip(row.misfit) or None
    return plain_tip("\n".join(filter(None, (row.misfit, row.entry.song.path))))


_USE_TIPS = {
    "rate": "Pairs of this song are offered for rating. Click to change.",
    "compare": "Never offered for rating, so that comparing on it is honest. Click to change.",
    "out": "Neither rated nor compared. Click to change.",
}


_ANSWERS: dict[int, Callable[[Row, int], Any]] = {
    ROW_ROLE: lambda row, _column: row,
    Qt.ItemDataRole.DisplayRole: _text,
    Qt.ItemDataRole.TextAlignmentRole: lambda _row, column: _ALIGNED.get(column, _LEFT),
    Qt.ItemDataRole.ToolTipRole: _tooltip,
    Qt.ItemDataRole.AccessibleTextRole: lambda row, column: (
        f"{HEADINGS[column]}: {_text(row, column)}"
    ),
}
