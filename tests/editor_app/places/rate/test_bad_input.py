"""What hands and screens do that nobody plans for, while a pair plays."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from editor_app.listening.answer_bar import ANSWERS
from editor_app.widgets.timeline_widget import TimelineWidget
from tests.editor_app.places.rate.test_rate import Rater, rater  # noqa: F401 - the fixture


@pytest.fixture
def playing(rater) -> Rater:  # noqa: F811
    """A pair that plays."""
    opened: Rater = rater()
    opened.press(Qt.Key.Key_Space)
    opened.listen(1.0)
    assert opened.player.is_playing
    return opened


def test_hammered_switching_ends_in_the_lane_of_the_last_key(playing: Rater) -> None:
    lanes = playing.view._panel._lanes
    for n_pressed in range(1, 102):
        playing.press(Qt.Key.Key_Tab)
        playing.listen(0.02)
        wanted = "B" if n_pressed % 2 else "A"
        assert playing.player.heads.lane == wanted and playing.player.is_playing
        assert lanes[wanted]._state.is_sounding
        assert not lanes["A" if wanted == "B" else "B"]._state.is_sounding
    playing.listen(0.2)
    playback = playing.player._sounding.playback
    assert playback is not None
    assert playback.timeline.clip_at(playback.taken).lane == "B"
    assert playback.n_overtaken == 0


def test_resizing_while_playing_keeps_sound_and_heads(playing: Rater) -> None:
    lane = playing.view._panel._lanes["A"]
    widths = set()
    for step in range(24):
        playing.main.resize(1024 + 37 * (step % 12), 700 + 17 * (step % 7))
        QApplication.processEvents()
        playing.listen(0.05)
        assert playing.player.is_playing
        widths.add(lane.width())
        at_s = playing.player.heads.position("A") / playing.player.sample_rate_hz
        head = lane._head_x()
        assert head == pytest.approx(lane.gutter_px + lane.to_px(at_s), abs=1.5)
        assert lane._head_painted[0] is None or lane._head_painted[0] <= lane.width()
    assert len(widths) > 6, "the lane followed the window"
    assert playing.player._sounding.playback is not None
    assert playing.player._sounding.playback.n_overtaken == 0


def test_another_scale_while_playing_is_painted_sharply(
    playing: Rater, monkeypatch: pytest.MonkeyPatch
) -> None:
    timelines = playing.main.findChildren(TimelineWidget)
    seen = [one for one in timelines if one.isVisible()]
    assert len(seen) >= 4
    for ratio in (1.5, 2.0, 1.0):
        monkeypatch.setattr(TimelineWidget, "devicePixelRatioF", lambda _, r=ratio: r)
        for one in seen:
            QApplication.sendEvent(one, QEvent(QEvent.Type.DevicePixelRatioChange))
            one.repaint()
            assert one._pixmap.devicePixelRatio() == ratio
            assert one._pixmap.size() == one.size() * ratio
        playing.listen(0.1)
        assert playing.player.is_playing


@pytest.mark.parametrize("action_id", [*ANSWERS, "bad_join", "both_bad", "undo", "switch"])
def test_a_key_that_is_held_down_counts_once(rater, action_id: str) -> None:  # noqa: F811
    assert not rater().main.actions_by_id[action_id].autoRepeat()


def test_a_held_answer_does_not_answer_the_pairs_after(playing: Rater) -> None:
    playing.hear_both()
    before = len(playing.answers())
    playing.press(Qt.Key.Key_1)
    for _ in range(60):  # what a keyboard sends in two seconds
        for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            event = QKeyEvent(kind, Qt.Key.Key_1, Qt.KeyboardModifier.NoModifier, "1", autorep=True)
            QApplication.sendEvent(playing.main, event)
        playing.make_pairs()
    assert len(playing.answers()) == before + 1


def test_heads_move_a_pixel_at_a_time_and_never_fall_behind(playing: Rater) -> None:
    lanes, shown = playing.view._panel._lanes, 0
    moved: list[float] = []
    head_set = lanes["A"].set_head

    def counted(at_s: float | None, *, is_dashed: bool = False) -> None:
        moved.append(at_s or 0.0)
        head_set(at_s, is_dashed=is_dashed)

    lanes["A"].set_head = counted  # type: ignore[method-assign]
    for _ in range(100):
        playing.listen(0.032)
        QApplication.processEvents()
        shown += 1
        for name, lane in lanes.items():
            at_s = playing.player.heads.position(name) / playing.player.sample_rate_hz
            assert lane._head_x() == pytest.approx(lane.gutter_px + lane.to_px(at_s), abs=1.5)
    pixel_s = 1.0 / (lanes["A"].to_px(1.0) - lanes["A"].to_px(0.0))
    assert len(moved) < 0.95 * shown, "between two pixels nothing is asked to move"
    assert np.diff(moved).max() < pixel_s + 0.064
