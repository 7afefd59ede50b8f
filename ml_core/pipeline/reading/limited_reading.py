"""Reads new files in a process of its own, which may take only so much time, memory and length.

A decoder over untrusted bytes may crash, hang or fill the memory: then only its file fails. One
child reads many files, since it takes a third of a second to start; after a death another does.
What it answers is JSON and is checked like all that comes from outside.
"""

from __future__ import annotations

import math
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ml_core.closing import Closing
from ml_core.domain.songs import SHORTEST_SONG_S, Song
from ml_core.errors import UserError
from ml_core.paths import printable_name
from ml_core.pipeline.reading.reading_process import ReadingProcess
from ml_core.progress import Progress
from ml_core.units import clock

_ANSWER_S = 0.05
"""How often a cancellation is looked for meanwhile."""

_OPENING_S = 60.0
_WALL_BY_CPU = 4.0
"""A busy machine, or a slow disk, takes so many times what the processor needs."""

_OTHER_FORM = "Convert it to WAV or FLAC and add the new file."


@dataclass(frozen=True, slots=True)
class Bounds:
    """What reading one file may take.

    Attributes:
        longest_s: of the song.
        memory_bytes: of address space; 3-hour songs take a third of the usual.
        is_patient: whether it may take as long as it will.
        shortest_s: below this length it is refused.
    """

    longest_s: float
    memory_bytes: int
    is_patient: bool
    shortest_s: float = SHORTEST_SONG_S


USUAL = Bounds(4 * 3600.0, 2 << 30, is_patient=False)
WIDE = Bounds(math.inf, 8 << 30, is_patient=True)
"""Where the person said to go on."""

OF_EDITS = Bounds(4 * 3600.0, 2 << 30, is_patient=False, shortest_s=2.0)
"""Finished edits of songs: a spot lasts a few seconds."""


class OverBounds(UserError):
    """A file that takes more than is usual: it is read only if the person says to go on."""


class LimitedReader(Closing):
    """Reads files one after the other; to be closed, or used in a `with` statement."""

    def __init__(self, bounds: Bounds = USUAL) -> None:
        self._bounds = bounds
        self._child: ReadingProcess | None = None

    def close(self) -> None:
        """End the child."""
        child, self._child = self._child, None
        if child is not None:
            child.close()

    def read(self, path: Path, progress: Progress) -> Song:
        """The song in a file, as `audio_file.read_song` finds it.

        Raises:
            OverBounds: if it takes more than the bounds.
            UserError: if it is no song, or the child died of it.
            OwnFault: if no child can be started; it says nothing about the file.
            Cancelled: if the person asked to stop.
        """
        song = self._read_whole(path, progress, None)
        if song is None:
            raise _broke_off(printable_name(path))
        return song

    def read_one_of(self, songs: Sequence[Song], path: Path, progress: Progress) -> Song | None:
        """The song in a file, if it may be one of these; any other is not decoded.

        A song whose sound is not known yet may be any of its length.

        Raises:
            UserError, OwnFault, Cancelled: as `read` does.
        """
        sounds = [song.sound for song in songs]
        shapes = [[one.sample_rate_hz, one.n_channels, one.n_samples] for one in songs]
        wanted = {"shapes": shapes, "sounds": sounds if all(sounds) else None}
        return self._read_whole(path, progress, wanted)

    def _read_whole(
        self, path: Path, progress: Progress, wanted: dict[str, Any] | None
    ) -> Song | None:
        try:
            return self._read(path, progress, wanted)
        except UserError:
            raise
        except BaseException:
            self.close()  # it is amid a file
            raise

    def _read(self, path: Path, progress: Progress, wanted: dict[str, Any] | None) -> Song | None:
        name = printable_name(path)
        child = self._asked(path, wanted, progress)
        until_s = time.monotonic() + _OPENING_S
        while True:
            progress.check()
            try:
                answer = child.answer(_ANSWER_S)
            except TimeoutError:
                if time.monotonic() > until_s:
                    self.close()
                    raise self._over(name, "time") from None
                continue
            match answer:
                case None:
                    raise self._died(child, name)
                case {"done": done}:
                    progress.report(float(done), f"Reading {name}")
                case {"cpu_s": cpu_s}:
                    until_s = time.monotonic() + _OPENING_S + _WALL_BY_CPU * float(cpu_s)
                case {"song": fields}:
                    return _song(fields)
                case {"other": _}:
                    return None
                case {"refused": [message, remedy]}:
                    raise UserError(str(message), str(remedy))
                case {"over": why, "length_s": length_s}:
                    raise self._over(name, str(why), float(length_s))
                case _:
                    raise _broke_off(name)

    def _asked(
        self, path: Path, wanted: dict[str, Any] | None, progress: Progress
    ) -> ReadingProcess:
        """The child, which begins with a file; one is started where none runs."""
        if self._child is None or not self._child.is_alive:
            self.close()
            self._child = ReadingProcess(progress.check)
        bounds = self._bounds
        self._child.ask(
            {
                "path": str(path),
                "longest_s": None if math.isinf(bounds.longest_s) else bounds.longest_s,
                "memory_bytes": bounds.memory_bytes,
                "is_patient": bounds.is_patient,
                "wanted": wanted,
                "shortest_s": bounds.shortest_s,
            }
        )
        return self._child

    def _died(self, child: ReadingProcess, name: str) -> UserError:
        self._child = None
        is_out_of_time = hasattr(signal, "SIGXCPU") and child.end() == -signal.SIGXCPU
        return self._over(name, "time") if is_out_of_time else _broke_off(name)

    def _over(self, name: str, why: str, length_s: float = 0.0) -> UserError:
        longest = clock(self._bounds.longest_s) if why == "length" else ""
        sentence = {
            "length": f"{name} says that it lasts {clock(length_s)}; songs of up to {longest} "
            "are added without asking.",
            "time": f"{name} takes longer to read than a file of its size should.",
            "memory": f"{name} takes more memory to read than a song should.",
        }.get(why, "")
        if self._bounds.is_patient or not sentence:
            return UserError(sentence or f"{name} can't be read.", _OTHER_FORM)
        return OverBounds(sentence)


def _broke_off(name: str) -> UserError:
    return UserError(f"Reading {name} broke off: there is something odd in it.", _OTHER_FORM)


def _song(fields: dict[str, Any]) -> Song:
    plain: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()
    }
    plain["fingerprint"] = bytes.fromhex(plain["fingerprint"])
    return Song(**plain)
