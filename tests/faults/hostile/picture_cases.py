"""Pictures in tags: whoever reads, shows or exports such a song goes on (case 65)."""

from __future__ import annotations

import os
import resource
import time
from pathlib import Path

import numpy as np

from ml_core.audio_file import read_song, read_tags, write_atomic
from ml_core.domain.files.tags import TagsRequest
from ml_core.domain.songs import SongRef
from ml_core.pipeline.listening import song_tags
from ml_core.progress import silent
from tests.faults.hostile.hostile_pictures import hostile_pictures, put_into_flac, put_into_mp3

_LONGEST_S = 10.0
_MOST_GROWN_KB = 1_200_000
_ROUND_BYTES = (17_000_000, 100_000_000)
_FLAC_HOLDS = 1 << 24


def pictures(folder: Path, rounds: int, seed: int) -> str:
    """Case 65: each hostile picture as a cover; none is drawn or carried over, nothing is opened.

    One of the named files is a FIFO: whoever opened it would hang.
    """
    named = folder / "fifo.png"
    os.mkfifo(named)
    memory_kb = _most_memory_kb()
    noise = 0.1 * np.random.default_rng(seed).standard_normal((21 * 8_000, 1)).astype(np.float32)
    n_tried, slowest_s = 0, 0.0
    for number in range(rounds):
        hostile = hostile_pictures(named, _ROUND_BYTES[number % len(_ROUND_BYTES)])
        for kind, put in (("mp3", put_into_mp3), ("flac", put_into_flac)):
            path = folder / f"song.{kind}"
            write_atomic(path, [noise], 8_000, 1, kind, overwrite=True)
            for name, data in hostile.items():
                if kind == "flac" and len(data) >= _FLAC_HOLDS:
                    continue
                put(path, data, "image/png")
                before, started = path.stat(), time.monotonic()
                song = read_song(path)
                shown = song_tags(TagsRequest(SongRef(song.sha256, str(path))), silent())
                carried = read_tags(path)
                took_s, after = time.monotonic() - started, path.stat()
                _require(shown.cover is None, f"{name} was drawn")
                _require(carried.cover is None, f"{name} would be exported")
                _require(took_s < _LONGEST_S, f"{name} took {took_s:.0f} s")
                _require(before.st_mtime_ns == after.st_mtime_ns, f"{name}: the song was changed")
                n_tried, slowest_s = n_tried + 1, max(slowest_s, took_s)
    grown_kb = _most_memory_kb() - memory_kb
    _require(grown_kb < _MOST_GROWN_KB, f"{grown_kb} KB of memory more")
    return f"{n_tried} songs read, none drawn; the slowest took {slowest_s:.1f} s"


def _most_memory_kb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _require(condition: bool, words: str) -> None:
    if not condition:
        raise AssertionError(words)
