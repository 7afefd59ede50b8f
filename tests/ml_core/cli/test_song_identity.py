"""A song stays itself: through changed tags, other folders, and projects of earlier versions."""

from __future__ import annotations

import json
import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import mutagen
import mutagen.id3
import pytest
import soundfile

from ml_core.audio_file import file_sha256, read, sound_sha256
from ml_core.cli import main
from ml_core.paths import cache_dir, database_path
from ml_core.pipeline.reading.limited_reading import LimitedReader
from ml_core.store import Store

Run = Callable[..., dict[str, Any]]

WRITTEN = {
    "wav": ("WAV", "PCM_16"),
    "flac": ("FLAC", "PCM_24"),
    "mp3": ("MP3", "MPEG_LAYER_III"),
    "ogg": ("OGG", "VORBIS"),
    "opus": ("OGG", "OPUS"),
    "aiff": ("AIFF", "PCM_16"),
    "wave": ("WAV", "FLOAT"),
    "oga": ("OGG", "VORBIS"),
}


def retag(path: Path, title: str) -> None:
    """Change a file's tags as a tag editor does, with a picture besides."""
    tagged: Any = mutagen.File(path)  # type: ignore[attr-defined]
    if tagged.tags is None:
        tagged.add_tags()
    if isinstance(tagged.tags, mutagen.id3.ID3):  # type: ignore[attr-defined]
        id3: Any = mutagen.id3
        tagged.tags.add(id3.TIT2(encoding=3, text=[title]))
        tagged.tags.add(id3.APIC(encoding=3, mime="image/png", type=3, data=b"\x89PNG" * 9000))
    else:
        tagged["title"] = [title]
        tagged["comment"] = ["x" * 40_000]
    tagged.save()


@pytest.fixture
def library(short_songs: Path, tmp_path: Path) -> Path:
    """The short songs where a test may change them."""
    return Path(shutil.copytree(short_songs, tmp_path / "music"))


@pytest.fixture
def moved(run: Run, project: Path, library: Path) -> Run:
    """Runs verbs on a project whose songs lie in `library` alone."""
    run("add", library)
    with closing(sqlite3.connect(database_path(project))) as raw, raw:
        raw.execute("DELETE FROM song_paths WHERE path NOT LIKE ?", (f'"{library}%',))
    return run


def facts(song: dict[str, Any]) -> tuple[Any, ...]:
    return song["id"], song["sha256"], song["use"], song["status"]


