"""Per-frame features of songs that are being corrected.

They are kept so that each further correction follows at once instead of reading the whole song
again. A usual song takes five megabytes, so only those of the last `MOST_SONGS` songs are kept, and
none of a song longer than `LONGEST_S`.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

import numpy as np

from ml_core.analysis.spectra.reading import FRAME_HZ, Spectra
from ml_core.analysis.version import ANALYSER_VERSION
from ml_core.domain.checked import require_sha256
from ml_core.domain.songs import SongAnalysis
from ml_core.own_files import make_private_folder

MOST_SONGS = 16
LONGEST_S = 20 * 60

_SUFFIX = ".spectra.npz"
_ARRAYS = ("logmel", "flux", "rms", "kick", "centroid", "chroma", "bass")


def save_spectra(cache_dir: str | Path, sha256: str, spectra: Spectra) -> None:
    """Keep a song's features, whole or not at all, and drop those of the songs kept longest ago.

    A cache that can't be written is done without.
    """
    require_sha256(sha256)
    folder = Path(cache_dir)
    if spectra.duration_s > LONGEST_S:
        return
    with suppress(OSError):
        make_private_folder(folder)
        handle, name = tempfile.mkstemp(dir=folder, prefix=".spectra-", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                np.savez(
                    file,
                    allow_pickle=False,
                    version=np.array(ANALYSER_VERSION),
                    duration_s=np.array(spectra.duration_s),
                    **{name: getattr(spectra, name) for name in _ARRAYS},
                )
            Path(name).replace(folder / f"{sha256}{_SUFFIX}")
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        for old in _newest_first(folder)[MOST_SONGS:]:
            old.unlink(missing_ok=True)


def load_spectra(cache_dir: str | Path, analysis: SongAnalysis) -> Spectra | None:
    """A song's kept features; None if there are none, or they are damaged or of another version.

    Args:
        cache_dir: where they lie.
        analysis: of the song, which holds the rest of what `Spectra` has.
    """
    path = Path(cache_dir) / f"{analysis.sha256}{_SUFFIX}"
    try:
        # Opened here: numpy leaves a file open that turns out to be damaged.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            if str(kept["version"]) != ANALYSER_VERSION:
                return None
            arrays = {name: np.asarray(kept[name], np.float32) for name in _ARRAYS}
            duration_s = float(kept["duration_s"])
        n_frames = len(arrays["logmel"])
        if any(len(arrays[name]) != n_frames for name in _ARRAYS[:5]):
            return None
        if abs(n_frames / FRAME_HZ - duration_s) > 1.0:
            return None
        return Spectra(
            **arrays,
            voice=analysis.voice,
            excerpt=analysis.excerpt,
            loudness_lufs=analysis.loudness_lufs,
            peak=analysis.peak,
            duration_s=duration_s,
        )
    # As with kept analyses, a damaged file can raise nearly anything; all of it means the same.
    except Exception:
        return None


def _newest_first(folder: Path) -> list[Path]:
    return sorted(
        folder.glob(f"{'[0-9a-f]' * 64}{_SUFFIX}"),
        key=lambda path: path.stat().st_mtime,
        reverse=True,
    )
