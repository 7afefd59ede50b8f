"""The certainty that was told last of the taste in use, so that it falls only for a reason."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from ml_core.domain.models import Checkpoint, KnownCertainty, known_certainty
from ml_core.errors import UserError
from ml_core.store.store import Store


def told_certainty(store: Store, newest: Checkpoint | None) -> KnownCertainty | None:
    """What was told of the most ratings: at the last look, or by the newest training."""
    trained = {} if newest is None else newest.metrics.get("told", {})
    kept = (store.settings.get(_name(store), None), trained.get("certainty_known"))
    found = [known for known in map(known_certainty, kept) if known is not None]
    return max(found, key=lambda known: known.n_ratings, default=None)


def keep_told_certainty(store: Store, found: Mapping[str, Any]) -> None:
    """Keep what a taste report told; a disk that refuses costs no more than that."""
    told = found.get("certainty_known")
    if told is not None and told != store.settings.get(_name(store), None):
        with suppress(UserError):
            store.settings.set(_name(store), dict(told))


def _name(store: Store) -> str:
    return f"certainty {store.tastes.in_use().id}"
