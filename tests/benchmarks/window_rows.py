"""What is measured inside a window's process: `bench_window` runs this on a screen of its own.

    window_rows.py NAME PROJECT FOLDER

prints one JSON object with the row's numbers.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from number_table import spread
from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTableView, QVBoxLayout, QWidget

from editor_app.work.ready_ahead import READY_AHEAD
from ml_core.domain.edits import Edit
from ml_core.domain.playing import PreparedAudio, SongLayout
from ml_core.domain.songs import Song
from ml_core.domain.tasks import TRAIN
from ml_core.store import Store
from tests.screenshots.desk import Desk

RATE_HZ = 44100
LANE_S = 240
N_ANSWERS = 24
N_SONGS = 5000
PLAY_S = 10.0
IDLE_S = 6.0
TRAININGS = 3
TICK_MS = 5


def main() -> None:
    name, project, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    print(json.dumps(ROWS[name](project, folder)), flush=True)


class Painted(QObject):
    """Counts what a widget painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.n = 0
        widget.installEventFilter(self)

    def eventFilter(self, target: QObject, event: QEvent) -> bool:
        self.n += event.type() == QEvent.Type.Paint
        return False


def until_painted(painted: Painted, before: int, is_so: Callable[[], bool] = lambda: True) -> None:
    """Let events run until a widget was painted and something is so."""
    until_s = time.monotonic() + 30
    while (painted.n == before or not is_so()) and time.monotonic() < until_s:
        QApplication.processEvents()


class Times:
    """Of one thing done many times: by the clock, and the processor time of this thread alone.

    The second tells what the machine's other work can't add to.
    """

    def __init__(self) -> None:
        self.clock_ms: list[float] = []
        self.thread_ms: list[float] = []

    def take(self, work: Callable[[], object]) -> None:
        start_s, cpu_s = time.perf_counter(), time.thread_time()
        work()
        self.thread_ms.append(1000 * (time.thread_time() - cpu_s))
        self.clock_ms.append(1000 * (time.perf_counter() - start_s))

    @property
    def told(self) -> dict[str, dict[str, float]]:
        return {"clock": spread(self.clock_ms), "thread": spread(self.thread_ms)}


# Zoom and pan


def zoom(_project: Path, folder: Path) -> dict[str, Any]:
    """Four lanes of four minutes, and four plots of the same samples."""
    app = QApplication([])
    files = [_noise(folder / f"lane{k}.f32", k) for k in range(4)]
    ours = _zoom_lanes(files)
    plots = _zoom_plots(files)
    del app
    return {"ours": ours.told, "reference": plots.told}


def _noise(file: Path, seed: int) -> PreparedAudio:
    n_samples = LANE_S * RATE_HZ
    rng = np.random.default_rng(seed)
    loudness = np.interp(np.arange(n_samples), np.arange(0, n_samples + 1, RATE_HZ),
                         rng.uniform(0.05, 0.8, LANE_S + 1)).astype(np.float32)  # fmt: skip
    mono = loudness * rng.uniform(-1, 1, n_samples).astype(np.float32)
    np.repeat(mono[:, None], 2, axis=1).tofile(file)
    return PreparedAudio(str(file), n_samples, RATE_HZ)


def _views() -> list[tuple[str, float]]:
    """A person's way in and out: (zoom by, or pan by a share of the view)."""
    way = [("zoom", 0.8)] * 30 + [("pan", 0.15)] * 15 + [("pan", -0.15)] * 5
    return way + [("zoom", 1.25)] * 30 + [("zoom", 0.5)] * 4 + [("pan", 0.3)] * 10


def _zoom_lanes(files: list[PreparedAudio]) -> Times:
    from editor_app.listening.lane import LaneWidget
    from editor_app.listening.pair_picture import lane_picture
    from editor_app.widgets.time_scale import TimeScale

    n_song, bar = (LANE_S + 60) * RATE_HZ, 2 * RATE_HZ
    bars = tuple(range(0, n_song + 1, bar))
    layout = SongLayout(
        "0" * 64, RATE_HZ, n_song, bars, bars, ((0, n_song, "A"),), 120.0, 4, 1, True
    )
    spans = tuple((k * 75 * RATE_HZ, (k * 75 + 60) * RATE_HZ) for k in range(4))
    edit = Edit("0" * 64, RATE_HZ, spans)
    scale = TimeScale()
    window = QWidget()
    window.resize(1600, 900)
    column = QVBoxLayout(window)
    for index, audio in enumerate(files):
        lane = LaneWidget("AB"[index % 2], scale)
        lane.setMaximumHeight(16_777_215)
        lane.setFixedHeight(210)
        lane.set_picture(lane_picture("AB"[index % 2], layout, audio, edit, 0.9))
        lane.set_state(is_sounding=index == 0)
        column.addWidget(lane)
    scale.set_duration(edit.duration_s)
    window.show()
    QTest.qWaitForWindowExposed(window)
    times = Times()
    for kind, by in _views():
        if kind == "zoom":
            change = lambda: scale.zoom(by, 100.0)  # noqa: E731, B023
        else:
            change = lambda: scale.scroll(by * (scale.end_s - scale.start_s))  # noqa: E731, B023
        times.take(lambda: (change(), window.repaint()))  # noqa: B023
    window.close()
    return times


