"""Overview, lanes and ruler as they are painted and used."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from editor_app.listening.lane import LaneWidget
from editor_app.listening.pair_picture import PairPicture, pair_picture
from editor_app.listening.song_overview import SongOverview
from editor_app.look import theme
from editor_app.look.palette import DARK, LIGHT
from editor_app.widgets import timeline_widget
from editor_app.widgets.time_ruler import TimeRuler, tick_label, tick_step_s
from editor_app.widgets.time_scale import TimeScale
from editor_app.widgets.timeline_widget import GUTTER_PX
from editor_app.widgets.wave_image import Lines, wave_image
from ml_core.edits.peaks import pyramid
from tests.editor_app.listening.sample_pair import BAR, RATE_HZ, a_pair, edit_of_bars

A = edit_of_bars((0, 8), (16, 24))
B = edit_of_bars((4, 18))
WIDTH = 1064
BAR_S = BAR / RATE_HZ


class Board:
    """An overview, a ruler and two lanes with a pair."""

    def __init__(self, qtbot: QtBot, picture: PairPicture) -> None:
        self.picture, self.scale = picture, TimeScale()
        self.overview, self.ruler = SongOverview(), TimeRuler(self.scale)
        self.lanes = {name: LaneWidget(name, self.scale) for name in "AB"}
        self.overview.set_picture(picture.song)
        for name, lane in self.lanes.items():
            lane.set_picture(picture.lanes[name])
            lane.set_state(is_sounding=name == "A", is_playing=True, key="Tab")
        self.scale.set_duration(max(lane.duration_s for lane in picture.lanes.values()))
        for widget, height in (
            (self.overview, 112), (self.ruler, 16), (self.lanes["A"], 128), (self.lanes["B"], 128),
        ):  # fmt: skip
            qtbot.addWidget(widget)
            widget.resize(WIDTH, height)
            with qtbot.waitExposed(widget):
                widget.show()


@pytest.fixture
def board(qtbot: QtBot, tmp_path: Path) -> Iterator[Board]:
    yield Board(qtbot, pair_picture(a_pair(tmp_path, A, B), A, B))


def shot(widget: QWidget) -> np.ndarray:
    """Pixels of a widget, uint8 (height, width, 3) as red, green, blue."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    raw = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    return raw[:, :, 2::-1].copy()


def has(pixels: np.ndarray, hex_rgb: str) -> np.ndarray:
    """Where a colour stands, bool (height, width)."""
    color = QColor(hex_rgb)
    return (pixels == (color.red(), color.green(), color.blue())).all(axis=2)


def at_x(lane: LaneWidget, at_s: float) -> int:
    return int(GUTTER_PX + lane.to_px(at_s))


def test_the_sounding_lane_is_full_and_the_other_dimmed(board: Board) -> None:
    palette = theme.current()
    full = [
        has(shot(board.lanes["A"]), palette.a).sum(),
        has(shot(board.lanes["B"]), palette.b).sum(),
    ]
    board.lanes["A"].set_state(is_sounding=False, key="Tab")
    board.lanes["B"].set_state(is_sounding=True, is_playing=True)
    dimmed = [
        has(shot(board.lanes["A"]), palette.a).sum(),
        has(shot(board.lanes["B"]), palette.b).sum(),
    ]
    assert full[0] > 5000 > dimmed[0]
    assert dimmed[1] > 5000 > full[1]


def test_the_shorter_edit_ends_in_empty_window(board: Board) -> None:
    pixels = shot(board.lanes["B"])
    end = at_x(board.lanes["B"], 14 * BAR_S)
    assert has(pixels, theme.current().window)[:, end + 2 :].all()
    assert not has(pixels, theme.current().window)[:, GUTTER_PX + 10 : end - 10].all(axis=0).any()


