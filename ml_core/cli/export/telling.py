"""What export tells: lines for people, one JSON object, and a log of a line for each song."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, Self

from ml_core.cli.export.stems import ToldStems
from ml_core.cli.output import SCHEMA, finite
from ml_core.domain.files.batch import SongOutcome
from ml_core.domain.files.stems import NO_STEMS
from ml_core.domain.requests import Delivered
from ml_core.errors import UserError
from ml_core.paths import printable_name
from ml_core.units import clock


def told_json(outcomes: Sequence[SongOutcome], stems: ToldStems) -> dict[str, Any]:
    """The command's JSON."""
    made = [pair for outcome in outcomes for pair in outcome.made]
    return {
        "files": [file for file, _ in made],
        "why": [
            {
                "file": file,
                "match": one.match,
                "reasons": [asdict(reason) for reason in one.reasons],
            }
            for file, one in made
            if one is not None
        ],
        "failed": [asdict(failed) for outcome in outcomes for failed in outcome.failed],
        "notes": [
            {"file": file, "message": sentence}
            for outcome in outcomes
            for file, sentence in outcome.notes
        ],
        "tools": [one for outcome in outcomes for one in _tools(outcome)],
        **stems.json(),
    }


def _tools(outcome: SongOutcome) -> list[dict[str, str]]:
    """What was written of a song for other tools."""
    return [
        {"edit": edit, "file": file} for result in outcome.results for edit, file in result.others
    ]


def told_lines(
    outcomes: Sequence[SongOutcome], stems: ToldStems, exact_s: float | None
) -> list[str]:
    """The same for people.

    Args:
        outcomes: of the songs.
        stems: what became of theirs.
        exact_s: how long all files last; None where each lasts as long as it was cut.
    """
    lines: list[str] = []
    for outcome in outcomes:
        for file, made in outcome.made:
            lines += _file_lines(file, made, exact_s)
            lines += stems.of(file)
            lines += [
                f"  for other tools: {Path(other).name}"
                for result in outcome.results
                for edit, other in result.others
                if edit == file
            ]
    lines += [f"  note: {words}" for outcome in outcomes for _, words in outcome.notes]
    lines += stems.lines()
    failed = [one for outcome in outcomes for one in outcome.failed]
    lines += [f"not exported  {one.message}" for one in failed]
    if failed:
        n_whole = sum(not outcome.failed for outcome in outcomes)
        lines.append(
            f"{n_whole} of {len(outcomes)} songs are exported, {len(outcomes) - n_whole} not."
        )
    return lines


def _file_lines(file: str, made: Delivered | None, exact_s: float | None) -> list[str]:
    from ml_core.training.wishes.why import why_line

    if made is None:
        return [f"{file} (written before)"]
    n_joins = made.edit.n_joins
    joins = "1 join" if n_joins == 1 else f"{n_joins} joins"
    facts = (clock(made.edit.duration_s if exact_s is None else exact_s), joins, made.match)
    lines = [f"{file} ({', '.join(filter(None, facts))})"]
    return [*lines, f"  why: {why_line(made.reasons)}"] if made.reasons else lines


class ExportLog:
    """A file of JSON lines, one for each song as it ends; earlier lines stay.

    Args:
        path: of the file; None for no log.

    Raises:
        UserError: if it can't be written.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def __enter__(self) -> Self:
        """Open the file."""
        if self._path is not None:
            try:
                self._path.absolute().parent.mkdir(parents=True, exist_ok=True)
                self._file = self._path.open("a", encoding="utf-8")
            except OSError as error:
                raise self._unwritable(error) from error
        return self

    def add(self, outcome: SongOutcome) -> None:
        """Write a song's line, so that it is there whatever happens next."""
        if self._file is None:
            return
        stems = ToldStems(NO_STEMS)
        for result in outcome.results:
            stems.add(result)
        line = {
            "schema": SCHEMA,
            "song": outcome.song,
            "files": outcome.files,
            "seconds": round(outcome.seconds, 3),
            "written_before": any(made is None for _, made in outcome.made),
            "notes": [{"file": file, "message": words} for file, words in outcome.notes],
            "tools": _tools(outcome),
            **stems.json(),
            "failed": [asdict(failed) for failed in outcome.failed],
        }
        try:
            self._file.write(json.dumps(finite(line), ensure_ascii=True) + "\n")
            self._file.flush()
        except OSError as error:
            raise self._unwritable(error) from error

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()

    def _unwritable(self, error: OSError) -> UserError:
        name = printable_name(self._path or Path())
        return UserError(
            f"The log {name} can't be written: {error.strerror}.", "Name another file."
        )
