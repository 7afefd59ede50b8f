"""Broadcast Wave: bext and iXML are kept where they stay true, in WAV and in RF64; BW64 is read."""

from __future__ import annotations

import struct
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
from defusedxml.ElementTree import fromstring

from ml_core.audio_file import Tags, probe, read, read_tags, write_atomic, writing
from ml_core.audio_file.streams.byte_span import ByteSpan
from ml_core.audio_file.streams.chunks import chunks
from ml_core.audio_file.tagging.broadcast import broadcast_of
from ml_core.audio_file.tagging.ixml import true_ixml
from ml_core.audio_file.wav_chunks import append_chunks, chunk
from ml_core.domain.edits import Edit
from ml_core.domain.files.encodings import Encoding
from ml_core.export.tools.cue import Cue, add_cues
from tests.ml_core.audio_file.sound_material import save, sound
from tests.ml_core.export.test_export_audio import edit_of as whole_edit_of
from tests.ml_core.export.test_export_audio import export_edit

RATE_HZ = 16_000
MIDNIGHT = 36_000 * RATE_HZ
IXML = b"""<?xml version="1.0" encoding="UTF-8"?><BWFXML><IXML_VERSION>3.01</IXML_VERSION>
<PROJECT>Harbour</PROJECT><SCENE>12A</SCENE><TAKE>3</TAKE><NOTE>Wind &amp; rain</NOTE>
<FILE_UID>ABC123</FILE_UID><FILE_SET><TOTAL_FILES>2</TOTAL_FILES></FILE_SET>
<SYNC_POINT_LIST><SYNC_POINT/></SYNC_POINT_LIST>
<SPEED><NOTE>none</NOTE><FILE_SAMPLE_RATE>16000</FILE_SAMPLE_RATE>
<AUDIO_BIT_DEPTH>16</AUDIO_BIT_DEPTH><TIMESTAMP_SAMPLE_RATE>16000</TIMESTAMP_SAMPLE_RATE>
<TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI>0</TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI>
<TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO>576000000</TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO></SPEED>
<BEXT><BWF_TIME_REFERENCE_LOW>576000000</BWF_TIME_REFERENCE_LOW></BEXT>
<TRACK_LIST><TRACK_COUNT>2</TRACK_COUNT><TRACK><NAME>Left</NAME></TRACK>
<TRACK><NAME>Right</NAME></TRACK></TRACK_LIST></BWFXML>"""


def bext(place: int = MIDNIGHT, history: bytes = b"A=ANALOGUE,M=stereo,T=Studer A816\r\n") -> bytes:
    head = struct.pack(
        "<256s32s32s10s8sQH64s5h180x",
        b"A harbour at dawn",
        b"The Demo Band",
        b"DEMO0000000000000001",
        b"2024-05-06",
        b"10:00:00",
        place,
        2,
        b"\x06\x0a\x2b\x34" * 16,
        *(-2300, 500, -100, -1800, -2000),
    )
    return head + history


def recorded(path: Path, *extra: bytes, container: str = "WAV", rate_hz: int = RATE_HZ) -> Path:
    """A recording of 21 s with these chunks behind its sound."""
    soundfile.write(path, sound(21.0), rate_hz, "PCM_16", format=container)
    assert append_chunks(path, b"".join(extra))
    return path


def edit_of(path: Path) -> Edit:
    """An edit that begins four seconds into the song."""
    return whole_edit_of(path, ((64_000, 160_000), (200_000, 330_000)))


def found(path: Path) -> dict[bytes, bytes]:
    with path.open("rb") as handle:
        span = ByteSpan(handle, 0, path.stat().st_size)
        return {one.name: span.at(one.start, one.stop - one.start) for one in chunks(span)}


@pytest.mark.parametrize("container", ["WAV", "RF64"])
def test_what_stays_true_is_kept_and_the_rest_is_put_right_or_dropped(
    tmp_path: Path, container: str
) -> None:
    song = recorded(
        tmp_path / "song.wav", chunk(b"bext", bext()), chunk(b"iXML", IXML), container=container
    )
    edit = edit_of(song)
    first = edit.spans[0][0]
    assert first > 0, "the edit begins within the song"
    made = found(export_edit(song, edit, tmp_path / "edit.wav", "wav"))
    data = made[b"bext"]
    description, originator, reference, day, hour, place, version, umid, rest = struct.unpack_from(
        "<256s32s32s10s8sQH64s190s", data
    )
    assert description.rstrip(b"\0") == b"A harbour at dawn"
    assert originator.rstrip(b"\0") == b"The Demo Band"
    assert (day, hour, place) == (b"2024-05-06", b"10:00:00", MIDNIGHT + first)
    assert not any(reference + umid + rest) and version == 1, "numbers and loudness of another file"
    assert data[602:].decode("ascii").splitlines() == [
        "A=ANALOGUE,M=stereo,T=Studer A816",
        "A=PCM,F=16000,W=16,M=stereo,T=Tastecut edit",
    ]
    root = fromstring(made[b"iXML"])
    assert [root.findtext(n) for n in ("PROJECT", "SCENE", "NOTE")] == [
        "Harbour",
        "12A",
        "Wind & rain",
    ]
    assert [one.findtext("NAME") for one in root.iter("TRACK")] == ["Left", "Right"]
    assert root.findtext("SPEED/TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO") == str(MIDNIGHT + first)
    for gone in ("FILE_UID", "FILE_SET", "SYNC_POINT_LIST", "BEXT"):
        assert root.find(gone) is None


