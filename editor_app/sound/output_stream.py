"""The sound device: found, opened at a rate that it takes, played to. The one user of rtmixer.

rtmixer's documentation asks not to write to a buffer that plays. This module does so on purpose,
but only ahead of `done_samples`, which rtmixer advances before it reads. That was tested with a
captured virtual card.
"""

from __future__ import annotations

import atexit
import contextlib
from threading import RLock
from typing import Any

from editor_app.sound.timeline import Audio
from ml_core.errors import UserError

# Captured without a gap idle, while torch trains and under a busy loop (measured): 46-52 ms.
LATENCY_S = 0.05
BLOCK_SAMPLES = 256
# Tried in order where the device refuses its own default rate.
FALLBACK_RATES_HZ = (48000, 44100)

NO_LIBRARY = (
    "There is no sound: the PortAudio library is missing.",
    "Install it (on Debian: libportaudio2), then start Tastecut again. In Rate you can go on by "
    "eye.",
)
NO_DEVICE = (
    "No sound device was found.",
    "Sound begins by itself once there is one; in Rate you can go on by eye.",
)
DEVICE_LOST = (
    "The sound output has stopped answering.",
    "Sound comes back by itself; in Rate you can go on by eye.",
)

# PortAudio takes one call at a time; a window that closes and the next one may both call it.
_PORTAUDIO = RLock()
_open_streams: set[int] = set()


class _Run:
    """A buffer that rtmixer plays; it holds the buffer as long as it lives."""

    def __init__(self, action: Any, buffer: Audio) -> None:
        self.action, self._buffer = action, buffer

    @property
    def done_samples(self) -> int:
        return int(self.action.done_frames)


class OutputStream:
    """An open stream. Silent until `play`; stays open between songs.

    Args:
        device_name: of the device, as `devices` lists it; None for the system's default.
        rate_hz: tried before the device's own rate; 0 for none.

    Raises:
        UserError: if there is no such device, or it can't be opened.
    """

    def __init__(self, device_name: str | None = None, rate_hz: int = 0) -> None:
        sounddevice, rtmixer = _libraries()
        with _PORTAUDIO:
            try:
                found = _find(sounddevice, device_name)
                self._mixer = _open(sounddevice, rtmixer, found, rate_hz)
            except (sounddevice.PortAudioError, ValueError) as error:
                raise _unusable(device_name) from error
            self.device_name = _name(sounddevice, found)
            _open_streams.add(id(self))
        self._asked: Any = None
        self.sample_rate_hz = round(self._mixer.samplerate)
        self.latency_samples = round(self._mixer.latency * self.sample_rate_hz)

    def play(self, buffer: Audio) -> _Run:
        """Start a buffer of two channels at the device's next step."""
        return _Run(self._mixer.play_buffer(buffer, channels=2), buffer)

    def end(self, run: _Run) -> None:
        """Stop a buffer; what it still holds is not heard."""
        if run.action in self._mixer.actions:
            # A full queue: the device takes no orders, and none of its sound is heard either.
            with contextlib.suppress(RuntimeError):
                self._mixer.cancel(run.action)

    @property
    def has_ended(self) -> bool:
        """Whether the device has let go of the stream, as when it is unplugged."""
        return not self._mixer.active

    def beats(self) -> bool:
        """Whether the device has taken a step since this was asked last.

        A device that is suspended stays open and raises nothing: its callback is not called. So
        it is given an order that makes no sound, and asked whether that was carried out.
        """
        if self._asked is not None and self._asked in self._mixer.actions:
            return False
        was_asked = self._asked is not None
        try:
            self._asked = self._mixer.fetch_and_reset_stats()
        except RuntimeError:  # Its queue is full.
            return False
        return was_asked

    def close(self) -> None:
        """Give the device back; what sounds is cut off. May block where the device hangs."""
        with _PORTAUDIO:
            self._mixer.abort(ignore_errors=True)
            self._mixer.close(ignore_errors=True)
            _open_streams.discard(id(self))


def devices() -> list[str]:
    """Names of the output devices, the default first; empty where there is no sound at all."""
    try:
        sounddevice, _ = _libraries()
    except UserError:
        return []
    with _PORTAUDIO:
        try:
            default = _name(sounddevice, sounddevice.query_devices(kind="output"))
            listed = [_name(sounddevice, d) for d in sounddevice.query_devices() if _can_play(d)]
        except (sounddevice.PortAudioError, ValueError):
            return []
    others = dict.fromkeys(name for name in listed if name != default)
    return [default, *others]


def look_again() -> None:
    """Have PortAudio list the devices anew, unless that would break a stream that is open."""
    try:
        sounddevice, _ = _libraries()
    except UserError:
        return
    with _PORTAUDIO:
        if _open_streams:
            return
        # PortAudio lists devices when it starts, and only then. Should it not start, the next
        # attempt is told that there is no device, and starts it.
        with contextlib.suppress(sounddevice.PortAudioError):
            if sounddevice._initialized:
                sounddevice._terminate()
            sounddevice._initialize()


def leave_as_it_is() -> None:
    """A call of PortAudio never came back: the end of this process must not wait for it."""
    with contextlib.suppress(UserError):
        sounddevice, _ = _libraries()
        atexit.unregister(sounddevice._exit_handler)


def _libraries() -> tuple[Any, Any]:
    """Sounddevice and rtmixer, imported at first use: a machine without PortAudio can do without.

    Raises:
        UserError: if PortAudio is missing.
    """
    try:
        import rtmixer  # noqa: PLC0415
        import sounddevice  # noqa: PLC0415
    except OSError as error:
        raise UserError(*NO_LIBRARY) from error
    return sounddevice, rtmixer


def _find(sounddevice: Any, name: str | None) -> dict[str, Any]:
    if name is not None:
        for device in sounddevice.query_devices():
            if _can_play(device) and _name(sounddevice, device) == name:
                return dict(device)
        raise ValueError(name)
    return dict(sounddevice.query_devices(kind="output"))


def _name(sounddevice: Any, device: dict[str, Any]) -> str:
    host = sounddevice.query_hostapis(device["hostapi"])["name"]
    return f"{device['name']} ({host})"


def _can_play(device: dict[str, Any]) -> bool:
    return int(device["max_output_channels"]) >= 2


def _open(sounddevice: Any, rtmixer: Any, device: dict[str, Any], first_hz: int) -> Any:
    """A started stream at the rate that is wanted, else the device's own, else a common one."""
    own_hz = round(device["default_samplerate"])
    rates_hz = dict.fromkeys((first_hz or own_hz, own_hz, *FALLBACK_RATES_HZ))
    fault: Exception = ValueError("no rate")
    for rate_hz in rates_hz:
        mixer = None
        try:
            mixer = rtmixer.Mixer(
                device=device["index"],
                channels=2,
                samplerate=rate_hz,
                blocksize=BLOCK_SAMPLES,
                latency=LATENCY_S,
            )
            mixer.start()
        except sounddevice.PortAudioError as error:
            fault = error
            if mixer is not None:
                mixer.close(ignore_errors=True)
        else:
            return mixer
    raise fault


def _unusable(device_name: str | None) -> UserError:
    if device_name is None:
        return UserError(*NO_DEVICE)
    return UserError(
        f"The sound device {device_name} can't be used.",
        "Connect it or choose another one. In Rate you can go on by eye.",
    )