def test_a_join_is_a_gap_a_line_and_a_notch(board: Board) -> None:
    lane = board.lanes["A"]
    pixels, x = shot(lane), at_x(lane, 8 * BAR_S)
    window, text = has(pixels, theme.current().window), has(pixels, theme.current().text)
    assert window[30:60, x - 2].all() and window[30:60, x + 1].all()
    assert text[1, x - 2 : x + 3].all()


def test_brackets_stand_where_only_this_edit_has_the_song(board: Board) -> None:
    lane = board.lanes["A"]
    foot = shot(lane)[126]
    inside, outside = at_x(lane, 1 * BAR_S), at_x(lane, 6.5 * BAR_S)
    assert foot[inside].sum() > foot[outside].sum() + 200


def test_a_head_is_painted_alone_and_only_where_it_moves(
    board: Board, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    lane = board.lanes["A"]
    lane.set_head(4 * BAR_S)
    x = at_x(lane, 4 * BAR_S)
    assert has(shot(lane), theme.current().text)[30:110, x].all()
    painted: list[bool] = []
    monkeypatch.setattr(LaneWidget, "paint_picture", lambda *_: painted.append(True))
    updates: list[object] = []
    monkeypatch.setattr(lane, "update", lambda *rect: updates.append(rect))
    lane.set_head(4 * BAR_S + 1e-6)
    assert not updates, "still on the same pixel"
    lane.set_head(5 * BAR_S)
    assert len(updates) == 2
    QApplication.processEvents()
    assert not painted, "the picture is kept"
    lane.set_head(None)
    assert not has(shot(lane), theme.current().text)[30:110, at_x(lane, 5 * BAR_S)].all()


def test_a_head_that_moves_after_a_zoom_or_a_resize_leaves_no_trace(
    board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    lane = board.lanes["A"]
    lane.set_head(4 * BAR_S)
    QApplication.processEvents()
    updated: list[int] = []
    for change in (lambda: board.scale.zoom(0.5, 4 * BAR_S), lambda: lane.resize(900, 128)):
        change()
        QApplication.processEvents()
        on_screen = at_x(lane, lane._head_s or 0.0)
        updated.clear()
        monkeypatch.setattr(lane, "update", lambda rect: updated.append(rect.center().x()))
        lane.set_head((lane._head_s or 0.0) + BAR_S)
        monkeypatch.undo()
        assert updated[0] == pytest.approx(on_screen, abs=1)
        lane.update()
        QApplication.processEvents()


def test_the_silent_head_is_dashed(board: Board) -> None:
    lane = board.lanes["B"]
    lane.set_head(6 * BAR_S, is_dashed=True)
    column = has(shot(lane), theme.current().text)[21:127, at_x(lane, 6 * BAR_S)]
    assert 0.3 < column.mean() < 0.7


def test_clicks_seek_and_notches_choose_their_join(board: Board, qtbot: QtBot) -> None:
    lane = board.lanes["A"]
    x = at_x(lane, 3 * BAR_S)
    with qtbot.waitSignal(lane.sought) as sought:
        qtbot.mouseClick(lane, Qt.MouseButton.LeftButton, pos=QPoint(x, 70))
    assert sought.args[0] == "A"
    assert sought.args[1] == pytest.approx(3 * BAR_S, abs=0.06)
    with qtbot.waitSignal(lane.join_chosen) as chosen:
        join_x = at_x(lane, 8 * BAR_S)
        qtbot.mouseClick(lane, Qt.MouseButton.LeftButton, pos=QPoint(join_x, 5))
    assert chosen.args == ["A", 0]
    with qtbot.waitSignal(board.overview.sought) as place:
        half = GUTTER_PX + (WIDTH - GUTTER_PX) // 2
        qtbot.mouseClick(board.overview, Qt.MouseButton.LeftButton, pos=QPoint(half, 50))
    assert place.args[0] == pytest.approx(16 * BAR_S, abs=0.1)
    with qtbot.assertNotEmitted(lane.sought):
        qtbot.mouseClick(lane, Qt.MouseButton.LeftButton, pos=QPoint(20, 70))


def turn_wheel(widget: QWidget, x: int, steps: int, modifiers: Qt.KeyboardModifier) -> None:
    event = QWheelEvent(
        QPointF(x, 60), widget.mapToGlobal(QPointF(x, 60)), QPoint(), QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton, modifiers, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)


def test_the_wheel_zooms_both_lanes_about_the_mouse(board: Board) -> None:
    lane, scale = board.lanes["A"], board.scale
    x = at_x(lane, 10 * BAR_S)
    whole = shot(board.lanes["B"])
    turn_wheel(lane, x, 5, Qt.KeyboardModifier.NoModifier)
    assert scale.end_s - scale.start_s == pytest.approx(16 * BAR_S * 0.8**5, rel=1e-3)
    assert at_x(lane, 10 * BAR_S) == pytest.approx(x, abs=1)
    assert (shot(board.lanes["B"]) != whole).any()
    start_s = scale.start_s
    turn_wheel(lane, x, -1, Qt.KeyboardModifier.ShiftModifier)
    assert scale.start_s > start_s
    turn_wheel(lane, x, -40, Qt.KeyboardModifier.NoModifier)
    assert not scale.is_zoomed and scale.start_s == 0


def test_a_head_that_leaves_the_view_turns_the_page(board: Board) -> None:
    scale = board.scale
    scale.zoom(0.25, 0.0)
    scale.follow(2.0)
    assert scale.start_s == 0
    scale.follow(20.0)
    assert scale.start_s < 20.0 < scale.end_s
    scale.follow(scale.duration_s - 0.01)
    assert scale.end_s == pytest.approx(scale.duration_s)


def test_tooltips_tell_joins_and_differences(board: Board) -> None:
    lane = board.lanes["A"]
    assert lane._tooltip(at_x(lane, 8 * BAR_S)).startswith("Join 1 of 1, at 0:16")
    assert lane._tooltip(at_x(lane, 2 * BAR_S)) == "Only A has this"
    assert lane._tooltip(at_x(lane, 6 * BAR_S)) == ""
    overview_x = GUTTER_PX + board.overview.to_px(10 * BAR_S)
    assert board.overview._tooltip(overview_x).startswith("Only B has this")


def test_screen_readers_are_told(board: Board) -> None:
    assert board.lanes["A"].accessibleName() == "Edit A, 0:32, 1 join, playing"
    assert board.lanes["B"].accessibleName() == "Edit B, 0:28, no joins, silent"
    assert board.overview.accessibleName().startswith("Song, 1:04, 2 parts; the edits have 3 diff")


def test_ribbons_are_what_is_kept(board: Board) -> None:
    pixels, palette = shot(board.overview), theme.current()
    px_a_bar = (WIDTH - GUTTER_PX) / 32
    for hex_rgb, edit in ((palette.a, A), (palette.b, B)):
        ribbon = has(pixels, hex_rgb)[:, GUTTER_PX:].any(axis=0)
        for bar in range(32):
            kept = any(start <= bar * BAR < end for start, end in edit.spans)
            middle = round((bar + 0.5) * px_a_bar)
            assert ribbon[middle] == kept


def test_colours_follow_the_theme(board: Board, qtbot: QtBot) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    chosen = theme.Theme(app, "light")
    try:
        assert has(shot(board.lanes["A"]), LIGHT.a).sum() > 5000
        assert has(shot(board.lanes["A"]), LIGHT.panel).sum() > 5000
    finally:
        chosen.choose("dark")
    assert has(shot(board.lanes["A"]), DARK.a).sum() > 5000


def test_hidden_waveforms_leave_the_rest(board: Board) -> None:
    n_before = has(shot(board.lanes["A"]), theme.current().a).sum()
    board.lanes["A"].set_wave_hidden(True)
    board.overview.set_wave_hidden(True)
    assert has(shot(board.lanes["A"]), theme.current().a).sum() < n_before / 3
    assert has(shot(board.overview), theme.current().a).any()


def test_empty_widgets_paint(qtbot: QtBot) -> None:
    scale = TimeScale()
    for widget in (SongOverview(), LaneWidget("A", scale), TimeRuler(scale)):
        qtbot.addWidget(widget)
        for size in ((WIDTH, 128), (GUTTER_PX, 10), (1, 1)):
            widget.resize(*size)
            assert shot(widget).size


def test_a_narrow_board_elides_and_nothing_raises(board: Board) -> None:
    for width in (GUTTER_PX + 1, 120, 300, 3000):
        for widget in (board.overview, board.ruler, *board.lanes.values()):
            widget.resize(width, widget.height())
            assert shot(widget).shape[1] == width


@pytest.mark.parametrize(
    ("seconds_a_px", "step_s", "label"),
    [(0.2, 15, "0:15"), (0.01, 1, "0:01"), (0.0001, 0.01, "0:00.01"), (10, 1200, "20:00")],
)
def test_ticks_are_round_and_do_not_crowd(seconds_a_px: float, step_s: float, label: str) -> None:
    found = tick_step_s(seconds_a_px, label_px=40)
    assert found == step_s
    assert found / seconds_a_px >= 40
    assert tick_label(found, found) == label


def test_ruler_labels_do_not_overlap(board: Board) -> None:
    for width in (300, 700, 1500):
        board.ruler.resize(width, 16)
        ink = (shot(board.ruler)[:12, GUTTER_PX:] != shot(board.ruler)[0, 0]).any(axis=(0, 2))
        gaps = np.diff(np.flatnonzero(np.diff(ink.astype(int), prepend=0, append=0)))[1::2]
        assert gaps.max(initial=0) > 15


def test_the_image_of_a_waveform_is_its_columns() -> None:
    columns = np.array([[-1, 1, 0.5], [0, 0, 0], [-0.5, 0.25, 0.1]], np.float32)
    body, core = QColor(255, 0, 0, 255), QColor(0, 0, 255, 255)
    image = wave_image(columns, 101, 1.0, body, core)
    heights = [sum(image.pixelColor(x, y).alpha() > 0 for y in range(101)) for x in range(3)]
    assert heights == pytest.approx([95, 1, 36], abs=1)
    cores = [sum(image.pixelColor(x, y) == core for y in range(101)) for x in range(3)]
    assert cores == pytest.approx([47, 1, 11], abs=2)
    lined = wave_image(columns, 101, 1.0, body, core, 0, [Lines(np.array([1, 7]), QColor("#0f0"))])
    assert lined.pixelColor(1, 0) == QColor("#0f0")
    assert lined.pixelColor(0, 0).alpha() == 0
    assert image.pixelColor(1, 0).alpha() == 0, "an image that is held stays as it was"


def test_a_zoomed_waveform_spans_both_channels() -> None:
    rng = np.random.default_rng(3)
    samples = rng.uniform(-1, 1, (4000, 2)).astype(np.float32)
    found = pyramid(samples).columns(1000, 4000, 100, samples)
    near = samples[1000:].reshape(100, 60)
    assert found[:, 0] == pytest.approx(near.min(axis=1), abs=1e-6)
    assert found[:, 1] == pytest.approx(near.max(axis=1), abs=1e-6)
    assert found[:, 2] == pytest.approx(np.sqrt((near**2).mean(axis=1)), abs=1e-6)


def test_a_picture_is_sharp_at_every_scale(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    lane = board.lanes["A"]
    for ratio in (1.0, 1.5, 2.0):
        monkeypatch.setattr(type(lane), "devicePixelRatioF", lambda _, r=ratio: r)
        lane.repaint_picture()
        pixmap = lane._painted(ratio)
        assert pixmap.width() == round(WIDTH * ratio)
        assert pixmap.devicePixelRatio() == ratio


def test_the_gutter_is_the_same_everywhere(board: Board) -> None:
    assert timeline_widget.GUTTER_PX == 88
    for widget in (board.overview, board.ruler, *board.lanes.values()):
        assert widget.timeline_px == WIDTH - 88
