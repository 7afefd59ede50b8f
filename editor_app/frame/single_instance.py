"""One window for one project: a second start raises the first window and ends.

They meet at a socket in a folder that only this user may enter: in the folder for temporary files
another user could have taken its name. Whoever comes there can raise the window and no more.

A window that was closed while work ran is gone at once, but its process has the project until the
work has stopped. It is met at a second socket then, and who comes there waits until it closes.
"""

from __future__ import annotations

import getpass
import hashlib
import os
import stat
import sys
import time
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from ml_core.paths import runtime_dirs

Meeting = Literal["raised", "left", "nobody"]

_CONNECT_MS = 500
_TRY_S, _AGAIN_S = 2.0, 0.1
# Work stops within some seconds, or its process is ended.
_LEAVING_S = 60.0
_LEAVING = "-leaving"
_RAISE = b"raise\n"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_LONGEST_ADDRESS_BYTES = 100
"""Of a socket's path: Linux takes 107, macOS 103."""


def _server_name(project_dir: Path) -> str:
    who = f"{getpass.getuser()}:{project_dir.resolve()}"
    return "tastecut-" + hashlib.sha256(who.encode()).hexdigest()[:16]


def _address(project_dir: Path, suffix: str = "") -> str:
    """Where the window of a project is met; empty where there is no safe place."""
    name = _server_name(project_dir) + suffix
    if sys.platform == "win32":
        return name  # pipes have no folders; the server lets nobody in but this user
    for folder in runtime_dirs():
        address = str(folder / name)
        if len(os.fsencode(address)) <= _LONGEST_ADDRESS_BYTES and _is_private(folder):
            return address
    return ""


def _is_private(folder: Path) -> bool:
    """Whether the folder, made if need be, is this user's and nobody else may enter it."""
    try:
        folder.mkdir(mode=stat.S_IRWXU, parents=True, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return False
    is_ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()
    return is_ours and not found.st_mode & _OTHERS


def _connects(socket: QLocalSocket, name: str) -> bool:
    socket.connectToServer(name)
    return socket.waitForConnected(_CONNECT_MS)


class SingleInstance(QObject):
    """Finds the window that has a project, or is found by the next one that is started."""

    raised = Signal()

    def __init__(self, project_dir: Path) -> None:
        super().__init__()
        self._name, self._leaving = _address(project_dir), _address(project_dir, _LEAVING)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)

    def meet_other(self) -> Meeting:
        """Have the window that has the project come up, or wait until it has left the project.

        One that has only just been started does not listen yet, so it is tried for a while.
        """
        until_s = time.monotonic() + _TRY_S
        while self._name and time.monotonic() < until_s:
            socket = QLocalSocket()
            if _connects(socket, self._name):
                socket.write(_RAISE)
                socket.flush()
                socket.waitForBytesWritten(_CONNECT_MS)
                socket.disconnectFromServer()
                return "raised"
            if self._leaving and _connects(socket, self._leaving):
                # Nobody answers there; the connection ends when the other lets the project go.
                socket.waitForDisconnected(round(_LEAVING_S * 1000))
                has_left = socket.state() == QLocalSocket.LocalSocketState.UnconnectedState
                return "left" if has_left else "nobody"
            time.sleep(_AGAIN_S)
        return "nobody"

    def listen(self) -> None:
        """Be found. Only who holds the project's lock may call this."""
        if self._name and not self._server.listen(self._name):
            # Nobody can answer there, since the lock is ours: a killed window left it behind.
            QLocalServer.removeServer(self._name)
            self._server.listen(self._name)

    def leave(self) -> None:
        """Be raised no more, but tell who comes that the project is free soon; `close` follows."""
        self._server.close()
        self._server.newConnection.disconnect(self._on_connection)
        if self._leaving and not self._server.listen(self._leaving):
            QLocalServer.removeServer(self._leaving)
            self._server.listen(self._leaving)

    def close(self) -> None:
        """Let another window be the first."""
        self._server.close()

    def _on_connection(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            # That somebody came is all that counts; what is said is never read.
            socket.abort()
            socket.deleteLater()
            self.raised.emit()
