"""The certainty that was told last of the taste in use, so that it falls only for a reason."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from ml_core.domain.models import Checkpoint, KnownCertainty, known_certainty
from ml_core.errors import UserError
from ml_core.store.store import Store


def told_certainty(store: Store, newest: Checkpoint | None) -> KnownCertainty | None:
    """What was told last: at a look since the newest training, else by that training.

    Args:
        newest: the best checkpoint of the newest training; None before any.
    """
    kept = store.settings.get(_name(store), {})
    looked = known_certainty(kept.get("told"))
    trained = {} if newest is None else newest.metrics.get("told", {})
    learned = known_certainty(trained.get("certainty_known"))
    return looked if learned is None or _after(newest) == kept.get("after") else learned


def keep_told_certainty(store: Store, found: Mapping[str, Any], newest: Checkpoint | None) -> bool:
    """Keep what a taste report told; a disk that refuses costs no more than that.

    Returns:
        whether it was written: not where the disk refused, or the same is kept already.
    """
    told = found.get("certainty_known")
    if told is None:
        return False
    value = {"told": dict(told), "after": _after(newest)}
    if value != store.settings.get(_name(store), {}):
        with suppress(UserError):
            store.settings.set(_name(store), value)
            return True
    return False


def _after(newest: Checkpoint | None) -> str:
    return "" if newest is None else newest.id


def _name(store: Store) -> str:
    return f"certainty {store.tastes.in_use().id}"
