"""The reward model on made-up features with a known taste."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ml_core.reward.kernel import CLIP_SD, Hyperparameters, Kernel, Scaling
from ml_core.reward.laplace import pair_posterior, weight_posterior
from ml_core.reward.likelihood import Answers
from ml_core.reward.preference_model import (
    ManyPairs,
    PreferenceModel,
    model_from_pairs,
    spread_edits,
)

N_FEATURES = 6
NAMES = ("keep_ratio", "f1", "f2", "log_duration", "f4", "f5")
TASTE = np.array([2.0, -1.0, 0.0, 0.0, 0.0, 0.0])
HYPER = Hyperparameters(linear=0.3, length=0.5, rbf=1.0, tau=0.5)
UNIT = Scaling(np.zeros(N_FEATURES), np.ones(N_FEATURES))


def _pairs(n: int, seed: int = 0, noise: float = 0.3):
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=(2, n, N_FEATURES))
    d = (a - b) @ TASTE + noise * rng.normal(size=n)
    return a, b, np.where(np.abs(d) < 0.5, 0.0, np.sign(d))


def _fit(a, b, sign, weight=None, strength=None, hyper=HYPER, scaling=UNIT) -> PreferenceModel:
    x, y = (torch.from_numpy(scaling.apply(side)) for side in (a, b))
    answers = Answers(
        torch.from_numpy(sign),
        torch.from_numpy(np.ones(len(a)) if strength is None else strength),
        torch.from_numpy(np.ones(len(a)) if weight is None else weight),
    )
    covariance = hyper.combine(Kernel.of(NAMES).pair_parts(x, y))
    posterior = pair_posterior(covariance, answers, torch.tensor(hyper.tau, dtype=torch.double))
    return model_from_pairs(x, y, posterior, hyper, scaling, NAMES)


def _utility(model: PreferenceModel, features: np.ndarray) -> np.ndarray:
    """Mean utility of each edit, up to one constant."""
    return model.difference(features, np.zeros(N_FEATURES))[0]


def _linear_weights(model: PreferenceModel) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of the utility gained by one standard deviation of a feature."""
    cross = model.hyper.linear * model.anchors.T
    variance = model.hyper.linear - ((cross @ model.reduction) * cross).sum(-1)
    return (cross @ model.weights).numpy(), variance.clamp_min(0.0).sqrt().numpy()


def test_a_taste_is_learned_from_forty_ratings() -> None:
    model = _fit(*_pairs(40))
    a, b, _ = _pairs(500, seed=1)
    mean, _ = model.difference(a, b)
    assert np.mean((mean > 0) == ((a - b) @ TASTE > 0)) > 0.85
    weights, deviation = _linear_weights(model)
    assert weights[0] > 2 * deviation[0]
    assert weights[1] < -deviation[1]
    assert np.all(np.abs(weights[2:]) < 2 * deviation[2:])


def test_mean_utilities_and_differences_agree() -> None:
    model = _fit(*_pairs(30))
    a, b, _ = _pairs(20, seed=2)
    mean, variance = model.difference(a, b)
    assert mean == pytest.approx(_utility(model, a) - _utility(model, b))
    one_by_one = [model.difference(a[k], b[k]) for k in range(20)]
    assert mean == pytest.approx([m[0] for m, _ in one_by_one])
    assert variance == pytest.approx([v[0] for _, v in one_by_one])
    joint_mean, joint = model.joint_differences(a, b)
    assert joint_mean == pytest.approx(mean)
    assert np.diag(joint) == pytest.approx(variance, abs=1e-5)


def test_swapping_the_sides_swaps_the_answer() -> None:
    model = _fit(*_pairs(30))
    a, b, _ = _pairs(20, seed=3)
    forward, backward = model.probabilities(a, b), model.probabilities(b, a)
    assert forward == pytest.approx(backward[:, [1, 0, 2]], abs=1e-9)
    assert forward.sum(1) == pytest.approx(np.ones(20))


