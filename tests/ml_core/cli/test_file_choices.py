"""How files are written, by the command: names, titles, loudness; what can't be is one sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mutagen
import pytest

from ml_core.domain.files.exporting import ExportResult
from ml_core.export.belonging import remove_written

Run = Callable[..., dict[str, Any]]


def test_names_titles_and_a_loudness_are_as_asked(run: Run, tmp_path: Path) -> None:
    (row,) = [one for one in run("songs")["songs"] if one["id"] == 1]
    song = Path(row["path"])
    (plain,) = run("export", 1, "--out", tmp_path, "--format", "flac")["files"]
    assert Path(plain).name.startswith(f"{song.stem} (edit ") and Path(plain).stem != song.stem
    options = ("--pattern", "{title} (radio edit)", "--title-pattern", "", "--loudness", "-30")
    done = run("export", 1, "--out", tmp_path, "--format", "flac", *options)
    (file,) = done["files"]
    assert Path(file).stem == f"{row['title']} (radio edit)"
    record = json.loads(Path(file).with_suffix(".edit.json").read_text(encoding="utf-8"))
    assert record["gain_db"] != 0
    title = mutagen.File(song).tags.get("title") if mutagen.File(song).tags else None
    assert mutagen.File(file).get("title") == title
    (again,) = run("export", 1, "--out", tmp_path, "--format", "flac", *options)["files"]
    assert Path(again).stem == f"{row['title']} (radio edit) 2", "a name that is taken is numbered"


def test_one_edit_in_several_formats_has_one_name_and_one_record(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    out = ("--out", folder)
    (wav,) = run("export", 1, *out)["files"]
    record = Path(wav).with_suffix(".edit.json")
    first = json.loads(record.read_text(encoding="utf-8"))
    (flac,) = run("export", 1, *out, "--format", "flac")["files"]
    (ogg,) = run("export", 1, *out, "--format", "ogg", "--loudness", "-30")["files"]
    assert {Path(flac), Path(ogg)} == {Path(wav).with_suffix(end) for end in (".flac", ".ogg")}
    both = json.loads(record.read_text(encoding="utf-8"))
    assert both == first | {"files": both["files"]} and "gain_db" not in both
    assert set(both["files"]) == {Path(one).name for one in (wav, flac, ogg)}
    assert both["files"][Path(ogg).name]["gain_db"] != 0
    assert len(list(folder.iterdir())) == 4
    for made, options in ((wav, ()), (flac, ("--format", "flac"))):
        assert run("export", 1, *out, "--resume", *options)["files"] == [made]
    assert len(list(folder.iterdir())) == 4, "nothing was made again"
    remove_written([ExportResult((ogg,), ())])
    assert not Path(ogg).exists() and record.exists(), "the record is of others too"
    (again,) = run("export", 1, *out, "--format", "flac")["files"]
    assert Path(again).stem == f"{Path(wav).stem} 2", "its own name is taken"
    changed = both | {"kept_samples": [[0, 90_000]]}
    record.write_text(json.dumps(changed), encoding="utf-8")
    (mp3,) = run("export", 1, *out, "--format", "mp3")["files"]
    assert Path(mp3).stem == Path(again).stem, "what a person changed is another edit"
    assert json.loads(record.read_text(encoding="utf-8")) == changed


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--pattern", "{titel}"], "There is no field {titel}."),
        (["--pattern", "{title"], "no partner"),
        (["--pattern", ""], "empty"),
        (["--title-pattern", "{name}"], "{name}"),
        (["--loudness", "3"], "LUFS"),
        (["--loudness", "loud"], "loudness"),
        (["--loudness", "nan"], "LUFS"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    refused: Callable[..., str], tmp_path: Path, options: list[str], words: str
) -> None:
    assert words in refused("export", 1, "--out", tmp_path / "out", *options)
    assert not (tmp_path / "out").exists()
