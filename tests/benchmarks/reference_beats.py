"""Beats by librosa, as a reference in the same run where somebody installed it; never needed.

librosa's tracker is independent of ours (dynamic programming after Ellis, "Beat tracking by dynamic
programming", 2007, over its own onset envelope). It knows no bars.
"""

from __future__ import annotations

import importlib
import importlib.util
import time
from pathlib import Path

import mir_eval
import numpy as np
from numpy.typing import NDArray

from ml_core import audio_file
from ml_core.analysis.analyse import analyse

Floats = NDArray[np.float64]

REFERENCE_HZ = 22050
"""The rate that librosa works at by default."""


def is_installed() -> bool:
    """Whether librosa can be imported here."""
    return importlib.util.find_spec("librosa") is not None


def librosa_beats_s(path: Path) -> tuple[Floats, float]:
    """Beats of a file in seconds, and the CPU seconds that decoding and finding them took."""
    librosa = importlib.import_module("librosa")
    started = time.process_time()
    mono, rate_hz = librosa.load(path, sr=REFERENCE_HZ)
    _, beats_s = librosa.beat.beat_track(y=mono, sr=rate_hz, units="time")
    return np.asarray(beats_s, np.float64), time.process_time() - started


def without_bias(beats_s: Floats, against_s: Floats, window_s: float) -> Floats:
    """The beats moved by their median distance to the others, of those within the window."""
    if not len(beats_s) or not len(against_s):
        return beats_s
    distance = beats_s[:, None] - against_s
    nearest = distance[np.arange(len(beats_s)), np.abs(distance).argmin(axis=1)]
    near = nearest[np.abs(nearest) <= window_s]
    return beats_s - (np.median(near) if len(near) else 0.0)


def agreement(ours_s: Floats, theirs_s: Floats, window_s: float) -> dict[str, float]:
    """How far two grids of beats of one song agree.

    Returns:
        F: of the beats within the window; AMLt: the same music at half or double the tempo or on
        the offbeats allowed, in unbroken stretches; bias_ms: how much later theirs are.
    """
    moved_s = without_bias(theirs_s, ours_s, window_s)
    bias_ms = 1000 * float(np.median(theirs_s - moved_s)) if len(theirs_s) else float("nan")
    return {
        "F": mir_eval.beat.f_measure(moved_s, ours_s, window_s),
        "AMLt": mir_eval.beat.continuity(moved_s, ours_s)[3],
        "bias_ms": bias_ms,
    }


def real_songs(music_dir: Path, window_s: float) -> list[dict]:
    """Our shipped beats against librosa's on the songs without truth; prints a line for each."""
    rows = []
    for path in sorted((music_dir / "songs").iterdir()):
        song = audio_file.read_song(path)
        analysis = analyse(song, path)
        ours_s = analysis.beat_samples / analysis.sample_rate_hz
        theirs_s, _ = librosa_beats_s(path)
        row = {
            "name": path.stem,
            "tempo": round(analysis.tempo_bpm, 1),
            "tempo_librosa": round(60.0 / float(np.median(np.diff(theirs_s))), 1),
            "confidence": round(analysis.confidence, 2),
        } | agreement(ours_s, theirs_s, window_s)
        rows.append(row)
        print(
            f"{row['name'][:52]:52s} {row['tempo']:6.0f} {row['tempo_librosa']:6.0f} "
            f"{row['F']:6.2f} {row['AMLt']:6.2f} {row['bias_ms']:+6.0f} {row['confidence']:6.2f}",
            flush=True,
        )
    return rows