def test_an_edit_is_no_better_than_itself() -> None:
    model = _fit(*_pairs(30))
    a, _, _ = _pairs(5, seed=4)
    mean, variance = model.difference(a, a)
    assert mean == pytest.approx(np.zeros(5))
    assert variance == pytest.approx(np.zeros(5), abs=1e-9)


def test_more_ratings_make_it_surer() -> None:
    a, b, _ = _pairs(50, seed=5)
    few, many = (_fit(*_pairs(n)).difference(a, b)[1].mean() for n in (5, 200))
    assert many < 0.6 * few


def test_weight_zero_leaves_a_rating_out() -> None:
    a, b, sign = _pairs(20)
    weight = np.ones(20)
    weight[15:] = 0.0
    sign[15:] *= -1
    x, y, _ = _pairs(30, seed=6)
    with_zeros = _fit(a, b, sign, weight).difference(x, y)
    without = _fit(a[:15], b[:15], sign[:15]).difference(x, y)
    assert with_zeros[0] == pytest.approx(without[0], abs=1e-6)
    assert with_zeros[1] == pytest.approx(without[1], abs=1e-6)


def test_contradictory_ratings_leave_no_opinion() -> None:
    a, b, _ = _pairs(12)
    both = _fit(np.tile(a, (2, 1)), np.tile(b, (2, 1)), np.repeat([1.0, -1.0], 12))
    mean, _ = both.difference(a, b)
    assert np.abs(mean).max() < 1e-3
    p = both.probabilities(a, b)
    assert np.abs(p[:, 0] - p[:, 1]).max() < 1e-3


def test_ties_alone_make_everything_alike() -> None:
    a, b, _ = _pairs(20)
    model = _fit(a, b, np.zeros(20))
    assert np.abs(model.difference(a, b)[0]).max() < 1e-6


def test_much_better_is_a_sharper_observation() -> None:
    a, b, sign = _pairs(20)
    strength = np.where(sign != 0, 2.0, 1.0)
    plain, graded = _fit(a, b, sign), _fit(a, b, sign, strength=strength)
    decided = sign != 0
    gained = (graded.difference(a, b)[0] - plain.difference(a, b)[0]) * sign
    assert np.mean(gained[decided] > 0) > 0.9
    assert gained[decided].mean() > 0.5


def test_what_is_not_a_number_counts_as_average() -> None:
    a, b, sign = _pairs(20)
    a[0, 0], b[1, 2] = np.nan, np.inf
    scaling = Scaling.of(np.concatenate([a, b]))
    model = _fit(a, b, sign, scaling=scaling)
    mean, variance = model.difference(a, b)
    assert np.all(np.isfinite(mean)) and np.all(np.isfinite(variance))
    assert np.all(np.abs(scaling.apply(np.full((1, N_FEATURES), 1e9))) <= CLIP_SD)


def test_a_feature_that_never_varies_is_left_out() -> None:
    a, b, sign = _pairs(20)
    a[:, 3] = b[:, 3] = 7.0
    scaling = Scaling.of(np.concatenate([a, b]))
    assert np.all(scaling.apply(a)[:, 3] == 0.0)
    strange = a.copy()
    strange[:, 3] = 1e6
    model = _fit(a, b, sign, scaling=scaling)
    assert model.difference(a, strange)[0] == pytest.approx(np.zeros(20))


def test_the_form_for_many_ratings_agrees_with_the_exact_one() -> None:
    a, b, sign = _pairs(150)
    exact = _fit(a, b, sign)
    answers = Answers(*(torch.from_numpy(x) for x in (sign, np.ones(150), np.ones(150))))
    pairs = ManyPairs.of(torch.from_numpy(a), torch.from_numpy(b), HYPER, NAMES)
    many = pairs.model(pairs.posterior(answers), UNIT, NAMES)
    x, y, _ = _pairs(40, seed=7)
    for one, other in zip(exact.difference(x, y), many.difference(x, y), strict=True):
        assert other == pytest.approx(one, rel=0.02, abs=0.02)
    assert many.evidence == pytest.approx(exact.evidence, rel=0.01)


