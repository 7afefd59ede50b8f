"""One window for one project: a second start raises the first window and ends."""

from __future__ import annotations

import getpass
import hashlib
import time
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_CONNECT_MS = 500
_TRY_S, _AGAIN_S = 2.0, 0.1
_RAISE = b"raise\n"


def _server_name(project_dir: Path) -> str:
    who = f"{getpass.getuser()}:{project_dir.resolve()}"
    return "tastecut-" + hashlib.sha256(who.encode()).hexdigest()[:16]


class SingleInstance(QObject):
    """Finds the window that has a project, or is found by the next one that is started."""

    raised = Signal()

    def __init__(self, project_dir: Path) -> None:
        super().__init__()
        self._name = _server_name(project_dir)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)

    def raise_other(self) -> bool:
        """Have the window that has the project come up; false if there is none.

        One that has only just been started does not listen yet, so it is tried for a while.
        """
        until_s = time.monotonic() + _TRY_S
        while time.monotonic() < until_s:
            socket = QLocalSocket()
            socket.connectToServer(self._name)
            if socket.waitForConnected(_CONNECT_MS):
                socket.write(_RAISE)
                socket.flush()
                socket.waitForBytesWritten(_CONNECT_MS)
                socket.disconnectFromServer()
                return True
            time.sleep(_AGAIN_S)
        return False

    def listen(self) -> None:
        """Be found. Only who holds the project's lock may call this."""
        if not self._server.listen(self._name):
            # Nobody can answer there, since the lock is ours: a killed window left it behind.
            QLocalServer.removeServer(self._name)
            self._server.listen(self._name)

    def close(self) -> None:
        """Let another window be the first."""
        self._server.close()

    def _on_connection(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.disconnected.connect(socket.deleteLater)
            self.raised.emit()
