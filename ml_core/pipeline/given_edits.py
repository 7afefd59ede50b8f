"""Finished edits given as a list of kept intervals, for a simulated cycle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ml_core.domain.finished_edits import FinishedEdit
from ml_core.domain.intervals import SpansS, spans_s
from ml_core.edits.graph.edit_graph import EditGraph
from ml_core.errors import UserError

_IT_NEEDS = "It needs song (a path) and kept, a list of [start, end] in seconds within the song."


@dataclass(frozen=True, slots=True)
class GivenEdit:
    """An edit from outside: its song's path and the kept intervals in seconds, in play order."""

    song: str
    kept: SpansS
    is_length_given: bool = False
    is_rough: bool = False


def read_edits(data: Any, name: str) -> tuple[GivenEdit, ...]:
    """Edits from parsed JSON: a list of {song, kept}, or an object that holds it as `edits`.

    `length_given` and `rough` may be true besides.

    Raises:
        UserError: naming the first entry that is no edit.
    """
    rows = data.get("edits") if isinstance(data, dict) else data
    if not isinstance(rows, list):
        raise UserError(f"{name} holds no list of edits.", "It needs [{song, kept}, ...].")
    edits = []
    for number, row in enumerate(rows, start=1):
        try:
            edits.append(_edit(row))
        except (KeyError, TypeError, IndexError) as error:
            raise UserError(f"Entry {number} of {name} is not an edit.", _IT_NEEDS) from error
        except ValueError as error:
            text = f"Entry {number} of {name} is not an edit: {error}."
            raise UserError(text, _IT_NEEDS) from error
    return tuple(edits)


def _edit(row: Any) -> GivenEdit:
    song = row["song"]
    if not isinstance(song, str) or not song or "\0" in song:
        raise ValueError("it names no song")
    flags = [row.get(name, False) for name in ("length_given", "rough")]
    if not all(isinstance(flag, bool) for flag in flags):
        raise ValueError("length_given and rough are true or false")
    return GivenEdit(song, spans_s(row["kept"]), *flags)


def finished_of(given: GivenEdit, graph: EditGraph, name: str) -> FinishedEdit:
    """The edit in samples of its song.

    Raises:
        UserError: if an interval lies outside of the song.
    """
    analysis = graph.analysis
    rate, n_samples = analysis.sample_rate_hz, analysis.n_samples
    try:
        spans_s(given.kept, n_samples / rate)
    except ValueError as error:
        raise UserError(f"The edit of {name} can't be used: {error}.", _IT_NEEDS) from error
    spans = []
    for start_s, end_s in given.kept:
        start = min(round(start_s * rate), n_samples - 1)
        spans.append((start, max(start + 1, min(round(end_s * rate), n_samples))))
    return FinishedEdit(
        analysis.sha256,
        rate,
        tuple(spans),
        name,
        n_samples,
        is_length_given=given.is_length_given,
        is_rough=given.is_rough,
    )
