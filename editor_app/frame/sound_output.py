"""The sound device in the frame: chosen in a menu, named in the status line, missed by banner."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu

from editor_app.frame.status_line import StatusLine
from editor_app.look.foreign import named
from editor_app.notifier import About
from editor_app.workspace import Workspace
from ml_core.errors import UserError

_VOLUME_STEP = 0.05
_VOLUME_ACTIONS = ("louder", "quieter")


class SoundOutput(QObject):
    """Opens the device after the first paint, and keeps menu, status line and settings with it."""

    def __init__(self, workspace: Workspace, status: StatusLine) -> None:
        super().__init__(workspace.player)
        player, settings, actions = workspace.player, workspace.settings, workspace.actions
        self._player, self._status, self._actions = player, status, actions
        self._notifier, self._settings = workspace.notifier, settings
        self._was_missed = False
        status.volume_changed.connect(self._set_volume)
        status.set_volume(settings.volume)
        status.set_output("")
        player.volume = settings.volume
        player.device.changed.connect(self._show_device)
        actions["louder"].triggered.connect(lambda: status.step_volume(_VOLUME_STEP))
        actions["quieter"].triggered.connect(lambda: status.step_volume(-_VOLUME_STEP))
        for action_id in _VOLUME_ACTIONS:
            actions[action_id].changed.connect(self._show_keys)
        self._show_keys()
        actions["try_sound"].triggered.connect(player.device.reconnect)

    def open(self) -> None:
        """Use the device that was chosen last, else the system's own."""
        name = self._settings.audio_device
        if not self._player.device.open(name or None) and name:
            self._player.device.open(None)

    def fill(self, menu: QMenu) -> None:
        """List the devices."""
        menu.clear()
        group = QActionGroup(menu)
        choices = [("", "As the system")]
        try:
            choices += [(name, name) for name in self._player.device.choices()]
        except UserError as error:
            named(menu.addAction(""), error.message).setEnabled(False)
        for name, text in choices:
            action = named(group.addAction(""), text)
            action.setCheckable(True)
            action.setChecked(name == self._settings.audio_device)
            action.triggered.connect(lambda _=False, name=name: self._choose(name))
            menu.addAction(action)

    def _choose(self, name: str) -> None:
        self._settings.audio_device = name
        self._player.device.open(name or None)

    def _set_volume(self, volume: float) -> None:
        self._settings.volume = volume
        self._player.volume = volume

    def _show_keys(self) -> None:
        self._status.set_volume_keys(self._actions.key_texts(*_VOLUME_ACTIONS))

    def _show_device(self) -> None:
        error = self._player.error
        if error is None:
            khz = self._player.sample_rate_hz / 1000
            self._status.set_output(f"{self._player.device.name} · {khz:g} kHz")
            if self._was_missed:
                self._notifier.withdraw(About.SOUND)
                self._notifier.status("Sound is back.")
        else:
            self._status.set_output("No sound")
            self._notifier.in_turn(
                "doubtful", error.message, error.remedy, "try_sound", About.SOUND
            )
        self._was_missed = error is not None
