"""Finished edits in the project: versions that a person made before, found in their songs."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict, replace
from typing import Any

from ml_core.domain.checked import require
from ml_core.domain.finished_edits import FinishedEdit
from ml_core.store.store import Store

SETTING = "finished_edits"
"""The named value that holds them: a list, in the order in which they were taken."""


def finished_edits(store: Store) -> list[FinishedEdit]:
    """All of them, those left out too, oldest first; what is damaged is passed over."""
    kept = store.settings.get(SETTING, [])
    found: dict[int, FinishedEdit] = {}
    for data in kept if isinstance(kept, list) else []:
        try:
            edit = _from_json(data)
        except (ValueError, TypeError, KeyError, AttributeError):
            continue
        found.setdefault(edit.id, edit)
    return list(found.values())


def keep_finished_edit(store: Store, edit: FinishedEdit) -> FinishedEdit:
    """Add one, or write one with a known id anew; returns it with its id."""
    kept = finished_edits(store)
    if edit.id == 0:
        edit = replace(edit, id=1 + max((one.id for one in kept), default=0))
        kept.append(edit)
    else:
        kept = [edit if one.id == edit.id else one for one in kept]
    _write(store, kept)
    return edit


def keep_finished_edits(store: Store, edits: Iterable[FinishedEdit]) -> list[FinishedEdit]:
    """Add several at once, all or none; returns them with their ids."""
    kept = finished_edits(store)
    first = 1 + max((one.id for one in kept), default=0)
    new = [replace(edit, id=first + n) for n, edit in enumerate(edits)]
    _write(store, kept + new)
    return new


def drop_finished_edit(store: Store, edit_id: int) -> None:
    """Forget one for good; nothing where there is none of this id."""
    drop_finished_edits(store, [edit_id])


def drop_finished_edits(store: Store, edit_ids: Collection[int]) -> None:
    """Forget several for good, all or none; those that are not there are passed over."""
    _write(store, [one for one in finished_edits(store) if one.id not in edit_ids])


def _write(store: Store, edits: list[FinishedEdit]) -> None:
    store.settings.set(SETTING, [asdict(one) for one in edits])


def _from_json(data: Any) -> FinishedEdit:
    """The edit that some data describes: a project may come from anyone.

    Raises:
        ValueError, TypeError, KeyError, AttributeError: if it is none.
    """
    for name, kind in _KINDS.items():
        require(type(data.get(name, kind())) is kind, f"{name} is of another kind")
    spans = tuple((start, end) for start, end in data["spans"])
    require(all(type(at) is int for span in spans for at in span), "spans are in samples")
    return FinishedEdit(**{**data, "spans": spans})


_KINDS: dict[str, type] = {
    "sha256": str,
    "sample_rate_hz": int,
    "name": str,
    "n_samples_song": int,
    "is_length_given": bool,
    "is_rough": bool,
    "is_left_out": bool,
    "id": int,
}
