"""What a map of edits can be spread along, in plain words, and which dot lies next to another."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from editor_app.look.words import counted
from ml_core.domain.mapping import MappedEdit
from ml_core.domain.requests import MATCH_UNKNOWN, MATCHES
from ml_core.units import clock

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Axis:
    """One way to put edits in order.

    Attributes:
        id: as it is kept.
        words: as it is chosen.
        low, high: what the two ends are called.
        value: where an edit lies; None where the song or the taste does not say.
        tick: how a value is written; empty where only the ends are named.
    """

    id: str
    words: str
    low: str
    high: str
    value: Callable[[MappedEdit], float | None]
    tick: Callable[[float], str] = lambda _: ""


def _percent(share: float) -> str:
    return f"{share:.0%}"


def _whole(number: float) -> str:
    return f"{number:.0f}" if abs(number - round(number)) < 1e-6 else ""


def _match(one: MappedEdit) -> float | None:
    return one.delivered.utility if one.delivered.match else None


AXES: tuple[Axis, ...] = (
    Axis("length", "Length", "shorter", "longer", lambda one: one.delivered.edit.duration_s, clock),
    Axis("loudness", "Loudness", "calmer", "louder", lambda one: one.loudness),
    Axis("joins", "Joins", "fewer", "more", lambda one: one.delivered.edit.n_joins, _whole),
    Axis("roughness", "Cost of joins", "smoother", "bolder", lambda o: o.delivered.mean_join_cost),
    Axis("intro", "Intro kept", "none", "all", lambda one: one.intro_kept, _percent),
    Axis("ending", "Ending kept", "none", "all", lambda one: one.ending_kept, _percent),
    Axis("singing", "Singing kept", "none", "all", lambda one: one.singing_kept, _percent),
    Axis("match", "Match with your taste", "weaker", "stronger", _match),
)
AT_FIRST = ("length", "loudness")


def axes_of(edits: Sequence[MappedEdit]) -> tuple[Axis, ...]:
    """The axes that say something of these edits."""
    return tuple(
        axis for axis in AXES if edits and all(axis.value(one) is not None for one in edits)
    )


def facts(one: MappedEdit) -> str:
    """What is said of an edit, in a line."""
    edit, match = one.delivered.edit, one.delivered.match
    said = [clock(edit.duration_s), counted(edit.n_joins, "join"), match]
    said.append(f"louder than {one.loudness:.0%} of the song")
    return "  ·  ".join(filter(None, said))


def colour_words(edits: Sequence[MappedEdit]) -> str:
    """What the dots' looks say; where they say nothing, why."""
    if not any(one.delivered.match for one in edits):
        return "One colour, since no trained taste is in use"
    if all(one.delivered.match in ("", MATCH_UNKNOWN) for one in edits):
        return "One colour, since your taste does not tell these apart yet"
    return ""


def steps_of(edits: Sequence[MappedEdit]) -> tuple[str, ...]:
    """The steps of the match that occur, the strongest first."""
    found = {one.delivered.match for one in edits}
    return tuple(step for step in reversed(MATCHES) if step in found)


def next_towards(points: Sequence[Point], now: int, direction: Point) -> int:
    """The nearest point in a direction; the one given where none lies there.

    Points that lie off to the side count as further away, as the eye has it.

    Args:
        points: in pixels.
        now: index of the point to start from.
        direction: of unit length.
    """
    x, y = points[now]
    best, best_cost = now, math.inf
    for index, (other_x, other_y) in enumerate(points):
        along = (other_x - x) * direction[0] + (other_y - y) * direction[1]
        across = abs((other_x - x) * direction[1] - (other_y - y) * direction[0])
        if index == now or along <= 0.5 or across > 2.0 * along:
            continue
        cost = along + 2.0 * across
        if cost < best_cost:
            best, best_cost = index, cost
    return best
