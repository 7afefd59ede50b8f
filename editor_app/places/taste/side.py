"""Beside the directions: is it more than length, does the person agree with themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QVBoxLayout

from editor_app.look.words import counted
from editor_app.places.taste.share_bars import ShareBars
from editor_app.widgets.interval_bar import IntervalBar
from editor_app.widgets.labels import label, rule

_SIDE_PX = 344
_NO_LIMIT_PX = (1 << 24) - 1
"""Qt's own "no limit", which its Python bindings do not name."""
# Above length alone by less than this, a handful of answers may have made the difference.
_CLEARLY_MORE = 0.03


class SidePanel(QFrame):
    """Is it more than length, does the person agree with themselves, how sure is it."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setFixedWidth(_SIDE_PX)
        self._length = _wrapped()
        self._shares = ShareBars()
        self._agree = _wrapped()
        self._interval = IntervalBar(role="text")
        self._interval.hide()
        self._agreed = label("", "small")
        self._certainty = label("", "heading")
        self._bar = QProgressBar()
        self._bar.setFixedHeight(8)
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 100)
        self._bar.setAccessibleName("Certainty")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        column.addWidget(label("Is it more than length?", "heading"))
        column.addWidget(self._length)
        column.addWidget(self._shares)
        column.addWidget(rule())
        column.addWidget(label("Do you agree with yourself?", "heading"))
        column.addWidget(self._agree)
        agree = QHBoxLayout()
        agree.setSpacing(12)
        agree.addWidget(self._interval, 1)
        agree.addWidget(self._agreed)
        column.addLayout(agree)
        column.addWidget(rule())
        row = QHBoxLayout()
        row.addWidget(label("Certainty", "heading"))
        row.addStretch(1)
        row.addWidget(self._certainty)
        column.addLayout(row)
        column.addWidget(self._bar)
        self._forecast = _wrapped()
        column.addWidget(self._forecast)

    def set_wide(self, is_wide: bool) -> None:
        """Take the whole width, or stand as a column beside something else."""
        self.setMinimumWidth(0 if is_wide else _SIDE_PX)
        self.setMaximumWidth(_NO_LIMIT_PX if is_wide else _SIDE_PX)

    def show_taste(self, found: Mapping[str, Any]) -> None:
        """Show a taste report's numbers."""
        accuracy = found["held_out_accuracy"]
        ours, length = accuracy.get("ours"), accuracy.get("length_only")
        shorter = accuracy.get("always_shorter")
        if ours is None or length is None:
            self._length.setText("It takes more decided ratings to tell.")
            self._shares.show_rows([])
        else:
            best_length = max(length, shorter or 0.0)
            verdict = "Yes." if ours > best_length + _CLEARLY_MORE else "Not shown yet."
            self._length.setText(
                f"{verdict} Length alone foresees {100 * best_length:.0f} % of your decided "
                f"answers, your whole taste {100 * ours:.0f} %, on songs held back."
            )
            self._shares.show_rows(
                [
                    ("Guessing", 0.5, "old"),
                    ("Length alone", best_length, "old"),
                    ("Your taste", ours, "new"),
                ]
            )
        agree = found["consistency"]
        low, high = agree["interval"]
        repeats = counted(agree["repeats"], "repeated pair")
        if agree["judged"]:
            text = f"{agree['same']} of {repeats} got the same answer."
        else:
            text = f"{agree['same']} of {repeats} got the same answer. It takes 12 to tell more."
        self._agree.setText(text)
        self._interval.setVisible(agree["repeats"] > 0)
        share = agree["same"] / agree["repeats"] if agree["repeats"] else None
        self._interval.show_share(share, low, high)
        self._agreed.setText("" if share is None else f"{100 * share:.0f} %")
        certainty = found["certainty"]
        self._certainty.setText("–" if certainty is None else f"{100 * certainty:.0f} %")
        self._bar.setValue(0 if certainty is None else round(100 * certainty))
        more = found.get("more_ratings")
        self._forecast.setText(f"About {more} more ratings bring it to 90 %." if more else "")
        self._forecast.setVisible(bool(more))


def _wrapped() -> QLabel:
    made = label("", "secondary")
    made.setWordWrap(True)
    return made
