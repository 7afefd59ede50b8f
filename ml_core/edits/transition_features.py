"""How the sound changes at a moment: what the audit looks at, taken straight from audio.

Each moment is described by changes between what lies before and after it, in five groups: level,
timbre, click, rhythm and harmony. Nothing here is shared with analysis or join costs, so that the
audit judges joins independently of what chose them.
"""

from __future__ import annotations

import numpy as np
import soxr
from numpy.typing import NDArray
from scipy import fft, ndimage

from ml_core.audio_file import heard_mono

Floats = NDArray[np.float32]

AUDIT_RATE_HZ = 22050
"""Audio is looked at up to 11 kHz; clicks reach well below that."""

HOP_S = 0.01
WINDOW_SAMPLES = 1024
LONGEST_CONTEXT_S = 3.0
SHORT_CONTEXT_S = 0.5
MOMENT_S = 0.04
"""What lies within +-40 ms of a cut is heard as the cut itself. Half a second on each side is heard
as its surroundings. A bar on each side (half of one where it is longer than 3 s) is heard as what
it leads from and to, so that rhythms before and after lie on each other. Measured: +-20 ms would
call .84 of uncut onsets a click, since a cut's lead keeps them out at bar lines; with +-40 ms it is
.11."""

BANDS = 24
LOWEST_HZ = 50.0
CHROMA_RANGE_HZ = (110.0, 3520.0)
FLOOR = 1e-5
SMOOTHING_FRAMES = 7
"""Onset patterns are blurred over 70 ms, so that a player's own looseness is no change."""

RHYTHM_BANDS = (0, 6, 14, BANDS)
"""Low, middle and high onsets are told apart at about 220 Hz and 1.3 kHz."""

FEATURE_GROUPS = (
    ("level", "level"),
    ("level_bar", "level"),
    ("timbre", "timbre"),
    ("timbre_bar", "timbre"),
    ("click", "click"),
    ("pattern", "rhythm"),
    ("pattern_bands", "rhythm"),
    ("harmony", "harmony"),
    ("harmony_bar", "harmony"),
)
"""(feature, group) in the order of `transition_features`' columns."""


def audit_audio(audio: NDArray[np.float32], sample_rate_hz: int) -> Floats:
    """What is heard of (n_samples, n_channels) or (n,), mono at `AUDIT_RATE_HZ`, float32 (n,)."""
    mono = audio if audio.ndim == 1 else heard_mono(audio)
    return np.asarray(soxr.resample(mono, sample_rate_hz, AUDIT_RATE_HZ), dtype=np.float32)


