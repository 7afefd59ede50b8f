"""The buttons under the waveforms: those of the whole edit, or those of the join in hand."""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QWidget

from editor_app.keys.actions import Actions
from editor_app.widgets.button_row import ButtonRow, RowButton
from ml_core.domain.by_hand import JoinSide

SIDE_WORDS: dict[JoinSide, str] = {
    "both": "Both sides",
    "left": "End before",
    "right": "Start after",
}
_JOIN_TOOLS = (
    (
        RowButton("hear_join", "Hear", "loop", "Hear the join", goes=6),
        RowButton("join_earlier", "Earlier", goes=3, name="Move the join a bar earlier"),
        RowButton("join_later", "Later", goes=4, name="Move the join a bar later"),
        RowButton("join_side", "Both sides", goes=5, all_words=tuple(SIDE_WORDS.values())),
    ),
    (
        RowButton("heal_join", "Heal", goes=2, name="Heal the join"),
        RowButton("never_join", "Never", "crossed_circle", "Never this join", goes=1),
        RowButton("let_go_join", "Done", goes=7, name="Let go of the join"),
    ),
)


class JoinBar(QStackedWidget):
    """The two rows take the same room: nothing moves as a join is taken.

    Args:
        usual: the buttons of the whole edit.
    """

    def __init__(self, usual: ButtonRow, actions: Actions) -> None:
        super().__init__()
        self._usual, self._tools = usual, ButtonRow(_JOIN_TOOLS, actions)
        self.addWidget(usual)
        self.addWidget(self._tools)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def tools(self) -> ButtonRow:
        """The buttons of the join in hand."""
        return self._tools

    def show_join(self, side: JoinSide | None) -> None:
        """Show the buttons of the join in hand, of which that side moves; None without one."""
        wanted: QWidget = self._usual if side is None else self._tools
        if side is not None:
            self._tools.buttons["join_side"].set_words(SIDE_WORDS[side])
        if self.currentWidget() is not wanted:
            self.setCurrentWidget(wanted)
