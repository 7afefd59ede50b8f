"""What nobody asked for is told in turn: a sentence is not replaced before it was read."""

from __future__ import annotations

import pytest

from editor_app.frame.main_window import MainWindow
from editor_app.notifier import About
from ml_core.errors import UserError
from ml_core.store.store import Store

CRASH = "The last run ended unexpectedly. All 12 ratings are there."
NETWORK = "The project is on a network drive."


@pytest.fixture
def told_at_start(monkeypatch):
    """A project that has something to say when it is opened."""
    opened = Store.open.__func__

    def open_(cls, *args, **options):
        store = opened(cls, *args, **options)
        store.recovered = CRASH
        store.warnings.append(NETWORK)
        return store

    monkeypatch.setattr(Store, "open", classmethod(open_))


def text(main: MainWindow) -> str:
    """What the banner says; empty while it is not there."""
    return main._banner.text if main._banner.isVisibleTo(main) else ""


def test_a_crash_is_seen_at_the_next_start_whatever_else_is_told(
    told_at_start, open_window, filled, monkeypatch
):
    filled(3)
    monkeypatch.setattr("editor_app.project.models.is_outdated", lambda store: True)
    main = open_window("rate").main
    for sentence in (CRASH, NETWORK, "another version", "Train again"):
        assert sentence in text(main)
    assert main._banner.property("kind") == "doubtful"
    main._banner.close_message()
    assert "No sound device" in text(main), "this comes after it was read"


def test_what_is_found_meanwhile_waits_and_errors_do_not(told_at_start, open_window, notifier):
    main = open_window().main
    notifier.in_turn("doubtful", "Song 2 is a recording that is there already.")
    assert CRASH in text(main)
    notifier.user_error(UserError("The disk is full."))
    assert text(main) == "The disk is full."
    notifier.clear()
    assert CRASH in text(main), "it was not read yet"
    notifier.clear()
    assert CRASH in text(main), "its reason is not gone"
    main._banner.close_message()
    main._banner.close_message()
    assert "Song 2" in text(main)
    main._banner.close_message()
    assert text(main) == ""


def test_what_waits_is_not_said_once_its_reason_is_gone(open_window, notifier):
    main = open_window().main
    assert "No sound device" in text(main)
    notifier.in_turn("doubtful", "Another version.", "", "train", About.VERSION)
    notifier.in_turn("doubtful", "Another version.", "", "train", About.VERSION)
    notifier.withdraw(About.VERSION)
    assert "No sound device" in text(main)
    notifier.withdraw(About.SOUND)
    assert text(main) == ""
