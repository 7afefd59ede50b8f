"""Archives that somebody made to do harm, or that a disk has damaged.

In each case there is one sentence with exit code 2, and nothing is written, inside or outside.
"""

from __future__ import annotations

import io
import shutil
import sqlite3
import stat
import struct
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ml_core.cli import main
from ml_core.errors import UserError
from ml_core.pipeline.archive import names, opening
from ml_core.pipeline.archive.names import is_allowed, song_file_name
from ml_core.store.sqlite import schema
from tests.ml_core.pipeline.archive.forging import (
    OUTSIDE,
    Forged,
    forged,
    hostile_archives,
    parts_of,
)
from tests.ml_core.pipeline.archive.project_builder import MODEL, below, build, open_, save, tables


@pytest.fixture(scope="module")
def good() -> Iterator[Path]:
    """An archive with songs, and the project it was made of beside it."""
    folder = Path(tempfile.mkdtemp(prefix="archive-"))
    build(folder / "project", folder / "music")
    save(folder / "project", folder / "good.tastecut", with_songs=True)
    shutil.rmtree(folder / "music")
    yield folder / "good.tastecut"
    shutil.rmtree(folder)


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """A folder for an archive and its project, deep enough to see what leads out of it."""
    made = tmp_path / "a" / "b" / "c"
    made.mkdir(parents=True)
    return made


@pytest.fixture
def refused(
    room: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Callable[[bytes], str]:
    """Opens an archive that must be refused; the sentence."""

    def call(data: bytes, *options: str) -> str:
        (room / "x.tastecut").write_bytes(data)
        before = below(tmp_path)
        capsys.readouterr()
        code = main(["restore", str(room / "x.tastecut"), "--project", str(room / "new"), *options])
        out, err = capsys.readouterr()
        assert (code, out) == (2, ""), err
        assert err.startswith("tastecut: ") and err.count("\n") == 1 and "Traceback" not in err
        assert below(tmp_path) == before
        return err

    return call


def test_what_the_forger_makes_opens_where_nothing_is_wrong(good: Path, room: Path) -> None:
    """Or the tests below would refuse for another reason than the one they name."""
    (room / "x.tastecut").write_bytes(forged(parts_of(good)))
    assert open_(room / "x.tastecut", room / "new").is_open


@pytest.mark.parametrize("name", OUTSIDE, ids=[ascii(name)[:40] for name in OUTSIDE])
@pytest.mark.parametrize("is_listed", [True, False])
def test_fault_54_no_part_may_have_a_name_of_its_own(
    good: Path, refused: Callable[..., str], name: str, is_listed: bool
) -> None:
    assert not is_allowed(name)
    data = forged([*parts_of(good), Forged(name, b"evil", is_listed=is_listed)])
    refused(data)


def test_fault_54_a_name_that_the_directory_and_the_part_disagree_on_is_refused(
    good: Path, refused: Callable[..., str]
) -> None:
    """The directory says what is checked, the part's head what some programs write."""
    data = good.read_bytes()
    model = f"models/{MODEL}.safetensors".encode()
    evil = b"../" + model[3:]
    assert data.count(model) == 3
    at = data.index(model, data.index(model) + 1)  # The manifest is the first to name it.
    err = refused(data[:at] + evil + data[at + len(evil) :])
    assert MODEL in err
    at = data.rindex(model)
    refused(data[:at] + evil + data[at + len(evil) :])


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFDIR, stat.S_IFIFO, stat.S_IFCHR])
def test_fault_54_links_and_devices_are_refused(
    good: Path, refused: Callable[..., str], kind: int
) -> None:
    link = Forged("songs/link.wav", b"/etc/passwd", mode=kind | 0o777)
    assert "link" in refused(forged([*parts_of(good), link]))


