"""Files that appear complete or not at all."""

from __future__ import annotations

import errno
import os
import resource
import time
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from ml_core.audio_file import (
    WRITE_FORMATS,
    probe,
    read,
    staged_file,
    staging,
    write_atomic,
    write_bytes_atomic,
    write_text_atomic,
    writing,
)
from ml_core.errors import Cancelled, UserError
from tests.faults.export.injectors import from_small_stack, kill_while_writing
from tests.ml_core.audio_file.sound_material import (
    in_blocks,
    read_only_folder,
    save,
    sound,
    tiny_disk,
)


def refusal(path: Path, file_format: str = "wav", **more: object) -> UserError:
    """The sentence that writing ends in; it names the file, and nothing is left behind."""
    before = sorted(path.parent.iterdir()) if path.parent.is_dir() else []
    audio = sound(20.0)
    with pytest.raises(UserError) as caught:
        write_atomic(path, in_blocks(audio), 16_000, 2, file_format, **more)
    assert caught.value.remedy and "\n" not in str(caught.value)
    after = sorted(path.parent.iterdir()) if path.parent.is_dir() else []
    assert after == before
    return caught.value


@pytest.mark.parametrize("file_format", WRITE_FORMATS)
def test_every_format_holds_every_sample(tmp_path: Path, file_format: str) -> None:
    audio = sound(4.0)
    path = tmp_path / f"song{WRITE_FORMATS[file_format].extension}"
    assert write_atomic(path, in_blocks(audio), 16_000, 2, file_format) == len(audio)
    header = probe(path)
    assert (header.n_samples, header.sample_rate_hz, header.n_channels) == (len(audio), 16_000, 2)
    found = read(path)
    assert found.shape == audio.shape
    match = np.corrcoef(found[:, 0], audio[:, 0])[0, 1]
    assert match > (0.9999 if file_format in ("wav", "flac", "aiff") else 0.95)
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("file_format", "subtype"),
    [
        ("wav", "PCM_U8"),
        ("wav", "PCM_16"),
        ("wav", "PCM_24"),
        ("wav", "FLOAT"),
        ("flac", "PCM_S8"),
        ("flac", "PCM_16"),
        ("flac", "PCM_24"),
        ("aiff", "PCM_16"),
        ("aiff", "PCM_24"),
    ],
)
def test_samples_on_the_coding_s_steps_stay_as_they_are(
    tmp_path: Path, file_format: str, subtype: str
) -> None:
    write_atomic(tmp_path / "first", [sound(1.0)], 44_100, 2, file_format, subtype)
    once = read(tmp_path / "first")
    write_atomic(tmp_path / "second", [once], 44_100, 2, file_format, subtype)
    assert_array_equal(read(tmp_path / "second"), once)


@pytest.mark.parametrize("file_format", ["wav", "aiff", "flac"])
def test_rounding_adds_no_dc(tmp_path: Path, file_format: str) -> None:
    audio = sound(4.0)
    write_atomic(tmp_path / "song", [audio], 44_100, 2, file_format)
    assert abs(float((read(tmp_path / "song") - audio).mean())) < 0.02 / 2**15


def test_loud_sound_is_cut_at_full_scale(tmp_path: Path) -> None:
    write_atomic(tmp_path / "song.wav", [4 * sound(0.5)], 44_100, 2, "wav")
    found = read(tmp_path / "song.wav")
    assert found.max() == 1 - 2**-15 and found.min() == -1.0


def test_a_name_that_is_taken_is_refused_unless_asked(tmp_path: Path) -> None:
    path = tmp_path / "song.wav"
    path.write_bytes(b"mine")
    assert refusal(path).message == "song.wav exists already."
    assert path.read_bytes() == b"mine"
    (tmp_path / "link.wav").symlink_to(tmp_path / "nowhere")
    assert refusal(tmp_path / "link.wav").message == "link.wav exists already."
    write_atomic(path, [sound(0.1)], 16_000, 2, "wav", overwrite=True)
    assert probe(path).n_samples == 1_600


def test_a_name_taken_while_writing_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "song.wav"

    def blocks():
        yield sound(0.1)
        path.write_bytes(b"mine")

    with pytest.raises(UserError, match="exists already"):
        write_atomic(path, blocks(), 16_000, 2, "wav")
    assert path.read_bytes() == b"mine" and list(tmp_path.iterdir()) == [path]


def test_wrong_blocks_are_our_fault(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="a block must be"):
        write_atomic(tmp_path / "song.wav", [np.zeros((5, 3), np.float32)], 16_000, 2, "wav")
    assert list(tmp_path.iterdir()) == []


