"""What stands under the lanes: buttons that keep their places, and what answers wait for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from editor_app.keys.actions import Actions
from editor_app.listening.answer_bar import AnswerBar
from editor_app.listening.answer_button import Waits
from editor_app.listening.pair_panel import PairPanel
from editor_app.listening.transport import Transport
from editor_app.look import theme
from editor_app.look.theme import Theme
from ml_core.domain.ratings import Comparison
from tests.editor_app.listening.sample_pair import RATE_HZ, a_pair, edit_of_bars
from tests.editor_app.listening.test_lanes import has, shot

A, B = edit_of_bars((0, 8), (16, 24)), edit_of_bars((4, 18))
# What is left of 1280 beside the side bar and the margins; of 1024 beside the folded side bar.
WIDE_PX, NARROW_PX = 1045, 920


@pytest.fixture
def panel(
    qtbot: QtBot, qapp: Any, workspace: Any, tmp_path: Path, monkeypatch: Any
) -> Iterator[PairPanel]:
    """A pair that is shown; nothing sounds, but lanes can be chosen."""
    Theme(qapp, "dark")
    player = workspace.player
    monkeypatch.setattr(type(player), "sample_rate_hz", RATE_HZ)
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(WIDE_PX, 500)
    made = PairPanel(workspace)
    made.setParent(window)  # In no layout: it is as narrow as it is made.
    made.resize(WIDE_PX, 500)
    made.set_active(True)
    with qtbot.waitExposed(window):
        window.show()
    assert made.show_pair(Comparison(A, B, "random", id=1), a_pair(tmp_path, A, B))
    yield made
    window.close()


def places(transport: Transport) -> list[tuple[int, int]]:
    QApplication.processEvents()
    return [(button.x(), button.width()) for button in transport.buttons.values()]


def test_no_button_moves_when_its_words_change(panel: PairPanel, workspace: Any) -> None:
    transport, seen = panel.transport, []
    for lane in ("A", "B", "song"):
        workspace.player.switch(lane)
        for is_playing in (False, True):
            workspace.player._is_playing = is_playing
            transport._show_state()
            seen.append(places(transport))
    workspace.player._is_playing = False
    assert {button.words for button in transport.buttons.values()} >= {"Pause", "Hear B"}
    assert all(one == seen[0] for one in seen)


def test_every_button_has_its_words_at_1280_and_every_key_at_1024(panel: PairPanel) -> None:
    buttons = panel.transport.buttons.values()
    places(panel.transport)
    assert all(button._has_words and button.words for button in buttons)
    assert max(button.geometry().right() for button in buttons) < WIDE_PX
    panel.resize(NARROW_PX, 400)
    places(panel.transport)
    assert max(button.geometry().right() for button in buttons) < NARROW_PX
    assert all(button._key for button in buttons)
    assert panel.transport.buttons["play"]._has_words


def test_the_original_is_shown_while_it_is_the_chosen_one(panel: PairPanel, workspace: Any) -> None:
    overview, palette = panel._overview, theme.current()
    gutter = (slice(None), slice(0, 4))
    assert not has(shot(overview)[gutter], palette.text).any()
    assert "the original is chosen" not in overview.accessibleName()
    workspace.actions["original"].trigger()
    assert has(shot(overview)[gutter], palette.text).any()
    assert "the original is chosen, paused" in overview.accessibleName()
    assert panel.transport.buttons["original"].isChecked()
    assert all(not lane._state.is_sounding for lane in panel._lanes.values())
    workspace.actions["original"].trigger()
    assert not panel.transport.buttons["original"].isChecked()
    assert not has(shot(overview)[gutter], palette.text).any()


def test_heads_are_told_of_once_a_pixel(panel: PairPanel, workspace: Any) -> None:
    timer = workspace.player._sounding._timer

    def pixel_ms() -> float:
        lane, scale = panel._lanes["A"], panel._scale
        return 1000 * (scale.end_s - scale.start_s) / lane.timeline_px

    QApplication.processEvents()
    assert pixel_ms() > 33 and timer.interval() == int(pixel_ms())
    panel.resize(WIDE_PX - 200, 500)
    QApplication.processEvents()
    assert timer.interval() == int(pixel_ms()), "the lanes are narrower"
    panel._scale.zoom(0.1, 5.0)
    assert pixel_ms() < 33 and timer.interval() == 33
    panel.clear()
    panel._scale.zoom(10.0, 5.0)
    assert timer.interval() == 33, "the player is another's"


@pytest.mark.parametrize(
    ("heard_s", "words"), [(0.0, "2 s to hear"), (0.1, "2 s to hear"), (1.0, "1 s to hear"),
                           (1.99, "1 s to hear"), (2.0, "heard"), (9.0, "heard")],
)  # fmt: skip
def test_what_is_left_to_hear_is_never_said_too_short(heard_s: float, words: str) -> None:
    waits = Waits.after(heard_s, 2.0)
    assert waits.words == words
    assert 0.0 <= waits.share <= 1.0 and (waits.share == 1.0) == (words == "heard")


def test_answers_show_what_they_wait_for(qtbot: QtBot, qapp: Any, settings: Any) -> None:
    Theme(qapp, "dark")
    bar = AnswerBar(Actions(settings), "Which?")
    qtbot.addWidget(bar)
    bar.resize(640, 140)
    with qtbot.waitExposed(bar):
        bar.show()

    def line(answer: str) -> float:
        """How much of the line at the foot is filled."""
        button = bar._waiting[answer]
        palette = theme.current()
        ink = {"A": palette.a, "B": palette.b}.get(answer, palette.text)
        return float(np.mean(has(shot(button), ink)[-3, 5:-5]))

    plain = {answer: line(answer) for answer in bar._waiting}
    assert set(plain.values()) == {0.0}
    bar.show_waits({"A": 1.0, "B": 0.0}, 2.0)
    assert line("A") == pytest.approx(0.5, abs=0.04) and line("B") == 0.0
    assert line("tie") == pytest.approx(0.25, abs=0.04), "a tie waits for both"
    assert "1 s to hear" in bar._waiting["A"].accessibleName()
    bar.show_waits({"A": 5.0, "B": 0.0}, 2.0)
    assert line("A") == 1.0 and line("tie") == pytest.approx(0.5, abs=0.04)
    bar.show_waits(None)
    assert {answer: line(answer) for answer in bar._waiting} == plain
    assert bar._waiting["A"].accessibleName() == "A is better"
    assert isinstance(bar.state, QLabel)
