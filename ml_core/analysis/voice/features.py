"""What tells singing from accompaniment, 50 frames a second, while a song streams past.

Singing mostly stands in the middle of the stereo image, glides between steady pitches, and does not
repeat exactly where its accompaniment does. So the centre's spectrum is described in four ways: by
mel bands, by how harmonic it is, by what of it is not in the song's repeating background
(REPET-SIM: Rafii and Pardo, Music/voice separation using the similarity matrix, ISMIR 2012), and by
how it stands against the sides. All numbers become ranks within the song.
"""

from __future__ import annotations

import numpy as np
import soxr
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy import fft, ndimage, stats

from ml_core.domain.songs import VOICE_HZ

Floats = NDArray[np.float32]

VOICE_RATE_HZ = 12000
# 85 ms tell the harmonics of a low voice apart and still end with its note.
WINDOW = 1024
HOP = VOICE_RATE_HZ // VOICE_HZ
N_BANDS = 36
BAND_RANGE_HZ = (100.0, 5800.0)
N_STEREO_BANDS = 6
# The mid signal's magnitude counts as centre by the fourth power of the similarity of both channels
# (measured), so its power by the eighth.
CENTRE_POWER = 8
PITCH_RANGE_HZ = (90.0, 900.0)
PITCHES_AN_OCTAVE = 24
N_HARMONICS = 8
HARMONIC_DECAY = 0.84
# Frames of 80 ms are compared and the median of the 20 most alike is the background.
BACKGROUND_STEP = 4
N_ALIKE = 20
# Nearer frames hold the same note: they are no repetition.
REPEATS_AFTER_S = 1.0
N_CEPSTRUM = 12
N_RESIDUAL_CEPSTRUM = 6
# Strength, lead, absolute strength, step and place of the pitch, and what does not repeat.
N_PITCH_COLUMNS = 6
# Of a row: bands, side and centre against mid, and pitch.
N_COLUMNS = N_BANDS + 2 * N_STEREO_BANDS + 4
_CHUNK_FRAMES = 512
# Each row is compared with all others of its part: 128 keep the comparison under 20 MB.
_BACKGROUND_ROWS = 128
_TINY = np.float32(1e-12)


