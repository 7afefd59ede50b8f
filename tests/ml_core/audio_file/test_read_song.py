"""From a file to a song, or to one sentence that says why not and what helps."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from ml_core.audio_file import blocks, read, read_song, sound_sha256
from ml_core.errors import Cancelled, UserError
from ml_core.progress import Progress
from tests.ml_core.audio_file.sound_material import LIBSNDFILE_NAMES, save, sound


def refusal(path: Path) -> UserError:
    """The sentence that reading a file ends in; it names the file and what helps."""
    with pytest.raises(UserError) as caught:
        read_song(path)
    error = caught.value
    assert error.remedy and error.message.endswith(".") and "\n" not in str(error)
    str(error).encode("utf-8")
    return error


@pytest.mark.parametrize("extension", LIBSNDFILE_NAMES)
def test_every_format_becomes_a_song(tmp_path: Path, extension: str) -> None:
    audio = sound()
    path = save(tmp_path / f"My song.{extension}", audio)
    before = path.stat()
    song = read_song(path)
    assert song.sha256 == song.sound == sound_sha256(path)
    assert song.stamp == (before.st_size, before.st_mtime_ns)
    assert song.fingerprint
    assert (song.n_samples, song.n_channels, song.sample_rate_hz) == (len(audio), 2, 16_000)
    assert (song.file_format, song.subtype) == LIBSNDFILE_NAMES[extension]
    assert (song.title, song.artist, song.warnings) == ("My song", "", ())
    assert song.paths == (str(path),)
    assert path.stat().st_mtime_ns == before.st_mtime_ns


def test_progress_moves_on_and_cancels(tmp_path: Path) -> None:
    path = save(tmp_path / "song.wav", sound(30.0, 44_100), 44_100)
    seen: list[tuple[float, str]] = []
    read_song(path, Progress(lambda fraction, words, _: seen.append((fraction, words))))
    fractions = [fraction for fraction, _ in seen]
    assert fractions == sorted(fractions) and len(fractions) > 10 and fractions[-1] > 0.7
    assert seen[0][1] == "Reading song.wav"
    with pytest.raises(Cancelled):
        read_song(path, Progress(is_cancelled=lambda: True))


def test_fault_30_nan_is_told(tmp_path: Path) -> None:
    audio = sound()
    audio[1_000:1_010] = np.nan
    song = read_song(save(tmp_path / "song.wav", audio, subtype="FLOAT"))
    assert song.warnings == ("In song.wav 20 values were no sound; silence replaces them.",)
    assert song.n_samples == len(audio)


def test_fault_31_empty_and_tiny(tmp_path: Path) -> None:
    empty = tmp_path / "empty.wav"
    empty.touch()
    assert refusal(empty).message == "empty.wav is empty."
    for extension in ("wav", "flac", "aiff"):
        hollow = save(tmp_path / f"hollow.{extension}", sound(0.0))
        assert "hollow" in refusal(hollow).message
    single = save(tmp_path / "single.wav", sound(1 / 16_000))
    assert refusal(single).message == "single.wav is 0.0 s long; a song needs at least 20 s."


def test_fault_33_silence_and_dc_are_refused(tmp_path: Path) -> None:
    n = 21 * 16_000
    rng = np.random.default_rng(0)
    dither = rng.integers(-1, 2, (n, 2)).astype(np.float32) / 2**15
    for name, audio in {
        "silence": np.zeros((n, 2), np.float32),
        "dither": dither,
        "dc": np.full((n, 2), 0.25, np.float32),
    }.items():
        error = refusal(save(tmp_path / f"{name}.wav", audio))
        assert error.message == f"{name}.wav is silent from beginning to end."
    for name, audio in {
        "noise": 0.3 * rng.standard_normal((n, 2)).astype(np.float32),
        "clipped": np.sign(sound()),
        "one side": sound() * np.array([1, 0], np.float32),
    }.items():
        assert read_song(save(tmp_path / f"{name}.wav", audio)).n_samples == n


def test_a_very_quiet_song_in_fine_steps_is_no_silence(tmp_path: Path) -> None:
    quiet = sound() * np.float32(10 ** (-85 / 20))
    path = save(tmp_path / "quiet.flac", quiet, subtype="PCM_24")
    assert read_song(path).warnings == ()
    rng = np.random.default_rng(0)
    dither = rng.integers(-1, 2, quiet.shape).astype(np.float32) / 2**23
    error = refusal(save(tmp_path / "dither.wav", dither, subtype="PCM_24"))
    assert error.message == "dither.wav is silent from beginning to end."


def test_fault_34_a_truncated_mp3_is_as_long_as_it_sounds(tmp_path: Path) -> None:
    whole = save(tmp_path / "whole.mp3", sound(40.0, 44_100), 44_100)
    data = whole.read_bytes()
    cut = tmp_path / "cut.mp3"
    cut.write_bytes(data[: int(0.7 * len(data))])
    song = read_song(cut)
    assert 0.65 * 40 < song.duration_s < 0.75 * 40
    assert song.n_samples == len(read(cut))
    assert len(song.warnings) == 1
    assert "cut.mp3 is damaged or cut short" in song.warnings[0]
    cut.write_bytes(data[: int(0.3 * len(data))])
    assert refusal(cut).message.startswith("cut.mp3 is damaged or cut short: only 1")


@pytest.mark.parametrize("extension", ["wav", "flac", "ogg", "opus", "aiff"])
def test_fault_35_truncated(tmp_path: Path, extension: str) -> None:
    audio = sound(40.0)
    data = save(tmp_path / f"whole.{extension}", audio).read_bytes()
    whole = read(tmp_path / f"whole.{extension}")
    cut = tmp_path / f"cut.{extension}"
    cut.write_bytes(data[: int(0.75 * len(data))])
    song = read_song(cut)
    assert 0.7 * 40 < song.duration_s < 0.8 * 40
    assert len(song.warnings) == 1 and "cut short" in song.warnings[0]
    heard = read(cut)
    assert len(heard) == song.n_samples
    assert sum(len(block) for block in blocks(cut, 777)) == song.n_samples
    # Opus decodes its very last packet without what would follow it.
    n = len(heard) - 2_000
    np.testing.assert_array_equal(heard[:n], whole[:n])
    np.testing.assert_array_equal(read(cut, n - 5_000, n), whole[n - 5_000 : n])
    np.testing.assert_array_equal(read(cut, 100, 200), whole[100:200])


def test_fault_35_truncated_to_a_stump(tmp_path: Path) -> None:
    for extension in LIBSNDFILE_NAMES:
        data = save(tmp_path / f"whole.{extension}", sound()).read_bytes()
        for n_bytes in (1, 10, 30, 60, 2_000):
            stump = tmp_path / f"stump.{extension}"
            stump.write_bytes(data[:n_bytes])
            assert "stump" in refusal(stump).message


def test_fault_36_wrong_names(tmp_path: Path) -> None:
    flac = save(tmp_path / "song.flac", sound())
    for name in ("song.mp3", "song.raw", "song.vox", "song", "song.flac.bak"):
        path = tmp_path / name
        path.write_bytes(flac.read_bytes())
        song = read_song(path)
        assert song.file_format == "FLAC" and song.n_samples == 21 * 16_000
    for name in ("text.wav", "text.mp3", "text.vox", "text.raw"):
        (tmp_path / name).write_text("These are words. " * 500)
        assert refusal(tmp_path / name).message == (
            f"{name} is not a sound file that Tastecut can read."
        )
    soundfile.write(str(tmp_path / "matrix.wav"), sound(), 16_000, "FLOAT", format="MAT5")
    assert "is not a sound file" in refusal(tmp_path / "matrix.wav").message
    folder = tmp_path / "x.wav"
    folder.mkdir()
    assert refusal(folder).message == "x.wav is a folder, not a song."
    assert refusal(tmp_path / "gone.wav").message == "gone.wav can't be found."
    link = tmp_path / "broken link.wav"
    link.symlink_to(tmp_path / "nowhere")
    assert refusal(link).message == "broken link.wav can't be found."
    for name in ("nul\0.wav", "half a character \ud800.wav"):
        assert "can't be read" in refusal(tmp_path / name).message


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
@pytest.mark.timeout(20)
def test_fault_36_a_pipe_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.wav")
    assert "pipe.wav is not a file" in refusal(tmp_path / "pipe.wav").message


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"MAC " + bytes(40), "a Monkey's Audio file"),
        (b"MThd" + bytes(40), "a MIDI file, which holds notes and no sound"),
    ],
)
def test_sound_that_cannot_be_read_yet_gets_a_remedy(
    tmp_path: Path, head: bytes, words: str
) -> None:
    path = tmp_path / "song.ape"
    path.write_bytes(head)
    error = refusal(path)
    assert error.message == f"song.ape is {words}; Tastecut can't read that yet."
    assert error.remedy == "Convert it to WAV or FLAC and add the new file."


@pytest.mark.parametrize(
    "name",
    [
        "Ünïcödé 音楽 🎵.wav",
        "n" * 245 + ".wav",
        'quote\'s "and" spaces .wav',
        "new\nline.wav",
        os.fsdecode(b"not utf-8 \xff\xfe.wav"),
    ],
    ids=["unicode", "249 bytes", "quotes", "newline", "not utf-8"],
)
def test_fault_38_names(tmp_path: Path, name: str) -> None:
    plain = save(tmp_path / "plain.wav", sound())
    path = tmp_path / name
    try:
        plain.rename(path)
    except OSError as reason:
        pytest.skip(f"this disk has no such names: {reason}")
    song = read_song(path)
    assert Path(song.path).samefile(path)
    song.title.encode("utf-8")
    assert song.title.isprintable() and "\n" not in song.title
    assert len(read(path)) == song.n_samples
    path.write_bytes(b"no sound")
    refusal(path)


def test_fault_40_a_song_too_short_is_named_with_its_length(tmp_path: Path) -> None:
    error = refusal(save(tmp_path / "jingle.wav", sound(19.94)))
    assert error.message == "jingle.wav is 19.9 s long; a song needs at least 20 s."
    assert read_song(save(tmp_path / "song.wav", sound(20.0))).duration_s == 20.0


def test_a_file_without_permission_is_named(tmp_path: Path, monkeypatch) -> None:
    path = save(tmp_path / "song.wav", sound(1.0))

    def forbidden(*arguments: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", forbidden)
    assert refusal(path).message == "song.wav may not be read."


def test_a_disk_that_fails_while_reading_is_no_end_of_song(tmp_path: Path, monkeypatch) -> None:
    path = save(tmp_path / "song.wav", sound())
    from ml_core.audio_file import source_bytes

    seen = 0
    whole = source_bytes.SourceBytes.readinto

    def failing(self: source_bytes.SourceBytes, buffer: memoryview) -> int:
        nonlocal seen
        seen += 1
        if seen > 50:
            self.error = OSError(5, "Input/output error")
            return 0
        return whole(self, buffer)

    monkeypatch.setattr(source_bytes.SourceBytes, "readinto", failing)
    assert refusal(path).message == "song.wav can't be read (Input/output error)."


def test_a_file_that_is_still_being_written_is_refused(tmp_path: Path) -> None:
    path = save(tmp_path / "song.wav", sound())
    grown = False

    def grow(fraction: float, words: str, partial: object) -> None:
        nonlocal grown
        if not grown:
            grown = True
            with path.open("ab") as handle:
                handle.write(bytes(100))

    with pytest.raises(UserError, match=r"song\.wav changed while it was read"):
        read_song(path, Progress(grow))


def test_real_songs_read_as_they_decode(music_dir: Path) -> None:
    for path in sorted((music_dir / "songs").iterdir())[:3]:
        song = read_song(path)
        assert song.duration_s > 20 and song.warnings == ()
