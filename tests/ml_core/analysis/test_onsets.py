"""What the beat and bar models look at."""

from __future__ import annotations

import numpy as np
import pytest

from ml_core.analysis.bars.score import bar_score_features
from ml_core.analysis.beats.onsets import N_QUANTITIES, onset_quantities
from ml_core.analysis.spectra.reading import FRAME_HZ, Spectra, read_spectra
from ml_core.progress import silent
from tests.ml_core.analysis.tunes import RATE_HZ, band, place, tone


def spectra_of(audio: np.ndarray) -> Spectra:
    return read_spectra([audio], RATE_HZ, len(audio), silent())[0]


def test_new_harmony_is_told_from_a_repeated_note() -> None:
    low, high = tone(220, 1.0, 5.0, 0.3), tone(330, 1.0, 5.0, 0.3)
    quantities = onset_quantities(spectra_of(place([(0.0, low), (1.0, low), (2.0, high)], 3)))
    assert quantities.shape[1] == N_QUANTITIES
    harmony = quantities[:, -2]

    def near(time_s: float) -> float:
        frame = round(time_s * FRAME_HZ)
        return float(harmony[frame - 30 : frame + 30].max())

    assert near(2.0) > 1.4 * near(1.0)


def test_a_low_onset_is_in_the_low_bands() -> None:
    quantities = onset_quantities(spectra_of(place([(1.0, tone(60, 0.3, 0.1, 0.5))], 2)))
    at = quantities[95:105, :8].max(axis=0)
    assert at[0] > 2 * at[5]


def test_long_songs_are_no_different_at_the_chunks_seams() -> None:
    spectra = spectra_of(band(36, 4, 140)[0])
    whole = onset_quantities(spectra)
    late = 5900
    fields = {name: getattr(spectra, name) for name in Spectra.__dataclass_fields__}
    fields["logmel"] = spectra.logmel[late:]
    part = onset_quantities(Spectra(**fields))
    assert part[20:250, :-2] == pytest.approx(whole[late + 20 : late + 250, :-2], abs=1e-4)


def test_each_beat_is_set_against_those_one_two_and_four_away() -> None:
    audio, beats_s = band(12, 4, 120)
    spectra = spectra_of(audio)
    features = bar_score_features(spectra, onset_quantities(spectra), beats_s)
    n = features.shape[1] // 4
    rows = features[:, :n]
    for k, beats in enumerate((1, 2, 4), start=1):
        contrast = rows[8] - 0.5 * (rows[8 - beats] + rows[8 + beats])
        assert features[8, k * n : (k + 1) * n] == pytest.approx(contrast, abs=1e-4)
