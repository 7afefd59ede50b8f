"""What can't be made again, in one SQLite file per project."""

from ml_core.store.changes import Change, Changes
from ml_core.store.checkpoints import Activation
from ml_core.store.checks import Check
from ml_core.store.failures import DamagedStoreError
from ml_core.store.rating_rows import DamagedRating
from ml_core.store.store import Store

__all__ = [
    "Activation",
    "Change",
    "Changes",
    "Check",
    "DamagedRating",
    "DamagedStoreError",
    "Store",
]
