"""Texts of tags whose bytes do not say what they are coded in: the right text, or none.

Bytes that are UTF-8 can hardly be anything else. What else there is stands in Windows' code pages:
cp1252 in the West, which ISO 8859-1 is a part of. Cyrillic and Japanese are taken only where the
bytes would make no words in the West.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

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


def decoded(texts: Sequence[bytes]) -> list[str]:
    """The texts that one file's bytes hold; "" where no coding gives one.

    They are looked at together first: a title may be too short to tell, its artist's name is not.
    """
    # A dict for its order and its quick look-up: a hostile tag holds a million texts.
    unsure = dict.fromkeys(data for data in texts if not _is_utf_8(data))
    common = _page(b"\n".join(unsure))
    return [
        _text(data, "utf-8" if data not in unsure else common or _page(data) or "cp1252")
        for data in texts
    ]


def mended(texts: Sequence[str]) -> list[str]:
    """Texts of one file that were read as ISO 8859-1, as many programs say whatever they write.

    Args:
        texts: every character is one byte of what was written; others are left alone.
    """
    wrong = [text for text in texts if not text.isascii() and max(text) <= "\xff"]
    better = dict(zip(wrong, decoded([text.encode("latin-1") for text in wrong]), strict=True))
    return [better.get(text) or text for text in texts]


def _is_utf_8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _text(data: bytes, page: str) -> str:
    try:
        return data.decode(page)
    except UnicodeDecodeError:
        return ""


def _page(data: bytes) -> str | None:
    """The code page that is certain; None without one."""
    return "cp932" if _is_japanese(data) else _cyrillic_page(data)


def _is_japanese(data: bytes) -> bool:
    """Whether all that isn't ASCII is Japanese in Shift-JIS, and most of it can't be the West's.

    Kana begin with bytes 0x82 and 0x83 and most usual ideographs with others of C1, in which the
    West has quotes and dashes, which do not follow each other.
    """
    try:
        text = data.decode("cp932")
    except UnicodeDecodeError:
        return False
    runs = _JAPANESE.findall(text)
    foreign = "".join(runs)
    if not foreign or not _JAPANESE.sub("", text).isascii():
        return False
    n_in_c1 = sum(char.encode("cp932")[0] in _C1 for char in foreign)
    is_kana = bool(_KANA.search(foreign)) and len(foreign) > 1 and 2 * n_in_c1 > len(foreign)
    is_ideographs = n_in_c1 == len(foreign) and min(map(len, runs)) > 1
    return is_kana or is_ideographs


def _cyrillic_page(data: bytes) -> str | None:
    """Of cp1251 and KOI8-R the one in which every foreign word is Cyrillic, spelt like one."""
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
            return page
    return None


def _is_spelt_well(word: str) -> bool:
    """Whether capitals stand where they belong; in the wrong code page they stand anywhere."""
    return word.islower() or word.isupper() or word.istitle()
