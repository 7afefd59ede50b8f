"""Depth, dither, rates, channels and full scale: as the song unless asked, and told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from numpy.testing import assert_array_equal
from numpy.typing import NDArray

from ml_core.audio_file import probe, read, read_song
from ml_core.audio_file.steps import Steps
from ml_core.domain.edits import Edit
from ml_core.domain.files.encodings import Encoding
from ml_core.domain.files.formats import WRITE_FORMATS
from ml_core.errors import UserError
from ml_core.export.audio import export_edit

RATE_HZ = 44_100
N = 22 * RATE_HZ


def noise(peak: float = 0.5, n: int = N) -> NDArray[np.float64]:
    rng = np.random.default_rng(5)
    return np.asarray(rng.uniform(-1, 1, (n, 2)) * peak * np.linspace(0.2, 1, n)[:, None])


def exported(
    tmp_path: Path,
    sound: NDArray[Any],
    subtype: str,
    file_format: str,
    encoding: Encoding,
    container: str = "wav",
) -> tuple[Path, list[str], Edit]:
    song_path = tmp_path / f"song.{container}"
    soundfile.write(song_path, sound, RATE_HZ, subtype)
    song = read_song(song_path)
    spans = ((0, 9 * RATE_HZ + 17), (11 * RATE_HZ + 5, 20 * RATE_HZ))
    edit = Edit(song.sha256, RATE_HZ, spans, fades=(2048,), tails=(0,), gains_db=(0.0, 0.0))
    said: list[str] = []
    target = tmp_path / f"edit{WRITE_FORMATS[file_format].extension}"
    export_edit(song, edit, target, file_format, encoding=encoding, say=said.append)
    return target, said, edit


def kept(sound: NDArray[Any]) -> NDArray[Any]:
    """What lies well before the join."""
    return sound[: 9 * RATE_HZ - 2048]


@pytest.mark.parametrize("file_format", ["wav", "flac", "aiff", "alac"])
def test_sixteen_bits_asked_of_24_are_dithered_without_bias(
    tmp_path: Path, file_format: str
) -> None:
    sound = np.rint(noise() * 2**23) / 2**23
    path, said, _ = exported(tmp_path, sound, "PCM_24", file_format, Encoding(depth="16"))
    assert probe(path).subtype == "PCM_16"
    error = (kept(read(path)) - kept(sound)) * 2**15
    assert 0.4 < error.std() < 0.6  # TPDF and rounding: sqrt(1/6 + 1/12)
    assert abs(error.mean()) < 0.01
    assert said == []


def test_the_same_edit_is_dithered_the_same_and_steps_that_fit_stay(tmp_path: Path) -> None:
    sound = np.rint(noise() * 2**15) / 2**15
    first, _, _ = exported(tmp_path, sound, "PCM_24", "wav", Encoding(depth="16"))
    assert_array_equal(kept(read(first)), kept(sound))
    fine = np.rint(noise() * 2**23) / 2**23
    made = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        path, _, _ = exported(tmp_path / name, fine, "PCM_24", "wav", Encoding(depth="16"))
        made.append(read(path))
    assert_array_equal(made[0], made[1])


def test_float_over_full_scale_gets_one_gain_that_is_told(tmp_path: Path) -> None:
    sound = noise(peak=1.5)
    path, said, _ = exported(tmp_path, sound, "FLOAT", "wav", Encoding(depth="24"))
    record = json.loads((tmp_path / "edit.edit.json").read_text())
    assert -3.6 < record["gain_db"] < -2.0
    assert any("goes over full scale" in sentence for sentence in said)
    found, gain = read(path), 10 ** (record["gain_db"] / 20)
    assert np.abs(kept(found) - kept(sound) * gain).max() < 4 / 2**23
    assert np.abs(found).max() < 1


def test_float_stays_float_and_has_no_gain(tmp_path: Path) -> None:
    sound = noise(peak=1.5).astype(np.float32)
    path, said, _ = exported(tmp_path, sound, "FLOAT", "wav", Encoding())
    assert_array_equal(kept(read(path)), kept(sound))
    assert "gain_db" not in json.loads((tmp_path / "edit.edit.json").read_text())
    assert said == []


@pytest.mark.parametrize(
    ("subtype", "file_format", "words"),
    [
        ("PCM_32", "flac", "song.wav has samples of 32 bits; 24 of them are kept."),
        ("FLOAT", "flac", "song.wav has samples of 32 bits; 24 of them are kept."),
        ("DOUBLE", "flac", "song.wav has samples of 64 bits; 24 of them are kept."),
    ],
)
def test_bits_that_are_lost_are_told(
    tmp_path: Path, subtype: str, file_format: str, words: str
) -> None:
    _, said, _ = exported(tmp_path, noise(), subtype, file_format, Encoding())
    assert said == [words]


def whole_numbers() -> NDArray[np.int32]:
    """Samples of which every one of 32 bits counts, the highest and lowest among them."""
    rng = np.random.default_rng(32)
    made = rng.integers(-(2**31), 2**31, (N, 2), dtype=np.int64).astype(np.int32)
    made[:2] = [[2**31 - 1, -(2**31)], [1, -1]]
    return made


@pytest.mark.parametrize(("container", "file_format"), [("wav", "wav"), ("aiff", "aiff")])
def test_whole_numbers_of_32_bits_keep_every_bit(
    tmp_path: Path, container: str, file_format: str
) -> None:
    sound = whole_numbers()
    path, said, edit = exported(tmp_path, sound, "PCM_32", file_format, Encoding(), container)
    made, _ = soundfile.read(path, dtype="int32", always_2d=True)
    assert probe(path).subtype == "PCM_32" and said == []
    assert_array_equal(kept(made), kept(sound))
    (_, (start, end)), half = edit.spans, 1024
    assert_array_equal(made[-(end - start) + half :], sound[start + half : end])
    blocks = made[edit.spans[0][1] - half : edit.spans[0][1] + half]
    assert np.abs(blocks[1:].astype(np.float64)).mean() > 2**27, "the join is heard"


def test_floats_of_64_bits_keep_every_bit(tmp_path: Path) -> None:
    sound = noise() * 1.5
    path, said, _ = exported(tmp_path, sound, "DOUBLE", "wav", Encoding())
    assert_array_equal(kept(soundfile.read(path, dtype="float64")[0]), kept(sound))
    assert probe(path).subtype == "DOUBLE" and said == []


def test_32_bits_are_dithered_to_24_from_all_of_them(tmp_path: Path) -> None:
    sound = whole_numbers() // 4
    path, said, _ = exported(tmp_path, sound, "PCM_32", "wav", Encoding(depth="24"))
    made, _ = soundfile.read(path, dtype="int32", always_2d=True)
    error = (kept(made) - kept(sound)) / 2.0**8
    assert 0.4 < error.std() < 0.6 and abs(error.mean()) < 0.01 and said == []


def test_rate_and_channels_as_asked(tmp_path: Path) -> None:
    path, _, edit = exported(
        tmp_path, noise(), "PCM_16", "flac", Encoding(rate_hz=48_000, n_channels=1)
    )
    header = probe(path)
    assert (header.sample_rate_hz, header.n_channels) == (48_000, 1)
    assert header.n_samples == round(edit.n_samples * 48_000 / RATE_HZ)


@pytest.mark.parametrize(
    ("file_format", "small", "large"),
    [
        ("mp3", Encoding(quality=7), Encoding(quality=1)),
        ("mp3", Encoding(kbps=96), Encoding(kbps=256)),
        ("ogg", Encoding(quality=2), Encoding(quality=8)),
        ("opus", Encoding(kbps=48), Encoding(kbps=192)),
        ("m4a", Encoding(kbps=64), Encoding(kbps=192)),
    ],
)
def test_quality_and_bit_rate_are_what_was_asked(
    tmp_path: Path, file_format: str, small: Encoding, large: Encoding
) -> None:
    sizes = []
    for name, encoding in (("small", small), ("large", large)):
        (tmp_path / name).mkdir()
        path, _, edit = exported(tmp_path / name, noise(), "PCM_16", file_format, encoding)
        kbps = path.stat().st_size * 8 / 1000 / edit.duration_s
        sizes.append(kbps)
        if encoding.kbps:
            assert 0.7 < kbps / encoding.kbps < 1.3
        rate = probe(path).sample_rate_hz
        assert len(read(path)) == round(edit.n_samples * rate / RATE_HZ)
    assert sizes[1] > 1.5 * sizes[0]


@pytest.mark.parametrize(
    ("file_format", "encoding"),
    [
        ("flac", Encoding(depth="float")),
        ("mp3", Encoding(depth="16")),
        ("wav", Encoding(kbps=128)),
        ("mp3", Encoding(kbps=123)),
        ("mp3", Encoding(quality=10)),
        ("mp3", Encoding(quality=2, kbps=128)),
        ("opus", Encoding(rate_hz=44_100)),
        ("wav", Encoding(rate_hz=4)),
    ],
)
def test_what_a_format_cannot_do_is_refused(file_format: str, encoding: Encoding) -> None:
    with pytest.raises(UserError):
        encoding.require_possible(WRITE_FORMATS[file_format])


def test_what_is_cut_off_is_counted() -> None:
    steps = Steps("PCM_16")
    block = np.array([[1.0], [1.2], [-1.0], [-1.1], [0.5]], np.float32)
    assert steps.fitted(block)[:, 0].tolist() == [32767, 32767, -32768, -32768, 16384]
    assert steps.n_clipped == 2
