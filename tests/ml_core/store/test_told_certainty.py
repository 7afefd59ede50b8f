"""What was told last of a taste is found again: at a look or by a training, the later of both."""

from __future__ import annotations

from dataclasses import asdict, replace

from ml_core.domain.models import KnownCertainty
from ml_core.store import Store
from ml_core.store.told_certainty import keep_told_certainty, told_certainty
from tests.ml_core.store.test_checkpoints import checkpoint


def _told(n: int, share: float) -> dict[str, object]:
    return {"certainty_known": asdict(KnownCertainty(n, f"{n}", share))}


def test_the_later_of_look_and_training_counts(store: Store) -> None:
    assert told_certainty(store, None) is None
    keep_told_certainty(store, _told(12, 0.4), None)
    assert told_certainty(store, None) == KnownCertainty(12, "12", 0.4)
    trained = replace(checkpoint("one"), metrics={"told": _told(16, 0.5)})
    assert told_certainty(store, trained) == KnownCertainty(16, "16", 0.5)
    # Some were taken back since: fewer ratings, and yet the later word.
    keep_told_certainty(store, _told(14, 0.3), trained)
    assert told_certainty(store, trained) == KnownCertainty(14, "14", 0.3)
    older = checkpoint("two")
    assert told_certainty(store, older) == KnownCertainty(14, "14", 0.3), "older builds tell none"


def test_each_taste_has_its_own_and_a_report_without_one_keeps_it(store: Store) -> None:
    keep_told_certainty(store, _told(12, 0.4), None)
    keep_told_certainty(store, {"certainty_known": None}, None)
    first = store.tastes.in_use()
    store.tastes.add("Other")
    store.tastes.use(store.tastes.find("Other").id)
    assert told_certainty(store, None) is None
    store.tastes.use(first.id)
    assert told_certainty(store, None) == KnownCertainty(12, "12", 0.4)
