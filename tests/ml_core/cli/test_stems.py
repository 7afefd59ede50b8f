"""`export --stems`: stems beside the edits, and what was left out."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile
from numpy.testing import assert_array_equal

from tests.ml_core.cli.conftest import Run


def test_stems_are_cut_as_their_song_and_the_rest_is_told(
    run: Run, short_songs: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "stems"
    folder.mkdir()
    sound, rate_hz = soundfile.read(short_songs / "song 0.flac", always_2d=True)
    soundfile.write(folder / "drums.wav", sound * 0.5, rate_hz, "PCM_24")
    soundfile.write(folder / "song 0 (bass).flac", sound[:, :1] * 0.25, rate_hz, "PCM_16")
    soundfile.write(folder / "long.wav", np.concatenate([sound, sound[:1]]), rate_hz)
    data = run("export", 1, 4, "--out", tmp_path / "out", "--duration", 20, "--stems", folder)
    edits = {Path(file).name: Path(file) for file in data["files"]}
    assert len(edits) == 2
    names = {Path(one["file"]).name for one in data["stems"]}
    edit = next(Path(one["edit"]) for one in data["stems"])
    assert names == {f"{edit.stem} (drums).wav", f"{edit.stem} (bass).wav"}
    n_samples = soundfile.info(edit).frames
    for one in data["stems"]:
        info = soundfile.info(one["file"])
        assert info.frames == n_samples and info.channels in (1, sound.shape[1])
    (left_out,) = data["stems_left_out"]
    assert Path(left_out["stem"]).name == "long.wav" and "1 sample longer." in left_out["message"]
    plain = run("export", 1, "--out", tmp_path / "plain", "--duration", 20)
    assert plain["stems"] == [] and plain["stems_left_out"] == []
    made, again = (soundfile.read(file)[0] for file in (edit, plain["files"][0]))
    assert_array_equal(made, again)


def test_stems_are_stretched_with_their_song(run: Run, short_songs: Path, tmp_path: Path) -> None:
    folder = tmp_path / "stems"
    folder.mkdir()
    shutil.copy(short_songs / "song 1.flac", folder / "copy.flac")
    data = run(
        "export", 2, "--out", tmp_path / "out", "--exact", "--duration", "23.7", "--stems", folder
    )
    (one,) = data["stems"]
    assert soundfile.info(one["file"]).frames == soundfile.info(one["edit"]).frames


def test_a_stem_that_is_missing_is_seen_when_an_export_goes_on(
    run: Run, short_songs: Path, tmp_path: Path
) -> None:
    folder, log = tmp_path / "stems", tmp_path / "log.jsonl"
    folder.mkdir()
    shutil.copy(short_songs / "song 0.flac", folder / "drums.flac")
    asked = ("export", 1, "--out", tmp_path / "out", "--duration", 20, "--stems", folder)
    asked = (*asked, "--daw", "audacity", "--log", log, "--resume")
    first = run(*asked)
    assert run(*asked)["files"] == first["files"]
    line, again = (json.loads(one) for one in log.read_text().splitlines())
    assert line["stems"] == first["stems"] and line["tools"] == first["tools"] != []
    assert not line["written_before"] and again["written_before"]
    Path(first["stems"][0]["file"]).unlink()
    anew = run(*asked)
    assert anew["files"] != first["files"] and Path(anew["stems"][0]["file"]).is_file()


def test_a_folder_of_stems_that_is_not_there(refused: Callable[..., str], tmp_path: Path) -> None:
    assert "no folder" in refused("export", 1, "--out", tmp_path, "--stems", tmp_path / "none")
