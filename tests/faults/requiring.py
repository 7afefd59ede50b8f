"""Assertions that hold outside of pytest too, and what a machine lacks."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from ml_core.paths import database_path
from ml_core.store import Store


class NotPossibleHere(Exception):
    """The fault can't be injected on this machine (no root, no loop device, another system)."""


def require(condition: object, words: str) -> None:
    """An assertion that also holds outside of pytest, with its words."""
    if not condition:
        raise AssertionError(words)


def require_whole(project: Path) -> None:
    """The database passes SQLite's full check, every row its own, and nothing is half there."""
    with closing(sqlite3.connect(database_path(project))) as raw:
        require(raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)], "integrity_check")
    with Store.open(project, write=False) as store:
        require(store.ratings.damaged() == [], "damaged ratings")
        for check in store.check():
            if check.name in {"project file", "ratings", "queue"}:
                require(check.ok, f"{check.name}: {check.message}")
