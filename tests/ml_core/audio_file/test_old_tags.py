"""Tags of other times: the right text or none, and none destroyed in an export (fault 64)."""

from __future__ import annotations

import struct
from pathlib import Path

import mutagen.aiff
import mutagen.apev2
import mutagen.id3
import mutagen.wave
import pytest
import soundfile

from ml_core.audio_file import Cover, read_song, read_tags, write_atomic
from ml_core.audio_file.tagging.old_texts import decoded, mended
from ml_core.audio_file.tagging.tags import embedded_tags
from tests.faults.hostile.hostile_pictures import encoded
from tests.ml_core.audio_file.sound_material import id3_tag, save, sound
from tests.ml_core.export.test_export_audio import edit_of, export_edit

JPEG = encoded("JPEG")

TEXTS = [
    ("Für Élise (piñata)", "cp1252"),
    ("Müller & Søn", "cp1252"),
    ("It’s “quoted” – né", "cp1252"),
    ("“Été” ‘éàü’ äöüß ÄÖÜ", "cp1252"),
    ("Ærøskøbing Ååå", "cp1252"),
    ("ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏ àáâãäåæçèéêëìíîïðñòóôõö", "cp1252"),
    ("šéf Žižek", "cp1252"),
    ("Grüße, 音楽, Привет", "utf-8"),
    ("Группа крови", "cp1251"),
    ("Владимир Высоцкий - Кони привередливые (live)", "cp1251"),
    ("Ой у лузі червона калина", "cp1251"),
    ("Группа крови", "koi8-r"),
    ("さくら", "cp932"),
    ("宇多田ヒカル feat. Someone", "cp932"),
    ("日本の歌、東京", "cp932"),
    ("Plain words", "ascii"),
]


@pytest.mark.parametrize(("text", "page"), TEXTS)
def test_fault_64_bytes_become_the_text_that_was_written(text: str, page: str) -> None:
    assert decoded([text.encode(page)]) == [text]
    assert mended([text.encode(page).decode("latin-1")]) == [text]


def test_what_was_read_right_is_left_alone() -> None:
    assert mended(["Grüße 音楽", "plain"]) == ["Grüße 音楽", "plain"]
    assert decoded([b"\x81\x8d\xff"]) == [""], "no coding gives a text"


def test_a_short_title_is_told_by_the_name_beside_it() -> None:
    texts = ["Мир", "Владимир Высоцкий", "live"]
    assert decoded([text.encode("cp1251") for text in texts]) == texts
    assert decoded(["Été".encode("cp1252"), "Группа крови".encode("cp1251")]) == [
        "Été",
        "Группа крови",
    ]


def with_info(path: Path, page: str, **texts: str) -> Path:
    """The WAV with a list of texts behind its sound."""
    parts = b"INFO"
    for name, text in texts.items():
        data = text.encode(page) + b"\0"
        parts += name.encode() + struct.pack("<I", len(data)) + data + bytes(len(data) % 2)
    whole = bytearray(path.read_bytes() + b"LIST" + struct.pack("<I", len(parts)) + parts)
    whole[4:8] = struct.pack("<I", len(whole) - 8)
    path.write_bytes(whole)
    return path


@pytest.mark.parametrize("page", ["cp1252", "utf-8"])
def test_fault_64_info_texts_are_read_shown_and_exported(tmp_path: Path, page: str) -> None:
    song = with_info(
        save(tmp_path / "song.wav", sound()),
        page,
        INAM="Für Élise (piñata)",
        IART="Müller & Søn",
        IPRD="Größe",
        IPRT="7",
        ICRD="1999",
    )
    read = read_song(song)
    assert (read.title, read.artist) == ("Für Élise (piñata)", "Müller & Søn")
    assert embedded_tags(song).text("album") == "Größe"
    for file_format in ("wav", "flac", "mp3"):
        edit = export_edit(song, edit_of(song), tmp_path / f"e.{file_format}", file_format)
        (tmp_path / "e.edit.json").unlink()
        tags = read_tags(edit)
        assert tags.texts["title"] == ("Für Élise (piñata)",)
        assert tags.texts["artist"] == ("Müller & Søn",)
        assert tags.texts["track"] == ("7",)


def test_fault_64_info_that_is_no_text_is_left_out(tmp_path: Path) -> None:
    song = with_info(save(tmp_path / "song.wav", sound(1.0)), "latin-1", INAM="\x81\x8d", IART="A")
    assert read_tags(song).texts == {"artist": ("A",)}


def test_fault_64_texts_of_aiff_that_are_no_utf_8_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "song.aiff"
    with soundfile.SoundFile(str(path), "w", 16_000, 2, "PCM_16", format="AIFF") as file:
        file.title, file.artist = "Xyz", "Someone"
        file.write(sound(1.0))
    path.write_bytes(path.read_bytes().replace(b"Xyz", b"X\xe9z"))
    assert read_tags(path).texts == {"artist": ("Someone",)}


