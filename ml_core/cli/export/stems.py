"""Stems of the songs that are exported: which they are, and what is told of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ml_core.domain.files.choices import FileChoices
from ml_core.domain.files.exporting import ExportResult
from ml_core.domain.files.stems import NO_STEMS, StemsFound, WrittenStem
from ml_core.domain.songs import SongEntry
from ml_core.paths import printable_name
from ml_core.progress import Progress
from ml_core.store import Store
from ml_core.store.requests import stems_request


def found_stems(
    store: Store, choices: FileChoices, songs: Iterable[SongEntry | None], progress: Progress
) -> StemsFound:
    """The stems of the songs that were named, in the folder that was chosen; none without one.

    Raises:
        UserError: if there is no such folder.
    """
    if not choices.stems_dir:
        return NO_STEMS
    # Only here: it brings torch, two seconds that the start of processes needn't wait for.
    from ml_core.pipeline.exporting import find_stems

    request = stems_request(
        store,
        choices.stems_dir,
        [entry for entry in songs if entry is not None and entry.status == "ready"],
    )
    return find_stems(request, progress)


class ToldStems:
    """What became of stems, for people and as JSON.

    Args:
        found: which there are.
    """

    def __init__(self, found: StemsFound) -> None:
        self._written: list[WrittenStem] = []
        self._left_out = list(found.left_out)
        self._without = [printable_name(one.song.path) for one in found.songs if not one.files]

    def add(self, result: ExportResult) -> None:
        """Take what an export has written."""
        self._written += result.stems
        self._left_out += result.stems_failed

    def json(self) -> dict[str, Any]:
        """Fields of the command's JSON."""
        return {
            "stems": [
                {"edit": one.edit, "stem": one.stem, "file": one.file} for one in self._written
            ],
            "stems_left_out": [
                {"stem": stem, "message": sentence} for stem, sentence in self._left_out
            ],
        }

    def of(self, file: str) -> Sequence[str]:
        """Lines that tell the stems of an edit's file."""
        return [f"  stem: {Path(one.file).name}" for one in self._written if one.edit == file]

    def lines(self) -> list[str]:
        """Lines that tell what was left out."""
        lines = [f"stem left out  {sentence}" for _, sentence in self._left_out]
        return lines + [f"no stems of {name} were found" for name in self._without]
