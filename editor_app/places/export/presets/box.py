"""The box that names the preset whose values all hold, and sets another."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox

from editor_app.look.foreign import plain_tip, shown
from ml_core.domain.files.preset_list import PresetList
from ml_core.domain.files.preset_words import preset_words
from ml_core.domain.files.presets import Preset

CHANGE = "Change presets…"
_SHORTEST = 8


class PresetBox(QComboBox):
    """Empty while what is set is no preset."""

    chosen = Signal(str)
    """The name of a preset that is to be set."""

    change_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Preset")
        self.setPlaceholderText("No preset")
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(_SHORTEST)
        self._now = -1
        self.activated.connect(self._on_activated)

    def show_presets(self, presets: PresetList, now: Preset | None) -> None:
        """Offer presets; one may be set."""
        self.clear()
        for one in presets.presets:
            self.addItem(shown(one.name), one.name)
            at = self.count() - 1
            self.setItemData(at, plain_tip(preset_words(one)), Qt.ItemDataRole.ToolTipRole)
        if self.count():
            self.insertSeparator(self.count())
        self.addItem(CHANGE, None)
        self.show_now(now)

    def show_now(self, now: Preset | None) -> None:
        """Name the preset that is set; None for none."""
        self._now = -1 if now is None else self.findData(now.name)
        self.setCurrentIndex(self._now)
        tip = "Length, loudness, format and name in one step"
        self.setToolTip(tip if now is None else plain_tip(f"{tip}\n{preset_words(now)}"))

    def _on_activated(self, index: int) -> None:
        name = self.itemData(index)
        self.setCurrentIndex(self._now)
        if name is None:
            self.change_wanted.emit()
        else:
            self.chosen.emit(name)
