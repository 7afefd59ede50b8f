"""The identity of a song's sound: what changes it, and what does not (faults 59, 60)."""

from __future__ import annotations

import base64
import hashlib
import struct
from collections.abc import Callable
from pathlib import Path

import mutagen
import mutagen.aiff
import mutagen.apev2
import mutagen.flac
import mutagen.id3
import mutagen.mp3
import mutagen.ogg
import mutagen.oggopus
import mutagen.oggvorbis
import mutagen.wave
import numpy as np
import pytest
import soundfile

from ml_core.audio_file import blocks
from ml_core.audio_file.sound_identity import sound_sha256
from ml_core.audio_file.streams.byte_span import ByteSpan
from ml_core.audio_file.streams.ogg_packets import ogg_pages
from ml_core.errors import Cancelled, UserError
from ml_core.progress import Progress
from tests.ml_core.audio_file.sound_material import id3_tag, save, sound

RATE_HZ = 16_000
COVER = np.random.default_rng(5).integers(0, 256, 1 << 20, np.uint8).tobytes()
MUSIC = np.rint(sound(6.0) * 32768).astype(np.float32) / np.float32(32768)
"""On the steps of 16 bits: what lies between them libsndfile rounds differently in FLAC and WAV."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One sound in every format that tags are edited in."""
    folder = tmp_path_factory.mktemp("made")
    for name in ("wav", "flac", "aiff", "caf", "mp3", "ogg", "opus"):
        save(folder / f"song.{name}", MUSIC)
    for name, container in (("w64", "W64"), ("rf64", "RF64")):
        soundfile.write(folder / f"song.{name}", MUSIC, RATE_HZ, "PCM_16", format=container)
    return folder


def copied(made: Path, name: str, folder: Path) -> Path:
    copy = folder / name
    copy.write_bytes((made / name).read_bytes())
    return copy


def picture() -> mutagen.flac.Picture:
    cover = mutagen.flac.Picture()
    cover.type, cover.mime, cover.data = 3, "image/jpeg", COVER
    return cover


def edit_id3(path: Path) -> None:
    song = mutagen.File(path)
    if song.tags is None:
        song.add_tags()
    song.tags.add(mutagen.id3.TIT2(encoding=3, text=["Another title"]))
    song.tags.add(mutagen.id3.APIC(encoding=3, mime="image/jpeg", type=3, data=COVER))
    song.save()


def edit_flac(path: Path) -> None:
    song = mutagen.flac.FLAC(path)
    song["title"] = "Another title"
    song.add_picture(picture())
    song.save()


def edit_vorbis_comments(path: Path) -> None:
    song = mutagen.File(path)
    song["title"] = "Another title"
    song["metadata_block_picture"] = [base64.b64encode(picture().write()).decode()]
    song.save()


def add_info(path: Path) -> None:
    info = b"INFOINAM" + struct.pack("<I", 8) + b"Another\0"
    data = bytearray(path.read_bytes() + b"LIST" + struct.pack("<I", len(info)) + info)
    data[4:8] = struct.pack("<I", len(data) - 8)
    path.write_bytes(bytes(data))


def add_chunk_of_16(path: Path) -> None:
    """A chunk of text behind the sound, as W64 and CAF have them."""
    if path.suffix == ".w64":
        path.write_bytes(
            path.read_bytes() + b"bext" + bytes(12) + struct.pack("<q", 40) + bytes(16)
        )
    else:
        path.write_bytes(
            path.read_bytes() + b"info" + struct.pack(">q", 16) + b"\0\0\0\1title\0New\0\0"
        )


EDITS: dict[str, Callable[[Path], None]] = {
    "song.mp3": edit_id3,
    "song.wav": edit_id3,
    "song.aiff": edit_id3,
    "song.flac": edit_flac,
    "song.ogg": edit_vorbis_comments,
    "song.opus": edit_vorbis_comments,
    "song.w64": add_chunk_of_16,
    "song.caf": add_chunk_of_16,
}


@pytest.mark.parametrize("name", EDITS)
def test_fault_59_a_tag_editor_leaves_the_identity(name: str, made: Path, tmp_path: Path) -> None:
    song = copied(made, name, tmp_path)
    before, bytes_before = sound_sha256(song), song.read_bytes()
    EDITS[name](song)
    assert song.read_bytes() != bytes_before
    assert sound_sha256(song) == before
    if hasattr(mutagen.File(song), "delete"):
        mutagen.File(song).delete()
        assert sound_sha256(song) == before


