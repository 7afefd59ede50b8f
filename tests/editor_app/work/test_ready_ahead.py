"""What is needed later is there before: places open without a wait, charts come one at a time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from editor_app.places.taste.training_charts import DistanceChart, LossChart, MatchChart

ROOT = Path(__file__).parents[3]


def test_modules_of_later_places_are_imported_beside_the_window():
    code = (
        "import sys, editor_app.app\n"
        "from editor_app.work.ready_ahead import READY_AHEAD\n"
        "assert 'pyqtgraph' not in sys.modules\n"
        "assert 'editor_app.places.taste.page' not in sys.modules\n"
        "READY_AHEAD.start(); READY_AHEAD.start()\n"
        "READY_AHEAD.wait()\n"
        "assert 'editor_app.places.compare.page' in sys.modules and 'pyqtgraph' in sys.modules\n"
        "assert not {'torch', 'scipy', 'librosa'} & set(sys.modules)\n"
        "assert not READY_AHEAD.is_running\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_charts_are_made_one_at_a_time_once_the_place_is_open(qtbot, open_window, filled):
    filled(2)
    main = open_window().main
    main.show_place("taste")
    page = main._places["taste"]._training
    assert [room.made for room in page._rooms] == [None] * 3
    qtbot.waitUntil(lambda: all(room.made for room in page._rooms))
    assert [type(room.made) for room in page._rooms] == [LossChart, MatchChart, DistanceChart]


def test_charts_wait_for_what_is_read_ahead(qtbot, open_window, filled, monkeypatch):
    class Reading:
        is_running, n_started = True, 0

        def start(self):
            self.n_started += 1

    reading = Reading()
    monkeypatch.setattr("editor_app.places.taste.training.READY_AHEAD", reading)
    filled(2)
    main = open_window().main
    main.show_place("taste")
    page = main._places["taste"]._training
    qtbot.waitUntil(lambda: reading.n_started >= 2)
    assert [room.made for room in page._rooms] == [None] * 3
    reading.is_running = False
    qtbot.waitUntil(lambda: all(room.made for room in page._rooms))


def test_what_is_not_read_yet_is_left_when_the_window_closes():
    code = (
        "import sys\n"
        "from editor_app.work.ready_ahead import READY_AHEAD\n"
        "READY_AHEAD.stop(); READY_AHEAD.start(); READY_AHEAD.wait()\n"
        "assert 'editor_app.places.rate.page' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_a_training_that_begins_before_them_makes_them_itself(open_window, filled):
    filled(2)
    main = open_window().main
    main.show_place("taste")
    page = main._places["taste"]._training
    page.begin(10, 20)
    page.take({"stage": "reward", "epoch": 1, "train_loss": 0.5, "best_epoch": 1})
    assert all(room.made is not None for room in page._rooms)
    assert list(page._loss.chart._train.getData()[1]) == [0.5]
