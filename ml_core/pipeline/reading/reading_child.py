"""The process that reads new files for `limited_reading`: a request a line in, answers out.

The first line that it says is that it is ready: what kills it from then on is the file's doing.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

from ml_core.audio_file import AudioHeader, probe, read_song, sound_sha256
from ml_core.errors import UserError
from ml_core.progress import Progress

_OPENING_CPU_S = 20
"""What opening a file may take, before it has said how long it is."""

_SLOWEST_DECODING = 20.0
"""Times as fast as it sounds: the slowest coding of two channels is decoded 100 times as fast."""

_SLOWEST_BYTES_S = 1e6
_FEWEST_BYTES_S = 1000.0
"""Of a song: MP3 has 8 kbit/s at least. For files that do not tell their length."""

_REPORT_S = 0.05

Say = Callable[[dict[str, Any]], None]


def main() -> None:
    """Read files as they are asked for, until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the parent's to answer
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="ascii")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):  # where libraries write what they like
        os.dup2(nowhere, stream.fileno())
    _write(out, {"ready": True})
    with contextlib.suppress(BrokenPipeError):
        for line in sys.stdin:
            _answer(json.loads(line), lambda answer: _write(out, answer))


def _write(out: TextIO, answer: dict[str, Any]) -> None:
    out.write(json.dumps(answer) + "\n")
    out.flush()


def _answer(request: dict[str, Any], say: Say) -> None:
    path, longest_s = Path(request["path"]), request["longest_s"]
    _limit_memory(int(request["memory_bytes"]))
    _limit_time(_OPENING_CPU_S)
    length_s = 0.0
    try:
        header = probe(path)
        length_s = (header.n_samples or 0) / header.sample_rate_hz
        if longest_s is not None and length_s > longest_s:
            say({"over": "length", "length_s": length_s})
            return
        cpu_s = _allowance_s(path.stat().st_size, length_s, longest_s)
        _limit_time(None if request["is_patient"] else cpu_s)
        say({"cpu_s": 1e9 if request["is_patient"] else cpu_s})
        if not _may_be_wanted(request["wanted"], header, path):
            say({"other": True})
            return
        song = read_song(path, _watched(say), float(request["shortest_s"]))
    except UserError as error:
        say({"refused": [error.message, error.remedy]})
    except MemoryError:
        say({"over": "memory", "length_s": length_s})
    except OSError as error:
        say({"refused": [f"{path.name} can't be read: {error.strerror}.", ""]})
    else:
        if longest_s is not None and song.duration_s > longest_s:
            say({"over": "length", "length_s": song.duration_s})
        else:
            say({"song": asdict(song) | {"fingerprint": song.fingerprint.hex()}})


def _may_be_wanted(wanted: dict[str, Any] | None, header: AudioHeader, path: Path) -> bool:
    """Whether a file may be one of the songs that are looked for; any is where none is named."""
    if wanted is None:
        return True
    shape = [header.sample_rate_hz, header.n_channels]
    if not any(shape == one[:2] and header.n_samples in (None, one[2]) for one in wanted["shapes"]):
        return False
    return wanted["sounds"] is None or sound_sha256(path) in wanted["sounds"]


def _allowance_s(n_bytes: int, length_s: float, longest_s: float | None) -> int:
    """Seconds of the processor's time for a file of that size and length."""
    expected_s = length_s or min(n_bytes / _FEWEST_BYTES_S, longest_s or float("inf"))
    return int(_OPENING_CPU_S + n_bytes / _SLOWEST_BYTES_S + expected_s / _SLOWEST_DECODING)


def _watched(say: Say) -> Progress:
    last_s = 0.0

    def report(fraction: float, _words: str, _partial: Any) -> None:
        nonlocal last_s
        if time.monotonic() - last_s > _REPORT_S:
            last_s = time.monotonic()
            say({"done": fraction})

    return Progress(report)


def _limit_memory(n_bytes: int) -> None:
    """As far as the system keeps count: Windows does not, macOS refuses."""
    if sys.platform == "win32":
        return
    import resource

    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (n_bytes, resource.getrlimit(resource.RLIMIT_AS)[1]))
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it writes no file


def _limit_time(more_s: int | None) -> None:
    """Let the processor work so many more seconds for this process; None for ever."""
    if sys.platform == "win32":
        return
    import resource

    most = resource.getrlimit(resource.RLIMIT_CPU)[1]
    used_s = int(time.process_time()) + 1
    soft = most if more_s is None else used_s + more_s
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (soft, most))


if __name__ == "__main__":
    main()
