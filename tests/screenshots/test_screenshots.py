"""Every place in a real window: nothing blank, no clipped words, no widget over another."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from ml_core.demo_songs import DemoTruth
from tests.screenshots import make_screenshots
from tests.screenshots.make_screenshots import PLACES, photograph
from tests.screenshots.widget_faults import faults

# Enough that every place has something to show, and no more.
EFFORT = (14, 20, 40, 4)


def share_of_commonest_colour(image: QImage) -> float:
    """Of every fourth pixel each way, in the work area."""
    counts: dict[int, int] = {}
    n = 0
    for y in range(image.height() // 10, image.height() * 9 // 10, 4):
        for x in range(image.width() // 6, image.width() - 24, 4):
            pixel = image.pixel(x, y)
            counts[pixel] = counts.get(pixel, 0) + 1
            n += 1
    return max(counts.values()) / n


@pytest.mark.window
@pytest.mark.beside
@pytest.mark.skipif(not make_screenshots.is_possible(), reason="needs Xvfb")
@pytest.mark.timeout(600)
def test_every_place_is_whole_in_both_themes_and_sizes(
    tmp_path: Path, demo_songs: list[DemoTruth]
) -> None:
    songs = demo_songs[0].path.parent
    project = tmp_path / "project"
    for theme, size in (("dark", (1280, 800)), ("light", (1024, 700))):
        out = tmp_path / theme
        found = photograph(
            out, PLACES, (theme,), size, project=project, effort=EFFORT, demo_songs=songs
        )
        assert {name: said for name, said in found.items() if said} == {}
        assert sorted(found) == sorted(f"{place}-{theme}" for place in PLACES)
        for name in found:
            image = QImage(str(out / f"{name}.png"))
            assert (image.width(), image.height()) == size
            assert share_of_commonest_colour(image) < 0.97, name


def test_a_blank_picture_is_seen(tmp_path: Path) -> None:
    image = QImage(640, 400, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.black)
    assert share_of_commonest_colour(image) > 0.99


def test_clipped_words_are_seen(qtbot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    words = QLabel("Nothing of this may be cut off")
    column.addWidget(words)
    window.show()
    assert faults(window) == []
    words.setFixedWidth(60)
    (said,) = faults(window)
    assert "Nothing of this may be cut off" in said


def test_overlapping_widgets_are_seen(qtbot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(300, 100)
    one, other = QPushButton("One", window), QPushButton("Other", window)
    one.setGeometry(0, 0, 120, 40)
    other.setGeometry(120, 0, 120, 40)
    window.show()
    assert faults(window) == []
    other.move(100, 10)
    (said,) = faults(window)
    assert "One" in said and "Other" in said
