"""Which files are meant, and which two are one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ml_core.audio_file import find_audio_files, is_same_file, refuse_same_file
from ml_core.errors import UserError
from ml_core.paths import printable_name
from tests.ml_core.audio_file.sound_material import save, sound


def test_folders_are_walked_and_what_is_no_sound_is_passed_over(tmp_path: Path) -> None:
    music = tmp_path / "music"
    for name in (
        "b.wav",
        "a.FLAC",
        "deep/er/c.mp3",
        "deep/d.opus",
        "later.m4a",
        "cover.jpg",
        "notes.txt",
        "b.edit.json",
        "._b.wav",
        ".hidden/e.wav",
        "folder.wav/f.aiff",
        "no extension text",
    ):
        path = music / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    (music / "no extension").write_bytes(b"fLaC....")
    os.mkfifo(music / "pipe.wav")
    (music / "broken.wav").symlink_to(tmp_path / "nowhere")
    found = [str(path.relative_to(music)) for path in find_audio_files([music])]
    assert found == [
        "a.FLAC",
        "b.wav",
        "later.m4a",
        "no extension",
        "deep/d.opus",
        "deep/er/c.mp3",
        "folder.wav/f.aiff",
    ]


def test_named_files_are_always_kept_and_each_once(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "song.wav").touch()
    (tmp_path / "cover.jpg").touch()
    monkeypatch.chdir(tmp_path)
    found = find_audio_files(["cover.jpg", "gone.wav", tmp_path, "song.wav", "./song.wav"])
    assert found == [tmp_path / "cover.jpg", tmp_path / "gone.wav", tmp_path / "song.wav"]
    assert find_audio_files([]) == []


def test_a_link_back_up_does_not_go_round(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "song.wav").touch()
    (tmp_path / "in" / "back").symlink_to(tmp_path)
    elsewhere = tmp_path.parent / f"{tmp_path.name} elsewhere"
    elsewhere.mkdir()
    (elsewhere / "other.wav").touch()
    (tmp_path / "linked").symlink_to(elsewhere)
    names = sorted(path.name for path in find_audio_files([tmp_path]))
    assert names == ["other.wav", "song.wav"]


def test_fault_38_names_that_are_no_text_are_found(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9 \xff.wav")
    try:
        (tmp_path / name).touch()
    except OSError as reason:
        pytest.skip(f"this disk has no such names: {reason}")
    assert find_audio_files([tmp_path]) == [tmp_path / name]
    shown = printable_name(tmp_path / name)
    assert shown.encode("utf-8") and shown.startswith("caf") and shown.endswith(".wav")
    assert "\n" not in printable_name("two\nlines.wav")
    assert printable_name("/") == "/"


def test_fault_23_the_source_is_known_behind_every_name(tmp_path: Path) -> None:
    song = save(tmp_path / "Song é.wav", sound(0.1))
    (tmp_path / "link.wav").symlink_to(song)
    (tmp_path / "hard.wav").hardlink_to(song)
    (tmp_path / "there").symlink_to(tmp_path)
    for other in (
        tmp_path / "Song é.wav",
        tmp_path / "link.wav",
        tmp_path / "hard.wav",
        tmp_path / "song É.WAV",
        tmp_path / "Song e\u0301.wav",
        tmp_path / "there" / "Song é.wav",
        tmp_path / "there" / ".." / tmp_path.name / "SONG é.wav",
    ):
        assert is_same_file(song, other) and is_same_file(other, song)
        with pytest.raises(UserError, match="is the song itself"):
            refuse_same_file(song, other)
    for other in (tmp_path / "Song.wav", tmp_path / "new" / "Song é.wav"):
        assert not is_same_file(song, other)
        refuse_same_file(song, other)
