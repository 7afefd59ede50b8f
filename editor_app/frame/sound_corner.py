"""The corner of the status line where sound is: its output, and how loud."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSlider, QWidget

from editor_app.look import theme
from editor_app.look.foreign import plain_tip, shown
from editor_app.widgets.key_button import KeyButton

_SLIDER_PX = 64
_NAME_PX = 200
_BUTTON_PX = 24
# A notch of a wheel, in eighths of a degree, and how many percent it turns.
_NOTCH, _NOTCH_PERCENT = 120, 5
SILENT = "Silent"


class SoundCorner(QWidget):
    """A button that opens the choice of outputs, and the volume; a wheel over either turns it."""

    volume_changed = Signal(float)
    outputs_wanted = Signal()
    """The person wants to choose an output; see `pop_up`."""

    def __init__(self) -> None:
        super().__init__()
        self.output = KeyButton("", "loudspeaker", kind="flat", height_px=_BUTTON_PX)
        self.output.clicked.connect(self.outputs_wanted)
        self.volume = QSlider(Qt.Orientation.Horizontal)
        self.volume.setRange(0, 100)
        self.volume.setSingleStep(_NOTCH_PERCENT)
        self.volume.setFixedWidth(_SLIDER_PX)
        self.volume.setAccessibleName("Volume")
        self.volume.valueChanged.connect(self._on_value)
        self._percent = _Number()
        self._percent.setProperty("role", "small")
        self._turned = 0
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for widget in (self.output, self.volume, self._percent):
            row.addWidget(widget)
        for widget in (self.output, self.volume):
            widget.installEventFilter(self)
        self.show_output("", "")
        self.set_volume(1.0)

    def show_output(self, name: str, facts: str) -> None:
        """Name the output, or say that there is none.

        Args:
            name: what the button says.
            facts: more of it, in the tooltip.
        """
        name = shown(name)
        metrics = self.output.fontMetrics()
        room = theme.grown_px(_NAME_PX)
        self.output.set_words(metrics.elidedText(name, Qt.TextElideMode.ElideRight, room))
        told = ", ".join(filter(None, (name, shown(facts))))
        self.output.setAccessibleName(f"Choose the sound output; now: {told or 'none yet'}")
        self.output.setToolTip(plain_tip("\n".join(filter(None, (told, "Choose the output")))))

    def pop_up(self, menu: QMenu) -> None:
        """Show a menu above the button, its chosen entry ready for the keys."""
        chosen = [action for action in menu.actions() if action.isChecked()]
        if chosen:
            menu.setActiveAction(chosen[0])
        above = QPoint(0, -menu.sizeHint().height())
        menu.popup(self.output.mapToGlobal(above))

    def set_volume(self, volume: float) -> None:
        """Show the volume, 0..1, without telling anybody."""
        self.volume.blockSignals(True)
        self.volume.setValue(round(100 * volume))
        self.volume.blockSignals(False)
        self._show_percent()

    def set_volume_keys(self, keys: Sequence[str]) -> None:
        """Tell the keys that turn the volume, as people read them."""
        told = f"Volume ({', '.join(keys)})" if keys else "Volume"
        told = f"{told}\nThe wheel turns it as well"
        self.volume.setToolTip(told)
        self._percent.setToolTip(told)

    def step_volume(self, by: float) -> None:
        """Turn the volume up or down."""
        self.volume.setValue(self.volume.value() + round(100 * by))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """One step for the wheel over button, slider and number: a slider has its own."""
        if isinstance(event, QWheelEvent):
            self.wheelEvent(event)
            return True
        return super().eventFilter(watched, event)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Turn the volume by whole notches; a touch pad sends parts of one."""
        self._turned += event.angleDelta().y()
        notches = int(self._turned / _NOTCH)
        self._turned -= notches * _NOTCH
        self.volume.setValue(self.volume.value() + notches * _NOTCH_PERCENT)
        event.accept()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the size of the text, once the percentage has it."""
        if event.type() == QEvent.Type.StyleChange:
            QTimer.singleShot(0, self, self._show_percent)
        super().changeEvent(event)

    def _on_value(self, value: int) -> None:
        self._show_percent()
        self.volume_changed.emit(value / 100)

    def _show_percent(self) -> None:
        value = self.volume.value()
        self._percent.setText(f"{value} %" if value else SILENT)


class _Number(QLabel):
    """Keeps the room of its longest words, so that nothing moves as the volume is turned."""

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As wide as the longest words are."""
        width = self.fontMetrics().horizontalAdvance
        return super().sizeHint().expandedTo(QSize(max(width("100 %"), width(SILENT)), 0))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The same: nothing is clipped."""
        return self.sizeHint()