def _band_matrix() -> Floats:
    """(n_bins, BANDS), triangles evenly spaced in log frequency."""
    bins_hz = np.arange(WINDOW_SAMPLES // 2 + 1) * AUDIT_RATE_HZ / WINDOW_SAMPLES
    centres = np.geomspace(LOWEST_HZ, AUDIT_RATE_HZ / 2, BANDS + 2)
    rising = (bins_hz[:, None] - centres[None, :-2]) / (centres[1:-1] - centres[:-2])
    falling = (centres[None, 2:] - bins_hz[:, None]) / (centres[2:] - centres[1:-1])
    weights = np.clip(np.minimum(rising, falling), 0.0, None)
    nearest = np.abs(bins_hz[:, None] - centres[None, 1:-1]).argmin(axis=0)
    weights[nearest, np.arange(BANDS)] += 1e-3  # a narrow low band may fall between two bins
    return np.asarray(weights / weights.sum(axis=0), dtype=np.float32)


def _chroma_matrix() -> Floats:
    """(n_bins, 12), each bin given to its nearest pitch class."""
    bins_hz = np.arange(WINDOW_SAMPLES // 2 + 1) * AUDIT_RATE_HZ / WINDOW_SAMPLES
    matrix = np.zeros((len(bins_hz), 12), dtype=np.float32)
    inside = (bins_hz >= CHROMA_RANGE_HZ[0]) & (bins_hz <= CHROMA_RANGE_HZ[1])
    pitch = np.rint(12 * np.log2(bins_hz[inside] / 440.0)).astype(int) % 12
    matrix[np.flatnonzero(inside), pitch] = 1.0
    return matrix


_BAND_MATRIX = _band_matrix()
_CHROMA_MATRIX = _chroma_matrix()
_WINDOW = np.hanning(WINDOW_SAMPLES + 1)[:-1].astype(np.float32)


def _frames(audio: Floats, centre: int, n_side: int) -> tuple[Floats, Floats, Floats]:
    """Log bands, chroma and click energy of 2 * n_side frames around a sample.

    Returns:
        (2 n_side, BANDS) in natural log, (2 n_side, 12), and (2 n_side,) dB of the sample-to-sample
        difference, which a discontinuity raises.
    """
    hop = round(HOP_S * AUDIT_RATE_HZ)
    first = centre - n_side * hop + hop // 2 - WINDOW_SAMPLES // 2
    length = 2 * n_side * hop + WINDOW_SAMPLES
    padded = np.zeros(length, dtype=np.float32)
    start, stop = max(0, first), min(len(audio), first + length)
    if stop > start:
        padded[start - first : stop - first] = audio[start:stop]
    windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW_SAMPLES)[::hop][: 2 * n_side]
    power = np.abs(fft.rfft(windows * _WINDOW, axis=1)) ** 2
    bands = np.log(np.sqrt(power @ _BAND_MATRIX) + FLOOR)
    chroma = np.sqrt(power @ _CHROMA_MATRIX)
    middle = padded[WINDOW_SAMPLES // 2 - hop // 2 :][: 2 * n_side * hop].reshape(2 * n_side, hop)
    step = np.diff(middle, n=2, axis=1)
    click = 20 * np.log10(np.abs(step).max(axis=1) + FLOOR)
    return bands, chroma, click


def _cosine_distance(left: Floats, right: Floats) -> float:
    norm = float(np.linalg.norm(left) * np.linalg.norm(right))
    return 1.0 - float(left @ right) / norm if norm > 1e-9 else 0.0


def _pattern_change(onsets: Floats, n_side: int) -> float:
    """How unlike onset patterns before and after are: 1 minus their correlation, 0..2.

    Args:
        onsets: (2 n_side, n_bands).
        n_side: frames on each side.
    """
    before = onsets[:n_side] - onsets[:n_side].mean(axis=0)
    after = onsets[n_side:] - onsets[n_side:].mean(axis=0)
    norm = float(np.linalg.norm(before) * np.linalg.norm(after))
    return 1.0 - float(np.vdot(before, after)) / norm if norm > 1e-9 else 0.0


def transition_features(audio: Floats, position: int, bar_s: float) -> NDArray[np.float64]:
    """How the sound changes at a position.

    Args:
        audio: from `audit_audio`.
        position: in its samples.
        bar_s: length of a bar.

    Returns:
        float64 (n_features,), each 0 or more, more for a larger change; see `FEATURE_GROUPS`.
    """
    while bar_s > LONGEST_CONTEXT_S:
        bar_s /= 2
    n_side = max(10, round(bar_s / HOP_S))
    near = min(n_side, round(SHORT_CONTEXT_S / HOP_S))
    at = round(MOMENT_S / HOP_S)
    bands, chroma, click = _frames(audio, position, n_side)
    level = 20 * np.log10(np.sqrt(np.exp(2 * bands).mean(axis=1)) + FLOOR)
    rise = np.maximum(np.diff(bands, axis=0, prepend=bands[:1]), 0.0)
    in_bands = np.add.reduceat(rise, RHYTHM_BANDS[:-1], axis=1) / np.diff(RHYTHM_BANDS)
    blurred = ndimage.convolve1d(in_bands, np.hanning(SMOOTHING_FRAMES), axis=0)

    def sides(rows: Floats, reach: int) -> tuple[Floats, Floats]:
        before, after = rows[n_side - reach : n_side], rows[n_side : n_side + reach]
        return before.mean(axis=0), after.mean(axis=0)

    def change(rows: Floats, reach: int) -> float:
        before, after = sides(rows, reach)
        return float(np.linalg.norm(after - before))

    around = click[n_side - near // 2 : n_side + near // 2]
    return np.array(
        [
            change(level[:, None], near),
            change(level[:, None], n_side),
            change(bands, near),
            change(bands, n_side),
            max(0.0, float(click[n_side - at : n_side + at].max() - np.median(around))),
            _pattern_change(rise.mean(axis=1, keepdims=True), n_side),
            _pattern_change(blurred, n_side),
            _cosine_distance(*sides(chroma, near // 2)),
            _cosine_distance(*sides(chroma, n_side)),
        ]
    )
