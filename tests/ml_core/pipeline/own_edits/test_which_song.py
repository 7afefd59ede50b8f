"""Which of the library's songs a file from another tool is of; where it can't be told, that."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from ml_core.domain.files.own_edits import EditedSongs, EditedSongsRequest
from ml_core.domain.songs import Song
from ml_core.pipeline.own_edits.taking import edited_songs
from ml_core.progress import silent
from tests.editor_app.conftest import make_song

FIRST, SECOND, TWIN = (
    replace(make_song(number), paths=(path,))
    for number, path in ((1, "/a/one.wav"), (2, "/a/two.wav"), (3, "/b/one.wav"))
)


def rpp(folder: Path, *items: tuple[str, float]) -> Path:
    """A project of one item of each file, of that many seconds."""
    path = folder / "cut.rpp"
    text = "".join(
        f'<ITEM\nPOSITION 0\nLENGTH {length_s}\n<SOURCE WAVE\nFILE "{file}"\n>\n>\n'
        for file, length_s in items
    )
    path.write_text(f"<REAPER_PROJECT 0.1\n<TRACK\n{text}>\n>\n", encoding="utf-8")
    return path


def found(path: Path, *songs: Song, looked_at: str = "") -> EditedSongs:
    (one,) = edited_songs(EditedSongsRequest((str(path),), songs, looked_at), silent())
    return one


def test_the_song_that_nearly_all_is_of_is_meant(tmp_path: Path):
    path = rpp(tmp_path, ("/a/two.wav", 20.0), ("one.wav", 1.0), ("/x/drums.wav", 90.0))
    one = found(path, FIRST, SECOND)
    assert one.is_sure and one.songs == (SECOND.sha256, FIRST.sha256)


def test_songs_of_one_name_and_songs_of_like_shares_are_asked_about(tmp_path: Path):
    by_name = found(rpp(tmp_path, ("one.wav", 5.0)), FIRST, SECOND, TWIN)
    assert not by_name.is_sure and set(by_name.songs) == {FIRST.sha256, TWIN.sha256}
    both = found(rpp(tmp_path, ("one.wav", 5.0), ("two.wav", 8.0)), FIRST, SECOND)
    assert not both.is_sure and both.songs == (SECOND.sha256, FIRST.sha256)


def test_the_song_it_was_dropped_on_decides_unless_others_have_more(tmp_path: Path):
    path = rpp(tmp_path, ("one.wav", 5.0))
    assert found(path, FIRST, TWIN, looked_at=TWIN.sha256).songs[0] == TWIN.sha256
    assert found(path, FIRST, TWIN, looked_at=TWIN.sha256).is_sure
    other = found(rpp(tmp_path, ("two.wav", 5.0)), FIRST, SECOND, looked_at=FIRST.sha256)
    assert other.is_sure and other.songs == (SECOND.sha256,)


def test_a_record_names_its_song(tmp_path: Path):
    path = tmp_path / "cut.edit.json"
    record = {"sha256": SECOND.sha256, "sample_rate_hz": 44100, "kept_samples": [[0, 50_000]]}
    path.write_text(json.dumps(record))
    assert found(path, FIRST, SECOND).songs == (SECOND.sha256,)
    assert "not among your songs" in found(path, FIRST).refusal


def test_what_is_of_no_song_and_what_can_not_be_read_is_one_sentence(tmp_path: Path):
    refusal = found(rpp(tmp_path, ("/x/else.wav", 5.0)), FIRST).refusal
    assert refusal.startswith("Nothing in cut.rpp is of one of your songs.")
    (tmp_path / "gone.otio").mkdir()
    assert "gone.otio" in found(tmp_path / "gone.otio", FIRST).refusal
