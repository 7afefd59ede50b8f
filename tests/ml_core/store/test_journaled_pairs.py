"""Pairs that wait for an answer are in the journal: a filled sheet fits after a restore."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from ml_core.domain.ratings import Comparison
from ml_core.paths import backups_dir, database_path, journal_path
from ml_core.store import Store
from ml_core.store.backup.copies import backups_in
from ml_core.store.journal import recovering
from ml_core.store.journal.reading import read_journal
from tests.faults.store.store_builder import answered, filled_project, pair


def propose(project: Path, n: int) -> list[Comparison]:
    """Pairs that are all open but the first, which is rated; the last repeats it."""
    rng = random.Random(11)
    with Store.open(project) as store:
        _, pairs = store.pairs.add([pair(rng) for _ in range(n)])
        store.ratings.add(answered(pairs[0]))
        _, (last,) = store.pairs.add([pair(rng, repeat_of=pairs[0].id)])
    return [*pairs, last]


@pytest.mark.parametrize("way", ["journal", "backup"])
def test_what_waits_comes_back_with_its_ids(project: Path, way: str) -> None:
    filled_project(project, 5)
    pairs = propose(project, 6)
    file = journal_path(project)
    if way == "backup":
        file = backups_in(backups_dir(project))[-1].path
    for path in project.glob("tastecut.sqlite3*"):
        path.unlink()
    Store.restore(file, project)
    for _ in range(2):
        with Store.open(project) as store:
            assert store.warnings == []
            assert store.pairs.waiting() == pairs[1:]
            assert all(check.ok for check in store.check()), store.check()
    with Store.open(project) as store:
        store.ratings.add_all([answered(one) for one in pairs[1:]])
        assert store.pairs.waiting() == []


def test_pairs_since_an_older_copy_wait_again_at_the_next_start(project: Path) -> None:
    filled_project(project, 5)
    older = database_path(project).read_bytes()
    rng = random.Random(11)
    with Store.open(project) as store:
        _, pairs = store.pairs.add([pair(rng) for _ in range(4)])
    database_path(project).write_bytes(older)
    for _ in range(2):
        with Store.open(project) as store:
            assert store.pairs.waiting() == pairs


def test_a_pair_gets_a_new_id_where_its_own_is_taken(project: Path, tmp_path: Path) -> None:
    filled_project(project, 5)
    other = tmp_path / "other"
    shutil.copytree(project, other)
    pairs = propose(project, 3)
    rng = random.Random(12)
    with Store.open(other) as store:
        _, taken = store.pairs.add([pair(rng) for _ in range(4)])
    shutil.copyfile(journal_path(project), journal_path(other))
    for _ in range(2):
        with Store.open(other) as store:
            waiting = store.pairs.waiting()
            assert waiting[:4] == taken, "whose ids they are"
            assert [(one.a, one.b) for one in waiting[4:]] == [(one.a, one.b) for one in pairs[1:]]
            assert len(store.ratings.current()) == 6
            assert {check.name for check in store.check() if not check.ok} <= {"warning"}


def test_going_back_on_purpose_brings_no_later_pair(project: Path) -> None:
    filled_project(project, 5)
    propose(project, 3)
    Store.restore(backups_in(backups_dir(project))[-1].path, project)
    with Store.open(project) as store:
        assert store.pairs.waiting() == []


def test_pairs_that_were_rated_since_are_taken_out(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recovering, "FEW_PAIRS", 3)
    with Store.open(project) as store:
        rng = random.Random(1)
        _, pairs = store.pairs.add([pair(rng) for _ in range(8)])
        store.ratings.add_all([answered(one) for one in pairs[:6]])
        whole = journal_path(project).stat().st_size
    Store.open(project).close()
    content = read_journal(journal_path(project))
    assert content is not None and content.is_whole
    assert sorted(content.pairs) == [str(one.id) for one in pairs[6:]]
    assert journal_path(project).stat().st_size < whole
