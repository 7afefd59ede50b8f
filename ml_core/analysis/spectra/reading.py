"""Per-frame features of a song, computed while it streams past.

Only small per-frame numbers are kept (about 50 a frame), never a spectrogram: three hours take
some 200 MB.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import soxr
from numpy.typing import NDArray

from ml_core.analysis.spectra.loudness import SILENT_LUFS, LoudnessMeter
from ml_core.analysis.spectra.streaming import CHUNK_FRAMES, Frames, Rows
from ml_core.analysis.voice.detector import VoiceDetector
from ml_core.audio_file.channels import CANCELLING_RATIO, mix_channels, mix_matrix
from ml_core.progress import Progress

Floats = NDArray[np.float32]

ANALYSIS_HZ = 22050
# Frames a second: 10 ms hops place an onset to about 1 ms once its peak is interpolated.
FRAME_HZ = 100
SHORT_WINDOW = 1024
N_MELS = 40
MEL_LOW_HZ = 30.0
MEL_HIGH_HZ = 10000.0
# Chroma needs 5 Hz resolution for the bass; 10 a second follow any chord change.
LONG_WINDOW = 4096
CHROMA_HZ = 10
# A Gaussian of a third of a semitone forgives slight mistuning.
CHROMA_WIDTH_SEMITONES = 0.35
CHROMA_RANGE_HZ = (55.0, 2000.0)
BASS_RANGE_HZ = (40.0, 220.0)
# log(1 + 10 x) of magnitudes whose root mean square over the song is 1. Measured: more gain hears
# onsets earlier than they sound (-2.3 ms at 1,000, -1.1 ms at 10) and tracks beats worse.
LOG_GAIN = 10.0
# Mel bands that hold kick and bass, voices and snares, and cymbals.
LOW_BANDS = slice(0, 4)
MID_BANDS = slice(8, 22)
HIGH_BANDS = slice(28, 40)
KICK_BANDS = slice(0, 2)
EXCERPT_HZ = 11025
# A song whose loudest frames (all but the loudest twentieth) stay below -40 dBFS is very quiet: it
# is heard again, raised to where songs are. Of 18 songs measured the quietest has -22 dBFS.
QUIET_LEVEL = 0.01
USUAL_LEVEL = 0.2
_LOUD_PERCENTILE = 95
# Frames 60 dB below the loudest one are a pause. Music's peaks are 10 to 20 dB above its level.
SOUNDING_RATIO = 0.001
RAISED_PEAK = 8.0


@dataclass(frozen=True, slots=True)
class Spectra:
    """What is kept of a song's sound, `FRAME_HZ` frames a second unless said otherwise.

    Attributes:
        logmel: float32 (n_frames, 40), log(1 + 10 x magnitude), at a common level.
        flux: float32 (n_frames, 4): mean rise of log-mel over 20 ms in all bands, and in the
            low, middle and high ones.
        rms: float32 (n_frames,), amplitude of the mono mix without its DC, full scale 1.
        kick: float32 (n_frames,), amplitude below about 200 Hz, on the scale of `rms`.
        centroid: float32 (n_frames,), mean mel band of the energy, 0..39.
        chroma, bass: float32 (n, 12), `CHROMA_HZ` rows a second.
        excerpt: float16 (n,), the mono mix at `EXCERPT_HZ`.
        voice: float16 (n, 2), `VOICE_HZ` rows a second: the probability of being inside a sung
            note, and inside a sung phrase.
        loudness_lufs: integrated, BS.1770.
        peak: largest absolute sample of any channel.
        duration_s: of the song.
    """

    logmel: Floats
    flux: Floats
    rms: Floats
    kick: Floats
    centroid: Floats
    chroma: Floats
    bass: Floats
    excerpt: NDArray[np.float16]
    voice: NDArray[np.float16]
    loudness_lufs: float
    peak: float
    duration_s: float


def mel_filters() -> Floats:
    """Triangular mel filters, float32 (bins, 40), O'Shaughnessy's mel scale."""
    bins_hz = np.linspace(0, ANALYSIS_HZ / 2, SHORT_WINDOW // 2 + 1)
    low, high = (2595 * np.log10(1 + f / 700) for f in (MEL_LOW_HZ, MEL_HIGH_HZ))
    points = 700 * (10 ** (np.linspace(low, high, N_MELS + 2) / 2595) - 1)
    rising = (bins_hz[:, None] - points[:-2]) / np.diff(points)[:-1]
    falling = (points[2:] - bins_hz[:, None]) / np.diff(points)[1:]
    return np.maximum(np.minimum(rising, falling), 0).astype(np.float32)


def chroma_filters(range_hz: tuple[float, float]) -> Floats:
    """Weights from spectrum bins to the 12 pitch classes (C first), float32 (bins, 12)."""
    bins_hz = np.linspace(0, ANALYSIS_HZ / 2, LONG_WINDOW // 2 + 1)
    inside = (bins_hz >= range_hz[0]) & (bins_hz <= range_hz[1])
    semitones = 12 * np.log2(bins_hz[inside] / 440.0) + 69
    distance = np.abs((semitones[:, None] - np.arange(12) + 6) % 12 - 6)
    filters = np.zeros((len(bins_hz), 12), np.float32)
    # 1/sqrt(f) evens out that a high semitone spans more bins than a low one.
    filters[inside] = np.exp(-0.5 * (distance / CHROMA_WIDTH_SEMITONES) ** 2) / np.sqrt(
        bins_hz[inside, None]
    )
    return filters


class _Collector:
    """Turns the mono stream into the features that are kept.

    Args:
        duration_s: about how long the stream is.
    """

    def __init__(self, duration_s: float) -> None:
        self._mel_filters = mel_filters()
        tonal = np.hstack([chroma_filters(CHROMA_RANGE_HZ), chroma_filters(BASS_RANGE_HZ)])
        # Nothing tonal above 2 kHz: the product may leave those bins out.
        self._tonal_bins = int(np.flatnonzero(tonal.any(axis=1))[-1]) + 1
        self._tonal_filters = tonal[: self._tonal_bins]
        self._short = Frames(SHORT_WINDOW, ANALYSIS_HZ / FRAME_HZ)
        self._long = Frames(LONG_WINDOW, ANALYSIS_HZ / CHROMA_HZ)
        # Parseval: mean square of the windowed frame, over the window's own power.
        self._power_scale = 2.0 / (SHORT_WINDOW * 0.375 * SHORT_WINDOW)
        n_frames = int(duration_s * FRAME_HZ) + 4
        self.mel = Rows(n_frames, N_MELS, np.float32)
        self.rms = Rows(n_frames, 0, np.float32)
        self.tonal = Rows(int(duration_s * CHROMA_HZ) + 4, 24, np.float32)

    def add(self, mono: Floats, last: bool = False) -> None:
        for magnitudes in self._short.magnitudes(mono, last):
            self.mel.add(magnitudes @ self._mel_filters)
            # Bins 0 and 1 hold the DC.
            power = np.einsum("ij,ij->i", magnitudes[:, 2:], magnitudes[:, 2:])
            self.rms.add(np.sqrt(power * self._power_scale))
        for magnitudes in self._long.magnitudes(mono, last):
            self.tonal.add(magnitudes[:, : self._tonal_bins] @ self._tonal_filters)


def _resampler(from_hz: int, to_hz: int) -> soxr.ResampleStream:
    return soxr.ResampleStream(from_hz, to_hz, 1, dtype="float32", quality="HQ")


def _mix_weights(n_channels: int, channel: int | None) -> Floats:
    if channel is not None:
        alone: Floats = np.eye(n_channels, dtype=np.float32)[channel]
        return alone
    return np.ascontiguousarray(mix_matrix(n_channels, 1)[:, 0])


def read_spectra(
    blocks: Iterable[Floats],
    sample_rate_hz: int,
    n_samples: int,
    progress: Progress,
    channel: int | None = None,
    gain: float = 1.0,
) -> tuple[Spectra, int | None]:
    """One pass over a song.

    Args:
        blocks: float32 (n, channels) in order.
        sample_rate_hz: of the blocks.
        n_samples: about how many samples will come, for the progress.
        progress: told after each block; may cancel.
        channel: hear this channel alone instead of all.
        gain: raises all that is kept but loudness and peak, which are the file's own.

    Returns:
        The features, and None; or the channel to be read alone in a second pass, where the
        channels cancel each other in the mix.
    """
    to_analysis = _resampler(sample_rate_hz, ANALYSIS_HZ)
    to_excerpt = _resampler(ANALYSIS_HZ, EXCERPT_HZ)
    duration_s = n_samples / sample_rate_hz
    collector = _Collector(duration_s)
    meter: LoudnessMeter | None = None
    singing: VoiceDetector | None = None
    excerpt = Rows(int(duration_s * EXCERPT_HZ) + 64, 0, np.float16)
    channel_power: NDArray[np.float64] = np.zeros(1)
    weights = _mix_weights(1, None)
    mix_power, peak, n_read = 0.0, 0.0, 0

    def take(mono: Floats, last: bool) -> None:
        at_analysis_rate = to_analysis.resample_chunk(mono, last=last)
        collector.add(at_analysis_rate, last)
        excerpt.add(to_excerpt.resample_chunk(at_analysis_rate, last=last))

    for block in blocks:
        if meter is None or singing is None:
            meter = LoudnessMeter(sample_rate_hz, block.shape[1])
            n_heard = 1 if channel is not None else min(block.shape[1], 2)
            singing = VoiceDetector(sample_rate_hz, n_heard, n_samples)
            channel_power = np.zeros(block.shape[1])
            weights = _mix_weights(block.shape[1], channel)
        raised: Floats = block if gain == 1.0 else block * np.float32(gain)
        meter.add(raised)
        singing.add(_heard_by_voice(raised, channel))
        mono: Floats = raised @ weights
        take(mono, False)
        peak = max(peak, float(block.max(initial=0.0)), -float(block.min(initial=0.0)))
        channel_power += np.einsum("ij,ij->j", block, block, dtype=np.float64)
        mix_power += float(np.dot(mono, mono)) / gain**2
        n_read += len(block)
        progress.report(n_read / max(n_samples, n_read, 1))
    take(np.zeros(0, np.float32), True)

    cancelling = channel is None and mix_power < CANCELLING_RATIO * float(channel_power.max())
    kept = _keep(collector)
    spectra = Spectra(
        **kept,
        excerpt=excerpt.all().astype(np.float16, copy=False),
        voice=singing.finish() if singing is not None else np.zeros((0, 2), np.float16),
        loudness_lufs=_loudness_lufs(meter, gain),
        peak=peak,
        duration_s=n_read / sample_rate_hz,
    )
    return spectra, int(channel_power.argmax()) if cancelling else None


def _heard_by_voice(block: Floats, channel: int | None) -> Floats:
    """What the voice detector is given: one channel, both, or more mixed down to both."""
    if channel is not None:
        return block[:, [channel]]
    return mix_channels(block, 2) if block.shape[1] > 2 else block


def _loudness_lufs(meter: LoudnessMeter | None, gain: float) -> float:
    if meter is None:
        return SILENT_LUFS
    measured = meter.integrated_lufs()
    return measured if measured <= SILENT_LUFS else measured - 20 * math.log10(gain)


def quiet_gain(spectra: Spectra) -> float:
    """What raises a very quiet song to the usual level; 1 for all other songs and for silence."""
    sounding = spectra.rms[spectra.rms > SOUNDING_RATIO * spectra.rms.max(initial=0.0)]
    level = float(np.percentile(sounding, _LOUD_PERCENTILE)) if len(sounding) else 0.0
    if not 0 < level < QUIET_LEVEL:
        return 1.0
    return min(USUAL_LEVEL / level, RAISED_PEAK / spectra.peak)


def _keep(collector: _Collector) -> dict[str, Floats]:
    """The collected numbers at a common level, and what follows from them, chunk by chunk."""
    rms, mel, tonal = (
        rows.all().astype(np.float32, copy=False)
        for rows in (collector.rms, collector.mel, collector.tonal)
    )
    level = float(np.sqrt(np.einsum("ij,ij->", mel, mel, dtype=np.float64) / max(mel.size, 1)))
    gain = np.float32(LOG_GAIN / level) if level > 1e-6 else np.float32(LOG_GAIN)
    kick = np.empty(len(mel), np.float32)
    centroid = np.empty(len(mel), np.float32)
    # A full-scale sine has a magnitude of half the window's sum in its bin.
    to_amplitude = np.float32(4.0 / SHORT_WINDOW / np.sqrt(2.0))
    for start in range(0, len(mel), CHUNK_FRAMES):
        part = mel[start : start + CHUNK_FRAMES]
        kick[start : start + len(part)] = part[:, KICK_BANDS].sum(axis=1) * to_amplitude
        energy = np.square(part)
        centroid[start : start + len(part)] = (energy @ np.arange(N_MELS, dtype=np.float32)) / (
            energy.sum(axis=1) + 1e-9
        )
        np.log1p(part * gain, out=part)
    return {
        "logmel": mel,
        "flux": spectral_flux(mel),
        "rms": rms,
        "kick": kick,
        "centroid": centroid,
        "chroma": np.ascontiguousarray(tonal[:, :12]),
        "bass": np.ascontiguousarray(tonal[:, 12:]),
    }


def spectral_flux(logmel: Floats) -> Floats:
    """Mean rise of log-mel between the frames before and after, float32 (n_frames, 4).

    Columns: all bands, low, middle, high. The rise is centred on its frame, so that an onset's
    peak stands where it sounds (a one-sided difference is late by half a hop).
    """
    n = len(logmel)
    flux = np.zeros((n, 4), np.float32)
    for start in range(1, n - 1, CHUNK_FRAMES):
        end = min(start + CHUNK_FRAMES, n - 1)
        rise = np.maximum(logmel[start + 1 : end + 1] - logmel[start - 1 : end - 1], 0)
        flux[start:end, 0] = rise.mean(axis=1)
        for column, bands in enumerate((LOW_BANDS, MID_BANDS, HIGH_BANDS), start=1):
            flux[start:end, column] = rise[:, bands].mean(axis=1)
    return flux
