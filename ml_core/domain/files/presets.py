"""Presets of exports: length, loudness, format and name for where an edit goes, under one name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from ml_core.domain.checked import require
from ml_core.domain.files.choices import FileChoices
from ml_core.domain.files.encodings import Encoding
from ml_core.domain.files.formats import WRITE_FORMATS, write_format
from ml_core.domain.files.name_pattern import FILE_PATTERN
from ml_core.errors import UserError
from ml_core.foreign_text import shown_text

LONGEST_NAME = 60
_LENGTHS_S = (1.0, 24 * 3600.0)
_AT_FIRST = FileChoices()


@dataclass(frozen=True, slots=True)
class Preset:
    """What one place that edits go to asks for; how it is cut and tagged beside that stays.

    Attributes:
        name: as it is listed, on one line.
        length_s: (shortest, longest) in seconds, the same twice for one length; None where the
            length is as the taste says.
        loudness_lufs: integrated (BS.1770); 0 leaves the level as it is.
        true_peak_db: highest true peak in dBTP of an edit that is brought to a loudness.
        file_format: a key of `formats.WRITE_FORMATS`.
        depth, quality, kbps, rate_hz, n_channels: as in `choices.FileChoices`.
        pattern: of files' names.
    """

    name: str
    length_s: tuple[float, float] | None = None
    loudness_lufs: float = 0.0
    true_peak_db: float = _AT_FIRST.true_peak_db
    file_format: str = "wav"
    depth: str = ""
    quality: int = -1
    kbps: int = 0
    rate_hz: int = 0
    n_channels: int = 0
    pattern: str = FILE_PATTERN

    def __post_init__(self) -> None:
        is_name = bool(self.name) and self.name == plain_name(self.name)
        require(is_name, f"a name of 1 to {LONGEST_NAME} characters on one line")
        if self.length_s is not None:
            low, high = self.length_s
            least, most = _LENGTHS_S
            require(least <= low <= high <= most, "a length of 1 s to 24 h, the shorter first")
        require(self.file_format in WRITE_FORMATS, "a format that can be written")
        try:
            self.encoding.require_possible(write_format(self.file_format))
        except UserError as error:
            raise ValueError(error.message.rstrip(".")) from error
        require(self.quality >= -1, "a quality of 0 or more")
        # Its scale runs the other way than Ogg's: the window has bit rates of MP3 alone.
        is_known = self.file_format != "mp3" or self.quality < 0
        require(is_known, "MP3 takes its best variable rate, or a bit rate")
        self.chosen(_AT_FIRST)

    @classmethod
    def of(
        cls,
        name: str,
        length_s: tuple[float, float] | None,
        file_format: str,
        choices: FileChoices,
    ) -> Preset:
        """A preset of what is set.

        Args:
            name, length_s, file_format: as its own.
            choices: with nothing that the format can't do, see `FileChoices.as_far_as`.
        """
        chosen: dict[str, Any] = {one: getattr(choices, one) for one in _CHOSEN}
        return cls(name, length_s, file_format=file_format, **chosen)

    @property
    def key(self) -> str:
        """By which a name is told from others: letter case does not count."""
        return self.name.casefold()

    @property
    def encoding(self) -> Encoding:
        """What is asked of the sound beside the format."""
        quality = None if self.quality < 0 else self.quality
        return Encoding(self.depth, quality, self.kbps, self.rate_hz, self.n_channels)

    def chosen(self, choices: FileChoices) -> FileChoices:
        """Choices of files with the preset's own.

        Raises:
            ValueError: if it can't be, as of a loudness beyond what can be asked for.
        """
        return replace(choices, **{name: getattr(self, name) for name in _CHOSEN})

    def holds(
        self, length_s: tuple[float, float] | None, file_format: str, choices: FileChoices
    ) -> bool:
        """Whether all that it sets is set so."""
        if length_s != self.length_s or file_format != self.file_format:
            return False
        can = choices.as_far_as(write_format(file_format))
        # Without a loudness no peak is brought anywhere.
        free = {"true_peak_db"} if self.loudness_lufs == 0 else set()
        return all(getattr(can, name) == getattr(self, name) for name in set(_CHOSEN) - free)

    def to_json(self) -> dict[str, Any]:
        """Plain data, as settings and files of presets hold it."""
        data = {_SAID.get(one.name, one.name): getattr(self, one.name) for one in fields(self)}
        return data | {"length_s": None if self.length_s is None else list(self.length_s)}

    @classmethod
    def from_json(cls, data: Any) -> Preset:
        """The preset that some data describes; what it lacks is as at first.

        Raises:
            ValueError: saying what is wrong, if it is none.
        """
        if not isinstance(data, Mapping):
            raise ValueError("a preset has a name and its values")
        known = {_SAID.get(one.name, one.name): one.name for one in fields(cls)}
        unknown = sorted(str(name) for name in set(data) - set(known) - {"shipped"})
        if unknown:
            raise ValueError(f"a preset has no {shown_text(unknown[0])[:LONGEST_NAME]}")
        values = {field: _value(field, data[name]) for name, field in known.items() if name in data}
        require("name" in values, "a preset has a name")
        return cls(**values)


_CHOSEN = tuple(
    one.name for one in fields(Preset) if one.name not in ("name", "length_s", "file_format")
)
"""Fields that are choices of files too."""

_SAID = {"file_format": "format", "n_channels": "channels"}
"""Fields that JSON calls as the command's options do."""

_KINDS: dict[str, type] = {
    "name": str,
    "loudness_lufs": float,
    "true_peak_db": float,
    "file_format": str,
    "depth": str,
    "quality": int,
    "kbps": int,
    "rate_hz": int,
    "n_channels": int,
    "pattern": str,
}


def _value(name: str, value: Any) -> Any:
    """A field's value as JSON gives it, of the kind that the field has."""
    if name == "length_s":
        if value is None:
            return None
        ends = value if isinstance(value, list) else [value, value]
        is_number = [type(end) in (int, float) for end in ends]
        require(len(ends) == 2 and all(is_number), "length_s is two numbers, or null")
        return float(ends[0]), float(ends[1])
    if _KINDS[name] is float and type(value) is int:
        return float(value)
    words = {str: "text", int: "a whole number", float: "a number"}[_KINDS[name]]
    require(type(value) is _KINDS[name], f"{name} is {words}")
    return value


def plain_name(text: str) -> str:
    """A name as it is kept: without orders to a terminal, on one line, not too long."""
    kept = "".join(char for char in " ".join(text.split()) if char.isprintable())
    return kept[:LONGEST_NAME].strip()
