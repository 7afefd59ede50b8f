"""The taste in use, at the foot of the side bar."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from editor_app.look.foreign import plain_tip
from editor_app.widgets.labels import label


class TasteBox(QWidget):
    """A heading and a box to choose from, named for screen readers."""

    chosen = Signal(int)
    """Id of the taste that the person chose."""

    unseen = Signal(str)
    """Name of the taste in use while the box is hidden; empty while it is seen."""

    def __init__(self) -> None:
        super().__init__()
        self._box = QComboBox()
        self._box.setAccessibleName("Taste")
        self._box.setMinimumContentsLength(6)
        self._box.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self._box.activated.connect(self._on_activated)
        heading = label("Taste", "small")
        heading.setBuddy(self._box)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(heading)
        column.addWidget(self._box)

    def show_tastes(self, tastes: Sequence[tuple[int, str]], current: int) -> None:
        """Show (id, name) of each taste, and which one is in use."""
        box = self._box
        shown = [(box.itemData(at), box.itemText(at)) for at in range(box.count())]
        if shown != list(tastes):
            self._box.clear()
            for taste_id, name in tastes:
                self._box.addItem(name, taste_id)
                tip = plain_tip(name)
                self._box.setItemData(self._box.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        self._box.setCurrentIndex(self._box.findData(current))
        self.tell()

    def refuse(self, reason: str) -> None:
        """Allow no other taste for a reason that the tooltip tells; empty allows again."""
        self._box.setEnabled(not reason)
        self._box.setToolTip(reason or "The taste that you rate, train and export with")

    def tell(self) -> None:
        """Emit `unseen`. Whoever hides the box, or what it lies in, calls this."""
        window = self.window()
        self.unseen.emit("" if self.isVisibleTo(window) else self._box.currentText())

    def _on_activated(self, at: int) -> None:
        self.chosen.emit(self._box.itemData(at))
