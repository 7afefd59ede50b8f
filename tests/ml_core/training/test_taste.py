"""What is told of a taste: what was planted, and nothing where there is no evidence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.stats import binomtest

from ml_core.domain.edits import Edit
from ml_core.domain.ratings import Rating
from ml_core.domain.requests import SongTask
from ml_core.domain.tasting import TasteRequest
from ml_core.edits.features.edit_features import FEATURE_NAMES, edit_features
from ml_core.progress import silent
from ml_core.training.fit_reward.preference_dataset import ratings_hash
from ml_core.training.taste import consistency, length_preferences, taste
from ml_core.training.train import train
from ml_core.training.wishes.directions import LEAST_WISH, known_wishes
from ml_core.training.wishes.words import DIRECTIONS

Tell = Callable[..., dict[str, Any]]

SHA = "c" * 64
SHORT = Edit(SHA, 100, ((0, 1000),))
ALIKE = Edit(SHA, 100, ((500, 1520),))
LONG = Edit(SHA, 100, ((0, 1000), (2000, 4000)))


@pytest.fixture
def tell(graphs) -> Tell:
    def told(ratings: list[Rating], previous: int = 0) -> dict[str, Any]:
        songs = tuple(SongTask(sha256, "") for sha256 in graphs)
        request = TasteRequest("", songs, tuple(ratings), previous_ratings=previous)
        return taste(request, graphs, silent())

    return told


def _rows(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["feature"]: row for row in found["directions"]}


def _likes(name: str, sign: float) -> Callable[..., float]:
    column = FEATURE_NAMES.index(name)

    def liking(graph, edit) -> float:
        return sign * 6.0 * float(edit_features(graph, [edit])[0, column])

    return liking


def test_a_planted_wish_is_told_with_its_sign(tell: Tell, short_ratings, energy_ratings) -> None:
    short = _rows(tell(short_ratings))["log_duration"]
    assert short["sure"] == "sure"
    assert short["sentence"] == "You like tighter edits"
    assert short["interval"][0] <= short["wish"] <= short["interval"][1] < 0

    example = _rows(tell(short_ratings[:40]))["log_duration"]["example"]
    liked, other = (Edit.from_json(example[name]) for name in ("liked", "other"))
    assert liked.sha256 == other.sha256 == example["sha256"]
    assert liked.duration_s < 0.8 * other.duration_s

    found = _rows(tell(energy_ratings, previous=24))
    example = found["energy"]["example"]
    liked, other = (Edit.from_json(example[name]) for name in ("liked", "other"))
    assert abs(np.log(liked.duration_s / other.duration_s)) < 0.11, "alike in length"
    assert "example" not in next(row for row in found.values() if row["sure"] == "unknown")
    assert found["energy"]["sure"] in ("sure", "fairly sure")
    assert found["energy"]["sentence"] == "You want the loud parts"
    assert found["energy"]["before"] > 0
    # Short edits can hold more of the loud parts, but that is the lesser wish.
    assert abs(found["log_duration"]["wish"]) < found["energy"]["wish"] - 0.2


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_the_other_directions_follow_theirs(tell: Tell, rated, sign: float) -> None:
    for name in ("ending", "intro_kept"):
        row = _rows(tell(rated.by(_likes(name, sign), 48, seed=2)))[name]
        assert np.sign(row["wish"]) == sign
        assert row["sure"] != "unknown"


def test_what_only_goes_along_with_a_wish_is_not_told_as_sure(tell: Tell, rated) -> None:
    liking = _likes("intro_kept", 1.0)
    rows = _rows(tell(rated.by(liking, 60, seed=3)))
    sure = [name for name, row in rows.items() if row["sure"] == "sure"]
    assert sure == ["intro_kept"]
    along = [name for name, row in rows.items() if row["goes_along"]]
    assert along, "short edits keep more of the intro's share, say"
    for name in along:
        assert rows[name]["sure"] == "unknown"
        # By itself, without the others, it would have been told.
        low, high = rows[name]["interval"]
        assert low < rows[name]["wish"] < high and abs(rows[name]["wish"]) > LEAST_WISH


def test_guessing_is_said_first_and_no_wish_is_told(tell: Tell, rated) -> None:
    rng = np.random.default_rng(8)
    for seed in range(3):
        one = tell(rated.by(lambda *_: 3.0 * rng.normal(), 40, seed=seed))
        assert not one["above_guessing"]
        assert one["certainty"] < 0.2 and one["more_ratings"] is None
        assert "Answers at random may look like that" in one["lines"][1]
        assert any(
            line.startswith("Is it more than length? Not shown yet.") for line in one["lines"]
        )
        assert {row["sure"] for row in one["directions"]} == {"unknown"}
        assert not any(row["goes_along"] for row in one["directions"]), "no wish to go along with"
        assert not any("probably" in line or "sure)" in line for line in one["lines"])


def test_what_training_measured_is_told_again(tell: Tell, graphs, short_ratings) -> None:
    songs = tuple(SongTask(sha256, "") for sha256 in graphs)
    own = tell(short_ratings)["held_out_accuracy"]
    measured = {**own, "ours": 0.875}
    request = TasteRequest(
        "",
        songs,
        tuple(short_ratings),
        trained_hash=ratings_hash(short_ratings),
        trained_accuracy=measured,
    )
    assert taste(request, graphs, silent())["held_out_accuracy"] == measured
    newer = replace(request, ratings=request.ratings[:-1])
    assert taste(newer, graphs, silent())["held_out_accuracy"]["ours"] != 0.875


def test_certainty_rises_with_what_held_out_answers_bear_out(tell: Tell, rated) -> None:
    liking = _likes("log_duration", -1.0)
    few, many = (tell(rated.by(liking, n, seed=1, ties=0.05)) for n in (8, 64))
    assert few["certainty"] < many["certainty"]
    assert 0.5 < many["certainty"] <= 1.0
    assert many["more_ratings"] in (None, *range(0, 49, 8))


def test_tighter_and_fuller_are_counted_like_the_first_collections() -> None:
    pairs = [(SHORT, LONG, "A"), (LONG, SHORT, "A"), (SHORT, LONG, "tie"), (SHORT, ALIKE, "B")]
    ratings = [Rating(k, a, b, said) for k, (a, b, said) in enumerate(pairs)]
    found = length_preferences(ratings)
    assert (found["tighter"], found["fuller"], found["same_length"], found["ties"]) == (1, 1, 1, 1)
    assert found["shorter_explains"] == pytest.approx(0.5)
    assert length_preferences(ratings[2:])["shorter_explains"] is None


def test_consistency_counts_swapped_sides_with_an_exact_interval() -> None:
    ratings = [Rating(k, SHORT, LONG, "A", id=k) for k in range(1, 13)]
    again = ["B"] * 9 + ["A", "tie", "skip"]
    ratings += [
        Rating(k + 12, LONG, SHORT, said, repeat_of=k, id=k + 12)
        for k, said in enumerate(again, start=1)
    ]
    found = consistency(ratings)
    assert (found["repeats"], found["same"], found["judged"]) == (11, 9, False)
    known = binomtest(9, 11).proportion_ci(0.95, method="exact")
    assert found["interval"] == pytest.approx([known.low, known.high])
    ratings.append(Rating(30, LONG, SHORT, "B", repeat_of=12, id=30))
    assert consistency(ratings)["judged"]


def test_no_rating_one_and_two_ratings_and_only_ties(tell: Tell, short_ratings) -> None:
    nothing = tell([])
    assert nothing["certainty"] is None
    assert nothing["directions"] == []
    assert nothing["lines"] == [
        "No ratings yet. Rate some pairs, and what you like will stand here."
    ]
    for n in (1, 2):
        found = tell(short_ratings[:n])
        assert all(row["sure"] in ("unknown", "probably") for row in found["directions"])
        # Two answers, one foreseen by the other, may say a little; never much.
        assert (found["certainty"] or 0.0) < 0.25
    ties = [Rating(r.comparison_id, r.a, r.b, "tie", id=r.id) for r in short_ratings]
    found = tell(ties)
    assert found["counts"]["tie"] == len(ties)
    assert found["directions"] == []
    assert found["certainty"] is None
    assert found["lines"]


def test_each_direction_measures_a_known_feature() -> None:
    assert {direction.feature for direction in DIRECTIONS} <= set(FEATURE_NAMES)


def test_training_and_the_page_know_the_same_wishes(
    tell: Tell, graphs, energy_ratings, request_for
) -> None:
    request = request_for(energy_ratings)
    trained = train(request, graphs, silent())
    told = known_wishes(tell(energy_ratings)["directions"])
    assert told and known_wishes(trained.metrics["told"]["directions"]) == told
