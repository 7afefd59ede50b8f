"""The app's own font: there, in every weight, as large as asked, and not in the way of others."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFont, QFontDatabase, QFontInfo, QFontMetricsF

from editor_app.look import theme
from editor_app.look.own_font import FAMILY, SMALLEST_PX, own_font
from editor_app.look.resource_files import resources_dir
from editor_app.look.theme import Theme


@pytest.fixture
def own(qapp):
    usual = QFont(qapp.font())
    yield Theme(qapp, "dark")
    qapp.setFont(usual)


def test_text_is_in_the_font_that_comes_with_the_app(own):
    for weight in (QFont.Weight.Normal, QFont.Weight.Medium, QFont.Weight.DemiBold):
        found = QFontInfo(theme.font("body", weight))
        assert (found.family(), found.weight()) == (FAMILY, weight)
    assert (resources_dir() / "fonts" / "LICENSE.txt").read_text().count("OPEN FONT LICENSE")


def test_weights_differ_and_figures_are_equally_wide(own):
    widths = [
        theme.words_px("Which edit do you like better?", "body", weight)
        for weight in (QFont.Weight.Normal, QFont.Weight.Medium, QFont.Weight.DemiBold)
    ]
    assert widths == sorted(set(widths))
    assert theme.words_px("1111") == theme.words_px("8888")


def test_scripts_that_it_lacks_come_from_the_system(own):
    assert own_font().families()[0] == FAMILY
    assert len(own_font().families()) > 1
    for words in ("שלום", "你好"):
        has_it = any(
            QFontMetricsF(QFont(family)).inFontUcs4(ord(words[0]))
            for family in QFontDatabase.families()
            if family != FAMILY and not QFontDatabase.isPrivateFamily(family)
        )
        if has_it:
            assert theme.words_px(words) > 0


@pytest.mark.parametrize("scale", [1.0, 1.15, 1.3, 1.5])
def test_all_sizes_grow_with_the_text_size(own, scale):
    usual = theme.size_px("small"), theme.size_px("body"), theme.size_px("title")
    own.scale_text(scale)
    grown = theme.size_px("small"), theme.size_px("body"), theme.size_px("title")
    assert usual[1] >= SMALLEST_PX
    for before, after in zip(usual, grown, strict=True):
        assert after == pytest.approx(before * scale, abs=1.0)
    assert theme.grown_px(100) == pytest.approx(100 * usual[1] / 13 * scale, rel=0.05)
