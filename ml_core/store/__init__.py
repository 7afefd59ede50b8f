"""What can't be made again, in one SQLite file per project."""

from ml_core.store.backup.listing import BackupContents
from ml_core.store.file.checks import Check
from ml_core.store.records.checkpoints import Activation
from ml_core.store.sqlite.changes import Change, Changes
from ml_core.store.sqlite.failures import DamagedStoreError
from ml_core.store.sqlite.rating_rows import DamagedRating
from ml_core.store.store import Store

__all__ = [
    "Activation",
    "BackupContents",
    "Change",
    "Changes",
    "Check",
    "DamagedRating",
    "DamagedStoreError",
    "Store",
]
