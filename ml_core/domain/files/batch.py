"""One song of an export: all that is asked for, and all that became of it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields
from typing import Any

from ml_core.domain.checked import require
from ml_core.domain.edits import Edit
from ml_core.domain.files.exporting import ExportRequest, ExportResult
from ml_core.domain.requests import Delivered, DeliverRequest


@dataclass(frozen=True, slots=True)
class SongJob:
    """Asks for a song's edits as files.

    Attributes:
        deliver: which edits.
        export: how files are written, without edits.
        stem: the song's own name.
        stems: paths of its stems.
        chosen: which of the edits alone is written, the first one where it has fewer; None for all.
        own: the person's own edit, which is written in place of any that is delivered.
        song_s: how long the song is in seconds; 0 where that is not told.
    """

    deliver: DeliverRequest
    export: ExportRequest
    stem: str
    stems: tuple[str, ...] = ()
    chosen: int | None = None
    own: Edit | None = None
    song_s: float = 0.0

    def __post_init__(self) -> None:
        song = self.deliver.song.sha256
        require(self.own is None or self.own.sha256 == song, "the edit is of that song")
        require(self.chosen is None or self.chosen >= 0, "edits are counted from 0")

    @property
    def key(self) -> str:
        """Sixteen hexadecimal digits that name what is asked for, wherever the song lies."""
        song, asked = self.deliver.song, self.deliver
        data: dict[str, Any] = {
            "song": song.sound or song.sha256,
            "corrections": repr(song.corrections),
            "limits": _flat(song.limits),
            "seed": asked.seed,
            "model": asked.model.id,
            "alternatives": asked.n_alternatives,
            "marks": [_flat(mark) for mark in asked.marks],
            "format": self.export.file_format,
            "choices": repr(self.export.choices),
            "stems": self.stems,
        }
        # Only where they are set: what was written before is known by the key that it had.
        data |= {} if self.chosen is None else {"chosen": self.chosen}
        data |= {} if self.own is None else {"own": self.own.to_json()}
        text = json.dumps(data, sort_keys=True, default=repr)
        return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _flat(record: Any) -> dict[str, Any]:
    """As `asdict` of a record that holds no other: of hundreds of songs that one takes seconds."""
    return {one.name: getattr(record, one.name) for one in fields(record)}


@dataclass(frozen=True, slots=True)
class Failed:
    """A song that was not exported, as the command's JSON tells it.

    Attributes:
        nearest_s: lengths that its edits can have, nearest to the one asked for; empty where the
            length is not what is missing.
    """

    song: str
    message: str
    nearest_s: tuple[float, ...] = ()

    @classmethod
    def of(cls, song: str, error: Exception) -> Failed:
        """For what was said of a song."""
        return cls(song, str(error), getattr(error, "nearest_s", ()))


@dataclass(frozen=True, slots=True)
class SongOutcome:
    """What became of a song.

    Attributes:
        song: path of its file, or what it was called where it is not known.
        made: each file with the edit in it; None for a file of an earlier export.
        failed: why something was not written.
        results: what writing each edit told.
        seconds: that it took.
    """

    song: str
    made: tuple[tuple[str, Delivered | None], ...] = ()
    failed: tuple[Failed, ...] = ()
    results: tuple[ExportResult, ...] = ()
    seconds: float = 0.0

    @property
    def files(self) -> tuple[str, ...]:
        """Paths of its edits."""
        return tuple(file for file, _ in self.made)

    @property
    def notes(self) -> tuple[tuple[str, str], ...]:
        """(file, what the person should know of it)."""
        return tuple(note for result in self.results for note in (*result.notes, *result.stretched))


@dataclass(frozen=True, slots=True)
class WrittenRequest:
    """Asks which jobs of a batch were written whole before.

    Attributes:
        keys: of the jobs, see `SongJob.key`.
        file_format: name of the format that they are written in.
    """

    out_dir: str
    file_format: str
    keys: tuple[str, ...]
