"""How files are written, by the command: names, titles, loudness; what can't be is one sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mutagen
import pytest

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
