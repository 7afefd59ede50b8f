"""Finished edits come back from the project as they were kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ml_core.domain.finished_edits import FinishedEdit
from ml_core.store import Store
from ml_core.store.finished_edits import drop_finished_edit, finished_edits, keep_finished_edit

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