def _zoom_plots(files: list[PreparedAudio]) -> Times:
    import pyqtgraph

    window = QWidget()
    window.resize(1600, 900)
    column = QVBoxLayout(window)
    plots = []
    for audio in files:
        mono = np.fromfile(audio.file, np.float32)[::2]
        plot = pyqtgraph.PlotWidget()
        curve = pyqtgraph.PlotDataItem(np.arange(len(mono)) / RATE_HZ, mono)
        plot.addItem(curve)
        curve.setDownsampling(auto=True, method="peak")
        curve.setClipToView(True)
        plots.append(plot)
        column.addWidget(plot)
    window.show()
    QTest.qWaitForWindowExposed(window)
    start_s, end_s, times = 0.0, float(LANE_S), Times()
    for kind, by in _views():
        length = end_s - start_s
        if kind == "zoom":
            new = min(max(length * by, 0.02), LANE_S)
            start_s = 100.0 - (100.0 - start_s) * new / length
            end_s = start_s + new
        else:
            start_s, end_s = start_s + by * length, end_s + by * length

        def show() -> None:
            for plot in plots:
                plot.setXRange(start_s, end_s, padding=0)  # noqa: B023
            window.repaint()
            QApplication.processEvents()

        times.take(show)
    window.close()
    return times


# The window with a project


def open_rate(project: Path, folder: Path) -> Desk:
    """The window in Rate with a pair to hear."""
    desk = Desk(project, folder, "dark")
    desk.resize(1280, 800)
    desk.main.show_place("rate")
    desk.until(lambda: desk.view._model.holds_pair, "a pair")
    desk.settle()
    QTest.qWaitForWindowActive(desk.main)
    return desk


def play_head(project: Path, folder: Path) -> dict[str, Any]:
    """Shares of one core: paused, playing, and playing with nothing painted."""
    desk = open_rate(project, folder)
    player, panel = desk.window.player, desk.view._panel
    assert player.device.stream is not None, "there is no sound device"
    shares = {"paused": _share_of_core(PLAY_S)}
    desk.actions["play"].trigger()
    QTest.qWait(1500)
    assert player.is_playing
    shares["playing"] = _share_of_core(PLAY_S)
    assert player.is_playing, "the edit was too short"
    panel.setUpdatesEnabled(False)
    player.seek(0)
    QTest.qWait(1500)
    shares["playing, no head painted"] = _share_of_core(PLAY_S)
    panel.setUpdatesEnabled(True)
    desk.close()
    return shares


def _share_of_core(seconds: float) -> float:
    """Processor time of this process, all threads, per second, in per cent."""
    start_s, cpu_s = time.monotonic(), time.process_time()
    QTest.qWait(round(1000 * seconds))
    return 100 * (time.process_time() - cpu_s) / (time.monotonic() - start_s)


class Lateness(QObject):
    """How late the window's thread serves a timer that is due every five milliseconds."""

    def __init__(self) -> None:
        super().__init__()
        self.late_ms: list[float] = []
        self._last_s = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)

    def _tick(self) -> None:
        now_s = time.perf_counter()
        self.late_ms.append(max(0.0, 1000 * (now_s - self._last_s) - TICK_MS))
        self._last_s = now_s

    def during(self, is_so: Callable[[], bool]) -> list[float]:
        """Lateness while something is so."""
        self.late_ms = []
        self._last_s = time.perf_counter()
        self._timer.start()
        while is_so():
            QTest.qWait(50)
        self._timer.stop()
        return self.late_ms


def lateness(project: Path, folder: Path) -> dict[str, Any]:
    """Idle and training by turns, the same pair playing over and over in both."""
    desk = open_rate(project, folder)
    player, watch = desk.window.player, Lateness()
    player.ended.connect(lambda _: player.play())
    player.play()
    idle: list[float] = []
    busy: list[float] = []
    for _ in range(TRAININGS):
        until_s = time.monotonic() + IDLE_S
        idle += watch.during(lambda: time.monotonic() < until_s)  # noqa: B023
        job = desk.jobs.start(TRAIN, desk.window.project.requests.train("cpu"), "Training")
        busy += watch.during(lambda: not job.is_finished)  # noqa: B023
        assert job.state == "done", job.state
    played = player.is_playing
    desk.close()
    return {"idle": spread(idle), "training": spread(busy), "played": played}


def places(project: Path, folder: Path) -> dict[str, Any]:
    """Each place opened and painted for the first time, seconds after the window; and again."""
    desk = open_rate(project, folder)
    ahead = desk.main.places_ahead
    READY_AHEAD.start()
    ahead.start()
    desk.until(lambda: not (READY_AHEAD.is_running or ahead.is_running), "what is made ahead")
    first, again = Times(), Times()
    for times in (first, again):
        for place in LATER_PLACES:
            times.take(lambda: _show(desk, place))  # noqa: B023
            desk.settle()
    desk.close()
    each = dict(zip(LATER_PLACES, first.thread_ms, strict=True))
    return {"ours": first.told, "reference": again.told, "thread_ms": each}


