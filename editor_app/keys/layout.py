"""A keyboard layout: what each key prints, and which key stands for a digit, letter or sign.

A digit belongs to the key that prints it, whether it types it alone or with Shift: on a French
keyboard "1" is the key that types "&". A letter belongs to the key that types it. Where a layout
has no Latin letters (Russian, Greek, Hebrew), the key at that place of a US keyboard stands for it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from string import ascii_lowercase
from types import MappingProxyType

from editor_app.keys.key_places import BESIDE_Z, DIGITS, ROWS, SHIFTED_ROWS

_US: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        plain: (plain, shifted)
        for row, shifted_row in zip(ROWS, SHIFTED_ROWS, strict=True)
        for plain, shifted in zip(row, shifted_row, strict=True)
    }
    | {BESIDE_Z: ("<", ">")}
)
_DIGIT_ROW = ROWS[0]
# With Shift these answer or open places: no sign is looked for there.
_SHIFT_IS_TAKEN = frozenset("012345")


@dataclass(frozen=True)
class Place:
    """A key, named by what a US keyboard prints there, and whether Shift is held with it."""

    key: str
    is_shifted: bool = False


@dataclass(frozen=True)
class Layout:
    """What is known of a layout; a key that is not known prints what a US keyboard does.

    Attributes:
        printed: for a key, what it types alone and with Shift; empty where that is nothing.
    """

    printed: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        unknown = set(self.printed) - set(_US)
        if unknown or any(len(char) > 1 for pair in self.printed.values() for char in pair):
            raise ValueError(f"no keys with a sign or two each: {self.printed}")

    def types(self, key: str) -> tuple[str, str]:
        """What a key types alone and with Shift."""
        known, us = self.printed.get(key, ("", "")), _US[key]
        return known[0] or us[0], known[1] or us[1]

    @cached_property
    def is_latin(self) -> bool:
        """Whether commands follow the layout's own letters."""
        typed = [self.printed[key][0] for key in ascii_lowercase if key in self.printed]
        others = [char for char in typed if char.isalpha() and not _is_latin(char)]
        return not others or any(char in ascii_lowercase for char in typed if char)

    @cached_property
    def digits(self) -> Mapping[str, str]:
        """The key of each digit."""
        return {digit: self._digit_key(digit) for digit in DIGITS}

    def _digit_key(self, digit: str) -> str:
        for level in (0, 1):
            for key in _DIGIT_ROW:
                if self.types(key)[level] == digit:
                    return key
        # Digits of other scripts; those that need Shift (Thai) stand beside the usual ones.
        own = (k for k in _DIGIT_ROW if unicodedata.decimal(self.types(k)[0], None) == int(digit))
        return next(own, digit)

    @cached_property
    def letters(self) -> Mapping[str, str]:
        """The key of each letter that commands may have."""
        if not self.is_latin:
            return {letter: letter for letter in ascii_lowercase}
        typed = {self.types(key)[0]: key for key in _US if key not in self.printed}
        typed |= {self.types(key)[0]: key for key in self.printed}
        return {letter: typed.get(letter, letter) for letter in ascii_lowercase}

    def place(self, sign: str) -> Place:
        """Where a digit, a Latin letter or another sign of a US keyboard is pressed."""
        if sign in self.digits:
            return Place(self.digits[sign])
        if sign.lower() in self.letters:
            return Place(self.letters[sign.lower()])
        for key in _US:
            if self.types(key)[0] == sign:
                return Place(key)
        for key in _US:
            if self.types(key)[1] == sign and self._digit_of(key) not in _SHIFT_IS_TAKEN:
                return Place(key, is_shifted=True)
        on_us = {shifted: Place(key, is_shifted=True) for key, (_, shifted) in _US.items()}
        return on_us.get(sign, Place(sign))

    def meanings(self, key: str, is_shifted: bool) -> list[tuple[str, bool]]:
        """What a press may mean: a sign in the table's terms and whether Shift goes with it.

        The first that is a command counts: its digit or letter, then the sign that it types, then
        the one of a US keyboard, which a layout without it may lack.
        """
        found: list[tuple[str, bool]] = []
        digit, letter = self._digit_of(key), self._letter_of(key)
        if digit or letter:
            found.append((digit or letter.upper(), is_shifted))
        typed = self.types(key)[is_shifted]
        if typed.isascii() and not typed.isalnum():
            found.append((typed, False))
        on_us = _US[key][is_shifted]
        if on_us != typed and self.place(on_us) == Place(key, is_shifted) and not on_us.isalnum():
            found.append((on_us, False))
        return found

    def cap(self, place: Place) -> str:
        """What stands on a key, with the words for Shift left to the caller."""
        plain, shifted = self.types(place.key)
        if place.is_shifted and not shifted.isalnum():
            return shifted
        # Letters are printed large; what has no large form there ("é" over "2") is printed small.
        large = plain.upper()
        is_letter = plain in ascii_lowercase or (
            place.key.isalpha() and shifted == _US[place.key][1]
        )
        return large if large == shifted or (is_letter and len(large) == 1) else plain

    def _digit_of(self, key: str) -> str:
        return next((digit for digit, at in self.digits.items() if at == key), "")

    def _letter_of(self, key: str) -> str:
        return next((letter for letter, at in self.letters.items() if at == key), "")


def _is_latin(char: str) -> bool:
    return unicodedata.name(char, "").startswith("LATIN")
