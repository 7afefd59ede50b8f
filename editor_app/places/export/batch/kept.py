"""A batch that is not finished, kept with the project: the app may be closed meanwhile."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from editor_app.project.named_values import NamedValues
from ml_core.domain.edits import Edit, Limits
from ml_core.domain.files.choices import FileChoices, choices_from, choices_json
from ml_core.domain.files.formats import write_format
from ml_core.errors import UserError

_BATCH, _DONE = "export_batch", "export_batch_done"


@dataclass(frozen=True, slots=True)
class KeptSong:
    """One song.

    Attributes:
        sha256: of the song.
        key: of the job that its files are known by.
        chosen, own: as in `SongJob`.
    """

    sha256: str
    key: str
    limits: Limits
    chosen: int
    own: Edit | None


@dataclass(frozen=True, slots=True)
class KeptBatch:
    """All that is needed to go on.

    Attributes:
        model: id of the checkpoint that it was started with.
        n_done: how many of its edits were written.
    """

    out_dir: str
    file_format: str
    files: FileChoices
    model: str
    songs: tuple[KeptSong, ...]
    n_done: int = 0


def keep(values: NamedValues, batch: KeptBatch) -> None:
    """Keep a batch in place of any other.

    Raises:
        NotSavedError: if the disk refuses.
    """
    songs = [
        {
            "sha256": song.sha256,
            "key": song.key,
            # Not `asdict`, which takes a fifth of a millisecond for each of many songs.
            "limits": {one.name: getattr(song.limits, one.name) for one in fields(Limits)},
            "chosen": song.chosen,
            "own": None if song.own is None else song.own.to_json(),
        }
        for song in batch.songs
    ]
    data = {
        "out_dir": batch.out_dir,
        "format": batch.file_format,
        "files": choices_json(batch.files),
        "model": batch.model,
        "songs": songs,
    }
    values.set(_DONE, batch.n_done)
    values.set(_BATCH, data)


def keep_done(values: NamedValues, n_done: int) -> None:
    """Keep how many edits were written by now.

    Raises:
        NotSavedError: if the disk refuses.
    """
    values.set(_DONE, n_done)


def forget(values: NamedValues) -> None:
    """Keep no batch any more.

    Raises:
        NotSavedError: if the disk refuses.
    """
    if values.get(_BATCH, None) is not None:
        values.set(_BATCH, None)


def kept(values: NamedValues) -> KeptBatch | None:
    """The batch that is kept; None where there is none, or none that can be read."""
    try:
        data, n_done = values.get(_BATCH, None), values.get(_DONE, 0)
        if data is None:
            return None
        songs = tuple(_song(one) for one in data["songs"])
        batch = KeptBatch(
            str(data["out_dir"]),
            write_format(str(data["format"])).name,
            choices_from(str(data["files"])),
            str(data["model"]),
            songs,
            min(max(0, int(n_done)), len(songs)),
        )
    except (UserError, KeyError, TypeError, ValueError, AttributeError, OverflowError):
        return None
    return batch if songs else None


def _song(data: Any) -> KeptSong:
    own = None if data["own"] is None else Edit.from_json(data["own"])
    chosen = int(data["chosen"])
    if chosen < 0 or (own is not None and own.sha256 != data["sha256"]):
        raise ValueError("no song of a batch")
    return KeptSong(str(data["sha256"]), str(data["key"]), _limits(data["limits"]), chosen, own)


def _limits(data: Mapping[str, Any]) -> Limits:
    usual = asdict(Limits())
    known = {one.name for one in fields(Limits)}
    return Limits(**{name: _like(usual[name], data[name]) for name in known & set(data)})


def _like(usual: object, value: object) -> Any:
    """A limit's value, of the kind that it is usually of.

    Raises:
        ValueError: if it is of another.
    """
    if isinstance(usual, tuple):
        if not isinstance(value, list):
            raise ValueError("spans are a list")
        return tuple((_number(start), _number(end)) for start, end in value)
    if isinstance(usual, bool):
        if not isinstance(value, bool):
            raise ValueError("yes or no")
        return value
    return None if value is None else _number(value)


def _number(value: object) -> float | int:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError("a number")
    return value
