"""Title, artist and cover, from every format to every format."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import mutagen.id3
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ml_core.audio_file import (
    WRITE_FORMATS,
    Cover,
    Tags,
    read,
    read_song,
    read_tags,
    write_atomic,
    write_tags,
)
from ml_core.domain.files.formats import WriteFormat
from ml_core.errors import UserError
from tests.faults.hostile.hostile_pictures import encoded
from tests.ml_core.audio_file.sound_material import save, sound

COVER = Cover(encoded("PNG"), "image/png")
TAGS = Tags(
    {
        "title": ("Straße der Lichter",),
        "artist": ("Björk", "音楽家"),
        "album": ("Album",),
        "album_artist": ("Someone",),
        "composer": ("Someone else",),
        "date": ("2021",),
        "genre": ("Pop",),
        "track": ("3",),
        "disc": ("1",),
        "comment": ("A comment\nof two lines",),
        "copyright": ("2021 Someone",),
    },
    COVER,
)


def tagged(path: Path, file_format: str, tags: Tags = TAGS) -> Path:
    """A sound file of some seconds with tags."""
    write_atomic(path, [sound(1.0)], 16_000, 2, file_format, tags=tags)
    return path


@pytest.mark.parametrize("file_format", WRITE_FORMATS)
def test_all_fields_survive_every_format(tmp_path: Path, file_format: str) -> None:
    path = tagged(tmp_path / f"song.{file_format}", file_format)
    found = read_tags(path)
    assert found.cover == COVER
    assert dict(found.texts) == dict(TAGS.texts)
    assert len(read(path)) == 16_000


@pytest.mark.parametrize(
    ("source", "target"), list(product(("mp3", "flac", "wav", "opus"), repeat=2))
)
def test_tags_are_copied_across_formats(tmp_path: Path, source: str, target: str) -> None:
    one = tagged(tmp_path / f"one.{source}", source)
    other = tagged(tmp_path / f"other.{target}", target, Tags({"title": ("Old",)}))
    sound_before = read(other)
    assert write_tags(other, WRITE_FORMATS[target], read_tags(one))
    found = read_tags(other)
    assert dict(found.texts) == dict(TAGS.texts) and found.cover == COVER
    assert (read(other) == sound_before).all()


def test_a_song_is_called_by_its_tags(tmp_path: Path) -> None:
    path = tmp_path / "track01.flac"
    write_atomic(path, [sound()], 16_000, 2, "flac", tags=TAGS)
    song = read_song(path)
    assert (song.title, song.artist) == ("Straße der Lichter", "Björk, 音楽家")
    untitled = tmp_path / "track02.flac"
    write_atomic(untitled, [sound()], 16_000, 2, "flac", tags=Tags({"title": ("  \n",)}))
    assert read_song(untitled).title == "track02"


def test_texts_of_the_container_count_too(tmp_path: Path) -> None:
    """WAV's INFO list, as many recorders write it, and no ID3."""
    path = tmp_path / "song.wav"
    with soundfile.SoundFile(str(path), "w", 16_000, 2, "PCM_16") as file:
        file.title, file.artist = "By INFO", "Someone"
        file.write(sound())
    assert read_tags(path).texts == {"title": ("By INFO",), "artist": ("Someone",)}
    assert read_song(path).title == "By INFO"
    ours = tagged(tmp_path / "ours.wav", "wav")
    with soundfile.SoundFile(str(ours)) as file:
        assert (file.title, file.artist) == ("Straße der Lichter", "Björk, 音楽家")


def test_no_tags_are_no_error(tmp_path: Path) -> None:
    path = save(tmp_path / "song.ogg", sound(0.5))
    assert read_tags(path) == Tags()
    before = path.read_bytes()
    assert write_tags(path, WRITE_FORMATS["ogg"], Tags())
    assert path.read_bytes() == before
    (tmp_path / "text.wav").write_text("words")
    with pytest.raises(UserError):
        read_tags(tmp_path / "text.wav")


def test_damaged_tags_do_not_hide_the_song(tmp_path: Path) -> None:
    path = tagged(tmp_path / "song.mp3", "mp3")
    data = bytearray(path.read_bytes())
    for place in range(20, 400, 7):
        data[place] ^= 0xFF
    path.write_bytes(data)
    read_tags(path)
    assert len(read(path)) > 10_000


def test_a_file_of_another_format_takes_no_tags(tmp_path: Path) -> None:
    path = save(tmp_path / "song.wav", sound(0.5))
    before = path.read_bytes()
    assert not write_tags(path, WRITE_FORMATS["flac"], TAGS)
    assert path.read_bytes() == before


@pytest.mark.parametrize("file_format", ["mp3", "flac", "ogg"])
def test_a_new_cover_takes_the_old_one_s_place(tmp_path: Path, file_format: str) -> None:
    path = tagged(tmp_path / f"song.{file_format}", file_format)
    if file_format == "mp3":
        frames = mutagen.id3.ID3(path)
        frames.add(mutagen.id3.APIC(mime="image/png", type=3, desc="old", data=b"old"))
        frames.save(path)
    new = Cover(encoded("JPEG"), "image/jpeg")
    assert write_tags(path, WRITE_FORMATS[file_format], Tags({}, new))
    assert read_tags(path).cover == new
    assert read_tags(path).texts == TAGS.texts
    if file_format == "mp3":
        assert len(mutagen.id3.ID3(path).getall("APIC")) == 1


def test_a_huge_cover_is_left_out(tmp_path: Path) -> None:
    one = tagged(tmp_path / "one.mp3", "mp3", Tags({"title": ("Big",)}, Cover(bytes(1 << 24), "x")))
    assert read_tags(one) == Tags({"title": ("Big",)}, lost_cover=True, n_lost_pictures=1)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(min_size=1, max_size=60), file_format=st.sampled_from(["mp3", "flac", "wav"]))
def test_any_text_can_be_a_title(tmp_path: Path, text: str, file_format: str) -> None:
    plain = " ".join(text.replace("\0", " ").encode("utf-8", "replace").decode().split())
    path = tmp_path / f"song.{file_format}"
    write_atomic(
        path,
        [sound(0.1)],
        16_000,
        2,
        file_format,
        overwrite=True,
        tags=Tags({"title": (plain,)} if plain else {}),
    )
    assert read_tags(path).title == plain


def test_a_format_without_tags_or_fine_codings_is_its_row_alone(tmp_path: Path) -> None:
    plain = WriteFormat("au", "Sun AU", "AU", ("PCM_16",), "", is_lossless=True, most_channels=2)
    assert [plain.coding_for(kind) for kind in ("PCM_U8", "PCM_24", "FLOAT")] == ["PCM_16"] * 3
    assert not write_tags(tmp_path / "song.au", plain, TAGS)
