"""What a write changed, so that a view re-reads only what it shows."""

from __future__ import annotations

from typing import Literal, get_args

from ml_core.store.sqlite.database import Database

Change = Literal[
    "songs", "ratings", "comparisons", "checkpoints", "brief", "reports", "marks", "tastes"
]
Changes = frozenset[Change]

NOTHING: Changes = frozenset()
ALL: Changes = frozenset(get_args(Change))


class Tables:
    """What every part of the store has: the one database, and the taste that it works in."""

    _database: Database
    _taste: int
