"""What a comparison showed: the verdict first, then its pairs with the names shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from editor_app.listening.why_line import WhyLine
from editor_app.look.foreign import song_artist, song_title
from editor_app.look.words import counted
from editor_app.places.compare.pairs_cells import PairRow
from editor_app.places.compare.pairs_table import PairsTable
from editor_app.widgets.interval_bar import IntervalBar
from editor_app.widgets.labels import label
from editor_app.widgets.win_blocks import WinBlocks
from editor_app.workspace import Workspace
from ml_core.domain.edits import Edit
from ml_core.domain.models import ComparisonReport, ComparisonSession, rows_by_pair
from ml_core.domain.ratings import Comparison
from ml_core.domain.songs import Song
from ml_core.units import clock

TITLES = {
    "better": "Your new taste is better",
    "worse": "The old taste is better",
    "no difference shown": "No difference shown",
}
_REASONS = {
    "better": "The whole likely range lies above one half, so this is no accident.",
    "worse": "The whole likely range lies below one half, so this is no accident.",
    "no difference shown": "The likely range holds one half, so it may be an accident.",
}


class ComparisonResult(QWidget):
    """Painted once a comparison is finished."""

    wanted = Signal(object, str)
    """(Comparison, "old" or "new"): a pair's edit is to be heard again."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._project = workspace.project
        self._new_id = ""
        self._why = WhyLine(workspace.jobs)
        self._explained: tuple[Comparison | None, str] = (None, "")
        self._comparisons: Sequence[Comparison] = ()
        self._shown: tuple[ComparisonSession, ComparisonReport, list[PairRow]] | None = None
        self._title, self._reason = label("", "title"), label("", "secondary")
        self._reason.setWordWrap(True)
        self._blocks = WinBlocks(has_words=True)
        self._share = label("", "secondary")
        self._share.setWordWrap(True)
        self._interval = IntervalBar("one half: no difference")
        self.table = PairsTable(workspace.actions["hear_old"], workspace.actions["hear_new"])
        self.table.wanted.connect(self._on_wanted)
        self._foot = label("", "small")
        self._foot.setWordWrap(True)
        self._gone = label("", "small")
        self._gone.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addWidget(self._panel())
        column.addWidget(self.table, 1)
        column.addWidget(self._why)
        column.addWidget(self._foot)
        column.addWidget(self._gone)

    def _panel(self) -> QFrame:
        panel = QFrame()
        panel.setObjectName("panel")
        left, right = QVBoxLayout(), QVBoxLayout()
        for part in (left, right):
            part.setSpacing(8)
        for widget in (self._title, self._reason, self._blocks):
            left.addWidget(widget)
        left.addStretch(1)
        for widget in (label("Preferred over the old one", "heading"), self._share):
            right.addWidget(widget)
        right.addWidget(self._interval)
        right.addStretch(1)
        row = QHBoxLayout(panel)
        row.setContentsMargins(24, 16, 24, 12)
        row.setSpacing(40)
        row.addLayout(left, 1)
        row.addLayout(right, 1)
        return panel

    def show_report(
        self,
        session: ComparisonSession,
        report: ComparisonReport,
        comparisons: Sequence[Comparison],
    ) -> None:
        """Show a finished comparison, unless it stands there already."""
        songs = {entry.song.sha256: entry.song for entry in self._project.songs.all()}
        told = rows_by_pair(report, [pair.id for pair in comparisons])
        comparisons = [pair for pair in comparisons if pair.id in told]  # It may end early.
        rows = [
            _row(told[pair.id], pair, session.new, songs.get(pair.sha256)) for pair in comparisons
        ]
        if (session, report, rows) == self._shown:
            return
        self._shown = (session, report, rows)
        self._comparisons, self._new_id = comparisons, session.new
        self._explain(None, "")
        self._title.setText(TITLES[report.verdict])
        n_songs = len({pair.sha256 for pair in comparisons})
        known = "never learned from" if session.on_reserved else "learned from"
        where = f"It was heard on {counted(n_songs, 'song')} that it has {known}."
        ended = f" It ended after {report.n} pairs." if report.n < session.n_pairs else ""
        self._reason.setText(f"{_REASONS[report.verdict]} {where}{ended}")
        self._blocks.show_counts(report.wins, report.ties, report.losses)
        decided = report.wins + report.losses
        low, high = report.interval
        share = report.wins / decided if decided else None
        said = "Nothing was decided" if share is None else f"{100 * share:.0f} %"
        self._share.setText(
            f"{said}, likely between {100 * low:.0f} and {100 * high:.0f} % "
            f"of the {counted(decided, 'decided pair')}"
        )
        self._interval.show_share(share, low, high)
        self.table.show_rows(rows, self._project.sessions.learned(session))
        self._foot.setText(_foot(report))
        released = self._project.sessions.released(session.id)
        self._show_released([song_title(songs[sha]) for sha in released if sha in songs])

    def _show_released(self, titles: Sequence[str]) -> None:
        """Name the songs that are not kept aside any more."""
        self._gone.setVisible(bool(titles))
        self._gone.setText(
            f"No longer kept aside, since they were compared: {', '.join(titles)}. "
            "They may be rated now, and their answers teach."
        )

    def fall_silent(self) -> None:
        """Nothing is loaded any more."""
        self.table.show_playing(None)
        self._explain(None, "")

    def show_playing(self, pair: Comparison | None, which: str = "") -> None:
        """Show which edit sounds."""
        found = None if pair is None else self._comparisons.index(pair)
        self.table.show_playing(found, which)
        if pair is not None:
            self._explain(pair, which)

    def _explain(self, pair: Comparison | None, which: str) -> None:
        """Say why the new taste likes the edit that sounds; what was said stays in a pause."""
        if (pair, which) == self._explained:
            return
        self._explained = (pair, which)
        entry = None if pair is None else self._project.songs.get(pair.sha256)
        if pair is None or entry is None:
            self._why.ask(None)
            return
        new_is_a = pair.origin_a.checkpoint == self._new_id
        edit = pair.a if new_is_a == (which == "new") else pair.b
        request = self._project.requests.explain(entry, edit, checkpoint=self._new_id)
        self._why.ask(request)

    def _on_wanted(self, row: int, which: str) -> None:
        if row < len(self._comparisons):
            self.wanted.emit(self._comparisons[row], which)


