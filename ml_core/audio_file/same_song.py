"""Whether a file still holds the song that was added: by its sound, not by its bytes."""

from __future__ import annotations

import os
import time
from functools import lru_cache
from pathlib import Path

from ml_core.audio_file.song import file_sha256
from ml_core.audio_file.sound_identity import sound_sha256
from ml_core.domain.songs import FileStamp, KnownSong
from ml_core.errors import UserError
from ml_core.paths import file_stamp, printable_name

_SURE_AFTER_S = 2.0
"""A file that was changed later than this before it was read may be changed again without its
time of change showing it (FAT counts in steps of 2 s)."""


def holds_song(path: str | Path, song: KnownSong) -> bool:
    """Whether a file sounds as a known song did; its tags may differ.

    Raises:
        UserError: if the file can't be read.
    """
    sound = identity_of(path)
    if song.sound:
        return sound == song.sound
    return song.sha256 in (sound, file_sha256(path))


def require_song(song: KnownSong) -> None:
    """Raise UserError unless the song's file is there and sounds as it did when it was added."""
    if not holds_song(song.path, song):
        raise UserError(
            f"{printable_name(song.path)} has changed since it was added.",
            "Add it again to use it.",
        )


def identity_of(path: str | Path) -> str:
    """`sound_sha256` of a file, remembered as long as the file stays as it is.

    Raises:
        UserError: if the file can't be read.
    """
    stamp = file_stamp(path)
    if stamp is None or time.time() - stamp[1] / 1e9 < _SURE_AFTER_S:
        return sound_sha256(path)
    return _remembered(os.fspath(path), stamp)


@lru_cache(maxsize=4096)
def _remembered(path: str, _stamp: FileStamp) -> str:
    return sound_sha256(path)
