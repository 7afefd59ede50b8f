"""How files are written: what a person chose once, for every export from then on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from ml_core.domain.checked import require
from ml_core.domain.files.encodings import Encoding
from ml_core.domain.files.formats import WriteFormat
from ml_core.domain.files.name_pattern import (
    FILE_PATTERN,
    TITLE_FIELDS,
    TITLE_PATTERN,
    check_pattern,
)
from ml_core.domain.files.tools import TOOLS
from ml_core.errors import UserError
from ml_core.untrusted_json import parse_json

LOUDNESS_RANGE_LUFS = (-40.0, -5.0)
"""That can be asked for: louder than any record, and quieter than any speech."""

TRUE_PEAK_RANGE_DB = (-9.0, 0.0)
"""That can be asked for, in dBTP."""

HIGHEST_TRUE_PEAK_DB = -1.0
"""Of full scale (dBTP): EBU R 128 (2023), and room for what a lossy codec adds."""


@dataclass(frozen=True, slots=True)
class FileChoices:
    """All that can be chosen of files, beside their format and folder.

    Attributes:
        pattern: of the files' names, as `name_pattern` fills it.
        title_pattern: of the title in the tags; empty to leave that as the song has it.
        depth, quality, kbps, rate_hz, n_channels: as `encodings.Encoding`; a quality of -1, and 0,
            leave it to the song or the format.
        loudness_lufs: that edits are brought to, integrated (BS.1770); 0 leaves their level.
        true_peak_db: the highest true peak that such an edit may have, in dBTP.
        tools: other tools that edits are written for besides, a comma list of `tools.TOOLS`.
        has_residues: whether these get what clips can't say of joins, as a second track.
        copies_audio: whether audio is copied into a DAWproject.
        stems_dir: folder of stems that get the cuts of their songs' edits; empty for none.
    """

    pattern: str = FILE_PATTERN
    title_pattern: str = TITLE_PATTERN
    depth: str = ""
    quality: int = -1
    kbps: int = 0
    rate_hz: int = 0
    n_channels: int = 0
    loudness_lufs: float = 0.0
    tools: str = ""
    has_residues: bool = True
    copies_audio: bool = False
    # Not in the text that keys of jobs are made of: the stems that are found there are in them.
    stems_dir: str = field(default="", repr=False)
    true_peak_db: float = HIGHEST_TRUE_PEAK_DB

    def __post_init__(self) -> None:
        try:
            check_pattern(self.pattern)
            if self.title_pattern:
                check_pattern(self.title_pattern, TITLE_FIELDS)
        except UserError as error:
            raise ValueError(error.message.rstrip(".")) from error
        require(isinstance(self.encoding, Encoding), "an encoding")
        low, high = LOUDNESS_RANGE_LUFS
        is_loudness = self.loudness_lufs == 0 or low <= self.loudness_lufs <= high
        require(is_loudness, f"a loudness of {low:g} to {high:g} LUFS")
        low, high = TRUE_PEAK_RANGE_DB
        require(low <= self.true_peak_db <= high, f"a true peak of {low:g} to {high:g} dBTP")
        require(set(self.tool_names) <= set(TOOLS), "known tools")

    @property
    def tool_names(self) -> tuple[str, ...]:
        """The other tools."""
        return tuple(name for name in self.tools.split(",") if name)

    @property
    def encoding(self) -> Encoding:
        """What is chosen of the sound."""
        quality = None if self.quality < 0 else self.quality
        return Encoding(self.depth, quality, self.kbps, self.rate_hz, self.n_channels)

    def as_far_as(self, form: WriteFormat) -> FileChoices:
        """The choices without what a format can't do: they were made for all formats at once."""
        can = self.encoding.as_far_as(form)
        quality = -1 if can.quality is None else can.quality
        return replace(
            self,
            depth=can.depth,
            quality=quality,
            kbps=can.kbps,
            rate_hz=can.rate_hz,
            n_channels=can.n_channels,
        )


AS_AT_FIRST = FileChoices()
"""What holds until a person chooses otherwise."""


def choices_json(choices: FileChoices) -> str:
    """The choices as text, for settings."""
    return json.dumps(asdict(choices))


def choices_from(text: str) -> FileChoices:
    """The choices that a text holds; what it lacks or has damaged is as at first, one by one."""
    try:
        said: Any = parse_json(text)
    except ValueError:
        return AS_AT_FIRST
    made = AS_AT_FIRST
    for name, value in said.items() if isinstance(said, Mapping) else ():
        if any(one.name == name for one in fields(FileChoices)):
            made = _with(made, name, value)
    return made


def _with(choices: FileChoices, name: str, value: Any) -> FileChoices:
    """The choices with one of them made; as they were where that can't be."""
    now = getattr(choices, name)
    try:
        if isinstance(now, float) and type(value) is int:
            value = float(value)
        require(type(value) is type(now), f"{name} is of another kind")
        return FileChoices(**(asdict(choices) | {name: value}))
    except (ValueError, TypeError):
        return choices
