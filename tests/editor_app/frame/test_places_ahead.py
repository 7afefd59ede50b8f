"""Places are made before they are opened, in short turns, and nobody sees it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from editor_app.frame import places_ahead
from editor_app.keys.place_table import PLACES
from editor_app.work.ready_ahead import READY_AHEAD
from tests.editor_app.conftest import add_songs

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def all_read():
    READY_AHEAD.start()
    READY_AHEAD.wait()


def all_made(qtbot, main) -> None:
    qtbot.waitUntil(lambda: set(main._places) == set(PLACES) and not main.places_ahead.is_running)


def test_every_place_is_made_before_it_is_opened_and_none_comes_to_the_front(
    qtbot, open_window, filled
):
    filled(2)
    main = open_window("songs").main
    front, focused = main._stack.currentWidget(), main.focusWidget()
    assert set(main._places) == {"songs"}
    main.places_ahead.start()
    all_made(qtbot, main)
    assert main.place == "songs" and main._stack.currentWidget() is front
    assert main.focusWidget() is focused
    made = dict(main._places)
    for place in PLACES:
        main.show_place(place)
        assert main._stack.currentWidget() is made[place]
    assert main._places == made


def test_no_turn_makes_more_than_one_thing(qtbot, open_window, filled, monkeypatch):
    filled(2)
    n_made: list[int] = []
    take_turn = places_ahead.PlacesAhead._take_turn

    def counted(ahead):
        main = ahead.parent()
        before = len(main._places) + _n_parts(main)
        take_turn(ahead)
        n_made.append(len(main._places) + _n_parts(main) - before)

    monkeypatch.setattr(places_ahead.PlacesAhead, "_take_turn", counted)
    main = open_window("songs").main
    main.places_ahead.start()
    all_made(qtbot, main)
    assert max(n_made) == 1 and sum(n_made) == len(PLACES) - 1 + 4


def _n_parts(main) -> int:
    taste = main._places.get("taste")
    if taste is None or "_training" not in vars(taste):
        return 0
    return 1 + sum(room.made is not None for room in taste._training._rooms)


def test_places_that_need_songs_are_made_once_there_are_some(qtbot, open_window):
    window = open_window()
    window.main.places_ahead.start()
    qtbot.waitUntil(lambda: not window.main.places_ahead.is_running)
    assert set(window.main._places) == {"songs"}
    add_songs(window.project, 1)
    all_made(qtbot, window.main)


def test_a_window_that_closes_makes_no_more_places(qtbot, open_window, filled):
    filled(2)
    main = open_window("songs").main
    main.places_ahead.start()
    main.close()
    assert not main.places_ahead.is_running
    qtbot.wait(200)
    assert set(main._places) == {"songs"}


def test_nothing_is_asked_for_a_place_that_nobody_opened(qtbot, open_window, filled, jobs):
    filled(2, n_pairs=2)
    main = open_window("songs").main
    main.places_ahead.start()
    all_made(qtbot, main)
    # The tiny waveforms are those of the songs in front.
    assert {job.task for job in jobs.open} <= {"song_overview"}
    main.show_place("rate")
    assert jobs.asked("prepare_pair")


def test_the_status_line_is_last_in_the_order_of_focus_after_all_that_was_added(
    qtbot, open_window, filled
):
    filled(2)
    main = open_window("songs").main
    for place in ("rate", "compare", "export", "taste"):
        main.show_place(place)
    _ = main._places["taste"]._training
    main._status._stop.setEnabled(True)
    main._status._stop.show()
    main.setFocus()
    way = []
    for _ in range(4):
        main.focusPreviousChild()
        way.append(QApplication.focusWidget())
    assert way[:3] == [main._status.sound.volume, main._status.sound.output, main._status._stop]
    assert main._stack.isAncestorOf(way[3])


def test_nobody_asks_pyside_for_the_next_in_the_chain_of_focus():
    """Its wrappers take that one as a child of their own, which nothing keeps alive any more."""
    asked = re.compile(r"\.(next|previous)InFocusChain\(")
    files = [path for top in ("editor_app", "tests") for path in (ROOT / top).rglob("*.py")]
    assert len(files) > 300
    assert [path.name for path in files if asked.search(path.read_text(encoding="utf-8"))] == []


def test_a_place_that_fails_is_told_once_and_not_with_every_song(
    qtbot, open_window, filled, monkeypatch
):
    filled(2)
    window = open_window("songs")
    main, n_tries = window.main, []

    def fail(place):
        n_tries.append(place)
        raise RuntimeError(place)

    monkeypatch.setattr(main, "_make", fail)
    with qtbot.captureExceptions() as faults:
        main.places_ahead.start()
        qtbot.waitUntil(lambda: bool(n_tries) and not main.places_ahead.is_running)
        add_songs(window.project, 3)
        qtbot.wait(100)
    assert len(faults) == 1 and len(n_tries) == 1
