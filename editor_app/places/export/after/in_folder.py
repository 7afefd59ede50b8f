"""Shows a file in the system's own file manager, selected where that can be asked for."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QProcess, QUrl
from PySide6.QtGui import QDesktopServices

# https://www.freedesktop.org/wiki/Specifications/file-manager-interface/
_SERVICE, _PATH = "org.freedesktop.FileManager1", "/org/freedesktop/FileManager1"


def show_in_folder(file: Path) -> bool:
    """Open the file's folder with the file selected, or just the folder; whether one opened."""
    if sys.platform == "win32":
        asked = QProcess.startDetached("explorer", [f"/select,{file}"])[0]
    elif sys.platform == "darwin":
        asked = QProcess.startDetached("open", ["-R", str(file)])[0]
    else:
        asked = _ask_file_manager(file)
    return asked or QDesktopServices.openUrl(QUrl.fromLocalFile(str(file.parent)))


def _ask_file_manager(file: Path) -> bool:
    """By the desktop's message bus; false where there is none, or no file manager answers."""
    # Imported when it is asked for: no place needs it to show.
    from PySide6.QtDBus import QDBusConnection, QDBusInterface  # noqa: PLC0415

    bus = QDBusConnection.sessionBus()
    known = bus.interface() if bus.isConnected() else None
    if known is None or not known.isServiceRegistered(_SERVICE).value():
        return False
    manager = QDBusInterface(_SERVICE, _PATH, _SERVICE, bus)
    # Sent and not waited for: a slow file manager must not hold the window up.
    urls = [QUrl.fromLocalFile(str(file)).toString(QUrl.ComponentFormattingOption.FullyEncoded)]
    manager.asyncCallWithArgumentList("ShowItems", [urls, ""])
    return True
