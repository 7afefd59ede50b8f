"""The named baselines are what they are called."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch

from ml_core.edits.features.edit_features import FEATURE_NAMES
from ml_core.reward.baselines import (
    LAYERS,
    NETWORK_INPUTS,
    accuracy,
    always_shorter,
    length_only,
    train_networks,
)

N_PARAMETERS = 27_521


def test_accuracy_counts_decided_answers_and_half_for_no_prediction() -> None:
    sign = np.array([1.0, -1.0, 1.0, 0.0])
    assert accuracy(sign, np.array([2.0, 1.0, 0.0, 5.0])) == pytest.approx(1.5 / 3)
    assert accuracy(np.zeros(3), np.ones(3)) is None
    assert accuracy(np.array([1.0]), np.array([np.nan])) == 0.5


def test_always_shorter_prefers_the_shorter_side() -> None:
    assert always_shorter(np.log([0.5, 2.0])).tolist() == pytest.approx(np.log([2.0, 0.5]).tolist())


@pytest.mark.parametrize("direction", [1.0, -1.0])
def test_length_alone_is_learned_either_way_with_ties(direction: float) -> None:
    rng = np.random.default_rng(0)
    longer = rng.normal(size=60)
    sign = np.where(np.abs(longer) < 0.2, 0.0, direction * np.sign(longer))
    weight = np.ones(60)
    weight[40:] = 0.0
    predicted = length_only(longer, sign, np.ones(60), weight)
    assert accuracy(sign[40:], predicted[40:]) == 1.0


def test_length_alone_stands_lengths_that_never_differ() -> None:
    assert np.all(np.isfinite(length_only(np.zeros(5), np.ones(5), np.ones(5), np.ones(5))))


def test_the_network_has_its_size_and_inputs() -> None:
    assert sum((a + 1) * b for a, b in pairwise(LAYERS)) == N_PARAMETERS
    assert len(set(NETWORK_INPUTS)) == 20
    assert set(NETWORK_INPUTS) <= set(FEATURE_NAMES)


def _network(epochs: int, used: np.ndarray, seed: int = 0):
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=(2, used.shape[1], 20))
    sign = np.sign((a - b)[:, :10].sum(1))
    seen: list[int] = []
    fit = train_networks(
        a,
        b,
        sign,
        used,
        epochs,
        seed,
        torch.device("cpu"),
        lambda epoch, train, validation, best: seen.append(epoch),
    )
    return fit, sign, seen


def test_the_network_learns_and_tells_its_best_epoch() -> None:
    used = np.ones((2, 96), dtype=bool)
    used[0, :24] = False
    fit, sign, seen = _network(40, used)
    assert seen == list(range(1, 41))
    assert fit.train_loss[-1] < 0.5 * fit.train_loss[0]
    assert fit.best_epoch == int(np.argmin(fit.validation_loss)) + 1
    held_back = accuracy(sign[:24], fit.predicted[0, :24])
    assert held_back is not None and held_back > 0.7
    assert sum(p[0].numel() for p in fit.parameters) == N_PARAMETERS


def test_networks_side_by_side_do_not_touch_each_other() -> None:
    used = np.ones((2, 40), dtype=bool)
    used[1, 20:] = False
    fit, sign, _ = _network(30, used)
    alone, _, _ = _network(30, used[1:])
    assert not np.allclose(fit.predicted[0], fit.predicted[1])
    assert accuracy(sign[:20], alone.predicted[0, :20]) == accuracy(
        sign[:20], fit.predicted[1, :20]
    )


def test_the_same_seed_gives_the_same_network() -> None:
    used = np.ones((1, 30), dtype=bool)
    one, other = _network(5, used)[0], _network(5, used)[0]
    assert np.array_equal(one.predicted, other.predicted)
    assert not np.array_equal(one.predicted, _network(5, used, seed=1)[0].predicted)
    assert len(_network(5, used)[0].validation_loss) == 0
