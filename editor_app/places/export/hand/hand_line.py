"""The line that says that an edit is the person's own, and offers to learn from it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from editor_app.keys.actions import Actions
from editor_app.look.foreign import sentence
from editor_app.places.export.model import ExportModel
from editor_app.widgets.eliding_label import ElidingLabel
from editor_app.widgets.glyph import Glyph
from editor_app.widgets.key_button import KeyButton
from ml_core.domain.edits import Edit
from ml_core.units import clock

BUTTON_PX = 28
_OFFER, _COUNTS = ("Count this as a rating", ""), ("Counts as a rating", "tick")


class ByHandLine(QWidget):
    """Shown only where the edit is not the one proposed; its row is as high without it.

    The button shows what the store holds: after it was written, never before.
    """

    def __init__(self, actions: Actions, model: ExportModel) -> None:
        super().__init__()
        self._model, self._actions, self._count = model, actions, actions["count_by_hand"]
        self._words = ElidingLabel()
        self._button = KeyButton("Count this as a rating", height_px=BUTTON_PX).bind(self._count)
        self._button.hold_place(_OFFER[0], _COUNTS[0])
        self._back = KeyButton("Reset", height_px=BUTTON_PX).bind(actions["undo_by_hand"])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(Glyph("pencil", "text"))
        row.addWidget(self._words, 1)
        row.addWidget(self._button)
        row.addWidget(self._back)
        self._count.triggered.connect(lambda _: self._on_count())
        actions["undo_by_hand"].triggered.connect(lambda _: model.take_back())
        model.counted_changed.connect(self._read)
        self.show_edit()

    def show_edit(self) -> None:
        """Show whether the edit is the one proposed."""
        own, is_changed = self._model.own, self._model.is_changed
        self.setVisible(own is not None)
        nothing = "This edit is the one proposed"
        if own is not None:
            is_cut = own.changed.spans != own.proposed.spans
            nothing = "" if is_cut else "It is cut as was proposed, which is no rating"
        self._actions.allow(["count_by_hand"], nothing)
        self._actions.allow(["undo_by_hand"], "" if is_changed else "Nothing was changed")
        self._back.setVisible(is_changed)
        if own is not None:
            what = "By hand" if is_changed else "Not the best match"
            what = "From the map" if own.is_taken else what
            what = sentence(f"From {own.came_from}") if own.came_from else what
            self._words.setText(f"{what}{_length_words(own.proposed, own.changed)}")
        self._read()

    def _read(self) -> None:
        """Show whether it counts, as the store says."""
        counts = self._model.counts
        self._count.setChecked(counts)
        self._button.set_words(*(_COUNTS if counts else _OFFER))

    def _on_count(self) -> None:
        if self.isVisible():
            self._model.count()
            self._read()


def _length_words(proposed: Edit, changed: Edit) -> str:
    before, after = clock(proposed.duration_s), clock(changed.duration_s)
    return f": {after}" if before == after else f": {after}, was {before}"
