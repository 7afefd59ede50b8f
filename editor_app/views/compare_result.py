"""What a comparison showed: the verdict first, then its pairs with the names shown."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from editor_app.session import Session
from editor_app.views.place import label
from editor_app.widgets.interval_bar import IntervalBar
from editor_app.widgets.win_blocks import WinBlocks
from ml_core.domain.models import ComparisonReport, ComparisonSession
from ml_core.domain.ratings import Comparison
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
_COLUMNS = ("Song", "Old", "Kept", "Joins", "New", "Kept", "Joins", "Preferred")
_PREFERRED = {"new": "New", "old": "Old", "tie": "Tie"}
_ROW_PX = 36


class ComparisonResult(QWidget):
    """Painted once a comparison is finished."""

    wanted = Signal(object, str)
    """(Comparison, "old" or "new"): a pair's edit is to be heard again."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._comparisons: Sequence[Comparison] = ()
        self._title, self._reason = label("", "title"), label("", "secondary")
        self._reason.setWordWrap(True)
        self._blocks = WinBlocks()
        self._counts = label("", "heading")
        self._share = label("", "secondary")
        self._share.setWordWrap(True)
        self._interval = IntervalBar("one half: no difference")
        self._table = _table()
        self._table.cellActivated.connect(self._on_cell)
        self._foot = label("", "secondary")
        self._foot.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addWidget(self._panel())
        column.addWidget(self._table, 1)
        column.addWidget(self._foot)

    def _panel(self) -> QFrame:
        panel = QFrame()
        panel.setObjectName("panel")
        left, right = QVBoxLayout(), QVBoxLayout()
        for part in (left, right):
            part.setSpacing(8)
        for widget in (self._title, self._reason, self._blocks, self._counts):
            left.addWidget(widget)
        left.addStretch(1)
        for widget in (label("Preferred over the old one", "heading"), self._share):
            right.addWidget(widget)
        right.addWidget(self._interval)
        right.addStretch(1)
        row = QHBoxLayout(panel)
        row.setContentsMargins(24, 20, 24, 16)
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
        """Show a finished comparison."""
        self._comparisons = comparisons
        self._title.setText(TITLES[report.verdict])
        reason = _REASONS[report.verdict]
        if not session.on_reserved:
            reason += " It was heard on songs that it has learned from."
        self._reason.setText(reason)
        self._blocks.show_counts(report.wins, report.ties, report.losses)
        self._counts.setText(f"{report.wins} wins, {report.ties} ties, {report.losses} losses")
        decided = report.wins + report.losses
        low, high = report.interval
        share = report.wins / decided if decided else None
        said = "Nothing was decided" if share is None else f"{100 * share:.0f} %"
        self._share.setText(
            f"{said}, likely between {100 * low:.0f} and {100 * high:.0f} % "
            f"of the {decided} decided pairs"
        )
        self._interval.show_share(share, low, high)
        self._fill(report, comparisons)
        self._foot.setText(_foot(report))

    def _fill(self, report: ComparisonReport, comparisons: Sequence[Comparison]) -> None:
        songs = {entry.song.sha256: entry.song for entry in self._session.songs()}
        self._table.setRowCount(len(report.per_song))
        for index, (row, pair) in enumerate(zip(report.per_song, comparisons, strict=True)):
            song = songs.get(pair.sha256)
            title = song.title if song is not None else "a removed song"
            cells = [title]
            for words in ("old", "new"):
                duration_s = row[f"{words}_duration_s"]
                kept = f"{100 * duration_s / song.duration_s:.0f} %" if song is not None else ""
                cells += [clock(duration_s), kept, str(row[f"{words}_joins"])]
            cells.append(_PREFERRED[row["preferred"]])
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                if 0 < column < len(_COLUMNS) - 1:
                    item.setTextAlignment(
                        Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                    )
                self._table.setItem(index, column, item)

    def _on_cell(self, row: int, column: int) -> None:
        if row < len(self._comparisons):
            self.wanted.emit(self._comparisons[row], "old" if 1 <= column <= 3 else "new")


def _table() -> QTableWidget:
    made = QTableWidget(0, len(_COLUMNS))
    made.setHorizontalHeaderLabels(list(_COLUMNS))
    made.verticalHeader().hide()
    made.verticalHeader().setDefaultSectionSize(_ROW_PX)
    made.setShowGrid(False)
    made.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    made.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    made.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    made.setTabKeyNavigation(False)
    made.setAccessibleName("Pairs of this comparison")
    header = made.horizontalHeader()
    header.setHighlightSections(False)
    header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    for column in range(1, len(_COLUMNS)):
        made.setColumnWidth(column, 80 if column < len(_COLUMNS) - 1 else 120)
    left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    for column in (0, len(_COLUMNS) - 1):
        item = made.horizontalHeaderItem(column)
        if item is not None:
            item.setTextAlignment(left)
    return made


def _foot(report: ComparisonReport) -> str:
    matched = [row["preferred"] for row in report.per_song if row["matched"]]
    parts = []
    if matched:
        parts.append(
            f"Pairs of about the same length: {matched.count('new')} wins, "
            f"{matched.count('tie')} ties, {matched.count('old')} losses."
        )
    shorter = report.baselines.get("always_shorter")
    if shorter is not None:
        parts.append(f"The shorter one was preferred in {100 * shorter:.0f} % of decided pairs.")
    parts.append("Enter on a row plays the new edit, on the old one's numbers the old.")
    return " ".join(parts)
