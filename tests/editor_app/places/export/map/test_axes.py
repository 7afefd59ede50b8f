"""What the map's axes say, and which dot an arrow goes to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from editor_app.places.export.map.axes import (
    AT_FIRST,
    AXES,
    axes_of,
    colour_words,
    facts,
    next_towards,
    steps_of,
)
from ml_core.domain.edits import Candidate, Edit, Origin
from ml_core.domain.mapping import MappedEdit
from ml_core.domain.requests import MATCHES, Delivered


def mapped(utility: float = 0.0, is_proven: bool = False, singing: float | None = None):
    edit = Edit("a" * 64, 1000, ((0, 40_000), (60_000, 100_000)))
    delivered = Delivered(Candidate(edit, Origin()), utility, 0.1, 0.4, is_proven=is_proven)
    return MappedEdit(delivered, 0.58, 1.0, 0.25, singing, 0)


def test_axes_that_say_nothing_of_a_song_are_not_offered() -> None:
    assert {axis.id for axis in AXES} - {axis.id for axis in axes_of([mapped()])} == {
        "singing",
        "match",
    }
    told = [mapped(1.0, True, 0.5), mapped(2.0, True, 1.0)]
    assert axes_of(told) == AXES
    assert axes_of([*told, replace(told[0], singing_kept=None)])[-1].id == "match"
    assert axes_of([]) == ()
    assert set(AT_FIRST) <= {axis.id for axis in axes_of([mapped()])}


def test_facts_are_plain() -> None:
    assert facts(mapped()) == "1:20  ·  1 join  ·  louder than 58% of the song"
    assert "strong match" in facts(mapped(3.0, True))


def test_the_looks_are_said_to_mean_what_they_mean() -> None:
    assert "no trained taste is in use" in colour_words([mapped()])
    assert "does not tell these apart" in colour_words([mapped(0.0, True)])
    both = [mapped(3.0, True), mapped(-3.0, True), mapped(0.0, True)]
    assert colour_words(both) == ""
    assert steps_of(both) == (MATCHES[3], MATCHES[1], MATCHES[0])


@pytest.mark.parametrize(
    ("direction", "found"),
    [((1, 0), 1), ((-1, 0), 3), ((0, -1), 2), ((0, 1), 0)],
)
def test_an_arrow_goes_to_the_nearest_dot_on_its_side(direction, found) -> None:
    points = [(50.0, 50.0), (60.0, 52.0), (52.0, 30.0), (20.0, 45.0), (53.0, 95.0), (90.0, 50.0)]
    assert next_towards([p for p in points if p[1] != 95.0], 0, direction) == found


def test_nobody_is_locked_out_by_arrows() -> None:
    """From any dot, every other is reached by some arrows."""
    points = [(float(7 * k % 50), float(11 * k % 37)) for k in range(40)]
    ways = ((1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0))
    reached, new = {0}, [0]
    while new:
        now = new.pop()
        for way in ways:
            at = next_towards(points, now, way)
            if at not in reached:
                reached.add(at)
                new.append(at)
    assert reached == set(range(40))