def test_fault_54_two_parts_of_one_name_are_refused(
    good: Path, refused: Callable[..., str]
) -> None:
    parts = parts_of(good)
    with pytest.warns(UserWarning, match="Duplicate"):
        refused(forged([*parts, Forged(parts[1].name, b"other", is_listed=False)]))
    first, second = Forged("songs/Song.wav", b"one"), Forged("songs/sONG.wav", b"other")
    refused(forged([*parts, first, second]))


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_fault_54_a_bomb_is_never_inflated(
    good: Path, refused: Callable[..., str], method: int
) -> None:
    bomb = Forged("songs/bomb.wav", bytes(30_000_000), method=method)
    assert "compressed" in refused(forged([*parts_of(good), bomb]))
    database, *rest = parts_of(good)
    database.method = method
    refused(forged([database, *rest]))


def test_fault_54_a_bomb_of_parts_that_lie_over_each_other_is_refused(
    good: Path, refused: Callable[..., str]
) -> None:
    """As the best known bombs: one kernel, named by each of many directory entries."""
    parts = [*parts_of(good), *(Forged(f"songs/{k}.wav", bytes(100_000)) for k in range(20))]
    data = bytearray(forged(parts))
    starts, at = [], 0
    while (at := data.find(b"PK\x01\x02", at)) >= 0:
        starts.append(at)
        at += 1
    (kernel,) = struct.unpack_from("<I", data, starts[-20] + 42)
    for start in starts[-19:]:
        struct.pack_into("<I", data, start + 42, kernel)
    assert "over each other" in refused(bytes(data))


def test_fault_54_a_bomb_of_many_parts_is_refused_before_they_are_read(
    good: Path, refused: Callable[..., str]
) -> None:
    data = good.read_bytes()
    with zipfile.ZipFile(good) as archive:
        at = archive.start_dir
    end = bytearray(data[data.rindex(b"PK\x05\x06") :])
    entry = data[at : data.index(b"PK\x01\x02", at + 1)]
    many = entry * 150_000
    struct.pack_into("<HHII", end, 8, 0xFFFF, 0xFFFF, len(many), at)
    refused(data[:at] + many + bytes(end))


@pytest.mark.parametrize("size", [0, 1, 2**31, 2**32 - 1, 2**50])
def test_fault_54_sizes_that_lie_are_no_sizes(
    good: Path, refused: Callable[..., str], size: int
) -> None:
    parts = parts_of(good)
    parts[1].told = {"n_bytes": size}
    assert MODEL in refused(forged(parts))


@pytest.mark.parametrize("size", [-1, 2**51, 10**400, 1.5, float("inf"), "9", None, True, [1]])
def test_fault_54_a_list_of_contents_that_is_none_counts_as_damaged(
    good: Path, refused: Callable[..., str], size: Any
) -> None:
    parts = parts_of(good)
    parts[1].told = {"n_bytes": size}
    assert "manifest.json" in refused(forged(parts))


@pytest.mark.parametrize(
    "manifest",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b'{"format": 1}',
        b'{"format": 1, "parts": {}}',
        b'{"format": 1, "parts": [{}]}',
        b'{"format": "1", "parts": []}',
        b'{"format": 0, "parts": []}',
        b'{"format": true, "parts": []}',
        b'{"format": 1, "parts": [{"name": "\\ud800", "n_bytes": 1, "sha256": ""}]}',
        b"[" * 200_000,
        b'{"format": ' + b"9" * 5_000 + b"}",
        b"\xff\xfe\x00",
        b"not JSON",
    ],
    ids=range(15),
)
def test_fault_54_any_json_as_the_list_of_contents_is_one_sentence(
    good: Path, refused: Callable[..., str], manifest: bytes
) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(names.MANIFEST, manifest)
        for part in parts_of(good):
            archive.writestr(part.name, part.data)
    assert "manifest.json" in refused(out.getvalue())


@pytest.mark.parametrize("odd", [float("nan"), 10**30, "\ud800"], ids=["nan", "digits", "half"])
def test_fault_54_a_list_of_contents_is_read_as_strictly_as_all_json(
    good: Path, refused: Callable[..., str], odd: Any
) -> None:
    assert "manifest.json" in refused(forged(parts_of(good), app=odd))


