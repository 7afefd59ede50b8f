"""Places are made before they are opened, in short turns, and nobody sees it."""

from __future__ import annotations

import pytest

from editor_app import places_ahead
from editor_app.action_table import PLACES
from editor_app.ready_ahead import READY_AHEAD
from tests.window.conftest import add_songs


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
    add_songs(window.session, 1)
    all_made(qtbot, window.main)


def test_a_window_that_closes_makes_no_more_places(qtbot, open_window, filled):
    filled(2)
    main = open_window("songs").main
    main.places_ahead.start()
    main.close()
    assert not main.places_ahead.is_running
    qtbot.wait(200)
    assert set(main._places) == {"songs"}
