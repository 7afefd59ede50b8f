"""Texts of tags whose bytes do not say what they are coded in: the right text, or none.

Bytes that are UTF-8 can hardly be anything else. What else there is stands in Windows' code pages:
cp1252 in the West, which ISO 8859-1 is a part of. Cyrillic and Japanese are taken only where the
bytes would make no words in the West.
"""

from __future__ import annotations

import math
import re

_WORDS = re.compile(r"[^\W\d_]+")
_FEWEST_LETTERS = 4
"""Shorter texts may be anything: "Été" is as good a word as "Йtй" is none."""

_CYRILLIC_PAGES = ("cp1251", "koi8-r")
_PER_MILLE = {
    letter: share
    for letters, share in (
        ("о", 110), ("е", 85), ("а", 80), ("и", 74), ("н", 67), ("т", 63), ("с", 55), ("і", 55),
        ("рв", 46), ("л", 43), ("км", 33), ("дпу", 28), ("яыьгзб", 18), ("чй", 12), ("хж", 9),
        ("шюцї", 6), ("щэфє", 4), ("ъё", 2),
    )
    for letter in letters
}  # fmt: skip
"""How often letters are used in Russian (and і, ї and є in Ukrainian)."""

_LEAST_MEAN_LOG = -3.35
"""Of a letter's share, natural logarithm: Russian has -3.0 on average, accented letters taken at
random for Cyrillic ones -3.9."""

_JAPANESE = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uff01-\uff60]+")
_KANA = re.compile(r"[\u3041-\u30ff]")
_C1 = range(0x80, 0xA0)
"""Bytes of ISO 8859-1's control characters: quotes and dashes in cp1252, and few letters."""


def decoded(data: bytes) -> str:
    """The text that bytes hold; "" where no coding gives one."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    for found in (_japanese(data), _cyrillic(data)):
        if found is not None:
            return found
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return ""


def mended(text: str) -> str:
    """A text that was read as ISO 8859-1, as many programs say whatever they write.

    Args:
        text: every character is one byte of what was written.
    """
    if text.isascii():
        return text
    try:
        return decoded(text.encode("latin-1")) or text
    except UnicodeEncodeError:
        return text


def _japanese(data: bytes) -> str | None:
    """Shift-JIS, if all that isn't ASCII is Japanese and most of it can't be the West's.

    Kana begin with bytes 0x82 and 0x83 and most usual ideographs with others of C1, in which the
    West has quotes and dashes, which do not follow each other.
    """
    try:
        text = data.decode("cp932")
    except UnicodeDecodeError:
        return None
    runs = _JAPANESE.findall(text)
    foreign = "".join(runs)
    if not foreign or not _JAPANESE.sub("", text).isascii():
        return None
    n_in_c1 = sum(char.encode("cp932")[0] in _C1 for char in foreign)
    is_kana = bool(_KANA.search(foreign)) and len(foreign) > 1 and 2 * n_in_c1 > len(foreign)
    is_ideographs = n_in_c1 == len(foreign) and min(map(len, runs)) > 1
    return text if is_kana or is_ideographs else None


def _cyrillic(data: bytes) -> str | None:
    """cp1251 or KOI8-R, if every foreign word is all Cyrillic, spelt like one."""
    for page in _CYRILLIC_PAGES:
        try:
            text = data.decode(page)
        except UnicodeDecodeError:
            continue
        foreign = [word for word in _WORDS.findall(text) if not word.isascii()]
        letters = "".join(foreign).lower()
        if len(letters) < _FEWEST_LETTERS or not all(map(_is_spelt_well, foreign)):
            continue
        logs = [math.log(_PER_MILLE.get(letter, 0.1) / 1000) for letter in letters]
        if sum(logs) / len(logs) >= _LEAST_MEAN_LOG:
            return text
    return None


def _is_spelt_well(word: str) -> bool:
    """Whether capitals stand where they belong; in the wrong code page they stand anywhere."""
    return word.islower() or word.isupper() or word.istitle()
