"""Titles and names of others among our own words."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_core.foreign_text import shown_line, shown_text

FSI, PDI = "\u2068", "\u2069"


@pytest.mark.parametrize(
    ("foreign", "shown"),
    [
        ("Plain title", "Plain title"),
        ("Ünïcode 東京 e\u0301 👩\u200d🎤", "Ünïcode 東京 e\u0301 👩\u200d🎤"),
        ("two\nlines\u2028three\x85four", "two lines three four"),
        ("\x1b[2J\x1b[31mred\x1b[0m", "red"),
        ("\x9b31mred", "red"),
        ("\x1b]0;title of the terminal\x07song", "song"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1bPq#0\x1b\\dcs\x1bcend", "dcsend"),
        ("bell\x07 back\x08 nul\x00 del\x7f", "bell back nul del"),
        ("\udcff.wav", "\ufffd.wav"),
        ("שלום", FSI + "שלום" + PDI),
        ("abc שלום 12", FSI + "abc שלום 12" + PDI),
        ("مرحبا", FSI + "مرحبا" + PDI),
        ("left\u202eright to left", "leftright to left"),
        ("pop\u2069\u202c\u2068", "pop"),
        ("mark\u200f", FSI + "mark\u200f" + PDI),
    ],
)
def test_fault_64_foreign_text(foreign: str, shown: str) -> None:
    assert shown_text(foreign) == shown


def depth_of(text: str) -> int:
    """How many isolates are open at the end; fails where one is closed that was not opened."""
    depth = 0
    for char in text:
        assert char not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067"
        depth += (char == FSI) - (char == PDI)
        assert 0 <= depth <= 1
    return depth


HARMFUL = "\x1b[]0;\x07\x9b\x9c\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@given(st.text(alphabet=st.one_of(st.sampled_from(HARMFUL + "aא1 م\n\u2028"), st.characters())))
def test_fault_64_no_text_reaches_beyond_itself(foreign: str) -> None:
    for shown in (shown_text(foreign), shown_line(f"{foreign} (3:12): {shown_text(foreign)} end")):
        assert depth_of(shown) == 0
        assert not any(unicodedata.category(c) in ("Cc", "Zl", "Zp", "Cs") for c in shown)
        outside = "".join(part.split(PDI)[-1] for part in shown.split(FSI))
        assert not any(unicodedata.bidirectional(c) in ("R", "AL", "AN") for c in outside)
    assert shown_text(shown_text(foreign)) == shown_text(foreign)


def test_fault_64_our_own_words_stay_in_order() -> None:
    assert shown_line("שלום עולם (3:12): 4 pairs") == f"{FSI}שלום עולם{PDI} (3:12): 4 pairs"
    assert shown_line("a ש 1 b ת.") == f"a {FSI}ש{PDI} 1 b {FSI}ת{PDI}."
    assert shown_line(f"x {shown_text('אב 12 cd')} 34") == f"x {FSI}אב 12 cd{PDI} 34"
    assert shown_line("x\u202eyz") == "xyz"
    assert shown_line("a\nb\x1b[2Jc\udcff") == "a\\nb\\x1b[2Jc\\udcff"
