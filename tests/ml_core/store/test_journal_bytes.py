"""The journal's bytes are the same on every system."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from ml_core.paths import journal_path
from ml_core.store import Store
from ml_core.store.journal.reading import read_journal
from tests.faults.store.store_builder import fill, filled_project, song

BINARY = 1 << 30
"""Stands for the flag of Windows, which other systems lack."""


def test_the_journal_is_opened_as_bytes_wherever_it_is_written(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flags: list[int] = []
    real_open = os.open

    def watched(path: Any, given: int, *more: Any, **named: Any) -> int:
        if "tastecut.journal" in Path(path).name:
            flags.append(given)
        return real_open(path, given & ~BINARY, *more, **named)

    monkeypatch.setattr(os, "O_BINARY", BINARY, raising=False)
    monkeypatch.setattr(os, "open", watched)
    with Store.open(project) as store:
        store.songs.add(song(0), "ready")
        fill(store, 2)
        journal_path(project).unlink()  # The next write makes it anew and opens it again.
        fill(store, 1, seed=1)
    assert len(flags) >= 4
    assert all(given & BINARY for given in flags)


def test_line_ends_of_windows_cost_no_rating(project: Path) -> None:
    ratings = filled_project(project, 5)
    path = journal_path(project)
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    content = read_journal(path)
    assert content is not None and content.is_whole
    assert len(content.ratings) == len(ratings)
