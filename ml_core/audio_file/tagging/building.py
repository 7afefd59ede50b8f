"""Tags put together from what a file has: cleaned, bounded, without what a cut makes false."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from ml_core.audio_file.tagging import pictures
from ml_core.audio_file.tagging.blocked import is_false_when_cut, without_times
from ml_core.audio_file.tagging.fields import ADDRESSES, BY_VORBIS, TO_PLAIN
from ml_core.audio_file.tagging.records import FRONT_COVER, Cover, Remark, Tags

LOST = "\N{REPLACEMENT CHARACTER}"

_LINK = "-->"
"""Instead of a kind: the data is an address (ID3v2.4, 4.14; FLAC). It is never followed."""

_MOST_PICTURES = 32
"""That are looked at: a tag may hold thousands that are none."""

_MOST_PICTURE_BYTES = 1 << 26
"""All of a song's pictures together."""

_MOST_FIELDS = 2000
_MOST_CHARACTERS = 1 << 22
"""Of all texts together: FLAC holds 16 MiB of them, and a character takes up to four bytes."""

UNKNOWN_LANGUAGES = frozenset({"", "und", "xxx"})
_LONGEST_NAME = 200


def clean(values: Iterable[Any]) -> tuple[str, ...]:
    """Values without what no tag may hold: NUL bytes, stray surrogates, emptiness.

    A value whose characters were lost before it came here is left out.
    """
    plain = (
        str(value).replace("\0", " ").encode("utf-8", "replace").decode("utf-8").strip()
        for value in values
    )
    return tuple(value for value in plain if value and LOST not in value)


class TagBuilder:
    """Takes fields in the order of their weight: of two of one name the first stays."""

    def __init__(self) -> None:
        self._texts: dict[str, tuple[str, ...]] = {}
        self._names: set[str] = set()
        self._remarks: list[Remark] = []
        self._languages: dict[str, str] = {}
        self._pictures: list[Cover] = []
        self._own: dict[tuple[str, str], Any] = {}
        self._n_lost = 0
        self._n_characters = 0

    def put(self, name: str, values: Iterable[Any]) -> None:
        """Take a field, by our own name or a custom one."""
        texts = clean(values)
        if name == "lyrics":
            texts = clean(without_times(texts))
        size = sum(map(len, texts))
        if not texts or name.casefold() in self._names or not self._has_room(size):
            return
        self._n_characters += size
        self._names.add(name.casefold())
        self._texts[name] = texts

    def put_custom(self, name: str, values: Iterable[Any]) -> None:
        """Take a field by the name it has in its file, unless a cut makes it false."""
        (plain,) = clean([name[:_LONGEST_NAME].replace("=", " ")]) or ("",)
        if not plain or is_false_when_cut(plain):
            return
        plain = TO_PLAIN.get(plain.casefold(), plain)
        kind, _, description = plain.partition(":")
        if description and kind.casefold() in ("comment", "lyrics"):
            for text in clean(values):
                self.remark(
                    "comment" if kind.casefold() == "comment" else "lyrics", "", description, text
                )
            return
        self.put(BY_VORBIS.get(plain.casefold(), plain), values)

    def remark(
        self, field: Literal["comment", "lyrics"], language: str, description: str, text: str
    ) -> None:
        """Take one comment or lyrics; the first without a description are a plain field."""
        (description,) = clean([description]) or ("",)
        spoken = language.casefold() if language.isascii() and len(language) == 3 else ""
        spoken = "" if spoken in UNKNOWN_LANGUAGES or not spoken.isalpha() else spoken
        texts = without_times(clean([text])) if field == "lyrics" else clean([text])
        if not texts or not texts[0] or (description and is_false_when_cut(description)):
            return
        if not description and field not in self._names:
            self.put(field, texts)
            if spoken:
                self._languages[field] = spoken
        elif not description and self._languages.get(field, "") == spoken:
            if self._has_room(len(texts[0])) and len(self._texts[field]) < _MOST_FIELDS:
                self._n_characters += len(texts[0])
                self._texts[field] += texts
        elif self._has_room(len(texts[0])):
            self._n_characters += len(texts[0])
            self._remarks.append(Remark(field, spoken, description, texts[0]))

    def address(self, frame_id: str, url: str) -> None:
        """Take an address of a kind that ID3 numbers."""
        self.put(ADDRESSES[frame_id], [url])

    def picture(self, data: bytes, kind: int, description: str = "", mime: str = "") -> None:
        """Take a picture of the four formats; what it claims to be counts for nothing."""
        found = (
            ""
            if mime == _LINK or len(self._pictures) + self._n_lost >= _MOST_PICTURES
            else (pictures.mime_type(data))
        )
        size = len(data) + sum(len(one.data) for one in self._pictures)
        if not found or size > _MOST_PICTURE_BYTES:
            self._n_lost += 1
            return
        (words,) = clean([description]) or ("",)
        number = kind if 0 <= kind <= 20 else 0
        self._pictures.append(Cover(bytes(data), found, number, words[:_LONGEST_NAME]))

    def lose_pictures(self, n_lost: int) -> None:
        """Count pictures that could not even be looked at."""
        self._n_lost += n_lost

    def keep(self, system: str, name: str, value: Any) -> None:
        """Take what only one system of tags can say."""
        if len(self._own) < _MOST_FIELDS:
            self._own[system, name] = value

    def made(self) -> Tags:
        """The tags."""
        front_first = sorted(self._pictures, key=lambda picture: picture.kind != FRONT_COVER)
        return Tags(
            self._texts,
            front_first[0] if front_first else None,
            lost_cover=not front_first and self._n_lost > 0,
            pictures=tuple(front_first[1:]),
            n_lost_pictures=self._n_lost,
            remarks=tuple(self._remarks),
            languages=self._languages,
            own=self._own,
        )

    def _has_room(self, size: int) -> bool:
        n_fields = len(self._texts) + len(self._remarks)
        return n_fields < _MOST_FIELDS and self._n_characters + size <= _MOST_CHARACTERS
