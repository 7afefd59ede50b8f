"""Names of edits: told from their songs, made of tags that may say anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from ml_core.audio_file import Tags
from ml_core.domain.files.choices import AS_AT_FIRST, FileChoices
from ml_core.export.names import free_target
from ml_core.export.naming import file_stem, with_edit_title

SONG = Tags({"title": ("Lights",), "artist": ("Björk", "音楽家"), "date": ("2021-03",)})


def test_an_edit_is_told_from_its_song_at_first():
    assert file_stem(AS_AT_FIRST, "03 x", SONG, 83.2) == "03 x (edit 1m23s)"
    assert with_edit_title(AS_AT_FIRST, SONG, 83.2).title == "Lights (edit)"
    assert with_edit_title(AS_AT_FIRST, SONG, 83.2).artist == SONG.artist


def test_a_pattern_takes_what_the_tags_say():
    choices = FileChoices("{artist} - {title} {year} {length}", "{title} ({length})")
    assert file_stem(choices, "x", SONG, 30) == "Björk, 音楽家 - Lights 2021 30s"
    assert with_edit_title(choices, SONG, 83).title == "Lights (1:23)"


def test_an_untitled_song_is_called_by_its_file_and_stays_untitled():
    assert file_stem(FileChoices("{title} (radio edit)"), "track 9", Tags(), 30) == (
        "track 9 (radio edit)"
    )
    assert with_edit_title(AS_AT_FIRST, Tags(), 30) == Tags()
    assert with_edit_title(FileChoices(title_pattern=""), SONG, 30) == SONG


@pytest.mark.parametrize(
    "title", ["../../etc/passwd", "CON", "a\u202eb\n\0c", "x" * 5000, "...", "a:b?c*", "日" * 300]
)
def test_foreign_titles_make_names_that_every_system_takes(tmp_path: Path, title: str):
    choices = FileChoices("{title}")
    stem = file_stem(choices, "song", Tags({"title": (title,)}), 30)
    target = free_target(tmp_path, stem, "wav")
    assert target.parent == tmp_path and len(target.name.encode()) <= 255
    assert not set('<>:"/\\|?*\n\0\u202e') & set(target.name)
    assert target.stem.upper() != "CON" and not target.name.startswith(".")
    target.write_bytes(b"")
    assert free_target(tmp_path, stem, "wav") != target
