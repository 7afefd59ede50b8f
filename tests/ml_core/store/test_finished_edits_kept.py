"""Finished edits come back from the project as they were kept."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import pytest

from ml_core.domain.finished_edits import FinishedEdit
from ml_core.store import Store
from ml_core.store.finished_edits import (
    SETTING,
    drop_finished_edit,
    finished_edits,
    keep_finished_edit,
)

EDIT = FinishedEdit("0" * 64, 44100, ((0, 500), (200, 900)), "reel.mp3", 1000)


def test_finished_edits_outlive_the_session_changed_and_dropped(tmp_path: Path) -> None:
    with Store.open(tmp_path / "project") as store:
        first = keep_finished_edit(store, EDIT)
        second = keep_finished_edit(store, replace(EDIT, name="radio.wav", is_rough=True))
        keep_finished_edit(store, replace(first, is_left_out=True))
    with Store.open(tmp_path / "project") as store:
        assert finished_edits(store) == [replace(first, is_left_out=True), second]
        drop_finished_edit(store, first.id)
        assert finished_edits(store) == [second]


@pytest.mark.parametrize(
    "damaged",
    [
        None,
        5,
        {},
        {"id": "2"},
        {"name": 3},
        {"spans": 4},
        {"spans": [[0]]},
        {"spans": [[0.5, 9.0]]},
        {"n_samples_song": True},
        {"sha256": "?"},
        {"more": 1},
    ],
)
def test_what_is_no_finished_edit_is_passed_over(tmp_path: Path, damaged: object) -> None:
    good = replace(EDIT, id=1)
    bad = {**asdict(EDIT), "id": 2, **damaged} if damaged and damaged != 5 else damaged
    with Store.open(tmp_path / "project") as store:
        store.settings.set(SETTING, bad)
        assert finished_edits(store) == []
        store.settings.set(SETTING, [bad, asdict(good), asdict(good)])
        assert finished_edits(store) == [good]
        assert keep_finished_edit(store, EDIT).id == 2
