"""All of a file: streams one behind another, tags and junk around them, codings inside others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from ml_core.audio_file import SongReader, blocks, read, read_song
from ml_core.errors import UserError
from tests.ml_core.audio_file.sound_material import Audio, save, sound
from tests.ml_core.audio_file.stream_material import (
    APE_IN_FRONT,
    ID3_OF_NOTHING,
    ID3V1,
    encoded,
    flac_in_ogg,
    ogg_page,
    wav_of,
)

FORMATS = ("ogg", "opus", "mp3", "flac", "wav", "aiff", "caf")


def require_same_from_anywhere(path: Path, whole: Audio) -> None:
    """Whatever is read, in whatever order, is what a decode from the beginning gives."""
    assert_array_equal(np.concatenate(list(blocks(path, 10_007))), whole)
    rng = np.random.default_rng(3)
    with SongReader(path) as reader:
        for start in rng.integers(0, len(whole), 6).tolist():
            reader.go_to(start)
            assert_array_equal(reader.read_next(5_000), whole[start : start + 5_000])
        reader.go_to(len(whole) - 1_000)
        assert len(reader.read_next(5_000)) == 1_000 and not len(reader.read_next(10))
        reader.go_to(0)
        assert_array_equal(reader.read_next(300), whole[:300])


@pytest.mark.parametrize("extension", FORMATS)
def test_fault_61_streams_one_behind_another_are_one_song(tmp_path: Path, extension: str) -> None:
    parts = [encoded(tmp_path, extension, seed) for seed in (1, 2, 3)]
    path = tmp_path / f"joined.{extension}"
    path.write_bytes(b"".join(data for data, _ in parts))
    song = read_song(path)
    expected = np.concatenate([audio for _, audio in parts])
    assert song.n_samples == len(expected) and song.warnings == ()
    assert_array_equal(read(path), expected)
    require_same_from_anywhere(path, expected)


def test_fault_61_files_of_different_kinds_are_one_song(tmp_path: Path) -> None:
    kinds = ("wav", "mp3", "flac", "aiff", "flac", "ogg", "caf", "flac", "wav")
    parts = [encoded(tmp_path, extension, 1) for extension in kinds]
    path = tmp_path / "joined.wav"
    path.write_bytes(b"".join(data for data, _ in parts))
    assert read_song(path).warnings == ()
    require_same_from_anywhere(path, np.concatenate([audio for _, audio in parts]))


def test_fault_61_tags_between_joined_mp3_files(tmp_path: Path) -> None:
    parts = [encoded(tmp_path, "mp3", seed) for seed in (1, 2, 3)]
    path = tmp_path / "joined.mp3"
    one, two, three = (data for data, _ in parts)
    path.write_bytes(ID3_OF_NOTHING + one + ID3V1 + ID3_OF_NOTHING + two + three + ID3V1)
    assert read_song(path).warnings == ()
    assert_array_equal(read(path), np.concatenate([audio for _, audio in parts]))


@pytest.mark.parametrize("extension", FORMATS)
@pytest.mark.parametrize(
    ("rate_hz", "n_channels", "words"),
    [
        (24_000, 2, "sound at 24,000 instead of 16,000 Hz"),
        (16_000, 1, "mono sound"),
    ],
)
def test_fault_61_a_stream_of_another_kind_is_named_with_its_length(
    tmp_path: Path, extension: str, rate_hz: int, n_channels: int, words: str
) -> None:
    first, audio = encoded(tmp_path, extension, 1, 22.0)
    other, _ = encoded(tmp_path, extension, 2, 12.0, rate_hz, n_channels)
    path = tmp_path / f"joined.{extension}"
    path.write_bytes(first + other)
    song = read_song(path)
    assert song.n_samples == len(audio)
    (warning,) = song.warnings
    assert f"joined.{extension} goes on with {words}" in warning
    assert "12.0 s" in warning or "12.1 s" in warning  # MP3 counts whole frames
    assert_array_equal(read(path), audio)


@pytest.mark.parametrize("extension", FORMATS)
@pytest.mark.parametrize("junk", [b"no sound at all " * 300, bytes(6_000)], ids=["text", "zeros"])
def test_fault_61_bytes_behind_the_sound_are_noticed(
    tmp_path: Path, extension: str, junk: bytes
) -> None:
    data, audio = encoded(tmp_path, extension, 1, 21.0)
    path = tmp_path / f"song.{extension}"
    path.write_bytes(data + junk)
    song = read_song(path)
    assert song.warnings == (
        f"{len(junk):,} bytes of song.{extension} are neither sound nor a known tag; "
        "they are passed over.",
    )
    assert_array_equal(read(path), audio)
    path.write_bytes(data + ID3V1)
    assert read_song(path).warnings == ()


@pytest.mark.parametrize("extension", FORMATS)
@pytest.mark.parametrize(
    "front",
    [ID3_OF_NOTHING * 2 + bytes(3_000), bytes(5_000), APE_IN_FRONT],
    ids=["two tags and zeros", "zeros", "APE"],
)
def test_fault_61_what_stands_in_front_is_passed_over(
    tmp_path: Path, extension: str, front: bytes
) -> None:
    data, audio = encoded(tmp_path, extension, 1, 21.0)
    path = tmp_path / f"song.{extension}"
    path.write_bytes(front + data)
    assert read_song(path).n_samples == len(audio)
    assert_array_equal(read(path), audio)
    require_same_from_anywhere(path, audio)


@pytest.mark.parametrize("extension", ["mp3", "flac", "ogg"])
def test_fault_61_junk_in_front_is_passed_over_and_told(tmp_path: Path, extension: str) -> None:
    data, audio = encoded(tmp_path, extension, 1, 21.0)
    path = tmp_path / f"song.{extension}"
    path.write_bytes(b"\xff\xfb" + b"HTTP/1.1 200 OK\r\n" * 40 + data)
    song = read_song(path)
    assert "682 bytes of song" in song.warnings[0]
    assert_array_equal(read(path), audio)


def test_fault_36_words_around_a_few_frames_are_no_song(tmp_path: Path) -> None:
    data, _ = encoded(tmp_path, "mp3", 1, 5.0)
    path = tmp_path / "letter.mp3"
    path.write_bytes(b"Words and words. " * 9_000 + data)
    with pytest.raises(UserError, match=r"letter\.mp3 is not a sound file"):
        read_song(path)


def test_fault_63_flac_in_ogg_is_read(tmp_path: Path) -> None:
    data, audio = encoded(tmp_path, "flac", 1, 21.0)
    path = tmp_path / "song.oga"
    path.write_bytes(flac_in_ogg(data))
    song = read_song(path)
    assert (song.file_format, song.subtype, song.warnings) == ("FLAC", "PCM_16", ())
    assert_array_equal(read(path), audio)
    require_same_from_anywhere(path, audio)
    path.write_bytes(flac_in_ogg(data) + flac_in_ogg(encoded(tmp_path, "flac", 2)[0], serial=9))
    assert read_song(path).duration_s == 33.0


def test_fault_63_mp3_in_wav_is_read_whole(tmp_path: Path) -> None:
    data, audio = encoded(tmp_path, "mp3", 1, 21.0)
    path = tmp_path / "song.wav"
    path.write_bytes(wav_of(data, 0x55))
    assert read_song(path).warnings == ()
    assert_array_equal(read(path), audio)


@pytest.mark.parametrize(
    ("tag", "words"), [(0xFF, "AAC"), (0x161, "WMA"), (0x2001, "DTS"), (0x1234, "0x1234")]
)
def test_fault_63_codings_in_wav_are_named(tmp_path: Path, tag: int, words: str) -> None:
    path = tmp_path / "song.wav"
    path.write_bytes(wav_of(bytes(range(256)) * 400, tag))
    with pytest.raises(UserError) as caught:
        read_song(path)
    assert words in caught.value.message and "in WAV" in caught.value.message
    assert "Convert it to WAV or FLAC" in caught.value.remedy


@pytest.mark.parametrize(
    ("packet", "words"),
    [
        (b"Speex   1.2.0" + bytes(67), "Speex in Ogg"),
        (b"\x80theora\x03\x02\x01" + bytes(32), "Theora video in Ogg"),
    ],
)
def test_fault_63_codings_in_ogg_are_named(tmp_path: Path, packet: bytes, words: str) -> None:
    path = tmp_path / "song.ogg"
    path.write_bytes(ogg_page([packet], 1, 0, 2) + ogg_page([b"x" * 9_000], 1, 1, 4, 100))
    with pytest.raises(UserError) as caught:
        read_song(path)
    assert caught.value.message == f"song.ogg holds {words}; Tastecut can't read that yet."


def test_fault_63_the_sound_beside_a_video_in_ogg_is_read(tmp_path: Path) -> None:
    data, audio = encoded(tmp_path, "ogg", 1, 21.0)
    path = tmp_path / "film.ogg"
    second = data.index(b"OggS", 4)
    video = ogg_page([b"\x80theora\x03\x02\x01" + bytes(32)], 1, 0, 2)
    path.write_bytes(video + data[:second] + ogg_page([b"frame" * 999], 1, 1, 4, 1) + data[second:])
    assert read_song(path).warnings == ()
    assert_array_equal(read(path), audio)


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"\0\0\x01\xba" + bytes(90), "an MPEG video"),
        (ID3_OF_NOTHING + b"tBaK" + bytes(90), "a TAK file"),
        (b"DSD " + bytes(90), "a DSD file"),
    ],
)
def test_fault_63_containers_are_named(tmp_path: Path, head: bytes, words: str) -> None:
    path = tmp_path / "song.bin"
    path.write_bytes(head)
    with pytest.raises(UserError) as caught:
        read_song(path)
    assert caught.value.message == f"song.bin is {words}; Tastecut can't read that yet."
    assert "Convert" in caught.value.remedy


def test_a_frame_or_two_more_than_promised_are_no_stream_of_their_own(tmp_path: Path) -> None:
    """Some encoders count the header's own frame, and some forget the last."""
    data, _ = encoded(tmp_path, "mp3", 1, 21.0)
    at = max(data.find(b"Info"), data.find(b"Xing")) + 8
    promised = int.from_bytes(data[at : at + 4], "big")
    path = save(tmp_path / "song.mp3", sound(1.0))
    path.write_bytes(data[:at] + (promised - 2).to_bytes(4, "big") + data[at + 4 :])
    with SongReader(path) as reader:
        assert reader.header.n_samples is not None
    path.write_bytes(data[:at] + (promised - 50).to_bytes(4, "big") + data[at + 4 :])
    assert 20.9 < read_song(path).duration_s < 21.2
