"""Which device sounds, why none does, and how sound that went comes back by itself."""

from __future__ import annotations

import contextlib
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from editor_app.sound import output_stream
from editor_app.sound.background import AtOnce, Runner
from editor_app.sound.output_stream import OutputStream
from editor_app.sound.outputs import Outputs
from ml_core.errors import UserError
from ml_core.log import note_fault

# Rate that lanes are made for until a device was open.
RATE_WITHOUT_DEVICE_HZ = 44100
# A stream is looked at this often. Ticks are counted, not seconds: a process that was halted for a
# minute has not lost its device.
WATCH_MS = 250
# The device took nothing for so many looks, 2.5 s: it is gone. One that was just opened, or could
# not be served for a moment, may pause for 1.9 s (PulseAudio's null sink, measured).
STALL_LOOKS = 10
# What comes back is looked at more often, so that sound is not kept waiting.
COMING_MS = 100
COMING_LOOKS = 25
# While another device sounds than the one that is wanted, that one is looked for this often, 10 s:
# listing devices beside a stream takes a process of its own, 0.4 s of one core.
RETURN_LOOKS = 40
# Between attempts: as long as twenty of them take, so that a slow system is not kept busy.
RETRY_S = (0.5, 2.0)
RETRY_SHARE = 20
# What closing waits for the device: a hung one would keep the window open.
CLOSE_WAIT_S = 0.5

OpenStream = Callable[[str | None, int], OutputStream]


@dataclass(frozen=True, slots=True, eq=False)
class Attempt:
    """What came of trying to open a device.

    Attributes:
        stream: open; None where none could be opened.
        error: why the one that was wanted can't be used; None where it can.
        choices: the output devices there are, the default first.
        seconds: that it took.
    """

    stream: OutputStream | None
    error: UserError | None
    choices: list[str]
    seconds: float


