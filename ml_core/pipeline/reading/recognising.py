"""Which known song a file holds, also where its sound had no identity when it was added."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np

from ml_core import audio_file
from ml_core.analysis.cache import load_analysis
from ml_core.audio_file.fingerprint import Fingerprinter, same_recording
from ml_core.domain.adding import KnownByBytes
from ml_core.domain.songs import Song
from ml_core.errors import UserError
from ml_core.own_files import make_private_folder, touch_private
from ml_core.paths import file_stamp


def is_same(song: Song, read: Song, cache_dir: str) -> bool:
    """Whether a file that was read holds a known song."""
    if song.sound:
        return read.sound == song.sound
    if song.sha256 in (read.sound, _bytes_sha256(read)):
        return True
    return _is_alike(song, read, cache_dir)


def recognised(read: Song, known: KnownByBytes) -> Song:
    """What was read, under the key of the song of an older project that it is, if it is one.

    Such a song is known by the bytes of the file that was added, or, where tags were changed since,
    by what is kept of its analysis. Ratings may be left of one that the library has lost.
    """
    if not known.songs and not known.orphans:
        return read
    key = _bytes_sha256(read)
    if key in known.orphans or any(song.sha256 == key for song in known.songs):
        return replace(read, sha256=key)
    for song in known.songs:
        if _is_alike(song, read, known.cache_dir):
            return replace(read, sha256=song.sha256)
    return read


def _bytes_sha256(read: Song) -> str:
    with suppress(UserError):
        return audio_file.file_sha256(read.path)
    return ""


def _is_alike(song: Song, read: Song, cache_dir: str) -> bool:
    """Whether what is kept of a song's analysis tells that its file's tags were changed since.

    In the same coding as many samples, and the same recording: a copy in another format is not it.
    """
    shape = (song.n_samples, song.sample_rate_hz, song.n_channels, song.file_format, song.subtype)
    if shape != (
        read.n_samples,
        read.sample_rate_hz,
        read.n_channels,
        read.file_format,
        read.subtype,
    ):
        return False
    kept = load_analysis(cache_dir, song.sha256)
    if kept is None:
        return False
    fingerprint = Fingerprinter(kept.excerpt_hz, 1)
    fingerprint.add(kept.excerpt.astype(np.float32)[:, None])
    return same_recording(fingerprint.finish(), read.fingerprint)


class SearchMemory:
    """Remembers that some songs were searched for in vain among some files.

    Args:
        missing: the songs.
        files: where they were searched for, each as it is now.
    """

    def __init__(self, cache_dir: str, missing: Sequence[Song], files: Sequence[str]) -> None:
        self._file = Path(cache_dir) / "searched-in-vain.txt"
        what = [
            sorted(song.sha256 for song in missing),
            sorted((path, file_stamp(path)) for path in files),
        ]
        self._digest = hashlib.sha256(json.dumps(what).encode()).hexdigest()

    def was_in_vain(self) -> bool:
        """Whether the last search was this one."""
        try:
            return self._file.read_text(encoding="ascii") == self._digest
        except (OSError, ValueError):
            return False

    def keep(self) -> None:
        """Remember it; where that fails, it is searched again."""
        with suppress(OSError):
            make_private_folder(self._file.parent)
            touch_private(self._file)
            self._file.write_text(self._digest, encoding="ascii")
