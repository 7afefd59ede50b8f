"""Which device sounds, and why none does."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from editor_app.sound import output_stream
from editor_app.sound.output_stream import OutputStream
from ml_core.errors import UserError

# Rate that lanes are made for while there is no device.
RATE_WITHOUT_DEVICE_HZ = 44100


class SoundDevice(QObject):
    """The open output stream, if there is one. Opens nothing by itself.

    Signals:
        closing: the stream is about to be closed.
        changed: another device or rate, or none any more; what was made for another rate must be
            made again.
    """

    closing = Signal()
    changed = Signal()

    def __init__(
        self,
        parent: QObject | None = None,
        open_stream: Callable[[str | None], OutputStream] = OutputStream,
    ) -> None:
        super().__init__(parent)
        self._open_stream = open_stream
        self._wanted: str | None = None
        self.stream: OutputStream | None = None
        self.error: UserError | None = None

    @staticmethod
    def choices() -> list[str]:
        """The output devices to choose from, the default first; empty where there is none."""
        return output_stream.devices()

    @property
    def name(self) -> str:
        """Name of the device in use; empty without one."""
        return self.stream.device_name if self.stream is not None else ""

    @property
    def sample_rate_hz(self) -> int:
        """The rate that lanes must be made for."""
        return self.stream.sample_rate_hz if self.stream is not None else RATE_WITHOUT_DEVICE_HZ

    def open(self, name: str | None = None) -> bool:
        """Use a device by name, or the system's default; false, and `error`, if it can't be."""
        self._close_stream()
        self._wanted, self.error = name, None
        try:
            self.stream = self._open_stream(name)
        except UserError as error:
            self.error = error
        self.changed.emit()
        return self.stream is not None

    def reconnect(self) -> bool:
        """Look for the device anew; for the default one if it is not there any more."""
        self._close_stream()
        output_stream.look_again()
        wanted = self._wanted
        if self.open(wanted):
            return True
        return wanted is not None and self.open(None)

    def lose(self) -> None:
        """The device has stopped answering: let go of it, and say so."""
        self._close_stream()
        self.error = UserError(*output_stream.DEVICE_LOST)
        self.changed.emit()

    def close(self) -> None:
        """Give the device back."""
        self._close_stream()

    def _close_stream(self) -> None:
        if self.stream is not None:
            self.closing.emit()
            self.stream.close()
            self.stream = None
