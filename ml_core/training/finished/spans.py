"""The spans of a finished edit: each bar counted once, and moved to other places of the song."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml_core.domain.edits import Span
from ml_core.edits.graph.edit_graph import EditGraph

Floats = NDArray[np.float64]

LEAST_BARS = 0.25
"""What is left of a span that was heard before, if shorter, is the error of where it was found."""

_EPSILON_BARS = 1e-6


def heard_once(spans: tuple[Span, ...], graph: EditGraph) -> tuple[Span, ...]:
    """The spans in play order without what an earlier one had played, at least one.

    Args:
        spans: of the song, in samples.
        graph: of the song.
    """
    least = LEAST_BARS * float(np.median(np.diff(graph.edges_samples)))
    kept: list[Span] = []
    for span in spans:
        left = [span]
        for before in kept:
            left = [piece for one in left for piece in _without(one, before)]
        whole = left == [span]
        kept += [piece for piece in left if whole or piece[1] - piece[0] >= least]
    return tuple(kept)


def _without(span: Span, taken: Span) -> list[Span]:
    """What of a span lies outside of another: up to two pieces."""
    pieces = [(span[0], min(span[1], taken[0])), (max(span[0], taken[1]), span[1])]
    return [(start, end) for start, end in pieces if start < end]


def moved_by_bars(
    spans: tuple[Span, ...], graph: EditGraph, rng: np.random.Generator
) -> tuple[Span, ...] | None:
    """The same pieces elsewhere: each moved by whole bars, so that it is cut as it was.

    A piece keeps its place within the bar and its length in bars, no two overlap, and any order of
    pieces along the song may come. They are played as they lie in the song.

    Returns:
        Spans in samples; None where the song has no room to move them.
    """
    edges = graph.edges_samples.astype(np.float64)
    bars = np.arange(len(edges), dtype=np.float64)
    pieces = np.interp(np.array(spans, dtype=np.float64), edges, bars)
    own_order = np.argsort(pieces[:, 0], kind="stable")
    for order in (rng.permutation(len(pieces)), own_order):
        packed = _packed(pieces[order])
        room = int(np.floor(bars[-1] - packed[-1, 1] + _EPSILON_BARS))
        if room >= 1:
            # Every way to spread the room over the gaps, before, between and after, is as likely.
            gaps = np.sort(rng.integers(0, room + 1, size=len(packed)))
            moved = np.interp(packed + gaps[:, None], bars, edges)
            ends = np.maximum(np.rint(moved[:, 1]), np.rint(moved[:, 0]) + 1)
            return tuple(
                (int(start), int(end))
                for start, end in zip(np.rint(moved[:, 0]), ends, strict=True)
            )
    return None


def _packed(pieces: Floats) -> Floats:
    """Pieces [start, end) in bars, moved by whole bars as near to the start as they go in a row."""
    packed = np.empty_like(pieces)
    free_from = 0.0
    for row, (start, end) in enumerate(pieces):
        place = start % 1.0
        at = place + max(0.0, np.ceil(free_from - place - _EPSILON_BARS))
        packed[row] = at, at + (end - start)
        free_from = packed[row, 1]
    return packed
