"""M4A, WMA, WavPack and the sound of films: exact, whole, known again, or refused by a sentence."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import mutagen.mp4
import numpy as np
import pytest
import soundfile
from numpy.testing import assert_array_equal

from ml_core.audio_file import blocks, find_audio_files, read, read_song, sound_sha256
from ml_core.domain.files.formats import AUDIO_EXTENSIONS
from ml_core.errors import UserError
from ml_core.pipeline.reading.limited_reading import LimitedReader
from ml_core.progress import silent
from tests.ml_core.audio_file.av_songs import N_SAMPLES, RATE_HZ, write_av

LOSSLESS = [
    ("song.m4a", "alac", "s16p"),
    ("song.m4a", "alac", "s32p"),
    ("song.wv", "wavpack", "s16p"),
]
LOSSY = [("song.m4a", "aac", "fltp"), ("film.mov", "aac", "fltp"), ("film.mkv", "aac", "fltp")]


@pytest.mark.parametrize(("name", "codec", "kind"), LOSSLESS)
def test_lossless_sound_comes_bit_by_bit_and_is_entered_anywhere(
    tmp_path: Path, name: str, codec: str, kind: str
) -> None:
    written = write_av(tmp_path / name, codec, kind)
    assert_array_equal(read(tmp_path / name), written)
    for start in (0, 1, 4095, 300_001, 1_000_000, N_SAMPLES - 5):
        assert_array_equal(read(tmp_path / name, start, start + 5_000), written[start:][:5_000])
    song = read_song(tmp_path / name)
    assert (song.n_samples, song.subtype) == (N_SAMPLES, "PCM_24" if kind == "s32p" else "PCM_16")
    assert song.warnings == ()


@pytest.mark.parametrize(("name", "codec", "kind"), LOSSLESS)
def test_the_same_samples_in_wav_are_the_same_song(
    tmp_path: Path, name: str, codec: str, kind: str
) -> None:
    written = write_av(tmp_path / name, codec, kind)
    subtype = "PCM_24" if kind == "s32p" else "PCM_16"
    soundfile.write(tmp_path / "song.wav", written, RATE_HZ, subtype)
    assert sound_sha256(tmp_path / name) == sound_sha256(tmp_path / "song.wav")


@pytest.mark.parametrize(("name", "codec", "kind"), LOSSY)
def test_lossy_sound_begins_and_ends_where_the_song_does(
    tmp_path: Path, name: str, codec: str, kind: str
) -> None:
    written = write_av(tmp_path / name, codec, kind)
    found = read(tmp_path / name)
    # Matroska does not tell how much of the last frame is sound.
    assert 0 <= len(found) - N_SAMPLES <= (1024 if name.endswith("mkv") else 0)
    n = 1 << 16
    spectrum = np.fft.rfft(found[:n, 0], 2 * n) * np.conj(np.fft.rfft(written[:n, 0], 2 * n))
    assert int(np.argmax(np.fft.irfft(spectrum))) == 0
    assert_array_equal(read(tmp_path / name, 500_000, 510_000), found[500_000:510_000])
    assert_array_equal(np.concatenate(list(blocks(tmp_path / name, 1_000))), found)


def test_a_song_is_known_again_when_its_tags_changed(tmp_path: Path) -> None:
    path = tmp_path / "song.m4a"
    write_av(path, "aac", "fltp")
    before = read_song(path)
    tags: Any = mutagen.mp4.MP4(path)  # type: ignore[no-untyped-call]
    tags["\xa9nam"] = "Another title " * 500
    tags.save()
    assert sound_sha256(path) == before.sha256


def test_the_ending_counts_for_nothing(tmp_path: Path) -> None:
    write_av(tmp_path / "song.m4a", "aac", "fltp")
    shutil.copy(tmp_path / "song.m4a", tmp_path / "song.mp3")
    assert read_song(tmp_path / "song.mp3").file_format == "MP4"


def test_the_first_of_several_streams_is_the_song_and_it_is_said(tmp_path: Path) -> None:
    path = tmp_path / "film.mkv"
    written = write_av(path, "flac", "s16", tracks=2)
    assert_array_equal(read(path), written)
    assert read_song(path).warnings == (
        "film.mkv holds 2 streams of sound; the first is the song.",
    )


def test_a_locked_song_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bought.m4a"
    write_av(path, "aac", "fltp")
    data = path.read_bytes()
    at = data.index(b"mp4a", data.index(b"stsd"))
    path.write_bytes(data[:at] + b"drms" + data[at + 4 :])
    with pytest.raises(UserError, match="protected against copying"):
        read_song(path)


def test_a_picture_in_mp4_s_boxes_and_a_film_without_sound_are_refused(tmp_path: Path) -> None:
    av: Any = pytest.importorskip("av")
    (tmp_path / "a.heic").write_bytes(b"\0\0\0\x18ftypheic" + bytes(80))
    with pytest.raises(UserError, match="is a picture"):
        read_song(tmp_path / "a.heic")
    with av.open(str(tmp_path / "mute.mp4"), "w") as out:
        stream = out.add_stream("mpeg4", rate=25)
        stream.width = stream.height = 32
        for _ in range(5):
            out.mux(stream.encode(av.VideoFrame(32, 32, "yuv420p")))
        out.mux(stream.encode(None))
    with pytest.raises(UserError, match=r"mute\.mp4 holds no sound"):
        read_song(tmp_path / "mute.mp4")


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"RIFF\x10\x20\0\0AVI LIST" + bytes(90), "an AVI video"),
        (b"\0\0\0\x18ftypisom" + bytes(90), "an M4A, MP4 or QuickTime file"),
        (b"\x1a\x45\xdf\xa3" + bytes(90), "a Matroska or WebM file"),
        (b"wvpk" + bytes(90), "a WavPack file"),
        (b"\xff\xf1\x50\x80" + bytes(90), "an AAC file"),
    ],
)
def test_fault_63_broken_containers_are_named(tmp_path: Path, head: bytes, words: str) -> None:
    pytest.importorskip("av")
    path = tmp_path / "song.bin"
    path.write_bytes(head)
    with pytest.raises(UserError) as caught:
        read_song(path)
    assert caught.value.message == f"song.bin is {words} that is damaged and can't be opened."


def test_fault_35_a_truncated_film_is_used_as_far_as_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "film.mkv"
    write_av(path, "aac", "fltp")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 9 // 10])
    assert 20 < read_song(path).duration_s < 23.5


@pytest.mark.parametrize("codec", ["aac", "alac"])
def test_fault_37_mutants_are_read_or_refused_in_the_limited_process(
    tmp_path: Path, codec: str
) -> None:
    path = tmp_path / "song.m4a"
    write_av(path, codec, "fltp" if codec == "aac" else "s16p")
    data = path.read_bytes()
    rng = np.random.default_rng(3)
    with LimitedReader() as reader:
        for number in range(12):
            mutant = bytearray(data)
            start = data.index(b"moov") if number % 2 else 0
            for place in rng.integers(start, len(data), 40):
                mutant[int(place)] = int(rng.integers(256))
            path.write_bytes(mutant)
            try:
                assert reader.read(path, silent()).n_samples > 0
            except UserError as error:
                assert error.message.count("song.m4a") == 1


def test_without_the_library_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_av(tmp_path / "song.m4a", "aac", "fltp")
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(UserError) as caught:
        read_song(tmp_path / "song.m4a")
    assert 'pip install "tastecut[formats]"' in caught.value.remedy


def test_folders_give_them_too(tmp_path: Path) -> None:
    assert {".m4a", ".wma", ".wv", ".mp4", ".mkv", ".mov", ".webm", ".avi"} <= AUDIO_EXTENSIONS
    write_av(tmp_path / "b.MOV", "aac", "fltp", container="mov")
    write_av(tmp_path / "a", "wavpack", "s16p", container="wv")
    assert [path.name for path in find_audio_files([tmp_path])] == ["a", "b.MOV"]
