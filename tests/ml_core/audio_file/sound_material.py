"""Sound to write and read, and disks that refuse it."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import mutagen.id3
import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from tests.faults.requiring import NotPossibleHere
from tests.faults.store.disks import small_disk

Audio = NDArray[np.float32]

LIBSNDFILE_NAMES = {
    "wav": ("WAV", "PCM_16"),
    "flac": ("FLAC", "PCM_16"),
    "aiff": ("AIFF", "PCM_16"),
    "caf": ("CAF", "PCM_16"),
    "mp3": ("MP3", "MPEG_LAYER_III"),
    "ogg": ("OGG", "VORBIS"),
    "opus": ("OGG", "OPUS"),
}


def sound(
    duration_s: float = 21.0, rate_hz: int = 16_000, n_channels: int = 2, seed: int = 0
) -> Audio:
    """Noise and a tone that wanders, float32 (n_samples, n_channels), below full scale."""
    rng = np.random.default_rng(seed)
    t = np.arange(int(duration_s * rate_hz)) / rate_hz
    tone = 0.3 * np.sin(2 * np.pi * (300 * t + 40 * np.sin(t)))
    noise = 0.05 * rng.standard_normal((len(t), n_channels))
    return np.clip(tone[:, None] + noise, -0.9, 0.9).astype(np.float32)


def in_blocks(audio: Audio, size: int = 20_000) -> Iterator[Audio]:
    """The audio piece by piece."""
    for start in range(0, len(audio), size):
        yield audio[start : start + size]


def save(
    path: Path, audio: Audio, rate_hz: int = 16_000, subtype: str = "", **more: object
) -> Path:
    """Write a file by libsndfile alone, in the format its extension names."""
    container, usual = LIBSNDFILE_NAMES[path.suffix[1:]]
    with soundfile.SoundFile(
        str(path), "w", rate_hz, audio.shape[1], subtype or usual, format=container, **more
    ) as file:
        for block in in_blocks(audio):
            file.write(block)
    return path


def id3_tag(title: str, cover: bytes = b"", **more: object) -> bytes:
    """A whole ID3v2 tag as it stands before a stream."""
    tags = mutagen.id3.ID3()
    tags.add(mutagen.id3.TIT2(encoding=3, text=[title]))
    if cover:
        tags.add(mutagen.id3.APIC(encoding=3, mime="image/jpeg", type=3, desc="", data=cover))
    written = io.BytesIO()
    tags.save(written, **more)
    return written.getvalue()


@contextmanager
def tiny_disk(folder: Path, kilobytes: int) -> Iterator[Path]:
    """A disk that is soon full; skips visibly where none can be mounted."""
    try:
        with small_disk(folder, kilobytes) as disk:
            yield disk
    except NotPossibleHere as reason:
        pytest.skip(str(reason))


@contextmanager
def read_only_folder(folder: Path) -> Iterator[Path]:
    """A folder that takes no files: on a read-only disk for root, without permission for others."""
    if os.name == "posix" and os.geteuid() != 0:
        folder.mkdir()
        folder.chmod(0o500)
        yield folder
        folder.chmod(0o700)
        return
    with tiny_disk(folder, 64) as disk:
        os.system(f"mount -o remount,ro '{disk}'")
        yield disk
