"""Checkpoints, sessions' reports, marks, the brief and settings."""

from __future__ import annotations

import pytest

from ml_core.domain.edits import Brief
from ml_core.domain.models import Checkpoint, ComparisonReport, ComparisonSession
from ml_core.domain.ratings import Mark
from ml_core.errors import UserError
from ml_core.store import Store
from tests.faults.store.store_builder import sha_of


def checkpoint(name: str, parent: str = "base") -> Checkpoint:
    return Checkpoint(
        id=name,
        file_name=f"{name}.safetensors",
        sha256="ab" * 32,
        kind="best",
        parent=parent,
        configuration={"epochs": 150, "rate": 0.1, "parts": ["x", None]},
        seed=3,
        dataset_hash="h",
        n_ratings=48,
        utc="2026-01-02T03:04:05+00:00",
        metrics={"loss": 0.25, "curve": [1.0, 0.5], "baselines": {"length only": 0.6}},
    )


def test_the_base_policy_is_active_at_first(store: Store) -> None:
    assert store.models.active() is None
    assert store.models.history() == []


def test_going_forward_and_back_only_adds_to_the_history(store: Store) -> None:
    first, second = checkpoint("c1"), checkpoint("c2", "c1")
    assert store.models.add(first) == {"checkpoints"}
    store.models.add(second)
    assert store.models.all() == [first, second]
    assert store.models.by_id("c2") == second
    assert store.models.active() is None, "adding does not activate"
    for name in ("c1", "c2", "base", "c1"):
        assert store.models.activate(name) == {"checkpoints"}
    assert store.models.active() == first
    assert [step.checkpoint_id for step in store.models.history()] == ["c1", "c2", "base", "c1"]
    assert [step.checkpoint for step in store.models.history()] == [first, second, None, first]


def test_unknown_and_ambiguous_checkpoints_are_refused(store: Store) -> None:
    store.models.add(checkpoint("c1"))
    assert store.models.add(checkpoint("c1")) == frozenset(), "the same again is no change"
    with pytest.raises(ValueError, match="c1"):
        store.models.add(checkpoint("c1", "other"))
    with pytest.raises(ValueError, match="id"):
        store.models.add(checkpoint("base"))
    for ask in (store.models.activate, store.models.by_id):
        with pytest.raises(UserError, match="c9"):
            ask("c9")
    assert store.models.history() == []


def test_a_report_comes_back_as_it_was(store: Store) -> None:
    _, session = store.sessions.add(ComparisonSession("base", "c1", 25, False, 5))
    assert store.sessions.report(session.id) is None
    report = ComparisonReport(
        n=25,
        wins=15,
        ties=4,
        losses=6,
        interval=(0.45, 0.89),
        p=0.078,
        verdict="no difference shown",
        per_song=({"song": "x", "durations_s": [1.0, 2.0]},),
        baselines={"length only": 0.5},
        answers=("A", "tie"),
    )
    assert store.sessions.save_report(session.id, report) == {"reports"}
    assert store.sessions.report(session.id) == report
    with pytest.raises(UserError):
        store.sessions.save_report(9, report)


def test_marks_are_kept_and_taken_back(store: Store) -> None:
    bad_join = Mark(1, sha_of(1), "bad_join", "A", 1000, 2000)
    changes, kept = store.marks.add(bad_join)
    assert changes == {"marks"} and kept.id == 1 and kept.utc
    _, both = store.marks.add(Mark(2, sha_of(1), "both_bad"))
    assert store.marks.current() == [kept, both]
    assert store.marks.withdraw(kept.id) == {"marks"}
    assert store.marks.current() == [both]
    assert store.marks.withdraw(kept.id) == frozenset()
    _, third = store.marks.add(bad_join)
    assert third.id == 4 and store.marks.current() == [both, third]


def test_the_brief_and_settings(store: Store) -> None:
    assert store.settings.brief() == Brief()
    assert store.settings.set_brief(Brief("reel", 20.0, 40.0)) == {"brief"}
    assert store.settings.brief() == Brief("reel", 20.0, 40.0)
    assert store.settings.get("x", 5) == 5
    store.settings.set("x", {"a": [1, None, "é"]})
    store.settings.set("x", {"a": [2]})
    assert store.settings.get("x", 5) == {"a": [2]}
