"""How the tests themselves are run: in turn, in order, and without garbage."""

from __future__ import annotations

import gc
import threading
import weakref
from contextlib import closing
from pathlib import Path

import pytest

from tests import garbage, order
from tests.turns import Room, fcntl


class Ring:
    """Refers to itself, and so waits for the collector."""

    def __init__(self) -> None:
        self.me = self


def test_the_long_files_are_there() -> None:
    assert all((order.ROOT / "tests" / name).is_file() for name in order.LONGEST)


@pytest.mark.parametrize(("growth", "is_gone"), [(0.9, False), (1.1, True)])
def test_old_garbage_is_collected_once_the_process_has_grown(
    monkeypatch: pytest.MonkeyPatch, growth: float, is_gone: bool
) -> None:
    held = 0.0
    monkeypatch.setattr(garbage, "resident_bytes", lambda: held)
    collector = garbage.Garbage()
    ring = Ring()
    gc.collect(1)  # From here on it is of the oldest generation.
    seen = weakref.ref(ring)
    del ring
    held = growth * garbage.GROWTH_BYTES
    collector.collect()
    assert (seen() is None) == is_gone
    gc.collect()


@pytest.mark.skipif(fcntl is None, reason="tests take turns on POSIX alone")
def test_who_is_alone_waits_for_those_before_and_holds_off_those_behind(tmp_path: Path) -> None:
    said: list[str] = []

    def alone(room: Room) -> None:
        room.enter_alone()
        said.append("alone")
        room.leave()

    with closing(Room(tmp_path)) as one, closing(Room(tmp_path)) as other:
        one.enter()
        waiting = threading.Thread(target=alone, args=[other])
        waiting.start()
        waiting.join(0.2)
        said.append("left")
        one.leave()
        one.enter()
        said.append("entered")
        waiting.join()
        assert said == ["left", "alone", "entered"]
