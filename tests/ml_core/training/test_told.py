"""What is told of a taste: hardly ever anything of answers at random."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ml_core.domain.edits import Limits
from ml_core.edits.features.edit_features import FEATURE_NAMES
from ml_core.reward.kernel import Scaling
from ml_core.training.fit_reward.chance import PROVEN, chance
from ml_core.training.fit_reward.fit import fit_reward
from ml_core.training.fit_reward.lead import lead_over_length
from ml_core.training.song_scene import SongScene
from ml_core.training.told import told
from ml_core.training.told_lines import length_sentence
from tests.benchmarks.claimed_projects import DrawnSong, RatedProject, rate

LOOKS = (14, 24, 48)
PROJECTS = 6


@pytest.fixture(scope="module")
def songs(graphs) -> list[DrawnSong]:
    return [DrawnSong.of(name, g, SongScene.of(g, Limits())) for name, g in graphs.items()]


def _scaling(project: RatedProject) -> Scaling:
    return Scaling.of(np.concatenate([project.population, *project.sides()]))


def _at_random(path: str, a: int, b: int, rng: np.random.Generator) -> int:
    return int(rng.choice([1, -1, 0], p=[0.4, 0.4, 0.2]))


def _told(project: RatedProject, n: int):
    dataset = project.dataset(n)
    return told(fit_reward(dataset, project.population, epochs=1), dataset, project.pool)


def _liking(songs: list[DrawnSong], name: str, sign: float):
    column = FEATURE_NAMES.index(name)
    features = {song.path: song.features[:, column] for song in songs}

    def answer(path: str, a: int, b: int, rng: np.random.Generator) -> int:
        spread = features[path].std() or 1.0
        gap = sign * (features[path][a] - features[path][b]) / spread + 0.2 * rng.normal()
        return 0 if abs(gap) < 0.3 else int(np.sign(gap))

    return answer


def test_random_answers_seldom_look_like_a_taste(songs):
    """All sentences hang on this number; `bench_claims` does it with 200 projects."""
    shares = []
    for seed in range(PROJECTS):
        project = rate(songs, _at_random, max(LOOKS), np.random.default_rng([seed, 9]))
        shares.append([chance(project.dataset(n), _scaling(project)) for n in LOOKS])
    erring = np.min(shares, axis=1) <= PROVEN
    assert erring.sum() == 0, shares
    assert np.median(shares) > 0.1, "most are nowhere near"


def test_while_answers_may_be_random_nothing_is_told(songs):
    project = rate(songs, _at_random, 24, np.random.default_rng([3, 9]))
    found = _told(project, 24)
    assert found["chance"] > PROVEN and not found["above_guessing"]
    assert {row["sure"] for row in found["directions"]} == {"unknown"}
    assert all("no wish seen" in row["sentence"] for row in found["directions"])
    assert not found["more_than_length"]["shown"]
    assert found["more_than_length"]["sentence"].startswith("Not shown yet.")
    assert found["memory"] is None and found["depends_on"] == "" and found["more_ratings"] is None
    assert found["certainty"] < 0.2


@pytest.mark.parametrize(("name", "sign"), [("log_duration", -1.0), ("energy", 1.0)])
def test_a_taste_is_told_and_no_direction_whose_interval_covers_zero(songs, name, sign):
    project = rate(songs, _liking(songs, name, sign), 48, np.random.default_rng([1, 9]))
    found = _told(project, 48)
    assert found["chance"] <= PROVEN
    rows = {row["feature"]: row for row in found["directions"]}
    assert rows[name]["sure"] != "unknown" and rows[name]["wish"] * sign > 0
    for row in rows.values():
        low, high = row["interval"]
        assert low <= row["wish"] <= high
        assert row["sure"] == "unknown" or not low <= 0.0 <= high, row
    more = found["more_than_length"]
    assert more["shown"] == (name != "log_duration")
    assert more["interval"][0] <= more["lead"] <= more["interval"][1]


def test_the_turns_keep_ties_and_repeats_and_depend_on_no_side(songs):
    project = rate(songs, _liking(songs, "energy", 1.0), 24, np.random.default_rng([2, 9]))
    dataset, scaling = project.dataset(24), _scaling(project)
    share = chance(dataset, scaling)
    swapped = replace(dataset, a=dataset.b, b=dataset.a, sign=-dataset.sign)
    assert chance(swapped, scaling) == pytest.approx(share, abs=2e-3)
    assert chance(replace(dataset, sign=0.0 * dataset.sign), scaling) == 1.0


def test_a_lead_counts_only_answers_that_tell_the_two_apart():
    sign = np.array([1.0] * 20 + [0.0])
    ours = np.ones(21)
    length = np.array([1.0] * 12 + [-1.0] * 8 + [1.0])
    found = lead_over_length(sign, ours, (length, -np.ones(21)))
    assert (found.ours, found.length, found.lead) == (1.0, 0.6, pytest.approx(0.4))
    # Eight of eight: at least .631 of such answers with 95 % (Clopper and Pearson).
    assert found.interval == pytest.approx((0.4 * (2 * 0.6306 - 1), 0.4), abs=1e-3)
    assert not found.covers_equality
    same = lead_over_length(sign, ours, (ours,))
    assert same.interval == (0.0, 0.0) and same.covers_equality
    assert lead_over_length(0.0 * sign, ours, (length,)) is None


def test_a_lead_that_may_be_chance_is_not_shown_and_says_so():
    more = {"ours": 0.8, "length": 0.6, "lead": 0.2, "interval": [0.03, 0.35], "shown": False}
    said = length_sentence(more)
    assert said.startswith("Not shown yet.") and "between +3 and +35 points" in said
    assert said.endswith("Answers at random may look like that, too.")
    assert length_sentence({**more, "shown": True}).startswith("Yes. ")
    covering = length_sentence({**more, "interval": [-0.05, 0.35]})
    assert covering.startswith("Not shown yet.") and "between -5 and +35" in covering
    assert "random" not in covering
