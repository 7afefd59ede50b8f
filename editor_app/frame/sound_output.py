"""The sound device in the frame: chosen in a menu, named in the status line, missed by banner."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu

from editor_app.frame.status_line import StatusLine
from editor_app.look.foreign import named, shown
from editor_app.notifier import About
from editor_app.workspace import Workspace

_VOLUME_STEP = 0.05
_VOLUME_ACTIONS = ("louder", "quieter")


class SoundOutput(QObject):
    """Opens the device after the first paint, and keeps menu, status line and settings with it."""

    outputs_changed = Signal()
    """Other outputs are there than were seen before."""

    def __init__(self, workspace: Workspace, status: StatusLine) -> None:
        super().__init__(workspace.player)
        player, settings, actions = workspace.player, workspace.settings, workspace.actions
        self._player, self._corner, self._actions = player, status.sound, actions
        self._notifier, self._settings = workspace.notifier, settings
        self._was_missed, self._is_open = False, True
        self._refused = ""
        # The choice that opens from the status line; the menu bar has one of its own.
        self._menu = QMenu("Audio output", status)
        self._corner.volume_changed.connect(self._set_volume)
        self._corner.set_volume(settings.volume)
        player.volume = settings.volume
        player.device.changed.connect(self._show_device)
        player.device.outputs.changed.connect(self._fill_again)
        player.device.outputs.changed.connect(self.outputs_changed)
        settings.changed.connect(self._on_setting)
        actions["louder"].triggered.connect(lambda: self._corner.step_volume(_VOLUME_STEP))
        actions["quieter"].triggered.connect(lambda: self._corner.step_volume(-_VOLUME_STEP))
        for action_id in _VOLUME_ACTIONS:
            actions[action_id].changed.connect(self._show_keys)
        self._show_keys()
        actions["try_sound"].triggered.connect(player.device.reconnect)
        # Whatever it plays or pauses: without sound, this key looks for it.
        actions["play"].triggered.connect(player.device.try_again)

    def open(self) -> None:
        """Use the device that was chosen last, else the system's own."""
        self._player.device.open(self._settings.audio_device or None)

    def close(self) -> None:
        """Follow the settings no more: they outlive a window. May be called twice."""
        self._is_open = False

    def fill(self, menu: QMenu) -> None:
        """List the devices as they were seen last, and look for others."""
        self._list(menu)
        self.look_round()

    def look_round(self) -> None:
        """Look for other outputs; `Outputs.changed` tells of them."""
        self._player.device.outputs.look_round()

    def pop_up(self) -> None:
        """Open the choice of outputs at the status line."""
        self.fill(self._menu)
        self._corner.pop_up(self._menu)

    def _fill_again(self) -> None:
        if self._menu.isVisible():
            self._list(self._menu)
            self._corner.pop_up(self._menu)

    def _list(self, menu: QMenu) -> None:
        menu.clear()
        group = QActionGroup(menu)
        for name, text in self.choices():
            action = named(group.addAction(""), text)
            action.setCheckable(True)
            action.setChecked(name == self._settings.audio_device)
            action.triggered.connect(lambda _=False, name=name: self._choose(name))
            menu.addAction(action)

    def choices(self) -> list[tuple[str, str]]:
        """The outputs as they were seen last, by name and in words; the system's own first."""
        chosen = self._settings.audio_device
        names = self._player.device.outputs.names
        # The one that was chosen is named though it is not there now.
        missing = [chosen] if chosen and chosen not in names else []
        choices = [("", "As the system"), *((name, name) for name in names)]
        return choices + [(name, f"{name}, not there now") for name in missing]

    def _choose(self, name: str) -> None:
        self._settings.audio_device = name

    def _on_setting(self, name: str) -> None:
        if self._is_open and name == "audio_device":
            self._player.device.open(self._settings.audio_device or None)

    def _set_volume(self, volume: float) -> None:
        self._settings.volume = volume
        self._player.volume = volume

    def _show_keys(self) -> None:
        self._corner.set_volume_keys(self._actions.key_texts(*_VOLUME_ACTIONS))

    def _show_device(self) -> None:
        error, device = self._player.error, self._player.device
        if error is None:
            self._corner.show_output(device.name, f"{device.sample_rate_hz / 1000:g} kHz")
            self._notifier.withdraw(About.SOUND)
            if device.refused and device.refused != self._refused:
                told = f"{shown(device.refused)} can't be used now. Sound comes from {device.name}."
                self._notifier.status(told, False)
            elif self._was_missed:
                self._notifier.status("Sound is back.")
            self._refused = device.refused
        else:
            self._corner.show_output("No sound", error.message)
            if not self._was_missed:
                self._notifier.status("There is no sound.", False)
            self._notifier.in_turn(
                "doubtful", error.message, error.remedy, "try_sound", About.SOUND
            )
        self._was_missed = error is not None
