"""Pairs to ask: fair to the songs, half of them equally long, repeats hidden well."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from ml_core.domain.edits import Limits
from ml_core.domain.models import BASE_REF, ModelRef
from ml_core.domain.ratings import Comparison, Mark, Rating
from ml_core.domain.requests import ProposeRequest, SongTask
from ml_core.domain.songs import Song
from ml_core.edits.differing import to_hear_s
from ml_core.edits.features.edit_features import FEATURE_NAMES, edit_features
from ml_core.edits.limits.checks import broken_limit
from ml_core.errors import UserError
from ml_core.policy.path_distribution import PolicyParameters
from ml_core.policy.path_features import N_TERMS
from ml_core.policy.styles import N_STYLES
from ml_core.progress import silent
from ml_core.store import Store
from ml_core.training.checkpoint import BASE_MODEL, Model
from ml_core.training.comparing.compare import same_length
from ml_core.training.pairs import selection
from ml_core.training.pairs.information import PairInformation, information
from ml_core.training.pairs.selection import LEAST_DIFFERENCE, MATCHED_FIRST, choose_pairs
from tests.ml_core.training.conftest import kept_difference

Ask = Callable[..., list[Comparison]]


@pytest.fixture
def ask(graphs) -> Ask:
    """Pairs in batches, with ids as the store gives them; `answer` rates each batch."""

    def asked(batches, answer=None, limits=Limits(), model=BASE_MODEL, ref=BASE_REF, **changes):
        songs = tuple(SongTask(sha256, "", limits) for sha256 in graphs)
        pairs: list[Comparison] = []
        ratings: list[Rating] = []
        for n_pairs in batches:
            request = ProposeRequest(
                "", songs, n_pairs, 3, ratings=tuple(ratings), asked=tuple(pairs)
            )
            request = replace(request, model=ref, **changes)
            first = len(pairs)
            for pair in choose_pairs(request, graphs, model, silent()):
                known = pair.repeat_of
                known = first - known if known is not None and known < 0 else known
                pairs.append(replace(pair, id=len(pairs) + 1, repeat_of=known))
            if answer is not None:
                ratings += [Rating(p.id, p.a, p.b, answer(p), id=p.id) for p in pairs[first:]]
        return pairs

    return asked


def _shorter(pair: Comparison) -> str:
    if same_length(pair.a, pair.b):
        return "tie"
    return "A" if pair.a.n_samples < pair.b.n_samples else "B"


def _key(pair: Comparison) -> frozenset[tuple[tuple[int, int], ...]]:
    return frozenset((pair.a.spans, pair.b.spans))


def test_every_song_is_asked_equally_often(ask: Ask) -> None:
    pairs = ask([5, 8, 3, 16], _shorter)
    fresh = Counter(pair.sha256 for pair in pairs if pair.repeat_of is None)
    assert len(fresh) == 8
    assert max(fresh.values()) - min(fresh.values()) <= 1


@pytest.mark.parametrize("batches", [[40], [7, 7, 7, 7, 12]])
def test_half_of_the_pairs_are_equally_long(ask: Ask, batches: list[int]) -> None:
    fresh = [pair for pair in ask(batches, _shorter) if pair.repeat_of is None]
    matched = [pair for pair in fresh if pair.reason == "matched"]
    assert len(matched) == len(fresh) // 2
    for pair in matched:
        ratio = pair.a.duration_s / pair.b.duration_s
        assert max(ratio, 1 / ratio) <= 1 / 0.97
    assert sum(not same_length(p.a, p.b) for p in fresh if p.reason != "matched") >= 12


@pytest.mark.parametrize("batches", [[8], [1, 3, 8], [24]])
def test_the_first_pairs_are_equally_long(ask: Ask, batches: list[int]) -> None:
    pairs = ask(batches, with_repeats=False)[:MATCHED_FIRST]
    assert {pair.reason for pair in pairs} == {"matched"}
    assert all(same_length(pair.a, pair.b) for pair in pairs)
    assert min(kept_difference(pair.a, pair.b) for pair in pairs) >= LEAST_DIFFERENCE - 0.02


def test_the_first_pairs_of_a_later_cycle_are_equally_long_too(ask: Ask, graphs) -> None:
    before = ask([24], with_repeats=False)
    tuned = Model(None, PolicyParameters(np.zeros(N_TERMS), np.linspace(0, 0.1, N_STYLES)))
    songs = tuple(SongTask(sha256, "") for sha256 in graphs)
    request = ProposeRequest("", songs, 12, 3, asked=tuple(before), n_before_training=len(before))
    request = replace(request, with_repeats=False)
    first = choose_pairs(request, graphs, tuned, silent())
    assert {pair.reason for pair in first[:MATCHED_FIRST]} == {"matched"}
    # A batch goes on where the one before it left off.
    asked = [replace(pair, id=24 + k) for k, pair in enumerate(first, 1)]
    more = replace(request, asked=(*before, *asked))
    later = [*first[MATCHED_FIRST:], *choose_pairs(more, graphs, tuned, silent())]
    n_matched = sum(pair.reason == "matched" for pair in [*before, *first[:8], *later])
    assert n_matched == (24 + 8 + len(later)) / 2
    assert not any(pair.reason == "matched" for pair in later[:8])


def test_a_song_without_edits_of_one_length_is_asked_all_the_same(ask: Ask, monkeypatch) -> None:
    monkeypatch.setattr("ml_core.training.pairs.selection.PLACED_RATIO", -1.0)
    assert len(ask([4])) == 4


def test_no_pair_comes_twice_by_accident_and_every_pair_is_worth_a_listen(ask: Ask) -> None:
    pairs = ask([10] * 6, limits=Limits(keep_low=0.3, keep_high=0.6))
    fresh = [pair for pair in pairs if pair.repeat_of is None]
    assert len({_key(pair) for pair in fresh}) == len(fresh)
    assert min(kept_difference(pair.a, pair.b) for pair in fresh) >= LEAST_DIFFERENCE - 0.02


def test_a_tenth_is_asked_again_with_sides_swapped_and_far_apart(ask: Ask) -> None:
    pairs = ask([9, 1, 20, 4, 26], _shorter)
    repeats = [(k, pair) for k, pair in enumerate(pairs) if pair.repeat_of is not None]
    assert len(repeats) == 6
    assert len({pair.repeat_of for _, pair in repeats}) == 6
    for k, pair in repeats:
        original = pairs[pair.repeat_of - 1]
        assert (pair.a, pair.b) == (original.b, original.a)
        assert (pair.origin_a, pair.origin_b) == (original.origin_b, original.origin_a)
        assert original.repeat_of is None
        assert k - (pair.repeat_of - 1) - 1 >= 8
        assert pair.reason == "repeat"
    assert len({k % 10 for k, _ in repeats}) > 1


def test_skipped_pairs_are_not_asked_again(ask: Ask) -> None:
    pairs = ask([10] * 4, lambda pair: "A" if pair.id % 5 == 1 else "skip")
    repeated = [pair.repeat_of for pair in pairs if pair.repeat_of is not None]
    assert repeated
    assert all(known % 5 == 1 for known in repeated)
    assert not [p for p in ask([30], with_repeats=False) if p.repeat_of is not None]


def test_a_repeat_within_a_batch_gets_its_originals_id_from_the_store(graphs, tmp_path) -> None:
    songs = tuple(SongTask(sha256, "") for sha256 in graphs)
    chosen = choose_pairs(ProposeRequest("", songs, 10, 0), graphs, BASE_MODEL, silent())
    assert chosen[9].repeat_of is not None
    assert chosen[9].repeat_of < 0
    with Store.open(tmp_path) as store:
        for sha256, graph in graphs.items():
            analysis = graph.analysis
            store.songs.add(Song(sha256, ("x",), analysis.sample_rate_hz, analysis.n_samples, 2))
        _, kept = store.pairs.add(chosen)
        original = store.pairs.by_id(kept[9].repeat_of)
    assert original.a == kept[9].b
    assert original.b == kept[9].a


def test_limits_and_bad_joins_are_kept(ask: Ask, graphs) -> None:
    limits = Limits(shortest_s=None, keep_low=0.4, keep_high=0.6, keep_ending=True)
    pairs = ask([16], limits=limits)
    edits = [edit for pair in pairs for edit in (pair.a, pair.b)]
    assert all(broken_limit(edit, graphs[edit.sha256], limits) is None for edit in edits)

    first = next(edit for edit in edits if edit.n_joins)
    left, entered = first.spans[0][1], first.spans[1][0]
    mark = Mark(1, first.sha256, "bad_join", "A", left, entered)
    near = 0.4 * first.sample_rate_hz
    for pair in ask([16], limits=limits, marks=(mark,)):
        for edit in (pair.a, pair.b):
            for (_, end), (start, _) in zip(edit.spans, edit.spans[1:], strict=False):
                again = abs(end - left) < near and abs(start - entered) < near
                assert edit.sha256 != first.sha256 or not again


def test_the_same_request_gives_the_same_pairs(ask: Ask) -> None:
    one, same, other = ask([12]), ask([12]), ask([12], seed=4)
    assert one == same
    assert [_key(pair) for pair in one] != [_key(pair) for pair in other]


def test_sides_are_a_toss_up(ask: Ask) -> None:
    fresh = [p for p in ask([40]) if p.repeat_of is None and not same_length(p.a, p.b)]
    shorter_first = sum(pair.a.n_samples < pair.b.n_samples for pair in fresh)
    assert 0.2 < shorter_first / len(fresh) < 0.8


def test_half_of_what_is_heard_still_comes_from_the_base_policy(ask: Ask) -> None:
    tuned = Model(None, PolicyParameters(np.zeros(N_TERMS), np.linspace(0, 0.1, N_STYLES)))
    pairs = ask([24], model=tuned, ref=ModelRef("c7"))
    origins = Counter(o.checkpoint for pair in pairs for o in (pair.origin_a, pair.origin_b))
    assert set(origins) == {"base", "c7"}
    assert min(origins.values()) >= 12


def test_songs_without_a_choice_are_passed_over(graphs) -> None:
    shas = list(graphs)
    analysis = graphs[shas[0]].analysis
    whole = (0.0, analysis.n_samples / analysis.sample_rate_hz)
    nothing = SongTask(shas[0], "", Limits(locked=(whole,), keep_low=0.99, keep_high=1.0))
    request = ProposeRequest("", (nothing, SongTask(shas[1], "")), 4, 0)
    pairs = choose_pairs(request, graphs, BASE_MODEL, silent())
    assert {pair.sha256 for pair in pairs} == {shas[1]}
    with pytest.raises(UserError, match="None of the songs allows two different edits"):
        choose_pairs(replace(request, songs=(nothing,)), graphs, BASE_MODEL, silent())


def test_information_is_highest_for_what_is_unknown_and_none_for_what_is_known() -> None:
    gain = information(np.array([0.0, 0.0, 0.0, 6.0]), np.array([0.0, 1.0, 9.0, 1.0]), 0.8)
    assert gain[0] == pytest.approx(0.0, abs=1e-9)
    assert gain[0] < gain[1] < gain[2] < np.log(3)
    assert gain[3] < gain[1]


def test_after_the_first_answers_pairs_ask_what_is_not_known_yet(
    ask: Ask, graphs, monkeypatch
) -> None:
    """Someone who likes short edits is asked less about length, and the model learns more."""
    monkeypatch.setattr(selection, "listening_cost", lambda spans, one, *_: np.ones(len(one)))
    # To this listener the first eight, of one length, are ties: they tell nothing yet.
    pairs = ask([8, 4, 24], _shorter, with_repeats=False)
    assert {pair.reason for pair in pairs[:8]} == {"matched"}
    assert {pair.reason for pair in pairs[8:12]} == {"random"}
    assert {pair.reason for pair in pairs[12:]} == {"active", "matched"}

    def spread(chosen: list[Comparison]) -> float:
        columns = [FEATURE_NAMES.index(n) for n in ("intro_kept", "trend", "energy", "ending")]
        gaps = [np.subtract(*edit_features(graphs[p.sha256], [p.a, p.b]))[columns] for p in chosen]
        return float(np.abs(gaps).mean(0).sum())

    # Chosen pairs are further apart than pairs taken as they come.
    rng = np.random.default_rng(0)
    edits = {
        sha256: [e for p in pairs for e in (p.a, p.b) if p.sha256 == sha256] for sha256 in graphs
    }
    taken = []
    for some in edits.values():
        for _ in range(10):
            i, j = rng.choice(len(some), 2, replace=False)
            taken.append(Comparison(some[i], some[j], "random"))
    assert spread(pairs) > 1.05 * spread(taken)


def test_a_pair_that_was_asked_is_passed_over_even_where_it_would_come_first(
    graphs, monkeypatch
) -> None:
    # Without a difference in information the same draws would give the same pair again.
    monkeypatch.setattr(PairInformation, "of", lambda self, a, b: np.zeros(len(a)))
    shas = list(graphs)
    elsewhere = choose_pairs(
        ProposeRequest("", (SongTask(shas[1], ""),), 1, 0), graphs, BASE_MODEL, silent()
    )
    request = ProposeRequest(
        "", (SongTask(shas[0], ""),), 1, 0, asked=(replace(elsewhere[0], id=1),)
    )
    (first,) = choose_pairs(request, graphs, BASE_MODEL, silent())
    assert choose_pairs(request, graphs, BASE_MODEL, silent()) == [first]
    again = replace(request, asked=(replace(first, id=1, reason=elsewhere[0].reason),))
    (second,) = choose_pairs(again, graphs, BASE_MODEL, silent())
    assert _key(second) != _key(first)


def test_what_is_under_way_needs_no_second_asking(graphs, short_ratings) -> None:
    sha256 = short_ratings[0].sha256
    edits = [e for r in short_ratings for e in (r.a, r.b) if r.sha256 == sha256]
    features = edit_features(graphs[sha256], edits)
    a, b = features[::2], features[1::2]
    known = PairInformation(short_ratings[:8], (), graphs)
    before = known.of(a, b)
    known.add(a[0], b[0])
    after = known.of(a, b)
    assert after[0] < 0.85 * before[0]
    assert np.all(after <= before + 1e-9)
    # Answers already given teach less when asked again than the same pairs did before them.
    fresh = PairInformation((), (), graphs).of(a, b)
    answered = PairInformation(short_ratings, (), graphs).of(a, b)
    assert answered.mean() < 0.8 * fresh.mean()


def test_of_pairs_that_teach_alike_the_one_that_is_heard_sooner_is_asked(ask, monkeypatch) -> None:
    """Each second of listening is a person's; without its cost the same songs take longer."""
    monkeypatch.setattr(PairInformation, "of", lambda self, a, b: np.ones(len(a)))
    quick = ask([16], with_repeats=False)
    monkeypatch.setattr(selection, "listening_cost", lambda spans, one, *_: np.ones(len(one)))
    slow = ask([16], with_repeats=False)
    quick_s, slow_s = (sum(to_hear_s(p.a, p.b) for p in pairs) for pairs in (quick, slow))
    assert quick_s < 0.6 * slow_s
    assert all(kept_difference(p.a, p.b) >= LEAST_DIFFERENCE - 0.05 for p in quick)
