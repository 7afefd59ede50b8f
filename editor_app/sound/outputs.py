"""The outputs there are now, also while one of them is open.

PortAudio lists devices when it starts, and to start anew would end the stream that sounds. So a
process of its own lists them.
"""

from __future__ import annotations

import contextlib
from threading import Thread
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from editor_app.sound import output_stream
from ml_core.worker import Progressed, Succeeded, Worker, WorkerGone

TASKS = {"outputs": "editor_app.sound.outputs:list_outputs"}
LIMIT_S = 10.0


class Outputs(QObject):
    """Names of the output devices, the default first, as they were seen last.

    Args:
        can_look: whether the system's devices may be looked at; tests have their own.
    """

    changed = Signal()
    _listed = Signal(object)

    def __init__(self, parent: QObject, can_look: bool) -> None:
        super().__init__(parent)
        self.names: list[str] = []
        self._can_look = can_look
        self._listed.connect(self._on_listed)

    def see(self, names: list[str]) -> None:
        """These are the outputs now."""
        if names != self.names:
            self.names = names
            self.changed.emit()

    def look_round(self) -> None:
        """See which there are now, though one of them sounds; `changed` tells of others."""
        if self._can_look:
            self._can_look = False
            Thread(target=self._list, name="sound-outputs", daemon=True).start()

    def close(self) -> None:
        """Look no more."""
        self._can_look = False
        self._listed.disconnect()

    def _list(self) -> None:
        found = outputs_now()
        with contextlib.suppress(RuntimeError):  # The window has gone meanwhile.
            self._listed.emit(found)

    @Slot(object)
    def _on_listed(self, found: list[str] | None) -> None:
        self._can_look = True
        if found is not None:
            self.see(found)


def list_outputs(_request: object, _progress: object) -> list[str]:
    """The task of that process: names of the outputs, the default first."""
    return output_stream.devices()


def outputs_now(limit_s: float = LIMIT_S) -> list[str] | None:
    """Names of the outputs, the default first; None if they can't be known now. It may block."""
    worker = Worker(f"{__name__}:TASKS", name="tastecut-outputs")
    try:
        worker.start()
        worker.run("outputs", None)
        message: Any = worker.receive(limit_s)
        while isinstance(message, Progressed):
            message = worker.receive(limit_s)
    except (WorkerGone, OSError):
        return None
    finally:
        worker.kill()
    return message.result if isinstance(message, Succeeded) else None
