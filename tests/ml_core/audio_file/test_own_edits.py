"""What Tastecut wrote is recognised, and nothing else is (fault 62)."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import mutagen
import mutagen.id3
import pytest
import soundfile

from ml_core.audio_file import WRITE_FORMATS, Cover, Tags, find_songs, stage_audio, staged_file
from ml_core.audio_file.tagging.own_edits import is_own_edit
from tests.ml_core.audio_file.sound_material import save, sound
from tests.ml_core.export.test_export_audio import edit_of, export_edit

TITLED = Tags({"title": ("A title",)}, Cover(b"\xff\xd8\xff" + bytes(2000), "image/jpeg"))


def written(path: Path, file_format: str, tags: Tags) -> Path:
    with staged_file(path) as staged:
        stage_audio(staged, [sound(1.0)], 16_000, 2, file_format, tags=tags)
        staged.commit()
    return path


@pytest.mark.parametrize("file_format", WRITE_FORMATS)
@pytest.mark.parametrize("tags", [Tags(is_edit=True), replace(TITLED, is_edit=True)])
def test_fault_62_an_edit_says_so_in_every_format(
    tmp_path: Path, file_format: str, tags: Tags
) -> None:
    path = written(tmp_path / f"new name.{file_format}", file_format, tags)
    assert is_own_edit(path)
    song = mutagen.File(path)
    if song.tags is None:
        song.add_tags()
    if isinstance(song.tags, mutagen.id3.ID3):
        song.tags.add(mutagen.id3.TIT2(encoding=1, text=["Another title"]))
    else:
        song["title"] = "Another title"
    song.save()
    assert is_own_edit(path)


@pytest.mark.parametrize("file_format", WRITE_FORMATS)
def test_a_song_with_tags_is_no_edit(tmp_path: Path, file_format: str) -> None:
    assert not is_own_edit(written(tmp_path / f"song.{file_format}", file_format, TITLED))


def test_what_is_no_sound_is_no_edit(tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("words")
    (tmp_path / "empty.mp3").touch()
    for name in ("text.wav", "empty.mp3", "gone.ogg"):
        assert not is_own_edit(tmp_path / name)


def exported(song: Path, folder: Path, name: str = "Edit.wav") -> Path:
    return export_edit(song, edit_of(song), folder / name, Path(name).suffix[1:])


def test_fault_62_a_folder_passes_edits_over_and_a_name_does_not(tmp_path: Path) -> None:
    song = save(tmp_path / "Song.flac", sound())
    edits = [exported(song, tmp_path), exported(song, tmp_path / "deep", "Edit.mp3")]
    found = find_songs([tmp_path])
    assert found.files == (song,)
    assert found.own_edits == tuple(edits)
    found = find_songs([tmp_path, edits[0]])
    assert found.files == (song, edits[0])
    assert found.own_edits == (edits[1],)


def test_fault_62_an_edit_without_a_mark_is_known_by_its_record(tmp_path: Path) -> None:
    """Exports of earlier versions say it only in the file beside them."""
    song = save(tmp_path / "Song.flac", sound())
    edit = exported(song, tmp_path / "out", "Song.wav")
    audio, rate_hz = soundfile.read(edit)
    soundfile.write(edit, audio, rate_hz)
    assert is_own_edit(edit)
    # Its song under the same name beside the record, and another recording of that name.
    record = json.loads((tmp_path / "out" / "Song.edit.json").read_text())
    assert not is_own_edit(save(tmp_path / "out" / "Song.flac", sound()))
    assert not is_own_edit(save(tmp_path / "out" / "Song.mp3", sound(9.0)))
    record["source"] = str(edit)
    (tmp_path / "out" / "Song.edit.json").write_text(json.dumps(record))
    assert not is_own_edit(edit)


def test_a_moved_original_hardly_longer_than_its_edit_is_no_edit(tmp_path: Path) -> None:
    song = save(tmp_path / "Song.wav", sound())
    edit = exported(song, tmp_path / "out", "Song.flac")
    record_path = tmp_path / "out" / "Song.edit.json"
    record = json.loads(record_path.read_text())
    record["kept_samples"] = [[0, soundfile.info(song).frames - 1000]]
    record_path.write_text(json.dumps(record))
    edit.unlink()
    assert not is_own_edit(song.rename(tmp_path / "out" / "Song.wav"))


def test_a_record_with_more_in_it_says_no_more(tmp_path: Path) -> None:
    """The length tells an edit from another recording of its name, whatever the record holds."""
    exported(save(tmp_path / "Song.flac", sound()), tmp_path / "out", "Song.wav")
    record_path = tmp_path / "out" / "Song.edit.json"
    record = json.loads(record_path.read_text()) | {"stretch": 1.0}
    record_path.write_text(json.dumps(record))
    assert not is_own_edit(save(tmp_path / "out" / "Song.mp3", sound(9.0)))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"edits": 3}',
        "not json",
        "[" * 5000,
        '{"schema": 1, "source": "/a", "sha256": "x", "sample_rate_hz": 1, "kept_samples": []}',
        '{"schema": 1, "sha256": null, "sample_rate_hz": 0, "kept_samples": [[1]]}',
    ],
)
def test_fault_62_a_foreign_file_beside_a_song_hides_it_not(tmp_path: Path, text: str) -> None:
    song = save(tmp_path / "Song.flac", sound(1.0))
    (tmp_path / "Song.edit.json").write_text(text)
    assert not is_own_edit(song)
