"""learn-edit with sounds, and finished-edits: found in their song, kept, left out, dropped."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from ml_core.cli import main
from ml_core.domain.edits import Edit
from ml_core.domain.ratings import changed_by_hand
from ml_core.store import Store
from ml_core.store.finished_edits import finished_edits
from ml_core.store.teaching import used_edits
from tests.ml_core.cli.conftest import Run

SPANS = ((0.0, 7.0), (16.2, 30.0))


@pytest.fixture
def edit(short_songs: Path, tmp_path: Path) -> Path:
    """Two pieces of the first song, as a file of another rate and name."""
    sound, rate = soundfile.read(short_songs / "song 0.flac", dtype="float32")
    pieces = [sound[round(a * rate) : round(b * rate)] for a, b in SPANS]
    path = tmp_path / "radio edit.wav"
    soundfile.write(path, 0.6 * np.concatenate(pieces), rate)
    return path


def kept(project: Path) -> list:
    with Store.open(project, write=False) as store:
        return finished_edits(store)


def test_an_edit_is_found_and_kept_once(run: Run, project: Path, edit: Path):
    (row,) = run("learn-edit", 1, edit, "--length-given", "--rough")["edits"]
    assert row["accepted"] and row["speed"] == 1.0 and row["found_share"] == 1.0
    total = sum(end - start for start, end in row["kept"])
    assert total == pytest.approx(20.8, abs=0.05) and row["unknown"] == []
    assert row["at_s"][-1][1] == pytest.approx(20.8, abs=0.01)
    (one,) = kept(project)
    assert one.name == edit.name and one.is_length_given and one.is_rough
    (again,) = run("learn-edit", 1, edit)["edits"]
    assert not again["accepted"] and "already" in again["message"] and len(kept(project)) == 1
    assert "--drop" not in again["message"]


def test_another_kind_of_a_kept_edit_is_not_passed_over_in_silence(run: Run, edit: Path):
    run("learn-edit", 1, edit)
    (again,) = run("learn-edit", 1, edit, "--rough")["edits"]
    assert not again["accepted"] and "--drop 1" in again["message"]


def test_what_tastecut_exported_is_not_learned_from(run: Run, project: Path, tmp_path: Path):
    (file,) = run("export", 1, "--out", tmp_path / "out")["files"]
    (row,) = run("learn-edit", 1, file)["edits"]
    assert row["kept"] and not row["accepted"] and "Tastecut exported" in row["message"]
    assert kept(project) == []


def test_an_edit_that_counts_as_a_rating_is_not_learned_from_twice(
    run: Run, project: Path, edit: Path
):
    run("learn-edit", 1, edit)
    (one,) = kept(project)
    with Store.open(project) as store:
        assert used_edits(store) == (one,)
        own = Edit(one.sha256, one.sample_rate_hz, one.spans)
        proposed = Edit(one.sha256, one.sample_rate_hz, one.spans[:1])
        store.ratings.add_all([changed_by_hand(proposed, own)])
        assert used_edits(store) == ()
    run("finished-edits", "--drop", one.id)
    (row,) = run("learn-edit", 1, edit)["edits"]
    assert not row["accepted"] and "rating already" in row["message"] and kept(project) == []


def test_a_dry_run_keeps_nothing_and_adds_nothing(
    run: Run, project: Path, edit: Path, short_songs: Path, tmp_path: Path
):
    (row,) = run("learn-edit", 1, edit, "--dry-run")["edits"]
    assert row["kept"] and not row["accepted"] and kept(project) == []
    sound, rate = soundfile.read(short_songs / "song 0.flac", dtype="float32")
    other = tmp_path / "not added.wav"
    soundfile.write(other, sound[: 35 * rate], rate)
    n = len(run("songs")["songs"])
    (row,) = run("learn-edit", other, edit, "--dry-run")["edits"]
    assert row["kept"] and not row["accepted"] and row["song"] == str(other)
    assert len(run("songs")["songs"]) == n


def test_a_song_that_is_not_in_the_library_is_added(
    run: Run, project: Path, edit: Path, short_songs: Path, tmp_path: Path
):
    sound, rate = soundfile.read(short_songs / "song 0.flac", dtype="float32")
    other = tmp_path / "new song.wav"
    soundfile.write(other, sound[: 35 * rate], rate)
    (row,) = run("learn-edit", other, edit)["edits"]
    assert row["accepted"]
    assert str(other) in [song["path"] for song in run("songs")["songs"]]


def test_others_are_refused_and_do_not_stop_the_rest(
    run: Run, project: Path, edit: Path, short_songs: Path, tmp_path: Path
):
    silent = tmp_path / "silent.wav"
    soundfile.write(silent, np.zeros((5 * 44100, 2)), 44100)
    whole, wrong = short_songs / "song 0.flac", short_songs / "song 2.flac"
    rows = run("learn-edit", 1, silent, wrong, whole, tmp_path / "gone.wav", edit)["edits"]
    assert [row["accepted"] for row in rows] == [False, False, False, False, True]
    assert "not of this song" in rows[1]["message"] and rows[1]["kept"] == []
    assert "whole song" in rows[2]["message"] and len(rows[2]["kept"]) == 1
    assert rows[0]["message"] and rows[3]["message"]


def test_a_spot_of_a_few_seconds_is_an_edit_and_one_longer_than_its_song_is_told(
    run: Run, short_songs: Path, tmp_path: Path
):
    sound, rate = soundfile.read(short_songs / "song 0.flac", dtype="float32")
    spot, looped = tmp_path / "spot.wav", tmp_path / "looped.wav"
    soundfile.write(spot, sound[8 * rate : 14 * rate], rate)
    soundfile.write(looped, np.concatenate([sound, sound[: 20 * rate]]), rate)
    rows = run("learn-edit", 1, spot, looped, "--dry-run")["edits"]
    assert rows[0]["kept"] and rows[1]["kept"][-1] == pytest.approx([0.0, 20.0], abs=0.1)
    assert "longer than the song" in rows[1]["message"]


def test_only_a_wrong_original_is_a_refusal(
    project: Path, short_songs: Path, capsys: pytest.CaptureFixture[str]
):
    code = main(["learn-edit", "1", str(short_songs / "song 3.flac"), "--project", str(project)])
    assert code == 2 and "not of this song" in capsys.readouterr().err


def test_they_are_listed_left_out_and_dropped(run: Run, project: Path, edit: Path):
    (learned,) = run("learn-edit", 1, edit)["edits"]
    (one,) = run("finished-edits")["finished_edits"]
    assert one["song"] == learned["song"]
    assert one["name"] == edit.name and not one["left_out"] and one["kept"]
    (one,) = run("finished-edits", "--leave-out", one["id"])["finished_edits"]
    assert one["left_out"] and one["message"]
    (one,) = run("finished-edits", "--bring-back", one["id"])["finished_edits"]
    assert not one["left_out"]
    run("songs", "--remove", 1)
    (one,) = run("finished-edits")["finished_edits"]
    assert one["song"] is None and "removed" in one["message"]
    assert run("finished-edits", "--drop", one["id"])["finished_edits"] == []
