"""The question, the four answers by key, and what is still to be heard before they count."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from editor_app.keys.actions import Actions
from editor_app.listening.answer_button import AnswerButton, Waits
from editor_app.widgets.glyph import Glyph
from editor_app.widgets.key_button import KeyButton
from editor_app.widgets.key_cap import KeyCap
from editor_app.widgets.labels import label
from ml_core.domain.ratings import Answer

ANSWERS: dict[str, tuple[Answer, int]] = {
    "rate_a": ("A", 1),
    "rate_a_much": ("A", 2),
    "rate_b": ("B", 1),
    "rate_b_much": ("B", 2),
    "rate_tie": ("tie", 1),
    "rate_skip": ("skip", 1),
}
"""What each command answers, and how strongly."""
ANSWER_ACTIONS = ("rate_a", "rate_a_much", "rate_b", "rate_b_much", "rate_tie")
_ANSWER_PX = 64
_SIDE_PX, _TIE_PX, _SKIP_PX = 216, 112, 80


class AnswerBar(QWidget):
    """A, tie, B and skip. None is filled: the two edits stay the brightest on the screen."""

    def __init__(self, actions: Actions, question: str, *, has_skip: bool = True) -> None:
        super().__init__()
        self._question = label(question, "title")
        self._said: tuple[str, str, str] | None = None
        self._state_icon = Glyph("tick", "good")
        self._state = label("", "secondary")
        self._state.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._question)
        head.addStretch(1)
        head.addWidget(self._state_icon)
        head.addWidget(self._state)

        answers = QGridLayout()
        answers.setHorizontalSpacing(8)
        answers.setVerticalSpacing(8)
        self._waiting = {
            "A": AnswerButton("A is better", _ANSWER_PX, "A"),
            "tie": AnswerButton("Tie", _ANSWER_PX),
            "B": AnswerButton("B is better", _ANSWER_PX, "B"),
        }
        buttons: list[tuple[KeyButton, str, int]] = [
            (self._waiting["A"], "rate_a", _SIDE_PX),
            (self._waiting["tie"], "rate_tie", _TIE_PX),
            (self._waiting["B"], "rate_b", _SIDE_PX),
        ]
        if has_skip:
            buttons.append((KeyButton("Skip", height_px=_ANSWER_PX), "rate_skip", _SKIP_PX))
        for column, (button, action_id, width_px) in enumerate(buttons):
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            answers.addWidget(button.bind(actions[action_id]), 0, column)
            answers.setColumnStretch(column, width_px)
        actions.came_early.connect(self._on_early)
        self._actions, self._much_caps = actions, dict[str, KeyCap]()
        for column, action_id in ((0, "rate_a_much"), (2, "rate_b_much")):
            cap = KeyCap(actions.key_text(action_id))
            answers.addLayout(_much(cap), 1, column)
            self._much_caps[action_id] = cap
            actions[action_id].changed.connect(self._show_keys)

        column_layout = QVBoxLayout(self)
        column_layout.setContentsMargins(0, 0, 0, 0)
        column_layout.setSpacing(12)
        column_layout.addLayout(head)
        column_layout.addLayout(answers)

    def _show_keys(self) -> None:
        for action_id, cap in self._much_caps.items():
            cap.set_text(self._actions.key_text(action_id))

    def say(self, text: str, icon: str = "", role: str = "good") -> None:
        """Say beside the question what was heard, or what is still to be heard."""
        if (text, icon, role) == self._said:  # asked some 30 times a second while it plays
            return
        self._said = (text, icon, role)
        self._state.setText(text)
        self._state_icon.setVisible(bool(icon))
        if icon:
            self._state_icon.set_icon(icon, role)

    def show_waits(self, heard_s: Mapping[str, float] | None, least_s: float = 1.0) -> None:
        """Show on the answers how much of each side is still to be heard.

        Args:
            heard_s: seconds heard of "A" and "B"; None where no answer waits for that.
            least_s: of each, before an answer may be given.
        """
        if heard_s is None:
            waits: dict[str, Waits | None] = dict.fromkeys(self._waiting)
        else:
            waits = {side: Waits.after(heard_s[side], least_s) for side in "AB"}
            both_s = sum(min(heard_s[side], least_s) for side in "AB")
            waits["tie"] = Waits.after(both_s, 2 * least_s)
        for answer, button in self._waiting.items():
            button.show_waits(waits[answer])

    def _on_early(self, action_id: str) -> None:
        """Show what an answer waits for whose key came too early."""
        if self.isVisible() and action_id in ANSWER_ACTIONS:
            for button in self._waiting.values():
                button.pulse()

    @property
    def state(self) -> QLabel:
        """The line beside the question."""
        return self._state


def _much(cap: KeyCap) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addStretch(1)
    row.addWidget(cap)
    row.addWidget(label("much better", "small"))
    row.addStretch(1)
    return row