def test_what_a_format_cannot_hold_is_said(tmp_path: Path) -> None:
    def message(file_format: str, rate_hz: int, n_channels: int) -> str:
        with pytest.raises(UserError) as caught:
            block = np.zeros((10, n_channels), np.float32)
            write_atomic(tmp_path / "song", [block], rate_hz, n_channels, file_format)
        assert list(tmp_path.iterdir()) == []
        return str(caught.value)

    assert "MP3 holds at most 2" in message("mp3", 44_100, 3)
    assert "FLAC holds at most 8" in message("flac", 44_100, 9)
    assert "can't have a rate of 44100 Hz" in message("opus", 44_100, 2)
    assert "can't write ape files yet" in message("ape", 44_100, 2)
    assert "M4A holds at most 2" in message("m4a", 44_100, 3)


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX")
@pytest.mark.parametrize("file_format", ["wav", "flac"])
def test_fault_20_kill_during_export(tmp_path: Path, file_format: str) -> None:
    path = tmp_path / f"song.{file_format}"
    write_atomic(path, [sound(0.2)], 16_000, 2, file_format)
    before = path.read_bytes()
    kill_while_writing(path, file_format, n_blocks=5)
    assert path.read_bytes() == before
    left = [entry for entry in tmp_path.iterdir() if entry != path]
    assert len(left) == 1 and left[0].name.startswith(".tastecut-")
    # The next export clears it away; the file of one that runs stays, as long as it is of today.
    running = tmp_path / f".tastecut-{os.getpid()}-{'0' * 16}.part"
    running.touch()
    write_atomic(path, [sound(0.2)], 16_000, 2, file_format, overwrite=True)
    assert sorted(tmp_path.iterdir()) == sorted([path, running])
    yesterday = time.time() - 25 * 3600
    os.utime(running, (yesterday, yesterday))
    write_atomic(path, [sound(0.2)], 16_000, 2, file_format, overwrite=True)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("file_format", WRITE_FORMATS)
def test_fault_21_full_disk(tmp_path: Path, file_format: str) -> None:
    with tiny_disk(tmp_path / "disk", 64) as disk:
        path = disk / f"song.{file_format}"
        error = refusal(path, file_format)
        assert error.message == f"There is no room left for {path.name}."
        with pytest.raises(UserError, match=r"no room left for notes\.txt"):
            write_text_atomic(disk / "notes.txt", "x" * 100_000)
        assert list(disk.iterdir()) == []


def test_fault_21_a_full_disk_is_noticed_at_once(tmp_path: Path) -> None:
    """Not when hours were encoded for nothing."""
    seen = 0

    def blocks():
        nonlocal seen
        while seen < 100:
            seen += 1
            yield sound(2.0)

    with tiny_disk(tmp_path / "disk", 64) as disk:
        with pytest.raises(UserError, match="no room left"):
            write_atomic(disk / "song.wav", blocks(), 16_000, 2, "wav")
        assert seen == 1


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="no limit on file sizes")
def test_fault_7_a_limit_on_file_sizes(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))
    try:
        error = refusal(tmp_path / "song.flac", "flac")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert error.message == "There is no room left for song.flac."


def test_fault_22_read_only_folder(tmp_path: Path) -> None:
    with read_only_folder(tmp_path / "locked") as folder:
        error = refusal(folder / "song.wav")
        assert error.message == "song.wav can't be written to the folder locked."


def test_other_places_that_take_no_files(tmp_path: Path) -> None:
    assert "folder gone for song.wav" in refusal(tmp_path / "gone" / "song.wav").message
    (tmp_path / "file").touch()
    assert "can't be written" in refusal(tmp_path / "file" / "song.wav").message
    assert "is too long" in refusal(tmp_path / ("n" * 300 + ".wav")).message
    for name in ("nul\0.wav", "half a character \ud800.wav"):
        assert "No file can be called" in refusal(tmp_path / name).message


def test_fault_24_cancel_leaves_nothing(tmp_path: Path) -> None:
    def blocks():
        yield sound(2.0)
        raise Cancelled

    for file_format in WRITE_FORMATS:
        with pytest.raises(Cancelled):
            write_atomic(tmp_path / "song", blocks(), 16_000, 2, file_format)
    assert list(tmp_path.iterdir()) == []


def test_fault_25_long_vorbis_from_a_thread_with_a_small_stack(tmp_path: Path) -> None:
    """One long libsndfile write of Vorbis overflows the stack; blocks of any size are cut up."""
    minute = sound(100.0, 44_100)
    written = from_small_stack(
        lambda: write_atomic(tmp_path / "song.ogg", [minute], 44_100, 2, "ogg")
    )
    assert written == len(minute)
    assert probe(tmp_path / "song.ogg").n_samples == len(minute)


