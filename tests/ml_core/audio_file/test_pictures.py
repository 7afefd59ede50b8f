"""Pictures in tags are bounded, of four kinds, and told by their bytes (fault 65)."""

from __future__ import annotations

import io
import os
import time
from pathlib import Path

import mutagen.flac
import mutagen.id3
import pytest
from PIL import Image

from ml_core.audio_file import Tags, read_song, read_tags, write_atomic
from ml_core.audio_file.tagging.pictures import MOST_PIXELS, can_be_drawn, mime_type, thumbnail
from ml_core.audio_file.tagging.tags import embedded_tags
from ml_core.domain.files.tags import TagsRequest
from ml_core.domain.songs import SongRef
from ml_core.pipeline.listening import song_tags
from ml_core.progress import silent
from tests.faults.hostile.hostile_pictures import (
    animated,
    drawings,
    encoded,
    hostile_pictures,
    png_of_zeros,
    put_into_flac,
    put_into_mp3,
    sound_pictures,
)
from tests.faults.hostile.picture_cases import pictures
from tests.ml_core.audio_file.sound_material import sound


@pytest.fixture(scope="module")
def fifo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that whoever opens it hangs on, for good."""
    path = tmp_path_factory.mktemp("named") / "fifo.png"
    os.mkfifo(path)
    return path


@pytest.fixture(scope="module")
def hostile(fifo: Path) -> dict[str, bytes]:
    return hostile_pictures(fifo)


def song(path: Path, file_format: str) -> Path:
    write_atomic(path, [sound(1.0)], 16_000, 2, file_format, tags=Tags({"title": ("Title",)}))
    return path


def shown(path: Path) -> tuple[int, int] | None:
    cover = song_tags(TagsRequest(SongRef("0" * 64, str(path)), 56), silent()).cover
    return None if cover is None else (cover.width_px, cover.height_px)


@pytest.mark.parametrize("kind", sound_pictures())
def test_fault_65_the_four_kinds_are_drawn_small(kind: str) -> None:
    data = sound_pictures()[kind]
    assert mime_type(data) == kind
    drawn = thumbnail(data, 56)
    assert drawn is not None and (drawn.width_px, drawn.height_px) == (56, 28)
    small = thumbnail(encoded("PNG", (20, 10)), 56)
    assert small is not None and (small.width_px, small.height_px) == (20, 10)


def test_fault_65_nothing_else_is_drawn_and_nothing_is_opened(hostile: dict[str, bytes]) -> None:
    started = time.monotonic()
    assert [name for name, data in hostile.items() if can_be_drawn(data)] == []
    assert time.monotonic() - started < 20


def test_fault_65_a_claimed_kind_counts_for_nothing(tmp_path: Path, fifo: Path) -> None:
    path = song(tmp_path / "song.mp3", "mp3")
    for name, data in drawings(fifo).items():
        put_into_mp3(path, data, "image/png")
        assert embedded_tags(path).cover is None and embedded_tags(path).lost_cover, name
        assert shown(path) is None
    put_into_mp3(path, sound_pictures()["image/webp"], "image/svg+xml")
    found = embedded_tags(path).cover
    assert found is not None and found.mime == "image/webp" and shown(path) == (56, 28)


@pytest.mark.parametrize("file_format", ["mp3", "flac"])
def test_fault_65_hostile_covers_hide_no_song_and_are_not_carried_over(
    tmp_path: Path, file_format: str, hostile: dict[str, bytes]
) -> None:
    path = tmp_path / f"song.{file_format}"
    write_atomic(path, [sound()], 16_000, 2, file_format)
    put = put_into_mp3 if file_format == "mp3" else put_into_flac
    for name, data in hostile.items():
        if file_format == "flac" and len(data) >= 1 << 24:
            continue
        put(path, data, "image/png")
        assert read_tags(path).cover is None, name
        assert shown(path) is None, name
    assert read_song(path).duration_s == pytest.approx(21.0, abs=0.1)


def test_fault_65_a_linked_picture_is_never_followed(tmp_path: Path, fifo: Path) -> None:
    path = song(tmp_path / "song.flac", "flac")
    for data in (f"file://{fifo}".encode(), sound_pictures()["image/png"]):
        put_into_flac(path, data, "-->")
        assert read_tags(path).cover is None and read_tags(path).lost_cover


def test_fault_65_a_sound_picture_stands_in_for_a_hostile_front(tmp_path: Path, fifo: Path) -> None:
    path = song(tmp_path / "song.mp3", "mp3")
    tags = mutagen.id3.ID3()
    pictures = [(3, drawings(fifo)["plain SVG"]), (4, sound_pictures()["image/png"])]
    for kind, data in pictures:
        tags.add(mutagen.id3.APIC(encoding=3, mime="image/png", type=kind, desc="", data=data))
    tags.save(path)
    found = read_tags(path)
    assert found.cover is not None and found.cover.data == pictures[1][1] and not found.lost_cover


def test_fault_65_thousands_of_pictures_take_no_time(tmp_path: Path) -> None:
    path = song(tmp_path / "song.mp3", "mp3")
    tags = mutagen.id3.ID3()
    for number in range(5_000):
        data = b"\xff\xd8\xff" + bytes(200)
        tags.add(mutagen.id3.APIC(mime="image/jpeg", type=3, desc=str(number), data=data))
    tags.save(path)
    started = time.monotonic()
    assert embedded_tags(path).lost_cover
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_fault_65_of_a_film_the_first_frame_is_drawn(kind: str) -> None:
    data = animated(kind, 600)
    started = time.monotonic()
    drawn = thumbnail(data, 16)
    assert drawn is not None and drawn.rgba[0] < 20
    assert time.monotonic() - started < 2


def test_fault_65_bounds_are_told_from_the_header() -> None:
    edge = int(MOST_PIXELS**0.5)
    assert mime_type(png_of_zeros(edge, edge)) == "image/png"
    assert mime_type(png_of_zeros(edge + 100, edge + 100)) == ""
    assert mime_type(png_of_zeros(30_000, 30_000)) == ""


def test_the_camera_s_upright_and_sixteen_bits_are_as_seen() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = thumbnail(encoded("JPEG", (300, 150), exif=exif), 56)
    assert turned is not None and (turned.width_px, turned.height_px) == (28, 56)
    out = io.BytesIO()
    Image.new("I;16", (40, 40), 0x8000).save(out, "PNG")
    grey = thumbnail(out.getvalue(), 40)
    assert grey is not None and abs(grey.rgba[0] - 128) <= 1


def test_fault_65_pictures(tmp_path: Path) -> None:
    assert "none drawn" in pictures(tmp_path, 1, 1)