@pytest.mark.parametrize("ending", WRITTEN)
def test_fault_59_a_retagged_song_is_the_same_song(
    ending: str, short_songs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    audio, rate = soundfile.read(short_songs / "song 0.flac")
    container, coding = WRITTEN[ending]
    rate = 48_000 if ending == "opus" else rate
    file = tmp_path / f"song.{ending}"
    soundfile.write(file, audio, rate, format=container, subtype=coding)
    project = str(tmp_path / "project")

    def songs(*verb: str) -> list[dict[str, Any]]:
        capsys.readouterr()
        assert main([*verb, "--project", project, "--json"]) == 0
        return json.loads(capsys.readouterr().out)["songs"]

    (before,) = songs("add", str(file))
    bytes_before = file_sha256(file)
    retag(file, "Another title")
    assert file_sha256(file) != bytes_before
    (listed,) = songs("songs")
    assert facts(listed) == facts(before)
    assert listed["title"] == "Another title"
    (again,) = songs("add", str(file))
    assert facts(again) == facts(before)


def test_fault_59_ratings_and_export_go_on_after_a_retag(
    moved: Run, library: Path, tmp_path: Path
) -> None:
    pairs = moved("propose", "--pairs", "4", "--out", tmp_path / "pairs")["pairs"]
    sheet = (tmp_path / "pairs" / "feedback_template.csv").read_text(encoding="utf-8")
    filled = sheet.replace("_b.wav,,,", "_b.wav,A,9,9,")
    assert filled != sheet
    (tmp_path / "filled.csv").write_text(filled, encoding="utf-8")
    for file in library.glob("*.flac"):
        retag(file, f"New {file.stem}")
    assert moved("rate", "--from", tmp_path / "filled.csv")["accepted"] == 4
    song = pairs[0]["song"]
    made = moved("export", song, "--out", tmp_path / "out")["files"]
    record = json.loads(Path(made[0]).with_suffix(".edit.json").read_text(encoding="utf-8"))
    assert record["sha256"] == sound_sha256(song)
    assert mutagen.File(made[0])["TIT2"].text[0].startswith("New")  # type: ignore[attr-defined]


def test_fault_27_a_song_that_was_moved_is_found_by_its_sound(
    moved: Run, library: Path, tmp_path: Path
) -> None:
    before = {song["path"]: song for song in moved("songs")["songs"]}
    old = library / "song 1.flac"
    new = library / "sorted" / "one.flac"
    new.parent.mkdir()
    old.rename(new)
    retag(new, "Moved")
    found = {song["path"]: song for song in moved("songs")["songs"]}
    assert str(old) not in found
    assert facts(found[str(new)]) == facts(before[str(old)])
    assert moved("export", new, "--out", tmp_path / "out")["failed"] == []


def test_fault_27_a_song_that_is_nowhere_is_called_gone(moved: Run, library: Path) -> None:
    (library / "song 2.flac").unlink()
    songs = {Path(song["path"]).name: song for song in moved("songs")["songs"]}
    assert songs["song 2.flac"]["status"] == "gone"
    assert "song 2.flac can't be found" in songs["song 2.flac"]["message"]
    assert songs["song 1.flac"]["status"] == "ready"


def test_fault_28_a_file_with_other_sound_is_called_changed(moved: Run, library: Path) -> None:
    audio = read(library / "song 2.flac")
    soundfile.write(library / "song 2.flac", audio[::-1], 22_050, subtype="PCM_16")
    songs = {Path(song["path"]).name: song for song in moved("songs")["songs"]}
    assert songs["song 2.flac"]["status"] == "changed"


def test_two_songs_that_took_each_others_names_are_told_apart(moved: Run, library: Path) -> None:
    before = {song["path"]: song for song in moved("songs")["songs"]}
    one, two, aside = library / "song 0.flac", library / "song 1.flac", library / "aside"
    one.rename(aside)
    two.rename(one)
    aside.rename(two)
    after = {song["path"]: song for song in moved("songs")["songs"]}
    assert facts(after[str(two)]) == facts(before[str(one)])
    assert facts(after[str(one)]) == facts(before[str(two)])


@pytest.fixture
def older(moved: Run, project: Path) -> dict[str, str]:
    """Makes the project one of version 3: songs are known by their bytes. Returns those keys."""
    return make_older(project)


def make_older(project: Path) -> dict[str, str]:
    with closing(sqlite3.connect(database_path(project), isolation_level=None)) as raw:
        rows = raw.execute("SELECT id, sha256 FROM songs").fetchall()
        paths = dict(raw.execute("SELECT song_id, max(path) FROM song_paths GROUP BY song_id"))
        keys = {}
        for song_id, sound in rows:
            path = json.loads(paths[song_id])
            keys[path] = file_sha256(path)
            raw.execute("UPDATE songs SET sha256 = ? WHERE id = ?", (keys[path], song_id))
            for kept in cache_dir(project).glob(f"{sound}*"):
                _rename_kept(kept, sound, keys[path])
        raw.execute("DROP TABLE song_sounds")
        raw.execute("DROP TABLE file_stamps")
        raw.execute("ALTER TABLE sessions DROP COLUMN ends_early")
        raw.execute("PRAGMA user_version = 3")
    return keys


def _rename_kept(kept: Path, sound: str, key: str) -> None:
    import numpy as np

    target = kept.with_name(kept.name.replace(sound, key))
    if kept.name.endswith("analysis.npz"):
        with np.load(kept) as stored:
            arrays = dict(stored)
        arrays["facts"] = np.array(str(arrays["facts"]).replace(sound, key))
        with target.open("wb") as file:
            np.savez(file, **arrays)
    kept.unlink()


def test_fault_59_an_older_project_goes_on_without_a_new_analysis(
    older: dict[str, str], moved: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a song is analysed again")

    monkeypatch.setattr(sys.modules["ml_core.analysis.analyse"], "song_spectra", refuse)
    songs = moved("songs")["songs"]
    assert {song["path"] for song in songs} >= set(older)
    for song in songs:
        assert song["sha256"] == sound_sha256(song["path"])
        assert moved("add", song["path"])["songs"][0]["id"] == song["id"]
    assert sorted(p.name[:64] for p in cache_dir(project).glob("*.analysis.npz")) == sorted(
        older.values()
    )


def test_fault_59_tags_that_were_changed_before_the_project_was_brought_up_to_date(
    older: dict[str, str], moved: Run
) -> None:
    for path in older:
        retag(Path(path), "Changed meanwhile")
    songs = moved("songs")["songs"]
    assert [song["status"] for song in songs] == ["ready"] * len(songs)
    assert {song["title"] for song in songs} == {"Changed meanwhile"}
    for song in songs:
        assert song["sha256"] == sound_sha256(song["path"])


def test_fault_59_an_older_project_delivers_the_edits_that_it_delivered(
    older: dict[str, str], moved: Run, project: Path, tmp_path: Path
) -> None:
    """The seed comes from the key: with the sound instead, other edits would be drawn."""
    song = sorted(older)[0]
    made = moved("export", song, "--out", tmp_path / "one", "--seed", "3")["files"][0]
    record = Path(made).with_suffix(".edit.json")
    kept = json.loads(record.read_text(encoding="utf-8"))["kept_samples"]
    retag(Path(song), "Other tags")
    again = moved("export", song, "--out", tmp_path / "two", "--seed", "3")["files"][0]
    record = Path(again).with_suffix(".edit.json")
    assert json.loads(record.read_text(encoding="utf-8"))["kept_samples"] == kept
    from ml_core.store.requests import deliver_request

    with Store.open(project, write=False) as store:
        entry = store.songs.find(song)
        assert entry is not None
        assert deliver_request(store, entry).song.sha256 == older[song]


def test_an_edit_record_of_an_older_version_still_opens(
    older: dict[str, str], moved: Run, tmp_path: Path
) -> None:
    song = sorted(older)[0]
    made = moved("export", song, "--out", tmp_path / "out")["files"][0]
    record = Path(made).with_suffix(".edit.json")
    data = json.loads(record.read_text(encoding="utf-8"))
    data["sha256"] = older[song]
    record.write_text(json.dumps(data), encoding="utf-8")
    assert moved("audit", record)["edits"][0]["sha256"] == sound_sha256(song)
    data["kept_samples"] = data["kept_samples"][:-1]
    record.write_text(json.dumps(data), encoding="utf-8")
    assert moved("rate", "--changed", record)["accepted"] == 1


def test_fault_60_another_encoding_of_a_song_is_told_and_used_for_the_same(
    moved: Run, library: Path, refused: Callable[..., str]
) -> None:
    audio, rate = soundfile.read(library / "song 0.flac")
    other = library / "copy.mp3"
    soundfile.write(other, audio, rate, format="MP3", subtype="MPEG_LAYER_III")
    (added,) = moved("add", other)["songs"]
    first = next(s for s in moved("songs")["songs"] if s["path"] == str(library / "song 0.flac"))
    assert added["same_recording_as"] == first["id"]
    assert f"The same recording as song {first['id']}." in added["message"]
    moved("songs", "--keep-aside", first["id"])
    uses = {song["id"]: song["use"] for song in moved("songs")["songs"]}
    assert uses[added["id"]] == uses[first["id"]] == "compare"
    listed = {song["id"]: song for song in moved("songs", "--not-same", added["id"])["songs"]}
    assert listed[added["id"]]["same_recording_as"] is None
    moved("songs", "--rate", first["id"])
    uses = {song["id"]: song["use"] for song in moved("songs")["songs"]}
    assert (uses[added["id"]], uses[first["id"]]) == ("compare", "rate")
    assert "a recording of its own already" in refused("songs", "--not-same", first["id"])


def test_fault_27_songs_of_an_older_project_are_added_from_another_disk(
    older: dict[str, str], moved: Run, project: Path, library: Path, tmp_path: Path
) -> None:
    with Store.open(project, write=False) as store:
        before = {Path(e.song.path).name: e.id for e in store.songs.listed()}
    disk = tmp_path / "another disk"
    library.rename(disk)
    retag(disk / "song 1.flac", "Tagged on the way")
    added = moved("add", disk)["songs"]
    assert {Path(song["path"]).name: song["id"] for song in added} == before
    assert {song["status"] for song in added} == {"ready"}


def test_fault_69_ratings_without_songs_get_their_songs_back(
    older: dict[str, str], moved: Run, project: Path, library: Path, tmp_path: Path
) -> None:
    pairs = moved("propose", "--pairs", "4", "--out", tmp_path / "pairs")["pairs"]
    sheet = (tmp_path / "pairs" / "feedback_template.csv").read_text(encoding="utf-8")
    (tmp_path / "filled.csv").write_text(sheet.replace("_b.wav,,,", "_b.wav,A,9,9,"), "utf-8")
    moved("rate", "--from", tmp_path / "filled.csv")
    database_path(project).unlink()
    shutil.rmtree(project / "backups", ignore_errors=True)
    moved("restore", project / "tastecut.journal")
    moved("add", library)
    with closing(sqlite3.connect(database_path(project))) as raw:
        lost = "SELECT count(*) FROM ratings WHERE sha256 NOT IN (SELECT sha256 FROM songs)"
        assert raw.execute(lost).fetchone() == (0,)
    rated = {pair["song"] for pair in pairs}
    uses = {song["path"]: song["use"] for song in moved("songs")["songs"]}
    assert all(uses[path] == "rate" for path in rated)


def test_a_gone_song_is_not_found_as_its_copy_in_another_format(
    older: dict[str, str], moved: Run, library: Path
) -> None:
    song = library / "song 0.flac"
    audio, rate = soundfile.read(song)
    soundfile.write(library / "a copy.wav", audio, rate, subtype="PCM_16")
    song.rename(library / "z moved.flac")
    found = next(s for s in moved("songs")["songs"] if s["id"] == 1)
    assert Path(found["path"]).name == "z moved.flac"


def test_what_was_searched_in_vain_is_not_read_again(
    moved: Run, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (library / "song 2.flac").unlink()
    audio, rate = soundfile.read(library / "song 0.flac")
    soundfile.write(library / "new.flac", audio[::-1], rate)
    assert "gone" in {song["status"] for song in moved("songs")["songs"]}
    read: list[Path] = []
    monkeypatch.setattr(
        LimitedReader, "read_one_of", lambda _self, _songs, path, _progress: read.append(path)
    )
    assert "gone" in {song["status"] for song in moved("songs")["songs"]}
    assert read == []
    soundfile.write(library / "newer.flac", audio[::-1] / 2, rate)
    moved("songs")
    assert Path(library / "newer.flac") in read
