"""Faults of writing, injected the same way by the suite and by the ordinary tests."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from tests.faults.command import ROOT

Made = TypeVar("Made")

SMALL_STACK_BYTES = 512 * 1024


def writer_line(path: Path, file_format: str, how: str) -> list[str]:
    """The words that start a child which writes a file."""
    return [sys.executable, "-m", "tests.faults.export.writer", str(path), file_format, how]


def kill_while_writing(path: Path, file_format: str, n_blocks: int, wait_s: float = 0.0) -> None:
    """Begin to write a file that never ends, and kill -9 after some blocks."""
    child = subprocess.Popen(
        writer_line(path, file_format, "ever"), stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert child.stdout is not None
    for _ in range(n_blocks):
        assert child.stdout.readline() == "block\n"
    time.sleep(wait_s)
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()


def from_small_stack(make: Callable[[], Made]) -> Made:
    """Call something from a thread with a small stack, as workers and libraries have."""
    made: list[Made] = []
    usual = threading.stack_size(SMALL_STACK_BYTES)
    try:
        thread = threading.Thread(target=lambda: made.append(make()))
        thread.start()
    finally:
        threading.stack_size(usual)
    thread.join()
    return made[0]