@pytest.mark.parametrize("name", ["song.wav", "song.rf64"])
def test_fault_59_info_chunks_leave_the_identity(name: str, made: Path, tmp_path: Path) -> None:
    song = copied(made, name, tmp_path)
    before = sound_sha256(song)
    add_info(song)
    assert sound_sha256(song) == before


def test_the_same_samples_have_one_identity_in_every_container(made: Path) -> None:
    names = ("wav", "flac", "aiff", "caf", "w64", "rf64")
    assert len({sound_sha256(made / f"song.{name}") for name in names}) == 1


def test_more_bits_of_the_same_samples_are_the_same_sound(made: Path, tmp_path: Path) -> None:
    samples, _ = soundfile.read(made / "song.wav", dtype="int32")
    for name, coding in (("a.wav", "PCM_24"), ("b.flac", "PCM_24"), ("c.aiff", "PCM_32")):
        soundfile.write(tmp_path / name, samples, RATE_HZ, coding)
        assert sound_sha256(tmp_path / name) == sound_sha256(made / "song.wav")


def test_a_known_value_that_must_never_change(tmp_path: Path) -> None:
    """Computed by hand from the description: stored identities rest on it."""
    samples = (np.arange(5000, dtype=np.int16) * 7 - 9000).reshape(-1, 2)
    for name in ("a.wav", "a.flac", "a.aiff"):
        soundfile.write(tmp_path / name, samples, 8000, "PCM_16")
        counted = (samples.astype("<i4") << 16).tobytes()
        head = b"tastecut sound 1\nint32 8000 Hz 2 channels\n"
        assert sound_sha256(tmp_path / name) == hashlib.sha256(head + counted).hexdigest()
    assert sound_sha256(tmp_path / "a.wav") == (
        "5e645194befb089369b51e3f01ac6e284dde472f165985083502ada6988c143f"
    )


def test_another_sample_rate_or_length_is_another_sound(made: Path, tmp_path: Path) -> None:
    samples, _ = soundfile.read(made / "song.wav", dtype="int16")
    known = {sound_sha256(made / "song.wav")}
    one_off = samples.copy()
    one_off[1234, 1] += 1
    kinds = (
        (samples, 16_001),
        (samples[:-1], RATE_HZ),
        (one_off, RATE_HZ),
        (samples[:, :1], RATE_HZ),
    )
    for number, (audio, rate_hz) in enumerate(kinds):
        soundfile.write(tmp_path / f"{number}.wav", audio, rate_hz)
        known.add(sound_sha256(tmp_path / f"{number}.wav"))
    assert len(known) == 1 + len(kinds)


@pytest.mark.parametrize("name", ["song.ogg", "song.opus"])
def test_ogg_pages_may_be_laid_out_anew(name: str, made: Path, tmp_path: Path) -> None:
    """Another serial number, and one packet a page: still the same packets."""
    path = tmp_path / name
    with (made / name).open("rb") as handle, path.open("wb") as out:
        pages = []
        while True:
            try:
                pages.append(mutagen.ogg.OggPage(handle))
            except EOFError:
                break
        granule = pages[-1].position
        packets = mutagen.ogg.OggPage.to_packets(pages)
        new = mutagen.ogg.OggPage.from_packets(packets, 0, 255, 0)
        for page in new:
            page.serial = 77
        new[0].first = True
        new[-1].last, new[-1].position = True, granule
        out.writelines(page.write() for page in new)
    assert path.read_bytes() != (made / name).read_bytes()
    assert sound_sha256(path) == sound_sha256(made / name)


@pytest.mark.parametrize("name", ["song.ogg", "song.opus"])
def test_every_stream_of_a_chain_counts(name: str, made: Path, tmp_path: Path) -> None:
    data = (made / name).read_bytes()
    chained = tmp_path / name
    chained.write_bytes(data + data)
    twice = sound_sha256(chained)
    chained.write_bytes(data + data + data)
    thrice = sound_sha256(chained)
    with (made / name).open("rb") as handle:
        pages = list(ogg_pages(ByteSpan(handle, 0, len(data))))
    chained.write_bytes(data[: pages[-1].place])
    cut = sound_sha256(chained)
    changed = bytearray(data)
    changed[pages[-1].place - 1] ^= 1
    chained.write_bytes(changed)
    assert len({sound_sha256(made / name), twice, thrice, cut, sound_sha256(chained)}) == 5