class SoundDevice(QObject):
    """The open output stream, if there is one. Opens nothing before it is asked to.

    A stream is watched all the time. One that has ended or stopped taking sound is let go of, and
    a device is looked for until sound is back: the one that is wanted, else the system's default.

    Args:
        open_stream: opens a device by name (None for the default), first at a rate (0 for none);
            in place of the system's devices, for tests.
        run: runs what may block.

    Attributes:
        stream: open; None while there is no sound.
        error: why there is none; None while there is, or before a device was looked for.
        outputs: the devices to choose from.

    Signals:
        closing: the stream is about to be closed.
        changed: there is sound, or there is none any more, or another device or rate.
    """

    closing = Signal()
    changed = Signal()
    _tried = Signal(object)

    def __init__(
        self,
        parent: QObject | None = None,
        open_stream: OpenStream | None = None,
        run: Runner | None = None,
    ) -> None:
        super().__init__(parent)
        self._open_stream, self._run = open_stream, run or AtOnce()
        self.stream: OutputStream | None = None
        self.error: UserError | None = None
        self.outputs = Outputs(self, can_look=open_stream is None)
        self._wanted: str | None = None
        self._rate_hz = 0
        self._coming: OutputStream | None = None
        self._old: list[OutputStream] = []
        self._was_tried = self._is_trying = self._is_wanted_anew = self._is_closed = False
        self._n_still = self._n_in_place = 0
        self._watch = QTimer(self)
        self._watch.timeout.connect(self._look)
        self._retry = QTimer(self)
        self._retry.setSingleShot(True)
        self._retry.timeout.connect(self._try)
        self._tried.connect(self._on_tried)
        self.outputs.changed.connect(self._return)

    @property
    def name(self) -> str:
        """Name of the device in use; empty without one."""
        return self.stream.device_name if self.stream is not None else ""

    @property
    def refused(self) -> str:
        """Name of the device that was wanted, where another sounds in its place."""
        is_other = self.stream is not None and self._wanted not in (None, self.name)
        return str(self._wanted) if is_other else ""

    @property
    def sample_rate_hz(self) -> int:
        """The rate that lanes must be made for; the last one while there is no sound."""
        if self.stream is not None:
            rate_hz: int = self.stream.sample_rate_hz
            return rate_hz
        return self._rate_hz or RATE_WITHOUT_DEVICE_HZ

    def open(self, name: str | None = None) -> bool:
        """Use a device by name, or the system's default; true if it sounds at once.

        It may take a moment. `changed` tells what came of it.
        """
        self._wanted = name
        self.reconnect()
        return self.stream is not None

    @Slot()
    def reconnect(self) -> None:
        """Look for the device anew, though one may be open."""
        self._put_away()
        self._try()

    @Slot()
    def try_again(self) -> None:
        """Look for the device now, if there is no sound; one that is about to come is awaited."""
        if self.stream is None and self._coming is None and not self._is_trying:
            self._try()

    def lose(self) -> None:
        """The device has stopped answering: let go of it, say so, and look for it."""
        if self.stream is not None:
            self._put_away()
            self.error = UserError(*output_stream.DEVICE_LOST)
            self.changed.emit()
            self.try_again()

    def close(self) -> None:
        """Give the device back."""
        self._is_closed = True
        self.outputs.close()
        self._retry.stop()
        self._put_away()
        old, self._old = self._old, []
        self._run(lambda: _close(old))
        if not self._run.end(CLOSE_WAIT_S):
            output_stream.leave_as_it_is()

    # Looking for a device

    def _put_away(self) -> None:
        """Let go of the stream, which is closed where that may block."""
        self._watch.stop()
        if self.stream is not None:
            self.closing.emit()
        self._old += [one for one in (self.stream, self._coming) if one is not None]
        self.stream = self._coming = None

    @Slot()
    def _try(self) -> None:
        self._retry.stop()
        if self._is_closed:
            return
        if self._is_trying:
            self._is_wanted_anew = True
            return
        self._is_trying, self._is_wanted_anew = True, False
        old, self._old = self._old, []
        names = list(dict.fromkeys((self._wanted, None)))
        rate_hz, is_first = self._rate_hz, not self._was_tried
        self._was_tried = True

        def attempt() -> None:
            try:
                if self._open_stream is None:
                    made = _attempt_in_system(old, names, rate_hz, is_first)
                else:
                    made = _attempt(old, names, rate_hz, self._open_stream)
            except Exception:  # Whatever a driver does, sound is looked for again.
                note_fault(traceback.format_exc())
                made = Attempt(None, UserError(*output_stream.DEVICE_LOST), [], RETRY_S[1])
            with contextlib.suppress(RuntimeError):  # The window has gone meanwhile.
                self._tried.emit(made)

        self._run(attempt)

    @Slot(object)
    def _on_tried(self, made: Attempt) -> None:
        self._is_trying = False
        self.outputs.see(made.choices)
        stream = made.stream
        if self._is_closed:
            if stream is not None:
                stream.close()
        elif self._is_wanted_anew:
            self._old += [stream] if stream is not None else []
            self._try()
        elif stream is None:
            self._miss(made)
        elif self.error is None:
            self._take(stream)
        else:  # Opening is no proof: a suspended device opens, and is silent.
            self._coming = stream
            self._watch_from_now(COMING_MS)

    def _miss(self, made: Attempt) -> None:
        if self.error is None:
            self.error = made.error
            self.changed.emit()
        if self.error is not None and self.error.message != output_stream.NO_LIBRARY[0]:
            wait_s = min(max(RETRY_SHARE * made.seconds, RETRY_S[0]), RETRY_S[1])
            self._retry.start(round(1000 * wait_s))

    def _take(self, stream: OutputStream) -> None:
        self.stream, self._coming, self.error = stream, None, None
        self._rate_hz = stream.sample_rate_hz
        self._watch_from_now(WATCH_MS)
        self.changed.emit()

    # Watching a stream

    def _watch_from_now(self, every_ms: int) -> None:
        self._n_still = 0
        self._watch.start(every_ms)

    @Slot()
    def _look(self) -> None:
        """Ask the stream whether it goes on."""
        stream = self.stream or self._coming
        if stream is None:
            return
        if stream.beats():
            self._n_still = 0
            if self._coming is not None:
                self._take(stream)
            elif self.refused:
                self._n_in_place = (self._n_in_place + 1) % RETURN_LOOKS
                if not self._n_in_place:
                    self.outputs.look_round()
            return
        self._n_still += 1
        if self.stream is not None:
            if stream.has_ended or self._n_still >= STALL_LOOKS:
                self.lose()
        elif stream.has_ended or self._n_still >= COMING_LOOKS:
            self.reconnect()

    @Slot()
    def _return(self) -> None:
        """The device that is wanted is there again: leave the one that sounds in its place."""
        if self.refused in self.outputs.names:
            self.reconnect()


def _close(streams: list[OutputStream]) -> None:
    for stream in streams:
        stream.close()


def _attempt_in_system(
    old: list[OutputStream], names: list[str | None], rate_hz: int, is_first: bool
) -> Attempt:
    """Have devices listed anew, and open the first that can be; it may block."""
    started_s = time.monotonic()
    _close(old)
    if not is_first:
        output_stream.look_again()
    made = _attempt([], names, rate_hz, OutputStream)
    choices = output_stream.devices()
    return replace(made, choices=choices, seconds=time.monotonic() - started_s)


def _attempt(
    old: list[OutputStream], names: list[str | None], rate_hz: int, open_stream: OpenStream
) -> Attempt:
    """Close what was, and open the first device that can be."""
    _close(old)
    why: UserError | None = None
    for name in names:
        try:
            return Attempt(open_stream(name, rate_hz), why, [], 0.0)
        except UserError as error:
            why = why or error
    return Attempt(None, why, [], 0.0)
