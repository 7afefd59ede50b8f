"""Two processes share the tests; those with a screen or a sound card run while the other waits.

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


@contextlib.contextmanager
def in_turn(item: pytest.Item) -> Iterator[None]:
    """Hold the machine alone for a test that needs it, else together with the others.

    The gate keeps the order: who wants the machine alone holds it while waiting, so that nobody
    begins another test meanwhile.
    """
    if "PYTEST_XDIST_WORKER" not in os.environ or fcntl is None:  # One process runs all tests.
        yield
        return
    alone = bool(item.get_closest_marker("window") or item.get_closest_marker("sound"))
    # Each process is told a folder of its own in one that they share.
    folder = Path(item.config.getoption("basetemp")).parent
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "gate").open("w") as gate, (folder / "room").open("w") as room:
        fcntl.flock(gate, fcntl.LOCK_EX)
        fcntl.flock(room, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        if not alone:
            fcntl.flock(gate, fcntl.LOCK_UN)
        yield
