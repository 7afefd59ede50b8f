"""One window for one project: a second start raises the first window and ends."""

from __future__ import annotations

import getpass
import hashlib
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_CONNECT_MS = 500
_RAISE = b"raise\n"


def _server_name(project_dir: Path) -> str:
    who = f"{getpass.getuser()}:{project_dir.resolve()}"
    return "tastecut-" + hashlib.sha256(who.encode()).hexdigest()[:16]


class SingleInstance(QObject):
    """Knows whether this is the first window of a project, and hears when another one starts."""

    raised = Signal()

    def __init__(self, project_dir: Path) -> None:
        super().__init__()
        self._name = _server_name(project_dir)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)

    def is_first(self) -> bool:
        """Whether no other window has the project; if one has, it has been asked to come up."""
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if socket.waitForConnected(_CONNECT_MS):
            socket.write(_RAISE)
            socket.flush()
            socket.waitForBytesWritten(_CONNECT_MS)
            socket.disconnectFromServer()
            return False
        if not self._server.listen(self._name):
            # Nobody answers there: what a killed window left behind.
            QLocalServer.removeServer(self._name)
            self._server.listen(self._name)
        return True

    def close(self) -> None:
        """Let another window be the first."""
        self._server.close()

    def _on_connection(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.disconnected.connect(socket.deleteLater)
            self.raised.emit()
