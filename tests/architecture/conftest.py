"""The checks of style, types and layers begin with the first test and run beside the others."""

from __future__ import annotations

import contextlib
import os
import subprocess
from pathlib import Path

import pytest

from tests.architecture import checks
from tests.turns import Room, shared_folder

HERE = Path(__file__).parent
_JOB: pytest.StashKey[subprocess.Popen[bytes]] = pytest.StashKey()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start the job, in the first of the processes that share the tests."""
    folder = shared_folder(session.config)
    wanted = any(item.path.parent == HERE for item in session.items)
    if folder is None or not wanted or os.environ["PYTEST_XDIST_WORKER"] != "gw0":
        return
    with contextlib.closing(Room(folder)) as room:
        room.enter()
        # The job keeps what it inherits: who wants the machine alone waits for its end.
        session.config.stash[_JOB] = checks.start(folder, room.file.fileno())


def pytest_sessionfinish(session: pytest.Session) -> None:
    """No job outlives the tests."""
    job = session.config.stash.get(_JOB, None)
    if job is None:
        return
    if session.shouldstop or session.shouldfail:
        job.terminate()
    job.wait()
