"""Digits by key, letters by layout, on keyboards of many countries, and what their caps show."""

from __future__ import annotations

import ctypes

import pytest

from editor_app.keys.layout import Layout, Place
from editor_app.keys.xkb import layout_of_names


def is_possible() -> bool:
    try:
        ctypes.CDLL("libxkbcommon.so.0")
    except OSError:
        return False
    return True


pytestmark = pytest.mark.skipif(not is_possible(), reason="needs libxkbcommon and its layouts")

# Layout and variant; the caps of 1, 2 and 0; those of the letters T, K and Z; of "," "." and "?".
KEYBOARDS = [
    ("us", "", "120", "TKZ", ",.?"),
    ("fr", "", "&éà", "TKZ", ",.?"),
    ("be", "", "&éà", "TKZ", ",.?"),
    ("ch", "fr", "120", "TKZ", ",.?"),
    ("cz", "", "+ěé", "TKZ", ",.?"),
    ("sk", "", "+ľé", "TKZ", ",.?"),
    ("hu", "", "120", "TKZ", ",.?"),
    ("de", "", "120", "TKZ", ",.?"),
    ("tr", "", "120", "TKZ", ",.?"),
    ("tr", "f", "120", "TKZ", ",.?"),
    ("jp", "", "120", "TKZ", ",.?"),
    ("us", "dvorak", "120", "TKZ", ",.?"),
    ("us", "dvp", "()*", "TKZ", ",.?"),
    ("fr", "bepo", '"«*', "TKZ", ",.?"),
    ("lt", "", "ĄČ“", "TKZ", ",.?"),
    ("ru", "", "120", "ЕЛЯ", ",.?"),
    ("ua", "", "120", "ЕЛЯ", ",.?"),
    ("gr", "", "120", "ΤΚΖ", ",.?"),
    ("il", "", "120", "אלז", ",.?"),
    ("ara", "", "120", "فنئ", ",.؟"),
    ("ara", "digits", "١٢٠", "فنئ", ",.؟"),
    ("us,ru", "", "120", "TKZ", ",.?"),
]


def caps(layout: Layout, signs: str) -> str:
    return "".join(layout.cap(layout.place(sign)) for sign in signs)


@pytest.mark.parametrize(("name", "variant", "digits", "letters", "signs"), KEYBOARDS)
def test_fault_70_caps_show_what_the_keyboard_prints(name, variant, digits, letters, signs):
    layout = layout_of_names(name, variant)
    shown = caps(layout, "120"), caps(layout, "TKZ"), caps(layout, ",.?")
    assert shown == (digits, letters, signs)


@pytest.mark.parametrize(("name", "variant", "digits", "letters", "signs"), KEYBOARDS)
def test_fault_70_every_key_of_the_table_can_be_pressed(name, variant, digits, letters, signs):
    layout = layout_of_names(name, variant)
    for sign in "1234567890ABCDFHJKLMNORSTUXZ,.?":
        place = layout.place(sign)
        assert layout.meanings(place.key, place.is_shifted)[0] == (sign, False) or (
            (sign, False) in layout.meanings(place.key, place.is_shifted)[1:]
        )
    for digit in "1234567890":
        key = layout.place(digit).key
        assert layout.meanings(key, True)[0] == (digit, True), "Shift is strength"


@pytest.mark.parametrize(
    ("name", "variant", "pressed", "means"),
    [
        ("fr", "", "1", "1"),
        ("fr", "", "q", "A"),
        ("de", "", "y", "Z"),
        ("us", "dvorak", "y", "F"),
        ("ru", "", "t", "T"),
        ("il", "", "w", "W"),
        ("hu", "", "`", "0"),
        ("us", "dvp", "5", "1"),
        ("us,ru", "", "t", "T"),
    ],
)
def test_fault_70_a_key_means_what_its_layout_says(name, variant, pressed, means):
    assert layout_of_names(name, variant).meanings(pressed, False)[0] == (means, False)


def test_a_letter_of_the_layout_is_no_command_by_its_place():
    """bépo has "è" where a US keyboard has T: it is no tie."""
    found = layout_of_names("fr", "bepo").meanings("t", False)
    assert all(sign != "T" for sign, _ in found)
    # Turkish has "ö" where a US keyboard has ",", and a comma elsewhere.
    assert layout_of_names("tr").meanings(",", False) == []


def test_the_second_group_lends_its_letters():
    assert layout_of_names("us,ru", group=1) == layout_of_names("us,ru", group=0)
    assert layout_of_names("ru,fr", group=0).place("1") == Place("1")
    assert layout_of_names("ru,fr", group=0).meanings("q", False)[0] == ("A", False)


def test_a_layout_refuses_keys_that_no_keyboard_has():
    with pytest.raises(ValueError, match="no keys"):
        Layout({"kp1": ("1", "")})
    with pytest.raises(ValueError, match="no layout"):
        layout_of_names("atlantis")
