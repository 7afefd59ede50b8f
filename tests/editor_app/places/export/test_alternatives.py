"""The edits to choose from: in what order they stand, and what a changed one shows."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from editor_app.places.export.alternatives import order_words
from editor_app.places.export.choices import ExportChoices
from editor_app.places.export.hand.hand_changes import HandEdit
from editor_app.places.export.plans import Plan
from ml_core.domain.edits import Candidate, Edit, Origin
from ml_core.domain.requests import Delivered

SHA = "a" * 64


def _edit(*spans: tuple[int, int]) -> Edit:
    return Edit(SHA, 100, spans)


def _delivered(edit: Edit, utility: float, is_proven: bool = True) -> Delivered:
    return Delivered(Candidate(edit, Origin(), (0.0,)), utility, 0.5, 0.4, is_proven=is_proven)


@pytest.mark.parametrize(
    ("utilities", "words"),
    [
        ((3.0,), ""),
        ((3.0, 1.5, 0.0), "best match first"),
        ((3.0, 3.2, 2.9), "best match first"),
        ((0.0, 0.0, 0.0), "each another way to cut it"),
        ((0.0, 3.0, 0.0), "first what match and joins choose together"),
    ],
)
def test_best_match_first_is_said_where_it_is_so(utilities, words):
    found = [_delivered(_edit((0, 1000 + k)), value) for k, value in enumerate(utilities)]
    assert order_words(found) == words


def test_without_a_shown_taste_no_match_is_spoken_of():
    found = [_delivered(_edit((0, 1000 + k)), 3.0, is_proven=False) for k in range(3)]
    assert "match" not in order_words(found)


def test_an_alternative_that_was_changed_by_hand_shows_what_it_is_now():
    first, second = _edit((0, 1000), (2000, 3000)), _edit((0, 2000))
    plan = Plan((_delivered(first, 3.0), _delivered(second, 2.0)))
    changed = _edit((0, 500), (2000, 3000))
    hands = SimpleNamespace(of=lambda _: HandEdit(first, changed))
    choices = ExportChoices(SimpleNamespace(plan=lambda _: plan), hands)
    found = choices.found(SHA)
    assert [one.edit for one in found] == [changed, second]
    assert found[0].match == "" and found[1].match == plan.found[1].match
    assert choices.index(SHA) == 0 and choices.note(SHA) == "Changed by hand."
    hands.of = lambda _: None
    assert choices.found(SHA) == plan.found
