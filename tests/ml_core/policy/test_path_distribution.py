"""The distribution against brute force over every path of a small song."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from ml_core.edits.features.song_features import SONG_FEATURES
from ml_core.edits.graph.edit_graph import EditGraph, Path
from ml_core.policy.path_distribution import PathDistribution, PolicyParameters
from ml_core.policy.path_features import N_TERMS, TERM_NAMES
from ml_core.policy.song_kind import SongKind
from ml_core.policy.styles import N_STYLES, BaseChain
from tests.ml_core.policy.conftest import log_joint, log_probability


def _joint(policy: PathDistribution, paths: list[Path]) -> np.ndarray:
    return np.array([log_joint(policy, path) for path in paths])


def test_all_paths_together_have_probability_one(
    tiny_policy: PathDistribution, tiny_base: PathDistribution, tiny_paths: list[Path]
) -> None:
    assert len(tiny_paths) > 30
    for policy in (tiny_policy, tiny_base):
        assert np.exp(log_probability(policy, tiny_paths)).sum() == pytest.approx(1.0, abs=1e-12)


def test_a_path_that_is_not_allowed_has_none(tiny_graph: EditGraph, tiny_base) -> None:
    forbidden = [
        ((e, e), (s, s))
        for e in range(6)
        for s in range(e + 2, 6)
        if not tiny_graph.join_allowed[e, s]
    ]
    assert forbidden
    assert np.all(np.isneginf(log_probability(tiny_base, forbidden)))


def test_tilts_multiply_the_base_policy(
    tiny_policy: PathDistribution, tiny_base: PathDistribution, tiny_paths: list[Path]
) -> None:
    terms = tiny_policy.terms.of_paths(tiny_paths)
    difference = _joint(tiny_policy, tiny_paths) - _joint(tiny_base, tiny_paths)
    for style in (0, 17, N_STYLES - 1):
        ratio = tiny_policy.log_ratio_to_base(terms, np.full(len(tiny_paths), style))
        assert ratio == pytest.approx(difference[:, style], abs=1e-10)
        within = terms @ tiny_policy.tilts - difference[:, style]
        assert within == pytest.approx(np.full(len(within), within[0]), abs=1e-10)


def test_expectations_kl_and_entropy_are_exact(
    tiny_policy: PathDistribution, tiny_base: PathDistribution, tiny_paths: list[Path]
) -> None:
    joint, base = _joint(tiny_policy, tiny_paths), _joint(tiny_base, tiny_paths)
    p = np.exp(joint)
    terms = tiny_policy.terms.of_paths(tiny_paths)
    within = (p / np.exp(tiny_policy.log_styles)).T
    assert tiny_policy.expected_terms == pytest.approx(within @ terms, abs=1e-10)
    kept = np.zeros((len(tiny_paths), tiny_policy.chain.n_bars))
    for row, path in enumerate(tiny_paths):
        for first, last in path:
            kept[row, first : last + 1] = 1.0
    assert tiny_policy.kept_probability == pytest.approx(within @ kept, abs=1e-10)
    assert tiny_policy.kl_to(tiny_base) == pytest.approx((p * (joint - base)).sum(), abs=1e-10)
    assert tiny_policy.kl_to(tiny_policy) == pytest.approx(0.0, abs=1e-12)
    assert tiny_policy.entropy() == pytest.approx(-(p * joint).sum(), abs=1e-10)


def test_the_gradient_of_the_log_mass_is_the_expectation(
    tiny_policy: PathDistribution,
) -> None:
    chain, parameters = tiny_policy.chain, tiny_policy.parameters
    for term in (0, 5, TERM_NAMES.index("join_cost"), N_TERMS - 1):
        step = np.zeros(N_TERMS)
        step[term] = 1e-5
        up, down = (
            PathDistribution(chain, replace(parameters, tilts=parameters.tilts + s * step)).log_mass
            for s in (1.0, -1.0)
        )
        slope = (up - down) / 2e-5
        assert slope == pytest.approx(tiny_policy.expected_terms[:, term], abs=1e-6)


def test_draws_follow_the_probabilities(
    tiny_policy: PathDistribution, tiny_paths: list[Path]
) -> None:
    n = 6000
    counts = Counter(path for path, _ in tiny_policy.draw(n, np.random.default_rng(0)))
    p = np.exp(log_probability(tiny_policy, tiny_paths))
    found = np.array([counts[path] / n for path in tiny_paths])
    assert sum(counts[path] for path in tiny_paths) == n
    assert np.all(np.abs(found - p) < 4.5 * np.sqrt(p * (1 - p) / n) + 1e-3)


def test_drawn_styles_follow_their_weights(tiny_policy: PathDistribution) -> None:
    n = 6000
    draws = tiny_policy.draw(n, np.random.default_rng(1))
    found = np.bincount([style for _, style in draws], minlength=N_STYLES) / n
    p = np.exp(tiny_policy.log_styles)
    assert np.all(np.abs(found - p) < 4.5 * np.sqrt(p * (1 - p) / n))


def test_the_same_generator_draws_the_same(tiny_policy: PathDistribution) -> None:
    one, other = (tiny_policy.draw(20, np.random.default_rng(3)) for _ in range(2))
    assert one == other
    assert one != tiny_policy.draw(20, np.random.default_rng(4))


def test_slopes_lean_the_styles_by_what_they_come_to(tiny_base: PathDistribution) -> None:
    chain = tiny_base.chain
    longer = replace(PolicyParameters.base(), style_slopes=np.array([5.0, 0.0]))
    seconds = np.exp(PathDistribution(chain, longer).log_styles) @ chain.mean_s
    assert seconds > np.exp(tiny_base.log_styles) @ chain.mean_s + 1.0
    target = np.array([2 * np.log(1 / 3), -1.0]) * 40
    around = replace(PolicyParameters.base(), style_slopes=target)
    shares = np.exp(PathDistribution(chain, around).log_styles)
    nearest = np.abs(np.log(chain.mean_s / 20.0)).min()
    assert shares @ np.abs(np.log(chain.mean_s / 20.0)) < nearest + 0.1


def test_parameters_have_their_shapes() -> None:
    with pytest.raises(ValueError, match="tilt"):
        PolicyParameters(np.zeros(3), np.zeros(N_STYLES))


def _on(kind: SongKind, **slopes: np.ndarray) -> PolicyParameters:
    return replace(PolicyParameters.base(), kind=kind, **slopes)


def test_slopes_tilt_the_two_kinds_of_songs_opposite_ways(tiny_base: PathDistribution) -> None:
    chain = tiny_base.chain
    length = float(chain.song[SONG_FEATURES.index("song_length")])
    slopes = np.zeros(N_TERMS)
    slopes[TERM_NAMES.index("kept")] = 0.5

    def mean_s(centre: float) -> float:
        policy = PathDistribution(
            chain, _on(SongKind("song_length", centre, 0.1), tilt_slopes=slopes)
        )
        drawn = policy.draw(400, np.random.default_rng(0))
        return float(np.mean([chain.terms.duration_s(path) for path, _ in drawn]))

    assert mean_s(length - 1.0) > mean_s(length) + 0.5 > mean_s(length + 1.0) + 1.0
    far = _on(SongKind("song_length", -1e6, 1e-3), tilt_slopes=slopes)
    assert far.kind_of(chain) == 1.0  # bounded, however long the song


def test_where_nothing_depends_on_the_song_its_kind_changes_nothing(
    tiny_base: PathDistribution, tiny_paths: list[Path]
) -> None:
    policy = PathDistribution(tiny_base.chain, _on(SongKind("song_tempo", 7.0, 0.1)))
    assert np.array_equal(_joint(policy, tiny_paths), _joint(tiny_base, tiny_paths))


def test_a_policy_told_by_another_kind_stays_as_near_as_it_can(tiny_base: PathDistribution) -> None:
    rng = np.random.default_rng(0)
    chains = []
    for length in np.linspace(4.0, 6.0, 9):
        song = tiny_base.chain.song.copy()
        song[SONG_FEATURES.index("song_length")] = length
        chains.append(replace(tiny_base.chain, song=song))
    policy = _on(SongKind("song_length", 5.0, 0.5), tilt_slopes=rng.normal(size=N_TERMS))
    plain = policy.told_by(None, chains)
    assert plain.kind is None and not np.any(plain.tilt_slopes)
    nearly = policy.told_by(SongKind("song_length", 5.05, 0.55), chains)
    other = policy.told_by(SongKind("song_tempo", 7.0, 0.5), chains)

    def off(policy_now: PolicyParameters) -> float:
        gaps = [policy_now.tilts_on(chain) - policy.tilts_on(chain) for chain in chains]
        return float(np.abs(gaps).mean())

    assert off(policy.told_by(policy.kind, chains)) == 0.0
    assert off(nearly) < 0.1 * off(plain) and off(other) == pytest.approx(off(plain))
    mean = np.mean([policy.tilts_on(chain) for chain in chains], axis=0)
    assert plain.tilts == pytest.approx(mean)


@pytest.mark.parametrize(
    "values", [("song_length", 1.0, 0.0), ("song_length", np.nan, 1.0), ("x", 1.0, 1.0)]
)
def test_kinds_of_songs_are_finite(values: tuple[str, float, float]) -> None:
    with pytest.raises(ValueError, match="songs"):
        SongKind(*values)


def test_songs_that_lie_nearly_alike_say_nothing_of_those_beyond_them(
    tiny_base: PathDistribution,
) -> None:
    rng = np.random.default_rng(1)
    place = SONG_FEATURES.index("song_length")

    def of_length(length: float) -> BaseChain:
        song = tiny_base.chain.song.copy()
        song[place] = length
        return replace(tiny_base.chain, song=song)

    policy = _on(
        SongKind("song_length", 5.0, 0.1),
        tilt_slopes=rng.normal(size=N_TERMS),
        logit_slopes=rng.normal(size=N_STYLES),
    )
    # On the new kind's scale the songs differ by a hundredth of what they did.
    told = policy.told_by(
        SongKind("song_length", 5.0, 10.0), [of_length(x) for x in np.linspace(4.9, 5.1, 9)]
    )
    assert np.all(np.abs(told.tilt_slopes) <= np.abs(policy.tilt_slopes) + 1e-12)
    assert np.all(np.abs(told.logit_slopes) <= np.abs(policy.logit_slopes) + 1e-12)
    for length in (-1e6, 1e6):
        most = np.abs(policy.tilt_slopes) + 1e-6
        assert np.all(np.abs(told.tilts_on(of_length(length))) <= most)
