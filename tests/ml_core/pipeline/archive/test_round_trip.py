"""A project saved as one file and opened elsewhere is the same project, with its songs found."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import stat
import zipfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from ml_core.audio_file import file_sha256
from ml_core.domain.archiving import SaveArchiveRequest
from ml_core.errors import Cancelled, UserError
from ml_core.paths import database_path
from ml_core.pipeline.archive import opening, saving
from ml_core.progress import Progress
from ml_core.store import Store
from ml_core.store.archive_request import archive_path, archive_request, songs_bytes
from tests.ml_core.pipeline.archive.project_builder import (
    CORRECTED,
    MODEL,
    below,
    build,
    open_,
    save,
    tables,
    write_song,
)

RELEASED = Path(__file__).resolve().parents[2] / "store" / "released"


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """The computer that a project comes from."""
    (tmp_path / "here").mkdir()
    return tmp_path / "here"


@pytest.fixture
def there(tmp_path: Path) -> Path:
    """Another computer."""
    (tmp_path / "there").mkdir()
    return tmp_path / "there"


def moved(file: Path, here: Path, there: Path) -> Path:
    """The archive on the other computer, and nothing left of the first."""
    target = there / "downloads" / file.name
    target.parent.mkdir()
    shutil.move(file, target)
    shutil.rmtree(here)
    return target


def paths_of(project: Path) -> dict[str, str]:
    with Store.open(project, write=False) as store:
        return {entry.song.title: entry.song.path for entry in store.songs.listed()}


def test_with_its_songs_a_project_is_whole_on_another_computer(here: Path, there: Path) -> None:
    songs = build(here / "project", here / "music")
    before = tables(here / "project", without=("song_paths",))
    saved = save(here / "project", here / "all.tastecut", with_songs=True)
    assert (saved.n_songs, saved.left_out) == (3, ())
    assert saved.n_bytes == (here / "all.tastecut").stat().st_size

    opened = open_(moved(here / "all.tastecut", here, there), there / "project")
    assert (opened.is_open, opened.damaged, opened.not_found) == (True, (), ())
    assert (opened.n_ratings, opened.n_songs) == (3, 3)
    assert tables(there / "project", without=("song_paths",)) == before
    for song in songs:
        path = Path(paths_of(there / "project")[song.title])
        assert path.parent == there / "project" / "songs"
        assert file_sha256(path) == song.sha256
    with Store.open(there / "project") as store:
        assert all(check.ok for check in store.check()), store.check()
        assert not store.warnings


def test_models_and_analyses_come_along_and_nothing_else(here: Path, there: Path) -> None:
    first, second, third = build(here / "project", here / "music")
    save(here / "project", here / "all.tastecut")
    with zipfile.ZipFile(here / "all.tastecut") as archive:
        assert set(archive.namelist()) == {
            "manifest.json",
            "tastecut.sqlite3",
            f"models/{MODEL}.safetensors",
            f"cache/{first.sha256}.{CORRECTED.key}.analysis.npz",
            *(f"cache/{song.sha256}.analysis.npz" for song in (first, second, third)),
        }
    model = (here / "project" / "models" / f"{MODEL}.safetensors").read_bytes()
    analysis = (here / "project" / "cache" / f"{second.sha256}.analysis.npz").read_bytes()
    open_(moved(here / "all.tastecut", here, there), there / "project")
    assert (there / "project" / "models" / f"{MODEL}.safetensors").read_bytes() == model
    assert (there / "project" / "cache" / f"{second.sha256}.analysis.npz").read_bytes() == analysis


def test_songs_are_found_by_content_under_other_names_in_given_folders(
    here: Path, there: Path
) -> None:
    build(here / "project", here / "music")
    save(here / "project", here / "all.tastecut")
    shutil.copytree(here / "music", there / "other music" / "deep below")
    found = there / "other music" / "deep below"
    (found / "Lied 0 ü.wav").rename(found / "another name.wav")
    (found / "Lied 1 ü.wav").unlink()
    write_song(found / "Lied 1 ü.wav", seed=99)  # Its name, but other sound.

    opened = open_(
        moved(here / "all.tastecut", here, there), there / "project", there / "other music"
    )
    assert opened.not_found == ("Lied 1 ü",)
    now = paths_of(there / "project")
    assert now["Lied 0 ü"] == str(found / "another name.wav")
    assert now["Lied 2 ü"] == str(found / "Lied 2 ü.wav")
    assert not Path(now["Lied 1 ü"]).exists()


def test_songs_that_lie_where_they_were_or_beside_the_archive_need_no_folder(
    here: Path, there: Path
) -> None:
    songs = build(here / "project", here / "music")
    save(here / "project", there / "all.tastecut")
    (here / "music" / "Lied 1 ü.wav").rename(there / "beside.wav")
    (here / "music" / "Lied 2 ü.wav").rename(here / "music" / "renamed.wav")
    before = tables(here / "project", without=("song_paths",))
    opened = open_(there / "all.tastecut", there / "project")
    assert opened.not_found == ()
    now = paths_of(there / "project")
    assert now["Lied 0 ü"] == songs[0].path
    assert now["Lied 1 ü"] == str(there / "beside.wav")
    assert now["Lied 2 ü"] == str(here / "music" / "renamed.wav")
    assert tables(there / "project", without=("song_paths",)) == before


def test_songs_that_are_gone_or_changed_are_named_and_the_others_saved(
    here: Path, there: Path
) -> None:
    build(here / "project", here / "music")
    (here / "music" / "Lied 0 ü.wav").unlink()
    write_song(here / "music" / "Lied 1 ü.wav", seed=99)
    saved = save(here / "project", here / "all.tastecut", with_songs=True)
    assert (saved.n_songs, saved.left_out) == (1, ("Lied 0 ü", "Lied 1 ü"))
    opened = open_(moved(here / "all.tastecut", here, there), there / "project")
    assert opened.not_found == ("Lied 0 ü", "Lied 1 ü")
    assert below(there / "project" / "songs") == {"Lied 2 ü.wav"}


def test_songs_of_one_name_all_come_along(here: Path, there: Path) -> None:
    with Store.open(here / "project") as store:
        for k, name in enumerate(["same.wav", "SAME.wav", "..hidden?.wav", "con.wav"]):
            store.songs.add(write_song(here / str(k) / name, k), "ready")
    saved = save(here / "project", here / "all.tastecut", with_songs=True)
    assert saved.n_songs == 4
    opened = open_(moved(here / "all.tastecut", here, there), there / "project")
    assert opened.not_found == ()
    names = below(there / "project" / "songs")
    assert names == {"same.wav", "SAME 2.wav", "hidden_.wav", "_con.wav"}


@pytest.mark.parametrize("script", sorted(RELEASED.glob("*.sql")), ids=lambda path: path.stem)
def test_projects_of_every_released_version_open(script: Path, here: Path, there: Path) -> None:
    def released(project: Path) -> Path:
        project.mkdir()
        with closing(sqlite3.connect(database_path(project))) as raw:
            raw.executescript(script.read_text(encoding="utf-8"))
        return project

    old, migrated = released(here / "old"), released(here / "migrated")
    saved = save(old, here / "all.tastecut")
    asked = SaveArchiveRequest(
        str(here / "unmigrated.tastecut"), str(database_path(old)), str(old), ()
    )
    saving.save_archive(asked, Progress())
    with Store.open(migrated):
        pass
    for file in (saved.file, asked.target):
        project = there / Path(file).stem
        opened = open_(Path(file), project)
        assert opened.n_songs == 2 and opened.is_open
        assert tables(project) == tables(migrated)


def test_the_project_stays_usable_and_unchanged_while_it_is_saved(here: Path) -> None:
    build(here / "project", here / "music")
    before = below(here / "project")
    with Store.open(here / "project") as writer:
        counted = below(here / "project")
        with archive_request(writer, here / "all", with_songs=True) as request:
            writer.settings.set("later", 1)
            saved = saving.save_archive(request, Progress())
        assert Path(saved.file).name == "all.tastecut"
        assert below(here / "project") == counted
    assert below(here / "project") >= before
    assert "later" not in str(_settings_in(Path(saved.file), here / "again"))


def _settings_in(file: Path, project: Path) -> list[tuple[object, ...]]:
    open_(file, project)
    return tables(project)["settings"]


def test_what_is_opened_is_private(here: Path, there: Path) -> None:
    build(here / "project", here / "music")
    save(here / "project", here / "all.tastecut", with_songs=True)
    assert stat.S_IMODE((here / "all.tastecut").stat().st_mode) == 0o600
    open_(here / "all.tastecut", there / "project")
    assert stat.S_IMODE((there / "project").stat().st_mode) == 0o700
    for folder in ("models", "cache", "songs"):
        assert stat.S_IMODE((there / "project" / folder).stat().st_mode) == 0o700
        for file in (there / "project" / folder).iterdir():
            assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_file_of_that_name_is_replaced_only_when_asked(here: Path) -> None:
    build(here / "project", here / "music", 1)
    target = here / "all.tastecut"
    target.write_bytes(b"something else")
    with pytest.raises(UserError, match="exists already"):
        save(here / "project", target)
    assert target.read_bytes() == b"something else"
    save(here / "project", target, overwrite=True)
    assert zipfile.is_zipfile(target)


def test_an_empty_folder_becomes_the_project_and_any_other_is_refused(
    here: Path, there: Path
) -> None:
    build(here / "project", here / "music", 1)
    save(here / "project", here / "all.tastecut")
    (there / "empty").mkdir()
    assert open_(here / "all.tastecut", there / "empty").is_open
    (there / "full").mkdir()
    (there / "full" / "my own.txt").write_text("mine")
    (there / "link").symlink_to(there / "empty")
    (there / "file").write_text("mine")
    before = below(there)
    for taken in ("full", "empty", "link", "file"):
        with pytest.raises(UserError, match="not an empty folder"):
            open_(here / "all.tastecut", there / taken)
    with pytest.raises(UserError, match="folder"):
        open_(here / "all.tastecut", there / "file" / "project")
    assert below(there) == before


def test_folders_above_the_project_are_made_and_go_again_if_it_fails(
    here: Path, there: Path
) -> None:
    build(here / "project", here / "music", 1)
    save(here / "project", here / "all.tastecut")
    (there / "damaged.tastecut").write_bytes((here / "all.tastecut").read_bytes()[:-1000])
    assert not open_(there / "damaged.tastecut", there / "new" / "deep" / "project").is_open
    assert below(there) == {"damaged.tastecut"}
    assert open_(here / "all.tastecut", there / "new" / "deep" / "project").is_open


def test_archives_beyond_4_gb_have_wide_sizes(
    here: Path, there: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As zipfile writes them; its limit is lowered, for a test can't write 4 GB."""
    build(here / "project", here / "music")
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 3000)
    saved = Path(save(here / "project", here / "all.tastecut", with_songs=True).file)
    monkeypatch.undo()
    assert b"PK\x06\x06" in saved.read_bytes()[-200:], "the directory's wide end"
    opened = open_(moved(saved, here, there), there / "project")
    assert opened.is_open and not opened.not_found and not opened.damaged


