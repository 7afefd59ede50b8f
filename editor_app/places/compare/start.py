"""Before a comparison: what it asks for and what it will tell, and the button that begins it."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from editor_app.keys.actions import Actions
from editor_app.look.words import counted
from editor_app.project.project import Project
from editor_app.widgets.key_button import KeyButton
from editor_app.widgets.labels import label
from ml_core.domain.models import COMPARISON_PAIRS

_PAIR_S = 45
"""About how long a pair takes, said beforehand."""
_TEXT_PX = 720
NO_SOUND = "There is no sound now. A comparison is by ear."


class StartPanel(QWidget):
    """Says whether there is something to compare, and how it will go."""

    def __init__(self, project: Project, actions: Actions) -> None:
        super().__init__()
        self._project, self._actions = project, actions
        self._words = label("", "heading")
        self._facts = label("", "secondary")
        self._facts.setWordWrap(True)
        self._plan = QFrame()
        self._plan.setObjectName("panel")
        self._grid = QGridLayout(self._plan)
        self._grid.setContentsMargins(16, 16, 16, 16)
        self._grid.setHorizontalSpacing(24)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)
        self._values = []
        for row, name in enumerate(("Pairs", "Songs", "Time", "Result")):
            value = label("", "secondary")
            value.setWordWrap(True)
            self._grid.addWidget(label(name, "name"), row, 0)
            self._grid.addWidget(value, row, 1)
            self._values.append(value)
        self._start = KeyButton("Start comparing", kind="primary").bind(actions["compare"])
        self._to = KeyButton("Your taste").bind(actions["place_taste"])
        for widget in (self._facts, self._plan):
            widget.setMaximumWidth(_TEXT_PX)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._start)
        buttons.addWidget(self._to)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(12)
        column.addWidget(self._words)
        column.addWidget(self._facts)
        column.addWidget(self._plan)
        column.addSpacing(4)
        column.addLayout(buttons)
        column.addStretch(1)

    def show_state(self, is_making: bool, has_sound: bool = True) -> None:
        """Read again what there is to compare.

        Args:
            is_making: whether the pairs are being made.
            has_sound: whether there is an output: a comparison is by ear.
        """
        newest = self._project.models.newest()
        active = self._project.models.active()
        facts, can = "", False
        if is_making:
            words, facts = "Making the pairs…", "This takes some seconds."
        elif newest is None:
            words = "Nothing to compare yet"
            facts = "Rate some pairs and train first. Then you can hear whether it helped."
        elif active is not None and active.id == newest.id:
            words = "The newest taste is in use"
            facts = "Rate more pairs and train again; then old and new can be compared."
        else:
            words, can = "Is your new taste better?", True
            facts = "" if has_sound else f"{NO_SOUND} It can start once sound is back."
            self._show_plan()
        self._words.setText(words)
        self._facts.setText(facts)
        self._facts.setVisible(bool(facts))
        self._plan.setVisible(can)
        self._start.setVisible(can)
        self._to.setVisible(not can and not is_making)
        self._actions.allow(["compare"], (facts if can else words) or "")

    def _show_plan(self) -> None:
        reserved = self._project.songs.ready("compare")
        minutes = max(1, round(COMPARISON_PAIRS * _PAIR_S / 60))
        if reserved:
            where = f"{counted(len(reserved), 'song')} that you never rated."
        else:
            where = (
                "Those it has learned from, since none is kept aside. With 8 songs or more, "
                "some are."
            )
        texts = (
            f"{COMPARISON_PAIRS} of old against new, blind. The number is fixed beforehand.",
            where,
            f"About {minutes} minutes. You can stop and go on at any time.",
            "Shown after the last pair. It may be that no difference is shown.",
        )
        for value, text in zip(self._values, texts, strict=True):
            value.setText(text)
