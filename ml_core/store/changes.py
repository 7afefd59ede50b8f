"""What a write changed, so that a view re-reads only what it shows."""

from __future__ import annotations

from typing import Literal

from ml_core.store.database import Database

Change = Literal["songs", "ratings", "comparisons", "checkpoints", "brief", "reports", "marks"]
Changes = frozenset[Change]

NOTHING: Changes = frozenset()


class Tables:
    """What every part of the store has: the one database."""

    _database: Database