def _mel_matrix(n_bands: int) -> Floats:
    """Triangular bands evenly spaced on the mel scale, float32 (bins, n_bands)."""
    bins_hz = np.arange(WINDOW // 2 + 1) * VOICE_RATE_HZ / WINDOW
    low, high = (2595 * np.log10(1 + f / 700) for f in BAND_RANGE_HZ)
    points = 700 * (10 ** (np.linspace(low, high, n_bands + 2) / 2595) - 1)
    rising = (bins_hz[:, None] - points[:-2]) / np.diff(points)[:-1]
    falling = (points[2:] - bins_hz[:, None]) / np.diff(points)[1:]
    return np.maximum(np.minimum(rising, falling), 0).astype(np.float32)


def _pitch_matrix() -> Floats:
    """Weights that sum a pitch's harmonics less what lies between them, (bins, n_pitches)."""
    low, high = PITCH_RANGE_HZ
    n_pitches = int(PITCHES_AN_OCTAVE * np.log2(high / low)) + 1
    pitches_hz = low * 2 ** (np.arange(n_pitches) / PITCHES_AN_OCTAVE)
    n_bins = WINDOW // 2 + 1
    matrix = np.zeros((n_bins, n_pitches))
    for k, pitch_hz in enumerate(pitches_hz):
        for harmonic in np.arange(0.5, N_HARMONICS + 1, 0.5):
            place = harmonic * pitch_hz * WINDOW / VOICE_RATE_HZ
            if place >= n_bins - 1:
                break
            sign = 1.0 if harmonic == int(harmonic) else -1.0
            weight = sign * HARMONIC_DECAY**harmonic
            first, part = int(place), place - int(place)
            matrix[first, k] += weight * (1 - part)
            matrix[first + 1, k] += weight * part
    return matrix.astype(np.float32)


class VoiceListener:
    """Collects what is needed of a song's sound, block by block: 52 numbers a frame."""

    def __init__(self, sample_rate_hz: int, n_channels: int) -> None:
        self._channels = min(2, n_channels)
        self._resampler = soxr.ResampleStream(
            sample_rate_hz, VOICE_RATE_HZ, self._channels, dtype="float32", quality="MQ"
        )
        self._held = np.zeros((WINDOW // 2, self._channels), np.float32)
        self._window = np.hanning(WINDOW + 1)[:-1].astype(np.float32)
        self._bands, self._pitches = _mel_matrix(N_BANDS), _pitch_matrix()
        self._wide = _mel_matrix(N_STEREO_BANDS)
        self._rows: list[Floats] = []

    def add(self, block: Floats, last: bool = False) -> None:
        """Take the next samples, float32 (n, n_channels); `last` ends the song."""
        new = self._resampler.resample_chunk(
            np.ascontiguousarray(block[:, : self._channels]), last=last
        ).reshape(-1, self._channels)
        if last:
            new = np.concatenate([new, np.zeros((WINDOW // 2, self._channels), np.float32)])
        self._held = np.concatenate([self._held, new])
        n_ready = (len(self._held) - WINDOW) // HOP + 1
        first = 0
        # A transform of many frames at once is quicker.
        while first < n_ready and (last or n_ready - first >= _CHUNK_FRAMES):
            n = min(_CHUNK_FRAMES, n_ready - first)
            framed = sliding_window_view(self._held, WINDOW, axis=0)[first * HOP :: HOP][:n]
            self._rows.append(self._describe(framed))
            first += n
        self._held = self._held[first * HOP :].copy()

    def _describe(self, framed: Floats) -> Floats:
        """Rows float32 (n, N_COLUMNS) of frames (n, n_channels, WINDOW)."""
        spectrum = fft.rfft(framed * self._window, axis=2)
        power = spectrum.real**2 + spectrum.imag**2
        left, right = spectrum[:, 0], spectrum[:, -1]
        both = power[:, 0] + power[:, -1]
        cross = 2 * (left.real * right.real + left.imag * right.imag)
        alike = np.clip(cross / (both + _TINY), 0, 1)
        mid, side = (np.maximum(both + s * cross, 0) * 0.25 for s in (1, -1))
        centre = mid * alike**CENTRE_POWER
        magnitude = np.sqrt(centre)
        bands = np.log(magnitude @ self._bands + np.float32(1e-6))
        energy = [np.log(part @ self._wide + np.float32(1e-9)) for part in (mid, side, centre)]
        return np.hstack(
            [bands, energy[1] - energy[0], energy[2] - energy[0], self._pitch(magnitude)]
        )

    def _pitch(self, magnitude: Floats) -> Floats:
        """How harmonic each frame is, float32 (n, 4).

        Columns: the strongest pitch's salience, its lead over the median's, its absolute strength,
        and the pitch.
        """
        loud = np.sqrt(magnitude)
        local = ndimage.uniform_filter1d(loud, 31, axis=1)
        salience = (loud / (local + local.mean(axis=1, keepdims=True) + _TINY)) @ self._pitches
        top = salience.argmax(axis=1)
        strongest = salience.max(axis=1)
        absolute = np.log((loud @ self._pitches).max(axis=1).clip(1e-6))
        spread = strongest - np.median(salience, axis=1)
        return np.column_stack([strongest, spread, absolute, top]).astype(np.float32)

    def take_rows(self, most: int | None = None) -> Floats:
        """The first rows, at most `most`, that were not taken yet, (n_frames, n_columns)."""
        rows = np.concatenate([np.zeros((0, N_COLUMNS), np.float32), *self._rows])
        self._rows = [] if most is None else [rows[most:]]
        return rows[:most]

    @property
    def n_waiting(self) -> int:
        """Rows that were not taken yet."""
        return sum(len(rows) for rows in self._rows)


def repeating_background(bands: Floats) -> Floats:
    """The median of the frames most like each frame, float32 (n_frames, n_bands).

    Args:
        bands: log band magnitudes (n_frames, n_bands).
    """
    n_blocks = len(bands) // BACKGROUND_STEP
    if n_blocks < 2 * N_ALIKE:
        return bands.copy()
    grouped = bands[: n_blocks * BACKGROUND_STEP].reshape(n_blocks, BACKGROUND_STEP, -1)
    shapes = grouped.mean(axis=1)
    shapes = shapes - shapes.mean(axis=0)
    shapes /= np.linalg.norm(shapes, axis=1, keepdims=True) + _TINY
    near = round(REPEATS_AFTER_S * VOICE_HZ / BACKGROUND_STEP)
    background = np.empty_like(grouped)
    for first in range(0, n_blocks, _BACKGROUND_ROWS):
        rows = np.arange(first, min(first + _BACKGROUND_ROWS, n_blocks))
        likeness = shapes[rows] @ shapes.T
        likeness[np.abs(rows[:, None] - np.arange(n_blocks)) < near] = -2.0
        best = np.argpartition(likeness, -N_ALIKE, axis=1)[:, -N_ALIKE:]
        alike = np.partition(grouped[best], N_ALIKE // 2, axis=1)
        background[rows] = alike[:, N_ALIKE // 2]
    flat = background.reshape(-1, bands.shape[1])
    return np.concatenate([flat, bands[len(flat) :]])


def base_columns(rows: Floats) -> Floats:
    """What each frame is described by, float32 (n_frames, n_base), from `VoiceListener` rows."""
    bands = rows[:, :N_BANDS]
    stereo = rows[:, N_BANDS : N_BANDS + 2 * N_STEREO_BANDS]
    strongest, spread, absolute, top = rows[:, -4:].T
    excess = np.maximum(bands - repeating_background(bands), 0)
    residual = np.log(np.expm1(excess) * np.exp(bands) + np.float32(1e-6))
    pooled = residual.reshape(len(rows), N_BANDS // 2, 2).mean(axis=2)
    step = np.minimum(np.abs(np.diff(top, prepend=top[:1])), PITCHES_AN_OCTAVE // 2)
    total = excess.mean(axis=1)
    cepstrum = fft.dct(bands, axis=1, norm="ortho")[:, 1 : N_CEPSTRUM + 1]
    residual_cepstrum = fft.dct(residual, axis=1, norm="ortho")[:, 1 : N_RESIDUAL_CEPSTRUM + 1]
    return np.hstack(
        [
            bands,
            cepstrum,
            pooled,
            residual_cepstrum,
            stereo,
            np.column_stack([strongest, spread, absolute, step, top, total]),
        ]
    ).astype(np.float32)


def ranks(columns: Floats) -> Floats:
    """Each column's ranks within the song, -.5 .. .5, ties sharing theirs."""
    centred = np.empty(columns.shape, np.float32)
    # Column by column: ranking all at once holds several copies of them in double precision.
    for k in range(columns.shape[1]):
        ranked = stats.rankdata(columns[:, k]).astype(np.float32)
        centred[:, k] = (ranked - np.float32(0.5)) / np.float32(max(1, len(columns)))
    centred -= np.float32(0.5)
    return centred