def test_fault_54_a_newer_format_is_refused_and_says_so(
    good: Path, refused: Callable[..., str]
) -> None:
    assert "newer Tastecut" in refused(forged(parts_of(good), format=2, parts="unknown"))
    assert "newer Tastecut" in refused(forged(parts_of(good), format=2), "--without-damaged")


def test_fault_54_a_newer_database_is_refused_and_says_so(
    good: Path, refused: Callable[..., str], tmp_path: Path
) -> None:
    database, *rest = parts_of(good)
    database.data = _changed(database.data, f"PRAGMA user_version = {schema.VERSION + 1}")
    assert "newer Tastecut" in refused(forged([database, *rest]))


@pytest.mark.parametrize(
    "sql",
    [
        "PRAGMA application_id = 7",
        "DROP TABLE ratings",
        "DROP TABLE settings; DROP TABLE songs",
        "DELETE FROM current_ratings; DROP TRIGGER ratings_no_delete; DELETE FROM ratings "
        "WHERE id = 1",
    ],
)
def test_fault_54_a_foreign_database_is_refused(
    good: Path, refused: Callable[..., str], sql: str
) -> None:
    database, *rest = parts_of(good)
    database.data = _changed(database.data, sql)
    refused(forged([database, *rest]))


@pytest.mark.parametrize("data", [b"", b"x", b"not a database" * 1000, bytes(8192)])
def test_fault_54_what_is_no_database_is_refused(
    good: Path, refused: Callable[..., str], data: bytes
) -> None:
    database, *rest = parts_of(good)
    database.data = data
    assert "ratings can't be read" in refused(forged([database, *rest]))
    refused(forged([database, *rest]), "--without-damaged")


