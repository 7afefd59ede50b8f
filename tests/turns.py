"""Two processes share the tests; what is measured in real time is measured while the other waits.

A sound that must not drop out, or a key that must be answered at once, can't be measured beside
other work on a machine of two cores.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

try:
    import fcntl
except ImportError:  # Windows: tests that need a screen or a card of their own are skipped there.
    fcntl = None  # type: ignore[assignment]


def shared_folder(config: pytest.Config) -> Path | None:
    """The folder that the processes of one run share; None where one process runs all tests."""
    if "PYTEST_XDIST_WORKER" not in os.environ or fcntl is None:
        return None
    # Each process is told a folder of its own in one that they share.
    folder = Path(config.getoption("basetemp")).parent
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def is_alone(item: pytest.Item) -> bool:
    """Whether a test needs the machine for itself, from its beginning to its end."""
    has_device = item.get_closest_marker("window") or item.get_closest_marker("sound")
    return bool(has_device) and not item.get_closest_marker("beside")


class Room:
    """The machine as it is shared out: to many at a time, or to one alone.

    The gate keeps the order: who wants the machine alone holds it while waiting, so that nobody
    begins another test meanwhile.
    """

    def __init__(self, folder: Path) -> None:
        self._gate = (folder / "gate").open("w")
        self.file = (folder / "room").open("w")

    def close(self) -> None:
        """Leave, and do not come back; processes that were given `file` stay."""
        self._gate.close()
        self.file.close()

    def enter(self) -> None:
        """Wait until nobody is alone."""
        fcntl.flock(self._gate, fcntl.LOCK_EX)
        fcntl.flock(self.file, fcntl.LOCK_SH)
        fcntl.flock(self._gate, fcntl.LOCK_UN)

    def enter_alone(self) -> None:
        """Wait until all have left."""
        fcntl.flock(self._gate, fcntl.LOCK_EX)
        fcntl.flock(self.file, fcntl.LOCK_EX)

    def leave(self) -> None:
        """Let others in."""
        fcntl.flock(self.file, fcntl.LOCK_UN)
        fcntl.flock(self._gate, fcntl.LOCK_UN)


_ROOM: pytest.StashKey[Room] = pytest.StashKey()


@contextlib.contextmanager
def in_turn(item: pytest.Item) -> Iterator[None]:
    """Hold the machine alone for a test that needs it, else together with the others."""
    folder = shared_folder(item.config)
    if folder is None:
        yield
        return
    with contextlib.closing(Room(folder)) as room:
        item.config.stash[_ROOM] = room
        if is_alone(item):
            room.enter_alone()
        else:
            room.enter()
        yield
        del item.config.stash[_ROOM]


@contextlib.contextmanager
def alone_for_a_while(config: pytest.Config) -> Iterator[None]:
    """Hold the machine alone for a part of the running test that runs `beside` others."""
    room = config.stash.get(_ROOM, None)
    if room is None:
        yield
        return
    # Left before: two that wait for each other to leave would wait for ever.
    room.leave()
    room.enter_alone()
    try:
        yield
    finally:
        room.leave()
        room.enter()
