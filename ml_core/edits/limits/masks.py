"""Hard limits as masks over an edit graph: what learning can't move.

`AllowedPaths` is what a policy samples within. `broken_limit` says of any finished edit, wherever
it came from, which limit it breaks. Locked and forbidden spans are fixed in samples, so they are
masked with the margins of `placement` where each join slid to. So no path within the masks breaks
such a limit once its joins are placed. Only the duration has to be checked again, since joins move
by up to 50 ms.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ml_core.domain.edits import Limits
from ml_core.edits.graph.edit_graph import EditGraph
from ml_core.edits.graph.rough_joins import rough_graph
from ml_core.edits.limits.checks import (
    NoSuchLength,
    TooLittleMusic,
    broken_limit,
    length_words,
    most_kept_s,
)
from ml_core.edits.limits.durations import STEP_S, durations_reach, shortest_and_longest_s
from ml_core.edits.limits.lengths import NEAR_BARS, EditLengths, LengthAim, bar_s, farthest_s
from ml_core.edits.limits.path_masks import Masks, path_masks, required_bars
from ml_core.edits.limits.refusals import (
    NO_RULES,
    ROUGH_WAY,
    kept_words,
    lengths_words,
    no_such_length,
    nothing_can_be_kept,
    rules_left_away,
)
from ml_core.errors import UserError
from ml_core.units import clock

__all__ = ["AllowedPaths", "broken_limit", "nearest_lengths_s"]


@dataclass(frozen=True, eq=False)
class AllowedPaths:
    """The paths of a graph that keep a song's limits.

    Attributes:
        segment_ok: bool (n_bars, n_bars), [s, e] true where bars s..e may be one segment. Silence
            that is no music belongs to none, unless it is locked.
        start_ok: bool (n_bars,), bars that an edit may start with.
        end_ok: bool (n_bars,), bars that an edit may end with.
        join_ok: bool (n_bars, n_bars), [e, s] true where bar e may be left for bar s.
        shortest_s, longest_s: bounds of the edit's duration.
        aim: what draws are to last, where a length is wished for.
    """

    segment_ok: NDArray[np.bool_]
    start_ok: NDArray[np.bool_]
    end_ok: NDArray[np.bool_]
    join_ok: NDArray[np.bool_]
    shortest_s: float
    longest_s: float
    aim: LengthAim | None = None

    @classmethod
    def from_limits(cls, graph: EditGraph, limits: Limits) -> AllowedPaths:
        """The masks for a song.

        Beginnings and endings that cut singing are ruled out, where any edit is left without them.

        Raises:
            UserError: if no edit keeps all limits; the sentence names the one that can't be met.
        """
        shortest_s, longest_s = _duration_range(graph, limits)
        paths = cls(*path_masks(graph, limits), shortest_s, longest_s)
        starts, ends = ~graph.ends.start_cuts, ~graph.ends.end_cuts
        if not (starts.all() and ends.all()):
            uncut = replace(paths, start_ok=paths.start_ok & starts, end_ok=paths.end_ok & ends)
            with suppress(UserError):
                return uncut._with_an_edit(graph, limits)
        return paths._with_an_edit(graph, limits)

    def _with_an_edit(self, graph: EditGraph, limits: Limits) -> AllowedPaths:
        """These, with what draws aim at where a length is wished for, if there is any edit."""
        if limits.wished_s is None:
            _require_an_edit(graph, limits, self)
            return self
        aim = _aim(graph, limits, self, limits.wished_s)
        # Between bar lines, which is what the base policy's styles are solved for.
        beyond_s = sum(float(np.abs(ends_s).max()) for ends_s in aim.lengths.ends_s)
        reach_s = aim.farthest_s + beyond_s
        shortest_s, longest_s = max(0.0, aim.wished_s - reach_s), aim.wished_s + reach_s
        return replace(self, shortest_s=shortest_s, longest_s=longest_s, aim=aim)

    @property
    def masks(self) -> Masks:
        """Segments, starts, ends and joins, as `durations` takes them."""
        return self.segment_ok, self.start_ok, self.end_ok, self.join_ok


def _longest_s(graph: EditGraph, limits: Limits) -> tuple[float, ...]:
    """The longest edit that keeps the rules, whatever lengths they ask for; empty without any."""
    beyond_s = graph.song_s + 60.0
    return nearest_lengths_s(graph, limits, (beyond_s, beyond_s)) or ()


def _duration_range(graph: EditGraph, limits: Limits) -> tuple[float, float]:
    song_s = graph.song_s
    for start_s, _ in limits.locked:
        if start_s >= song_s:
            raise UserError(
                f"The locked part at {clock(start_s)} lies after the song's end, {clock(song_s)}.",
                "Remove that lock.",
            )
    if limits.shortest_s is not None and limits.shortest_s > song_s:
        most_kept = _longest_s(graph, limits)
        most = f"Its longest edit lasts {lengths_words(most_kept)}: a" if most_kept else "A"
        raise NoSuchLength(
            f"This song lasts {length_words(song_s, limits.shortest_s)}, so no edit of it can last "
            f"{length_words(limits.shortest_s, song_s)}.",
            f"{most}sk for a shorter edit, or leave this song out.",
            most_kept,
        )
    most_s = most_kept_s(graph, limits)
    if limits.shortest_s is not None and limits.shortest_s > most_s:
        raise TooLittleMusic.of_song(
            most_s, song_s, limits.shortest_s, _longest_s(graph, limits) or (most_s,)
        )
    shortest_s, longest_s = limits.duration_range_s(most_s)
    if shortest_s > longest_s:
        # A share that is kept bounds the length on the side where the other bound is missed.
        bound_s = longest_s if limits.longest_s != longest_s else shortest_s
        at_it = (bound_s - STEP_S, bound_s + STEP_S)
        raise NoSuchLength(
            "An edit of this song would have to last "
            f"{length_words(shortest_s, longest_s)} or more "
            f"and {length_words(longest_s, shortest_s)} or less.",
            "Widen the lengths or the share of the song to keep.",
            nearest_lengths_s(graph, limits, at_it) or (bound_s,),
        )
    return shortest_s, longest_s


def nearest_lengths_s(
    graph: EditGraph, limits: Limits, range_s: tuple[float, float]
) -> tuple[float, ...] | None:
    """Empty if an edit within the limits lasts within `range_s`; else the nearest lengths around.

    The limits' own lengths do not count. None where there is no edit at all.
    """
    paths = AllowedPaths(*path_masks(graph, limits), *range_s)
    ends_s = EditLengths.of(graph).ends_s
    if shortest_and_longest_s(graph.bar_s, *paths.masks, ends_s) is None:
        return None
    return durations_reach(graph.bar_s, paths.masks, range_s, ends_s)


def _aim(graph: EditGraph, limits: Limits, paths: AllowedPaths, wished_s: float) -> LengthAim:
    """What draws aim at: the nearest lengths to a wished one that there are.

    Raises:
        UserError: if no edit is within half a bar of it.
    """
    lengths = EditLengths.of(graph)
    if shortest_and_longest_s(graph.bar_s, *paths.masks, lengths.ends_s) is None:
        raise _nothing_can_be_kept(graph, limits)
    at_it = (wished_s - STEP_S, wished_s + STEP_S)
    nearest = durations_reach(graph.bar_s, paths.masks, at_it, lengths.ends_s)
    off_s = min((abs(length_s - wished_s) for length_s in nearest), default=0.0)
    a_bar_s = bar_s(graph)
    if off_s > farthest_s(graph, wished_s):
        reach_s = farthest_s(graph, wished_s)
        range_s = (wished_s - reach_s, wished_s + reach_s)
        raise no_such_length(limits, nearest, ways_to(graph, limits, range_s))
    near_s = max(NEAR_BARS * a_bar_s, off_s + STEP_S)
    return LengthAim(wished_s, near_s, max(farthest_s(graph, wished_s), near_s), lengths)


def ways_to(graph: EditGraph, limits: Limits, range_s: tuple[float, float]) -> list[str]:
    """What would make a length possible: each rule left away alone, and joins that stand out."""
    ways = [
        words
        for words, without in rules_left_away(limits)
        if nearest_lengths_s(graph, without, range_s) == ()
    ]
    if not limits.rough_joins and nearest_lengths_s(rough_graph(graph), limits, range_s) == ():
        ways.append(ROUGH_WAY)
    return ways


def _nothing_can_be_kept(graph: EditGraph, limits: Limits) -> UserError:
    """Why there is no edit at all, and how long one could be if a rule were left away."""
    why = nothing_can_be_kept(graph, limits, required_bars(graph, limits, 0.0))
    middle_s = limits.wished_s or float(
        np.mean(limits.duration_range_s(most_kept_s(graph, limits)))
    )
    bare = replace(limits, **NO_RULES)
    for way, without in [*rules_left_away(limits), ("leave these rules away", bare)]:
        nearest = nearest_lengths_s(graph, without, (middle_s - STEP_S, middle_s + STEP_S))
        if nearest is not None:
            lengths_s = nearest or (middle_s,)
            others = f"If you {way}, an edit can last {lengths_words(lengths_s)}."
            return NoSuchLength(why.message, f"{why.remedy} {others}", lengths_s)
    return why


def _require_an_edit(graph: EditGraph, limits: Limits, paths: AllowedPaths) -> None:
    """Let paths pass of which some last as long as allowed.

    Raises:
        UserError: if there are none.
    """
    range_s = shortest_and_longest_s(graph.bar_s, *paths.masks)
    if range_s is None:
        raise _nothing_can_be_kept(graph, limits)
    low_s, high_s = range_s
    while_keeping = kept_words(limits)
    if low_s > paths.longest_s:
        raise NoSuchLength(
            f"No edit of this song can be shorter than {length_words(low_s, paths.longest_s)}"
            f"{while_keeping}.",
            f"Allow more than {length_words(paths.longest_s, low_s)}, or keep less.",
            (low_s,),
        )
    if high_s < paths.shortest_s:
        without = ", since parts of it are forbidden" if limits.forbidden else ""
        raise NoSuchLength(
            f"No edit of this song can be longer than {length_words(high_s, paths.shortest_s)}"
            f"{without}.",
            f"Allow less than {length_words(paths.shortest_s, high_s)}.",
            (high_s,),
        )
    nearest = durations_reach(graph.bar_s, paths.masks, (paths.shortest_s, paths.longest_s))
    if nearest:
        raise NoSuchLength(
            "No edit of this song lasts between "
            f"{length_words(paths.shortest_s, paths.longest_s)} and "
            f"{length_words(paths.longest_s, paths.shortest_s)}{while_keeping}.",
            f"The nearest lengths are {lengths_words(nearest)}.",
            nearest,
        )