@pytest.mark.parametrize(("text", "page"), TEXTS)
def test_fault_64_id3_that_claims_latin_1_is_read_as_it_was_meant(
    tmp_path: Path, text: str, page: str
) -> None:
    tags = mutagen.id3.ID3()
    tags.add(mutagen.id3.TIT2(encoding=0, text=[text.encode(page).decode("latin-1")]))
    path = save(tmp_path / "song.mp3", sound(1.0))
    tags.save(path)
    assert read_tags(path).title == text


def id3v1(title: bytes, artist: bytes) -> bytes:
    return b"TAG" + title.ljust(30, b"\0") + artist.ljust(30, b"\0") + bytes(64) + b"\xff"


def test_fault_64_id3v1_alone(tmp_path: Path) -> None:
    path = save(tmp_path / "song.mp3", sound(1.0))
    path.write_bytes(path.read_bytes() + id3v1("Группа крови".encode("cp1251"), b"Kino"))
    tags = read_tags(path)
    assert (tags.title, tags.artist) == ("Группа крови", "Kino")


def with_ape(path: Path) -> Path:
    tags = mutagen.apev2.APEv2()
    tags["Title"], tags["Artist"] = "By APE, longer than thirty characters", ["Björk", "音楽家"]
    tags["Year"], tags["Album Artist"] = "2003", "Someone"
    tags["Cover Art (Front)"] = mutagen.apev2.APEValue(b"c.jpg\0" + JPEG, mutagen.apev2.BINARY)
    tags.save(path)
    return path


def test_fault_64_ape_tags_of_an_mp3_with_their_cover(tmp_path: Path) -> None:
    path = with_ape(save(tmp_path / "song.mp3", sound(1.0)))
    tags = read_tags(path)
    assert tags.texts == {
        "title": ("By APE, longer than thirty characters",),
        "artist": ("Björk", "音楽家"),
        "date": ("2003",),
        "album_artist": ("Someone",),
    }
    assert tags.cover == Cover(JPEG, "image/jpeg")


def test_ape_tags_go_before_id3v1_and_behind_id3v2(tmp_path: Path) -> None:
    path = with_ape(save(tmp_path / "song.mp3", sound(1.0)))
    path.write_bytes(path.read_bytes() + id3v1(b"By APE, longer than thirty cha", b"B"))
    assert read_tags(path).title == "By APE, longer than thirty characters"
    path.write_bytes(id3_tag("By ID3") + path.read_bytes())
    tags = read_tags(path)
    assert (tags.title, tags.text("date")) == ("By ID3", "2003")


def test_ape_tags_in_an_old_code_page(tmp_path: Path) -> None:
    path = with_ape(save(tmp_path / "song.mp3", sound(1.0)))
    path.write_bytes(path.read_bytes().replace("Björk".encode(), "Bj\xf6rk ".encode("latin-1")))
    assert read_tags(path).texts["artist"] == ("Björk", "音楽家")


@pytest.mark.parametrize("container", ["RF64", "W64"])
def test_id3_in_a_chunk_that_the_library_does_not_know(tmp_path: Path, container: str) -> None:
    path = tmp_path / "song.wav"
    soundfile.write(path, sound(1.0), 16_000, "PCM_16", format=container)
    tag = id3_tag("In a chunk", JPEG)
    if container == "RF64":
        head = b"id3 " + struct.pack("<I", len(tag))
    else:
        head = b"id3 " + bytes(12) + struct.pack("<q", 24 + len(tag))
    path.write_bytes(path.read_bytes() + head + tag)
    tags = read_tags(path)
    assert (tags.title, tags.cover) == ("In a chunk", Cover(JPEG, "image/jpeg"))


@pytest.mark.parametrize("file_format", ["wav", "flac", "mp3", "ogg", "aiff"])
def test_fault_64_a_text_of_100_000_characters_is_exported_whole(
    tmp_path: Path, file_format: str
) -> None:
    long = "Ж" * 100_000
    song = save(tmp_path / "song.flac", sound())
    tags = mutagen.File(song)
    tags["comment"], tags["title"] = long, long
    tags.save()
    assert len(read_song(song).title) == 300
    edit = export_edit(song, edit_of(song), tmp_path / f"e.{file_format}", file_format)
    assert read_tags(edit).texts == {"title": (long,), "comment": (long,)}
    assert len(read_tags(edit).title) == 300


def test_a_replacement_character_is_no_text(tmp_path: Path) -> None:
    path = save(tmp_path / "song.flac", sound(1.0))
    tags = mutagen.File(path)
    tags["title"], tags["artist"] = "F\N{REPLACEMENT CHARACTER}r", "A"
    tags.save()
    assert read_tags(path).texts == {"artist": ("A",)}
    write_atomic(tmp_path / "copy.flac", [sound(1.0)], 16_000, 2, "flac", tags=read_tags(path))
    assert read_tags(tmp_path / "copy.flac").texts == {"artist": ("A",)}
