"""An MP3 is known by its frames, whatever stands around them (faults 59, 61)."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import mutagen.apev2
import mutagen.id3
import numpy as np
import pytest

from ml_core.audio_file.sound_identity import sound_sha256
from ml_core.audio_file.streams.byte_span import ByteSpan
from ml_core.audio_file.streams.mpeg_frames import mpeg_frames
from tests.ml_core.audio_file.sound_material import id3_tag, save, sound

RATE_HZ = 16_000
COVER = np.random.default_rng(5).integers(0, 256, 1 << 20, np.uint8).tobytes()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save(tmp_path_factory.mktemp("made") / "song.mp3", sound(6.0)).parent


def ape(folder: Path) -> bytes:
    """An APEv2 tag with header and footer, and a cover full of what looks like frames."""
    tags = mutagen.apev2.APEv2()
    tags["Title"] = "By APE"
    tags["Cover Art (Front)"] = mutagen.apev2.APEValue(b"a\0" + COVER, mutagen.apev2.BINARY)
    (folder / "tag.ape").write_bytes(b"")
    tags.save(folder / "tag.ape")
    return (folder / "tag.ape").read_bytes()


def lyrics3(version: int) -> bytes:
    body = b"LYRICSBEGIN" + b"IND00002 0LYR00010la la la la"
    if version == 1:
        return body + b"LYRICSEND"
    return body + b"%06dLYRICS200" % len(body)


ID3V1 = b"TAG" + b"A title".ljust(125, b"\0")
FOOTED = bytearray(id3_tag("Footed", padding=lambda _: 0))
FOOTED[5] |= 0x10
APPENDED = bytes(FOOTED) + b"3DI" + bytes(FOOTED[3:10])

AROUND: dict[str, Callable[[bytes, Path], bytes]] = {
    "two ID3v2 and zeros": lambda b, _: id3_tag("Old") + id3_tag("New", COVER) + bytes(3000) + b,
    "ID3v2 with a footer in front": lambda b, _: APPENDED + b,
    "ID3v2 behind": lambda b, _: b + APPENDED,
    "ID3v2 behind without a footer": lambda b, _: b + id3_tag("Behind"),
    "ID3v1": lambda b, _: b + ID3V1,
    "long ID3v1": lambda b, _: b + b"TAG+" + bytes(223) + ID3V1,
    "APE behind": lambda b, folder: b + ape(folder),
    "APE without a header behind": lambda b, folder: b + headless(ape(folder)),
    "APE in front": lambda b, folder: ape(folder) + b,
    "APE and ID3v1": lambda b, folder: b + ape(folder) + ID3V1,
    "Lyrics3": lambda b, _: b + lyrics3(1) + ID3V1,
    "Lyrics3 v2": lambda b, _: b + lyrics3(2) + ID3V1,
    "all at once": lambda b, folder: id3_tag("A") + b + ape(folder) + lyrics3(2) + ID3V1,
    "zeros behind": lambda b, _: b + bytes(5000),
    "zeros in front": lambda b, _: bytes(417) + b,
    "a scrap behind": lambda b, _: b + b"\xff\xfb\x90scrap",
}


def headless(tag: bytes) -> bytes:
    """An APEv2 tag without its header, and a footer that says so."""
    bare = bytearray(tag[32:])
    bare[-9] &= 0x7F
    return bytes(bare)


@pytest.mark.parametrize("kind", AROUND)
def test_fault_59_tags_around_an_mp3_are_no_sound(kind: str, made: Path, tmp_path: Path) -> None:
    song = tmp_path / "song.mp3"
    song.write_bytes(AROUND[kind]((made / "song.mp3").read_bytes(), tmp_path))
    assert sound_sha256(song) == sound_sha256(made / "song.mp3")


def frames_of(path: Path) -> list[bytes]:
    with path.open("rb") as handle:
        return [f.data for f in mpeg_frames(ByteSpan(handle, 0, path.stat().st_size))]


def test_an_mp3_is_made_of_frames_alone(made: Path) -> None:
    path = made / "song.mp3"
    frames = frames_of(path)
    assert b"".join(frames) == path.read_bytes()
    # 576 samples a frame at 16 kHz (MPEG 2, layer III); the encoder adds its delay.
    assert len(frames) - 1 == pytest.approx(6 * RATE_HZ / 576, abs=4)


def test_one_changed_frame_is_another_sound(made: Path, tmp_path: Path) -> None:
    frames = frames_of(made / "song.mp3")
    known = {sound_sha256(made / "song.mp3")}
    changed = bytearray(frames[40])
    changed[-1] ^= 1
    kinds = {
        "changed": [*frames[:40], bytes(changed), *frames[41:]],
        "dropped": [*frames[:40], *frames[41:]],
        "swapped": [*frames[:40], frames[41], frames[40], *frames[42:]],
        "cut": frames[:-1],
        "twice": [*frames, *frames],
    }
    for name, kind in kinds.items():
        path = tmp_path / f"{name}.mp3"
        path.write_bytes(b"".join(kind))
        known.add(sound_sha256(path))
    assert len(known) == 1 + len(kinds)


def test_an_mp3_cut_within_its_last_frame_is_another_sound(made: Path, tmp_path: Path) -> None:
    data = (made / "song.mp3").read_bytes()
    cut = tmp_path / "cut.mp3"
    cut.write_bytes(data[:-1])
    identity = sound_sha256(cut)
    assert identity != sound_sha256(made / "song.mp3")
    cut.write_bytes(data[:-2])  # no decoder plays a part of a frame
    assert sound_sha256(cut) == identity
    cut.write_bytes(id3_tag("With a tag") + data[:-2] + ID3V1)
    assert sound_sha256(cut) == identity


def test_a_table_of_places_is_no_sound_and_its_gapless_values_are(
    made: Path, tmp_path: Path
) -> None:
    data = bytearray((made / "song.mp3").read_bytes())
    place = max(data.find(b"Xing"), data.find(b"Info"))
    known = sound_sha256(made / "song.mp3")
    path = tmp_path / "song.mp3"
    data[place + 20] ^= 0xFF  # within its table of places
    path.write_bytes(data)
    assert sound_sha256(path) == known
    data[place + 8 + 4 + 4 + 100 + 4 + 22] ^= 0x10  # the samples before the sound
    path.write_bytes(data)
    assert sound_sha256(path) != known


def test_pictures_between_tags_do_not_pass_for_frames(tmp_path: Path, made: Path) -> None:
    scraps = bytearray(COVER)
    for at in range(0, len(scraps) - 4, 997):
        scraps[at : at + 4] = b"\xff\xfb\x50\xc4"
    data = (made / "song.mp3").read_bytes()
    path = tmp_path / "song.mp3"
    path.write_bytes(bytes(scraps) + data + bytes(scraps))
    assert sound_sha256(path) == sound_sha256(made / "song.mp3")


def test_a_long_mp3_takes_well_under_a_second(made: Path, tmp_path: Path) -> None:
    frames = frames_of(made / "song.mp3")[1:]
    path = tmp_path / "long.mp3"
    path.write_bytes(b"".join(frames) * (240 // 6))
    started = time.process_time()
    sound_sha256(path)
    assert time.process_time() - started < 1.0
