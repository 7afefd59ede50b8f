"""Asking who writes keeps nobody from writing."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from ml_core.errors import UserError
from ml_core.store.file import writer_lock
from ml_core.store.file.writer_lock import WriterLock, is_held


def test_a_lock_that_is_taken_for_a_moment_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    probe = WriterLock(path)
    threading.Timer(0.02, probe.release).start()
    WriterLock(path).release()


def test_a_lock_that_stays_taken_is_told_soon(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    held = WriterLock(path)
    began_s = time.monotonic()
    with pytest.raises(UserError, match="open in another"):
        WriterLock(path)
    assert is_held(path)
    assert time.monotonic() - began_s < 10 * writer_lock.PAUSE_S
    held.release()
    assert not is_held(path)