def test_fault_26_beyond_four_gigabytes(tmp_path: Path, monkeypatch) -> None:
    """With the bound lowered: RF64 where the length is known, else refused; AIFF always."""
    monkeypatch.setattr(writing, "LARGEST_CHUNK_BYTES", 100_000)
    audio = sound(2.0)  # 128,000 bytes
    path = tmp_path / "song.wav"
    write_atomic(path, in_blocks(audio), 16_000, 2, "wav", n_samples=len(audio))
    assert probe(path).file_format == "RF64" and path.read_bytes()[:4] == b"RF64"
    assert np.abs(read(path) - audio).max() <= 2**-15
    with pytest.raises(UserError, match="too long for one file"):
        write_atomic(tmp_path / "unknown.wav", in_blocks(audio), 16_000, 2, "wav")
    with pytest.raises(UserError, match="larger than 4 GB"):
        write_atomic(tmp_path / "a.aiff", in_blocks(audio), 16_000, 2, "aiff", n_samples=32_000)
    short = tmp_path / "short.wav"
    write_atomic(short, [audio[:20_000]], 16_000, 2, "wav", n_samples=20_000)
    assert short.read_bytes()[:4] == b"RIFF"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["short.wav", "song.wav"]


def test_fault_26_the_bound_is_what_32_bits_hold() -> None:
    assert writing._container("x", WRITE_FORMATS["wav"], "PCM_16", 2**30 - 2**20, 2) == "WAV"
    assert writing._container("x", WRITE_FORMATS["wav"], "PCM_16", 2**30, 2) == "RF64"
    assert writing._container("x", WRITE_FORMATS["flac"], "PCM_16", 2**33, 2) == "FLAC"


def test_fault_29_replace_is_retried_then_told(tmp_path: Path, monkeypatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(staging.time, "sleep", waits.append)
    failures = 3
    whole = Path.replace

    def busy(self: Path, target: Path) -> Path:
        nonlocal failures
        failures -= 1
        if failures >= 0:
            raise PermissionError(errno.EACCES, "Permission denied")
        return whole(self, target)

    def no_links(self: Path, target: Path) -> None:
        raise PermissionError(errno.EPERM, "This disk has no second names")

    monkeypatch.setattr(Path, "hardlink_to", no_links)
    monkeypatch.setattr(Path, "replace", busy)
    write_atomic(tmp_path / "song.wav", [sound(0.1)], 16_000, 2, "wav")
    assert len(waits) == 3 and waits == sorted(waits)
    failures = 1_000
    error = refusal(tmp_path / "other.wav")
    assert "other.wav can't be written to the folder" in error.message
    assert len(waits) - 3 == len(staging.REPLACE_WAITS_S)


@pytest.mark.parametrize("has_links", [True, False])
def test_fault_23_a_name_taken_meanwhile_is_never_overwritten(
    tmp_path: Path, monkeypatch, has_links: bool
) -> None:
    if not has_links:

        def no_links(self: Path, target: Path) -> None:
            raise PermissionError(errno.EPERM, "This disk has no second names")

        monkeypatch.setattr(Path, "hardlink_to", no_links)
    target = tmp_path / "song.txt"
    with pytest.raises(UserError, match="exists already"), staging.staged_file(target) as staged:
        staged.path.write_text("ours")
        target.write_text("theirs")
        staged.commit()
    assert target.read_text() == "theirs"
    assert [path.name for path in tmp_path.iterdir()] == ["song.txt"]


def test_an_incomplete_file_never_gets_its_name(tmp_path: Path, monkeypatch) -> None:
    """The file is opened again and counted before it is named."""
    whole = writing._encode

    def losing_the_end(sink, *arguments: object) -> int:
        written = whole(sink, *arguments)
        size = sink.seek(0, os.SEEK_END)
        os.truncate(sink._handle.name, size - 1_000)
        return written

    monkeypatch.setattr(writing, "_encode", losing_the_end)
    assert "came out incomplete" in refusal(tmp_path / "song.wav").message


def test_text_and_bytes_are_whole_or_not_there(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    write_text_atomic(path, "ä\r\n🎵\n")
    assert path.read_bytes() == "ä\r\n🎵\n".encode()
    with pytest.raises(UserError, match="exists already"):
        write_text_atomic(path, "other")
    write_bytes_atomic(path, b"other", overwrite=True)
    assert path.read_bytes() == b"other"
    with pytest.raises(RuntimeError), staged_file(path, overwrite=True) as staged:
        staged.path.write_bytes(b"half")
        raise RuntimeError
    assert path.read_bytes() == b"other" and list(tmp_path.iterdir()) == [path]


def test_new_files_have_the_usual_permissions(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.touch()
    write_text_atomic(tmp_path / "ours", "x")
    assert (tmp_path / "ours").stat().st_mode == plain.stat().st_mode


def test_save_helper_and_writer_agree(tmp_path: Path) -> None:
    audio = sound(0.5)
    write_atomic(tmp_path / "ours.flac", [audio], 16_000, 2, "flac")
    assert_array_equal(read(tmp_path / "ours.flac"), read(save(tmp_path / "its.flac", audio)))
