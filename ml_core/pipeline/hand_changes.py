"""Edits changed by hand, from their records: the changed one is preferred to the one proposed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from ml_core.domain.edits import Edit
from ml_core.domain.intervals import spans_samples, whole_number
from ml_core.errors import UserError
from ml_core.paths import printable_name
from ml_core.untrusted_json import read_json

PROPOSED = "proposed_samples"
"""Field of a record that keeps what was exported, while `kept_samples` is there to be changed."""


def read_hand_change(file: Path) -> tuple[Edit, Edit]:
    """(proposed, changed) edit of a `NAME.edit.json` whose `kept_samples` were changed by hand.

    Only the kept spans are read of the change: fades and gains are no matter of taste here.

    Raises:
        UserError: if it can't be read, is no such record, or was not changed.
    """
    name = printable_name(file)
    record = _record(file, name)
    try:
        proposed, changed = (_edit(record, key) for key in (PROPOSED, "kept_samples"))
    except KeyError as error:
        raise UserError(
            f"{name} does not say what was proposed.",
            "Export the edit again, then change kept_samples in its record.",
        ) from error
    except ValueError as error:
        raise UserError(
            f"{name} is not the record of an edit.",
            "kept_samples holds [start, end] in whole samples, each start before its end.",
        ) from error
    if proposed.spans == changed.spans:
        raise UserError(f"{name} was not changed.", "Change kept_samples, then rate it.")
    return proposed, changed


def read_exported(file: Path) -> Edit:
    """The edit that a record says was exported, however it was changed since.

    Raises:
        UserError: if it can't be read, or is no such record.
    """
    return _read(file, PROPOSED)


def read_kept(file: Path) -> Edit:
    """The edit that a record says is kept now, changed by hand or not.

    Raises:
        UserError: if it can't be read, or is no such record.
    """
    return _read(file, "kept_samples")


def read_gain_db(file: Path) -> float:
    """The gain in dB that a record says its edit was exported at, for its loudness; 0 for none.

    Raises:
        UserError: if it can't be read, or is no such record.
    """
    gain_db = _record(file, printable_name(file)).get("gain_db", 0.0)
    return float(gain_db) if isinstance(gain_db, int | float) else 0.0


def _read(file: Path, key: str) -> Edit:
    """An edit with the fades of its record, as far as they are of as many joins."""
    name = printable_name(file)
    record = _record(file, name)
    try:
        bare = _edit(record, key)
    except (KeyError, ValueError) as error:
        raise UserError(f"{name} is not the record of an edit.") from error
    try:
        return replace(
            bare,
            fades=tuple(whole_number(n, 0) for n in record["fades_samples"]),
            tails=tuple(whole_number(n, 0) for n in record["tails_samples"]),
            fade_in=whole_number(record["fade_in_samples"], 0),
            fade_out=whole_number(record["fade_out_samples"], 0),
        )
    except (KeyError, ValueError, TypeError):
        return bare


def with_fades_of(changed: Edit, proposed: Edit) -> Edit:
    """A changed edit whose joins and ends that it has in common with the one proposed sound alike.

    Joins of its own keep the fades that it has.

    Args:
        changed: by a person, whichever fades it has.
        proposed: with its fades.
    """
    known = {
        (left[1], right[0]): (fade, tail)
        for (left, right), fade, tail in zip(
            pairwise(proposed.spans), proposed.fades, proposed.tails, strict=True
        )
    }
    sounds = [
        known.get((left[1], right[0]), (fade, tail))
        for (left, right), fade, tail in zip(
            pairwise(changed.spans), changed.fades, changed.tails, strict=True
        )
    ]
    begins_alike = changed.spans[0][0] == proposed.spans[0][0]
    ends_alike = changed.spans[-1][1] == proposed.spans[-1][1]
    return replace(
        changed,
        fades=tuple(fade for fade, _ in sounds),
        tails=tuple(tail for _, tail in sounds),
        fade_in=proposed.fade_in if begins_alike else changed.fade_in,
        fade_out=proposed.fade_out if ends_alike else changed.fade_out,
    )


def _record(file: Path, name: str) -> Mapping[str, Any]:
    record = read_json(file, "Export the edit again.")
    if not isinstance(record, dict):
        raise UserError(f"{name} is not the record of an edit.", "Give a file that export wrote.")
    return record


def _edit(record: Mapping[str, Any], key: str) -> Edit:
    return Edit(
        str(record["sha256"]), whole_number(record["sample_rate_hz"]), spans_samples(record[key])
    )
