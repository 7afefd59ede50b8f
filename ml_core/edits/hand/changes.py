"""Changes by hand, one after the other, each with the sentence that says what it did."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ml_core.domain.by_hand import HEAL_BARS, EditChange
from ml_core.domain.edits import Edit
from ml_core.edits.by_hand import change_bars
from ml_core.edits.graph.edit_graph import EditGraph
from ml_core.edits.hand.joins import heal_join, move_join
from ml_core.units import clock


def apply_changes(
    graph: EditGraph, edit: Edit, changes: Sequence[EditChange]
) -> tuple[Edit, list[str]]:
    """The edit after all changes, and what each did.

    Args:
        graph: of the edit's song.
        edit: to be changed.
        changes: in their order; a join's number is that in the edit as it is by then.

    Raises:
        UserError: if one can't be made.
    """
    said = []
    for change in changes:
        edit, sentence = _MAKE[change.kind](graph, edit, change)
        said.append(sentence)
    return edit, said


def _move(graph: EditGraph, edit: Edit, change: EditChange) -> tuple[Edit, str]:
    moved = move_join(graph, edit, change.join, change.bars, change.side)
    side = {"both": "", "left": ", where it is left", "right": ", where it is entered"}[change.side]
    return moved, f"Join {change.join + 1} moved {_bars(change.bars)}{side}."


def _heal(graph: EditGraph, edit: Edit, change: EditChange) -> tuple[Edit, str]:
    healed, number = heal_join(graph, edit, change.join), change.join + 1
    if healed is None:
        return edit, f"No cleaner join within {HEAL_BARS} bars of join {number}."
    sides = f"left {_bars(healed.left_bars)}, entered {_bars(healed.right_bars)}"
    cost = f"its cost fell from {healed.before:.2f} to {healed.after:.2f}"
    return healed.edit, f"Join {number} healed: {sides}; {cost}."


def _cut(graph: EditGraph, edit: Edit, change: EditChange) -> tuple[Edit, str]:
    start_s, end_s = change.span_s
    changed = change_bars(graph, edit, change.span_s, keep=False)
    return changed, f"Cut out {clock(start_s)}-{clock(end_s)}, by whole bars."


def _bring_back(graph: EditGraph, edit: Edit, change: EditChange) -> tuple[Edit, str]:
    start_s, end_s = change.span_s
    changed = change_bars(graph, edit, change.span_s, keep=True)
    return changed, f"Brought back {clock(start_s)}-{clock(end_s)}, by whole bars."


def _bars(n: int) -> str:
    if n == 0:
        return "where it was"
    bars = "1 bar" if abs(n) == 1 else f"{abs(n)} bars"
    return f"{bars} {'later' if n > 0 else 'earlier'}"


_Make = Callable[[EditGraph, Edit, EditChange], tuple[Edit, str]]
_MAKE: dict[str, _Make] = {"move": _move, "heal": _heal, "cut": _cut, "bring back": _bring_back}
