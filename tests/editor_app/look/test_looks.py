"""Colours, sizes and names: what every place keeps to."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QComboBox, QLineEdit

from editor_app.keys.action_table import TABLE
from editor_app.keys.place_table import PLACES
from editor_app.look import icons, theme
from editor_app.look.palette import DARK, LIGHT
from editor_app.look.resource_files import resources_dir
from editor_app.settings import Settings
from editor_app.widgets.key_button import KeyButton
from tests.editor_app.sound.fake_output import FakeOutput
from tests.screenshots.widget_faults import faults


def colours(window) -> set[str]:
    image = window.main.grab().toImage()
    spots = ((5, 400), (600, 5), (1100, 760), (300, 300))
    return {image.pixelColor(x, y).name() for x, y in spots}


def test_light_and_dark_can_be_chosen_and_last(qtbot, open_window, filled, settings):
    filled(2)
    window = open_window()
    dark = colours(window)
    window.main.actions_by_id["theme_light"].trigger()
    assert theme.current() is LIGHT and settings.theme == "light"
    light = colours(window)
    assert dark & {DARK.window, DARK.panel}
    assert light & {LIGHT.window, LIGHT.panel}
    assert not light & {DARK.window, DARK.panel}
    window.main.actions_by_id["theme_dark"].trigger()
    assert colours(window) == dark


@pytest.mark.parametrize("place", PLACES)
def test_every_control_has_a_name_to_be_read_aloud(qtbot, open_window, filled, place):
    filled(3, 6)
    window = open_window(place, FakeOutput())
    assert window.main.place == place
    for kind in (QAbstractButton, QLineEdit, QComboBox, QAbstractSlider):
        for control in window.main.findChildren(kind):
            if control.isVisible() and control.focusPolicy() != Qt.FocusPolicy.NoFocus:
                name = control.accessibleName() or getattr(control, "text", str)()
                assert name, control


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("size", [(1024, 700), (1280, 800), (1920, 1080)])
def test_no_button_is_clipped_or_lies_over_another(qtbot, open_window, filled, place, size):
    filled(3, 6)
    window = open_window(place, FakeOutput())
    window.main.resize(*size)
    buttons = [one for one in window.main.findChildren(KeyButton) if one.isVisible()]
    # A row that drops words lays itself out once more.
    qtbot.waitUntil(lambda: all(one.width() >= one.sizeHint().width() for one in buttons))
    boxes = []
    for button in buttons:
        corner = button.mapTo(window.main, button.rect().topLeft())
        boxes.append((button.words, button.rect().translated(corner)))
    area = window.main.rect()
    for at, (words, box) in enumerate(boxes):
        assert area.contains(box), words
        for other_words, other in boxes[at + 1 :]:
            assert not box.intersects(other), (words, other_words)


@pytest.mark.parametrize("place", PLACES)
def test_text_grows_with_the_systems_font_and_nothing_is_clipped(
    qtbot, qapp, open_window, filled, place
):
    usual = QFont(qapp.font())
    filled(3, 6)
    window = open_window(place, FakeOutput())
    window.main.resize(1280, 800)
    before = window.main.menuBar().fontMetrics().height()
    large = QFont(usual)
    large.setPixelSize(21)  # 16 pt at 96 dpi
    try:
        qapp.setFont(large)
        window.main.actions_by_id["theme_dark"].trigger()
        qtbot.waitUntil(lambda: window.main.menuBar().fontMetrics().height() > before)
        qtbot.waitUntil(lambda: faults(window.main) == [], timeout=2_000)
    except Exception:
        assert faults(window.main) == []
        raise
    finally:
        qapp.setFont(usual)


def test_every_icon_that_is_named_is_there_and_takes_its_colour(qapp):
    names = [path.stem for path in (resources_dir() / "icons").glob("*.svg")]
    assert len(names) > 30
    for name in names:
        image = icons.pixmap(name, "#ff0000", 32).toImage()
        inks = {image.pixelColor(x, y).alpha() > 0 for x in range(32) for y in range(32)}
        assert inks == {True, False} or name == "tastecut", name
    assert not icons.app_icon().isNull()


def test_damaged_settings_count_as_unset(tmp_path):
    file = tmp_path / "settings.ini"
    file.write_text(
        "[General]\ntheme=purple\nvolume=loud\ngeometry=7\nplay_next_at_once=maybe\n"
        "recent_projects=\nplace=\\x0\n"
    )
    settings = Settings(QSettings(str(file), QSettings.Format.IniFormat))
    assert settings.theme == "system" and settings.volume == 0.7
    assert settings.geometry.isEmpty() and settings.play_next_at_once is False
    settings.volume = 0.25
    assert settings.volume == 0.25


def test_words_are_short_and_say_what_they_do():
    for entry in TABLE:
        assert entry.text[0].isupper() and len(entry.text) <= 32, entry.text
        assert not entry.text.endswith("."), entry.text


_SEEN_BY = {
    "everybody": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protanopes": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopes": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopes": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
"""Machado, Oliveira and Fernandes (2009), of linear RGB."""


@pytest.mark.parametrize("palette", [DARK, LIGHT])
@pytest.mark.parametrize("seen_by", _SEEN_BY)
def test_colours_of_parts_are_told_apart_whoever_sees_them(palette, seen_by):
    seen = [_lab(np.array(_SEEN_BY[seen_by]) @ _linear(rgb)) for rgb in palette.parts]
    apart = [np.linalg.norm(one - other) for one, other in combinations(seen, 2)]
    assert min(apart) > 5.0, "in CIELAB, where 2.3 is just noticed"


def _linear(rgb: str) -> np.ndarray:
    values = np.array([int(rgb[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def _lab(linear: np.ndarray) -> np.ndarray:
    to_xyz = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    xyz = np.array(to_xyz) @ np.maximum(linear, 0.0) / (0.9505, 1.0, 1.089)
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])