def _row(row: Any, pair: Comparison, new_id: str, song: Song | None) -> PairRow:
    new_is_a = pair.origin_a.checkpoint == new_id
    new, old = (pair.a, pair.b) if new_is_a else (pair.b, pair.a)
    return PairRow(
        song=pair.sha256,
        title=song_title(song) if song is not None else "A removed song",
        artist=song_artist(song) if song is not None else "",
        kept_old=_kept(old, song),
        kept_new=_kept(new, song),
        old=_facts(old, song),
        new=_facts(new, song),
        preferred=str(row["preferred"]),
    )


def _kept(edit: Edit, song: Song | None) -> tuple[tuple[float, float], ...]:
    n_samples = song.n_samples if song is not None else edit.spans[-1][1]
    return tuple((start / n_samples, end / n_samples) for start, end in edit.spans)


def _facts(edit: Edit, song: Song | None) -> tuple[str, str, str]:
    kept = "" if song is None else f"{100 * edit.n_samples / song.n_samples:.0f} %"
    return clock(edit.duration_s), kept, str(edit.n_joins)


def _foot(report: ComparisonReport) -> str:
    matched = [row["preferred"] for row in report.per_song if row["matched"]]
    parts = []
    if matched:
        parts.append(
            f"Pairs of about the same length: {matched.count('new')} for the new, "
            f"{counted(matched.count('tie'), 'tie')}, {matched.count('old')} for the old"
        )
    shorter = report.baselines.get("always_shorter")
    if shorter is not None:
        parts.append(f"The shorter one was preferred in {100 * shorter:.0f} % of decided pairs")
    return "  ·  ".join(parts)