def test_another_library_reads_it(tmp_path: Path) -> None:
    song = recorded(tmp_path / "song.wav", chunk(b"bext", bext()))
    edit = edit_of(song)
    with av.open(str(export_edit(song, edit, tmp_path / "edit.wav", "wav"))) as file:
        said = file.metadata
    assert said["encoded_by"] == "The Demo Band" and said["date"] == "2024-05-06"
    assert int(said["time_reference"]) == MIDNIGHT + edit.spans[0][0]
    assert "T=Tastecut edit" in said["coding_history"]


def test_at_another_rate_and_number_of_channels_it_is_still_true(tmp_path: Path) -> None:
    song = recorded(tmp_path / "song.wav", chunk(b"bext", bext()), chunk(b"iXML", IXML))
    edit = edit_of(song)
    asked = Encoding("24", rate_hz=32_000, n_channels=1)
    made = found(export_edit(song, edit, tmp_path / "e.wav", "wav", encoding=asked))
    (place,) = struct.unpack_from("<Q", made[b"bext"], 338)
    assert place == 2 * (MIDNIGHT + edit.spans[0][0])
    assert made[b"bext"][602:].splitlines()[-1] == b"A=PCM,F=32000,W=24,M=mono,T=Tastecut edit"
    root = fromstring(made[b"iXML"])
    assert root.findtext("SPEED/FILE_SAMPLE_RATE") == "32000"
    assert root.findtext("SPEED/AUDIO_BIT_DEPTH") == "24"
    assert root.findtext("SPEED/TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO") == str(
        MIDNIGHT + edit.spans[0][0]
    )
    assert root.find("TRACK_LIST") is None, "there are not two channels any more"


def test_other_formats_say_what_they_leave_out(tmp_path: Path) -> None:
    song = recorded(tmp_path / "song.wav", chunk(b"bext", bext()))
    said: list[str] = []
    export_edit(song, edit_of(song), tmp_path / "e.flac", "flac", say=said.append)
    assert any("Broadcast Wave" in sentence for sentence in said)


@pytest.mark.parametrize(
    "hostile",
    [
        b"bext too short",
        bext(2**64 - 1, b"\xff" * 3000),
        b"<!DOCTYPE x [<!ENTITY a 'b'>]><BWFXML>&a;</BWFXML>",
        b"<BWFXML>" + b"<A>" * 5000 + b"</A>" * 5000 + b"</BWFXML>",
        b"<BWFXML>" + b"<A/>" * 20_000 + b"</BWFXML>",
        b"<OTHER/>",
        b"\xff\xfe\x00",
    ],
)
def test_hostile_chunks_stand_in_no_ones_way(tmp_path: Path, hostile: bytes) -> None:
    song = recorded(tmp_path / "s.wav", chunk(b"bext", hostile), chunk(b"iXML", hostile))
    made = export_edit(song, edit_of(song), tmp_path / "e.wav", "wav")
    assert probe(made).n_samples == edit_of(song).n_samples
    assert true_ixml(hostile) == b""


@pytest.mark.parametrize("tail", [b"", bytes(500), b" \r\n\0"])
def test_ixml_in_any_coding_with_room_behind_it(tail: bytes) -> None:
    for text in (IXML + tail, IXML.decode().replace("UTF-8", "UTF-16").encode("utf-16")):
        assert fromstring(true_ixml(text)).findtext("NOTE") == "Wind & rain"


def test_odd_places_in_ixml_are_left_out() -> None:
    odd = IXML.replace(b"576000000", b"yesterday")
    root = fromstring(true_ixml(odd))
    assert root.findtext("PROJECT") == "Harbour"


def test_rf64_keeps_the_chunks_that_wav_keeps(tmp_path: Path, monkeypatch) -> None:
    song = recorded(tmp_path / "song.wav", chunk(b"bext", bext()))
    said = broadcast_of(song)
    monkeypatch.setattr(writing, "LARGEST_CHUNK_BYTES", 100_000)
    tags = Tags(
        {"title": ("Dawn",), "MOOD2": ("calm", "wide"), "lyrics": ("La",)},
        is_edit=True,
        broadcast=said,
    )
    path, audio = tmp_path / "large.wav", sound(3.0)
    write_atomic(path, [audio], RATE_HZ, 2, "wav", n_samples=len(audio), tags=tags)
    assert path.read_bytes()[:4] == b"RF64"
    assert add_cues(path, [Cue(100, "Join")])
    kinds = found(path)
    assert {b"bext", b"id3 ", b"LIST", b"cue "} <= set(kinds)
    again = read_tags(path)
    assert dict(again.texts) == dict(tags.texts)
    assert again.broadcast is not None and again.broadcast.description == b"A harbour at dawn"
    assert probe(path).n_samples == len(audio) and not probe(path).is_cut_short
    size = struct.unpack_from("<Q", path.read_bytes(), 20)[0]
    assert size == path.stat().st_size - 8
    assert np.abs(read(path) - audio).max() <= 2**-15


def test_bw64_is_read_as_rf64_is(tmp_path: Path) -> None:
    path = recorded(tmp_path / "song.wav", chunk(b"bext", bext()), container="RF64")
    rf64 = read(path)
    path.write_bytes(b"BW64" + path.read_bytes()[4:])
    assert np.array_equal(read(path), rf64)
    assert read_tags(path).broadcast is not None
    edit = edit_of(path)
    made = found(export_edit(path, edit, tmp_path / "edit.wav", "wav"))
    assert b"bext" in made


def test_a_song_without_them_gets_none(tmp_path: Path) -> None:
    song = save(tmp_path / "song.wav", sound(21.0))
    made = found(export_edit(song, edit_of(song), tmp_path / "edit.wav", "wav"))
    assert not {b"bext", b"iXML"} & set(made)
