"""What is heard around a join: so much before it and after it, with its neighbours' sound."""

from __future__ import annotations

import numpy as np

from ml_core.domain.edits import Edit
from ml_core.edits.hand.hearing import around_join
from ml_core.edits.render import render

RATE = 100
EDIT = Edit("a" * 64, RATE, ((0, 1000), (1500, 1700), (3000, 3900)), (8, 6), (0.0, -3.0, 0.0))
SONG = np.random.default_rng(3).normal(size=(4000, 2)).astype(np.float32)


def test_it_is_the_edits_own_sound_around_the_join():
    for join in (0, 1):
        stretch, at = around_join(EDIT, join, 4.0, 3.0)
        assert at == 400 and stretch.n_samples == 700
        start = EDIT.join_samples[join] - at
        heard, whole = render(stretch, SONG), render(EDIT, SONG)[start : start + 700]
        assert np.allclose(heard, whole, atol=1e-6)


def test_it_is_shorter_at_the_edits_ends():
    stretch, at = around_join(EDIT, 0, 20.0, 1.0)
    assert at == 1000 and stretch.spans == ((0, 1000), (1500, 1600))
    assert stretch.fades == (8,) and stretch.gains_db == (0.0, -3.0)
    last, at = around_join(EDIT, 1, 1.0, 99.0)
    assert at == 100 and last.spans == ((1600, 1700), (3000, 3900))