def test_thousands_of_ratings_fit_in_bounded_memory() -> None:
    a, b, sign = _pairs(4000)
    answers = Answers(*(torch.from_numpy(x) for x in (sign, np.ones(4000), np.ones(4000))))
    pairs = ManyPairs.of(torch.from_numpy(a), torch.from_numpy(b), HYPER, NAMES)
    model = pairs.model(pairs.posterior(answers), UNIT, NAMES)
    assert len(model.anchors) <= 384
    x, y, _ = _pairs(500, seed=8)
    assert np.mean((model.difference(x, y)[0] > 0) == ((x - y) @ TASTE > 0)) > 0.95


def test_the_mode_is_the_same_from_wherever_it_is_sought() -> None:
    a, b, sign = _pairs(600)
    pairs = ManyPairs.of(torch.from_numpy(a), torch.from_numpy(b), HYPER, NAMES)
    columns = [torch.from_numpy(x) for x in (sign, np.ones(600), np.ones(600))]
    whole = pairs.posterior(Answers(*columns))
    columns[2] = torch.from_numpy(np.where(np.arange(600) % 5 == 0, 0.0, 1.0))
    far, near = (pairs.posterior(Answers(*columns), start) for start in (None, whole.mean))
    assert near.mean.numpy() == pytest.approx(far.mean.numpy(), abs=1e-5)
    assert not np.allclose(whole.mean.numpy(), far.mean.numpy(), atol=1e-3)
    assert near.evidence == pytest.approx(far.evidence, abs=1e-6)


def test_weight_and_pair_posteriors_are_the_same_laplace() -> None:
    rng = np.random.default_rng(0)
    features = torch.from_numpy(rng.normal(size=(25, 3)))
    sign = torch.from_numpy(np.where(rng.random(25) < 0.2, 0.0, rng.choice([-1.0, 1.0], 25)))
    ones = torch.ones(25, dtype=torch.double)
    answers = Answers(sign, ones, ones)
    tau = torch.tensor(0.5, dtype=torch.double)
    by_weights = weight_posterior(features, answers, 0.5)
    by_pairs = pair_posterior(features @ features.T, answers, tau)
    assert float(by_pairs.evidence) == pytest.approx(by_weights.evidence, abs=1e-6)
    assert torch.allclose(features @ by_weights.mean, by_pairs.difference, atol=1e-5)


def test_inducing_edits_are_spread() -> None:
    grid = torch.cartesian_prod(torch.arange(10.0), torch.arange(10.0))
    chosen = spread_edits(grid, 4)
    assert {(0.0, 0.0), (9.0, 9.0), (0.0, 9.0), (9.0, 0.0)} == {
        (float(x), float(y)) for x, y in chosen
    }


def test_a_wish_for_a_certain_length_is_learned() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 48, N_FEATURES))
    for side in (a, b):
        side[:, 3] = side[:, 0]

    def liking(x: np.ndarray) -> np.ndarray:
        return -np.abs(x[:, 0] - 0.3)

    sign = np.sign(liking(a) - liking(b))
    hyper = Hyperparameters(linear=0.06, length=18.0, rbf=0.0, tau=0.5)
    curve = np.zeros((25, N_FEATURES))
    curve[:, 0] = curve[:, 3] = np.linspace(-2, 2, 25)
    found = _utility(_fit(a, b, sign, hyper=hyper), curve)
    assert abs(curve[np.argmax(found), 0] - 0.3) < 0.5
    straight = Hyperparameters(linear=0.06, length=0.0, rbf=0.0, tau=0.5)
    assert np.argmax(_utility(_fit(a, b, sign, hyper=straight), curve)) in (0, 24)