def test_a_full_disk_leaves_nothing_of_a_project(
    here: Path, there: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(here / "project", here / "music")
    save(here / "project", here / "all.tastecut", with_songs=True)
    before, n_synced = (below(here), below(there)), iter(range(100))
    fsync = os.fsync

    def full(descriptor: int) -> None:
        if next(n_synced) == 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UserError, match="no room left"):
        open_(here / "all.tastecut", there / "project")
    assert (below(here), below(there)) == before


def test_stopping_leaves_nothing_behind(here: Path, there: Path) -> None:
    build(here / "project", here / "music")
    save(here / "project", here / "all.tastecut", with_songs=True)
    before = below(here), below(there)
    for stop_at in range(1, 200, 7):
        reports = iter(range(10_000))
        stopped = Progress(is_cancelled=lambda: next(reports) >= stop_at)  # noqa: B023
        try:
            with (
                Store.open(here / "project", write=False) as store,
                archive_request(store, there / "new.tastecut", True) as request,
            ):
                saving.save_archive(request, stopped)
        except Cancelled:
            assert (below(here), below(there)) == before
        else:
            (there / "new.tastecut").unlink()
            break
    else:
        raise AssertionError("it never came to its end")
    for stop_at in range(1, 200, 7):
        reports = iter(range(10_000))
        stopped = Progress(is_cancelled=lambda: next(reports) >= stop_at)  # noqa: B023
        asked = opening.OpenArchiveRequest(str(here / "all.tastecut"), str(there / "project"))
        try:
            opening.open_archive(asked, stopped)
        except Cancelled:
            assert (below(here), below(there)) == before
        else:
            return
    raise AssertionError("it never came to its end")


def test_names_and_sizes_that_are_asked_for() -> None:
    assert archive_path("/x/My project").name == "My project.tastecut"
    assert archive_path("/x/a.TASTECUT").name == "a.TASTECUT"


def test_the_songs_size_is_known_beforehand(here: Path) -> None:
    songs = build(here / "project", here / "music")
    Path(songs[0].path).unlink()
    size = sum(Path(song.path).stat().st_size for song in songs[1:])
    with Store.open(here / "project", write=False) as store:
        assert songs_bytes(store) == size


def test_a_song_of_an_old_project_is_found_by_either_of_its_names(here: Path, there: Path) -> None:
    """Its key is that of the bytes it had once; a retag has changed these, not its sound."""
    song = write_song(here / "music" / "old.wav", 1)
    sound = file_sha256(song.path)
    with Store.open(here / "project") as store:
        store.songs.add(replace(song, sha256="0" * 64, sound=sound), "ready")
    saved = save(here / "project", here / "all.tastecut", with_songs=True)
    assert saved.n_songs == 1
    opened = open_(moved(here / "all.tastecut", here, there), there / "project")
    assert opened.not_found == ()
    assert Path(paths_of(there / "project")["old"]) == there / "project" / "songs" / "old.wav"