@pytest.mark.parametrize("name", ["song.flac", "song.wav", "song.aiff"])
def test_a_file_behind_another_counts(name: str, made: Path, tmp_path: Path) -> None:
    data, joined = (made / name).read_bytes(), tmp_path / name
    found = {sound_sha256(made / name)}
    for content in (data + data, data + data + data):
        joined.write_bytes(content)
        found.add(sound_sha256(joined))
    assert len(found) == 3


KINDS = ("song.mp3", "song.ogg", "song.flac", "song.wav")


@pytest.mark.parametrize("first", KINDS)
@pytest.mark.parametrize("second", KINDS)
def test_what_is_read_differently_is_another_sound(
    first: str, second: str, made: Path, tmp_path: Path
) -> None:
    joined = tmp_path / first
    joined.write_bytes((made / first).read_bytes() + (made / second).read_bytes())
    n_samples = [sum(map(len, blocks(path))) for path in (made / first, joined)]
    is_same = sound_sha256(joined) == sound_sha256(made / first)
    assert is_same == (n_samples[0] == n_samples[1])


def test_junk_in_front_is_no_part_of_the_sound(made: Path, tmp_path: Path) -> None:
    for name in ("song.wav", "song.flac"):
        path = tmp_path / name
        path.write_bytes(b"not a tag, nor sound" * 50 + (made / name).read_bytes())
        assert sound_sha256(path) == sound_sha256(made / name)


def test_adpcm_counts_its_coded_bytes(tmp_path: Path) -> None:
    for coding in ("IMA_ADPCM", "MS_ADPCM"):
        path = tmp_path / f"{coding}.wav"
        soundfile.write(path, MUSIC, RATE_HZ, coding)
        before = sound_sha256(path)
        add_info(path)
        assert sound_sha256(path) == before
        data = bytearray(path.read_bytes())
        data[2000] ^= 1
        path.write_bytes(data)
        assert sound_sha256(path) != before


def test_flac_behind_an_id3_tag_is_the_same_flac(made: Path, tmp_path: Path) -> None:
    path = tmp_path / "song.flac"
    path.write_bytes(
        id3_tag("In front", COVER) + (made / "song.flac").read_bytes() + b"TAG" + bytes(125)
    )
    assert sound_sha256(path) == sound_sha256(made / "song.flac")


def test_mp3_in_wav_is_known_by_its_frames(made: Path, tmp_path: Path) -> None:
    data = (made / "song.mp3").read_bytes()
    form = struct.pack("<HHIIHHH", 0x55, 2, RATE_HZ, 8000, 1, 0, 0)
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form
    body += b"data" + struct.pack("<I", len(data)) + data + bytes(len(data) % 2)
    path = tmp_path / "song.wav"
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)
    assert sound_sha256(path) == sound_sha256(made / "song.mp3")


def test_bytes_that_nobody_knows_count_without_the_tags_around(tmp_path: Path) -> None:
    path = tmp_path / "song.tak"
    path.write_bytes(b"tBaK" + COVER)
    before = sound_sha256(path)
    path.write_bytes(id3_tag("In front") + b"tBaK" + COVER + b"TAG" + bytes(125))
    assert sound_sha256(path) == before
    path.write_bytes(b"tBaK" + COVER[:-1])
    assert sound_sha256(path) != before


@pytest.mark.parametrize("name", ["wav", "flac", "aiff", "caf", "mp3", "ogg", "opus", "w64"])
def test_fault_35_damage_gives_an_identity_and_the_same_each_time(
    name: str, made: Path, tmp_path: Path
) -> None:
    data = (made / f"song.{name}").read_bytes()
    rng = np.random.default_rng(8)
    path = tmp_path / f"song.{name}"
    for _ in range(15):
        damaged = bytearray(data[: rng.integers(1, len(data) + 1)])
        for place in rng.integers(0, len(damaged), rng.integers(0, 30)):
            damaged[place] = rng.integers(0, 256)
        path.write_bytes(damaged)
        assert sound_sha256(path) == sound_sha256(path)


def test_what_can_not_be_read_is_told(tmp_path: Path) -> None:
    for bad in (tmp_path / "none.wav", tmp_path):
        with pytest.raises(UserError):
            sound_sha256(bad)


def test_it_can_be_cancelled(made: Path) -> None:
    for name in ("wav", "flac", "mp3", "ogg"):
        with pytest.raises(Cancelled):
            sound_sha256(made / f"song.{name}", Progress(is_cancelled=lambda: True))
