"""Beside the directions: is it more than length, does the person agree with themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QVBoxLayout

from editor_app.look.words import counted
from editor_app.places.taste.share_bars import ShareBars
from editor_app.widgets.interval_bar import IntervalBar
from editor_app.widgets.labels import label, rule
from ml_core.domain.models import CERTAINTY

_SIDE_PX = 344
_NO_LIMIT_PX = (1 << 24) - 1
"""Qt's own "no limit", which its Python bindings do not name."""


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
        self._bar.setAccessibleName(CERTAINTY)
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
        row.addWidget(label(CERTAINTY, "heading"))
        row.addStretch(1)
        row.addWidget(self._certainty)
        column.addLayout(row)
        column.addWidget(self._bar)
        self._fell, self._forecast = _wrapped(), _wrapped()
        column.addWidget(self._fell)
        column.addWidget(self._forecast)

    def set_wide(self, is_wide: bool) -> None:
        """Take the whole width, or stand as a column beside something else."""
        self.setMinimumWidth(0 if is_wide else _SIDE_PX)
        self.setMaximumWidth(_NO_LIMIT_PX if is_wide else _SIDE_PX)

    def show_taste(self, found: Mapping[str, Any]) -> None:
        """Show a taste report's numbers."""
        more = found["more_than_length"]
        if more is None:
            self._length.setText("Not shown yet. It takes more decided ratings to tell.")
            self._shares.show_rows([])
        else:
            self._length.setText(more["sentence"].replace(" %", "\N{NO-BREAK SPACE}%"))
            self._shares.show_rows(
                [
                    ("Guessing", 0.5, "old"),
                    ("Length alone", more["length"], "old"),
                    ("Your taste", more["ours"], "new"),
                ]
            )
        agree = found["consistency"]
        low, high = agree["interval"]
        repeats = counted(agree["repeats"], "repeated pair")
        if not agree["repeats"]:
            text = "No pair was asked twice yet. It takes 12 to tell."
        elif agree["judged"]:
            text = f"{agree['same']} of {repeats} got the same answer."
        else:
            text = f"{agree['same']} of {repeats} got the same answer. It takes 12 to tell more."
        self._agree.setText(text)
        self._interval.setVisible(agree["repeats"] > 0)
        share = agree["same"] / agree["repeats"] if agree["repeats"] else None
        self._interval.show_share(share, low, high)
        self._agreed.setText("" if share is None else f"{100 * share:.0f} %")
        certainty, fell = found["certainty"], found["certainty_fell"]
        self._fell.setText(fell)
        self._fell.setVisible(bool(fell))
        self._certainty.setText("–" if certainty is None else f"{100 * certainty:.0f} %")
        self._bar.setValue(0 if certainty is None else round(100 * certainty))
        more = found.get("more_ratings")
        self._forecast.setText(f"About {more} more ratings bring it to 90 %." if more else "")
        self._forecast.setVisible(bool(more))


def _wrapped() -> QLabel:
    made = label("", "secondary")
    made.setWordWrap(True)
    return made