def _changed(database: bytes, sql: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "changed"
        file.write_bytes(database)
        with closing(sqlite3.connect(file)) as connection:
            connection.executescript(f"PRAGMA foreign_keys = OFF; {sql};")
            connection.execute("PRAGMA journal_mode = DELETE")
        return file.read_bytes()


@pytest.mark.parametrize("data", [b"", b"PK", b"PK\x03\x04", b"PK\x05\x06" + bytes(18), b"hello"])
def test_fault_54_what_is_no_archive_is_refused(refused: Callable[..., str], data: bytes) -> None:
    refused(data)


def test_fault_54_a_zip_of_something_else_is_refused(refused: Callable[..., str]) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("readme.txt", "hello")
    refused(out.getvalue())
    assert "ends with .tastecut" in refused(_empty_zip())


def _empty_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w"):
        pass
    return out.getvalue()


def test_an_analysis_that_would_inflate_in_memory_is_damaged(
    good: Path, room: Path, refused: Callable[..., str]
) -> None:
    bomb = io.BytesIO()
    np.savez_compressed(bomb, beats=np.zeros(10_000_000))
    parts = parts_of(good)
    analysis = next(part for part in parts if part.name.startswith("cache/"))
    analysis.data = bomb.getvalue()
    assert analysis.name in refused(forged(parts))
    opened = open_(room / "x.tastecut", room / "new", without_damaged=True)
    assert opened.is_open and opened.damaged == (analysis.name,)
    assert not (room / "new" / analysis.name).exists()


# Damage


@pytest.mark.parametrize("tenths", range(10))
def test_fault_54_a_truncated_archive_opens_as_far_as_it_is_whole(
    good: Path, room: Path, refused: Callable[..., str], tenths: int
) -> None:
    data = good.read_bytes()
    with zipfile.ZipFile(good) as archive:
        after_database = archive.infolist()[2].header_offset
    cut = data[: len(data) * tenths // 10]
    refused(cut)
    if len(cut) < after_database:
        refused(cut, "--without-damaged")
        return
    opened = open_(room / "x.tastecut", room / "new", without_damaged=True)
    assert opened.is_open and opened.n_ratings == 3 and opened.damaged
    same = ("song_paths",)
    assert tables(room / "new", same) == tables(good.parent / "project", same)


def test_fault_54_a_flipped_byte_anywhere_is_noticed_and_costs_no_other_part(
    good: Path, room: Path, refused: Callable[..., str]
) -> None:
    data = good.read_bytes()
    with zipfile.ZipFile(good) as archive:
        database, after = archive.infolist()[1:3]
        starts = [entry.header_offset for entry in archive.infolist()]
        in_directory = range(archive.start_dir, len(data), 113)
    in_heads = [starts[k] + at for k in (0, 1, 2, 5) for at in (0, 8, 14, 20, 26, 31)]
    n_opened = 0
    for at in [*in_heads, *in_directory, *range(101, len(data), len(data) // 10)]:
        flipped = data[:at] + bytes([data[at] ^ 0x41]) + data[at + 1 :]
        if _opens_as_if_nothing_was(flipped, room):
            continue
        refused(flipped)
        if database.header_offset <= at < after.header_offset:
            continue
        opened = open_(room / "x.tastecut", room / "new", without_damaged=True)
        assert opened.is_open and opened.n_ratings == 3 and opened.damaged, at
        shutil.rmtree(room / "new")
        n_opened += 1
    assert n_opened > 20


def _opens_as_if_nothing_was(data: bytes, room: Path) -> bool:
    """Some bytes say nothing that counts: a time, a version; then everything is still there."""
    (room / "x.tastecut").write_bytes(data)
    try:
        opened = open_(room / "x.tastecut", room / "new")
    except UserError:
        return False
    if not opened.is_open:
        return False
    assert opened.n_ratings == 3 and len(below(room / "new" / "songs")) == 3
    shutil.rmtree(room / "new")
    return True


def test_fault_54_no_kind_and_no_mutant_of_an_archive_does_harm(tmp_path: Path) -> None:
    """The short form: `forging.py ROUNDS SEED` runs as many mutants as one likes."""
    assert "kinds refused" in hostile_archives(tmp_path, 15, 54)


def test_a_damaged_song_is_named_and_the_rest_opens_without_it(
    good: Path, room: Path, refused: Callable[..., str]
) -> None:
    data = bytearray(good.read_bytes())
    with zipfile.ZipFile(good) as archive:
        name = next(name for name in archive.namelist() if name.startswith("songs/"))
        song = archive.read(name)
    data[data.index(song) + 3000] ^= 1
    err = refused(bytes(data))
    assert name in err and "--without-damaged" in err
    opened = open_(room / "x.tastecut", room / "new", without_damaged=True)
    assert opened.damaged == (name,) and opened.not_found == ("Lied 0 ü",)
    assert len(below(room / "new" / "songs")) == 2


def test_nothing_of_an_archive_is_left_by_a_full_disk(
    good: Path, room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = below(room)
    usage = shutil.disk_usage(room)
    monkeypatch.setattr(opening.shutil, "disk_usage", lambda _: usage._replace(free=100_000))
    with pytest.raises(UserError, match="no room left"):
        open_(good, room / "new")
    assert below(room) == before


def test_what_a_killed_opening_left_is_removed_by_the_next_and_nothing_else(
    good: Path, room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (".tastecut-0123456789abcdef.opening", ".tastecut-mine.opening"):
        (room / name / "songs").mkdir(parents=True)
    open_(good, room / "new")
    assert (room / ".tastecut-0123456789abcdef.opening").exists(), "it may have just begun"
    monkeypatch.setattr(opening, "_JUST_BEGUN_S", -1.0)
    open_(good, room / "newer")
    assert {path.name for path in room.iterdir()} == {"new", "newer", ".tastecut-mine.opening"}


@pytest.mark.parametrize(
    "name", ["Lied.wav", "ä ö.flac", "日本語.mp3", "a.b.c.wav", "x" * 180 + ".ogg", "no ending"]
)
def test_ordinary_names_of_songs_stay_as_they_are(name: str) -> None:
    assert song_file_name(name) == name and is_allowed(f"songs/{name}")


@pytest.mark.parametrize("name", [*OUTSIDE, "x" * 500, "ü" * 300 + ".wav", ". a", "\udcff.wav"])
def test_any_name_becomes_one_that_is_allowed(name: str) -> None:
    assert is_allowed(f"songs/{song_file_name(name)}")
