"""From edits to files: records that travel to a worker and back."""

from __future__ import annotations

from dataclasses import dataclass

from ml_core.domain.edits import Edit
from ml_core.domain.files.choices import AS_AT_FIRST, FileChoices
from ml_core.domain.files.stems import WrittenStem
from ml_core.domain.songs import SongRef


@dataclass(frozen=True, slots=True)
class EditToWrite:
    """An edit that becomes a file.

    Attributes:
        stem: the song's own name, which the pattern of file names calls {name}.
        exact_s: how long the file must last in seconds, to 10 ms; None for as long as it was cut.
        stems: paths of the song's stems, which get the same cuts and are written beside it.
        made_for: the key of the job that it is part of, kept in its record; empty for none.
        made_of: (which of the job's edits it is, how many there are), counted from 1.
    """

    song: SongRef
    edit: Edit
    stem: str
    exact_s: float | None = None
    stems: tuple[str, ...] = ()
    made_for: str = ""
    made_of: tuple[int, int] = (1, 1)


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """Asks for audio files of edits.

    Attributes:
        file_format: name of the format, for instance "wav"; one that can't be written is refused
            when it is to be.
        choices: how the files are written beside that.
    """

    edits: tuple[EditToWrite, ...]
    out_dir: str
    cache_dir: str
    file_format: str = "wav"
    choices: FileChoices = AS_AT_FIRST


@dataclass(frozen=True, slots=True)
class ExportResult:
    """Files written, and songs that could not be, each with its sentence.

    Attributes:
        notes: of files that were written, what the person should know: (file, sentence).
        stretched: of files with an exact length, what was stretched: (file, sentence).
        others: what was written for other tools: (the edit's file, the tool's).
        stems: what was written of stems.
        stems_failed: stems that could not be written, each with its sentence.
    """

    files: tuple[str, ...]
    failed: tuple[tuple[str, str], ...]
    notes: tuple[tuple[str, str], ...] = ()
    stretched: tuple[tuple[str, str], ...] = ()
    others: tuple[tuple[str, str], ...] = ()
    stems: tuple[WrittenStem, ...] = ()
    stems_failed: tuple[tuple[str, str], ...] = ()
