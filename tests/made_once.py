"""What is costly to make and never changed: made once for all processes that share the tests."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.turns import fcntl, shared_folder


def made_once(
    name: str,
    make: Callable[[Path], None],
    tmp_path_factory: pytest.TempPathFactory,
    config: pytest.Config,
) -> Path:
    """A folder filled by `make`, by whichever process asks for it first; the others wait."""
    shared = shared_folder(config)
    if shared is None:
        folder = tmp_path_factory.mktemp(name)
        make(folder)
        return folder
    folder, lock = shared / name, shared / f"{name}.lock"
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not lock.with_suffix(".made").exists():
            # Left behind by one that was interrupted or failed.
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            lock.with_suffix(".made").touch()
    return folder
