"""Edits changed by hand, from their records: the changed one is preferred to the one proposed."""

from __future__ import annotations

from collections.abc import Mapping
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


def _read(file: Path, key: str) -> Edit:
    name = printable_name(file)
    try:
        return _edit(_record(file, name), key)
    except (KeyError, ValueError) as error:
        raise UserError(f"{name} is not the record of an edit.") from error


def _record(file: Path, name: str) -> Mapping[str, Any]:
    record = read_json(file, "Export the edit again.")
    if not isinstance(record, dict):
        raise UserError(f"{name} is not the record of an edit.", "Give a file that export wrote.")
    return record


def _edit(record: Mapping[str, Any], key: str) -> Edit:
    return Edit(
        str(record["sha256"]), whole_number(record["sample_rate_hz"]), spans_samples(record[key])
    )