LATER_PLACES = ("compare", "taste", "export", "songs")


def _show(desk: Desk, place: str) -> None:
    desk.main.show_place(place)
    desk.main.repaint()


def next_pair(project: Path, folder: Path) -> dict[str, Any]:
    """From the key that rates to the next pair painted; and one paint of the whole window."""
    desk = open_rate(project, folder)
    view, model = desk.view, desk.view._model
    painted = Painted(view._panel._lanes["B"])
    times, paints = Times(), Times()
    while len(times.clock_ms) < N_ANSWERS:
        desk.until(
            lambda: (
                model.holds_pair
                and len(model._supply.queue) > 1
                and model._supply.prepared(model._supply.queue[1]) is not None
            ),
            "the next pair made ready",
        )
        QTest.qWait(700)
        pair, before = model.pair, painted.n

        def answer() -> None:
            QTest.keyClick(desk.main, Qt.Key.Key_1)
            until_painted(painted, before, lambda: model.holds_pair and model.pair != pair)  # noqa: B023

        times.take(answer)
        assert model.pair != pair
        for lane in view._panel._lanes.values():
            lane.repaint_picture()
        view._panel._overview.repaint_picture()
        paints.take(desk.main.repaint)
    desk.close()
    return {"ours": times.told, "reference": paints.told}


# Thousands of songs


def songs(project: Path, folder: Path) -> dict[str, Any]:
    """A library of thousands beside a plain table of as many rows."""
    _fill_library(project)
    desk = Desk(project, folder, "dark")
    desk.resize(1280, 800)
    desk.main.show_place("taste")
    desk.settle()
    main = desk.main

    def show() -> None:
        main.show_place("songs")
        table = desk.view._table
        until_painted(Painted(table.viewport()), 0)

    first, keys = Times(), Times()
    first.take(show)
    table = desk.view._table
    desk.settle()
    field = desk.view._filter
    field.setFocus()
    for word in ("harbour 49", "paper boats 12", "night"):
        for letter in word:
            keys.take(lambda: (QTest.keyClicks(field, letter), table.viewport().repaint()))  # noqa: B023
        assert table.model().rowCount() < N_SONGS
        keys.take(lambda: (field.clear(), table.viewport().repaint()))
    plain_first, plain_keys = _plain_table()
    desk.close()
    return {
        "first": {"ours": first.told, "reference": plain_first.told},
        "filter": {"ours": keys.told, "reference": plain_keys.told},
    }


def _fill_library(project: Path) -> None:
    """One song by the store, and thousands like it straight into its file, which takes a second."""
    with Store.open(project) as store:
        store.songs.add(
            Song("f" * 64, ("/music/one.flac",), RATE_HZ, 200 * RATE_HZ, 2, "One", "One")
        )
    with contextlib.closing(sqlite3.connect(project / "tastecut.sqlite3")) as file:
        columns = [row[1] for row in file.execute("PRAGMA table_info(songs)")]
        one = dict(zip(columns, file.execute("SELECT * FROM songs").fetchone(), strict=True))
        for index in range(N_SONGS - 1):
            title = f"{WORDS[index % 7]} {WORDS[index // 7 % 7]} {index}"
            row = one | {"id": index + 10, "sha256": f"{index:064x}", "title": title,
                         "artist": f"Artist {index % 40}", "status": "ready", "meter": 4,
                         "tempo_bpm": 80.0 + index % 90}  # fmt: skip
            marks = ", ".join("?" * len(row))
            file.execute(f"INSERT INTO songs ({', '.join(row)}) VALUES ({marks})", (*row.values(),))
            file.execute("INSERT INTO song_paths VALUES (?, ?, 1)",
                         (json.dumps(f"/music/{title}.flac"), index + 10))  # fmt: skip
        file.commit()


WORDS = ("Harbour", "Paper", "Boats", "Night", "Machine", "Forest", "Jewels")


def _plain_table() -> tuple[Times, Times]:
    from PySide6.QtCore import QSortFilterProxyModel

    window = QTableView()
    window.resize(1280, 800)

    def show() -> None:
        model = QStandardItemModel(window)
        for index in range(N_SONGS):
            model.appendRow([QStandardItem(f"{WORDS[index % 7]} {index} {k}") for k in range(7)])
        proxy = QSortFilterProxyModel(window)
        proxy.setFilterKeyColumn(0)
        proxy.setSourceModel(model)
        proxy.sort(0)
        window.setModel(proxy)
        window.show()
        until_painted(Painted(window.viewport()), 0)

    first, times = Times(), Times()
    first.take(show)
    for text in ("h", "ha", "har", "harb", "p", "pa", "pap", "", "night"):
        filtered = lambda: window.model().setFilterFixedString(text)  # noqa: E731, B023
        times.take(lambda: (filtered(), window.viewport().repaint()))  # noqa: B023
    return first, times


ROWS: dict[str, Callable[[Path, Path], dict[str, Any]]] = {
    row.__name__: row for row in (zoom, play_head, lateness, places, next_pair, songs)
}

if __name__ == "__main__":
    main()
