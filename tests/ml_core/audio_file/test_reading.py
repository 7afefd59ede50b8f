"""Decoding: whole, in pieces, from anywhere, at other rates."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.testing import assert_array_equal

from ml_core.audio_file import (
    blocks,
    heard_mono,
    mix_channels,
    probe,
    read,
    read_resampled,
    resampled_length,
)
from ml_core.audio_file.channels import mix_matrix
from ml_core.errors import UserError
from tests.ml_core.audio_file.sound_material import LIBSNDFILE_NAMES, in_blocks, save, sound


@pytest.mark.parametrize("extension", LIBSNDFILE_NAMES)
def test_every_piece_is_the_same_as_in_one_read(tmp_path: Path, extension: str) -> None:
    audio = sound(6.0)
    path = save(tmp_path / f"song.{extension}", audio)
    whole = read(path)
    assert whole.shape == audio.shape and whole.dtype == np.float32
    as_libsndfile_reads = soundfile.read(str(path), dtype="float32")[0]
    np.testing.assert_allclose(whole, as_libsndfile_reads, atol=1e-6)
    for size in (777, 65_536):
        assert_array_equal(np.concatenate(list(blocks(path, size))), whole)
    rng = np.random.default_rng(1)
    for _ in range(12):
        start, stop = sorted(rng.integers(0, len(whole) + 100, 2).tolist())
        assert_array_equal(read(path, start, stop), whole[start:stop])


def test_vorbis_pieces_are_right_where_libsndfile_enters_wrongly(tmp_path: Path) -> None:
    """Random entries into Vorbis by libsndfile itself give other samples now and then."""
    path = save(tmp_path / "song.ogg", sound(30.0, 44_100), 44_100)
    whole = read(path)
    for start in np.random.default_rng(5).integers(0, len(whole) - 4096, 8).tolist():
        assert_array_equal(read(path, start, start + 4096), whole[start : start + 4096])


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "FLOAT", "DOUBLE"])
def test_fault_32_sample_formats(tmp_path: Path, subtype: str) -> None:
    audio = sound(1.0)
    header = probe(save(tmp_path / "song.wav", audio, subtype=subtype))
    assert (header.subtype, header.n_samples) == (subtype, len(audio))
    step = {"PCM_U8": 2**-7, "PCM_16": 2**-15}.get(subtype, 2**-22)
    assert np.abs(read(tmp_path / "song.wav") - audio).max() <= step


@pytest.mark.parametrize("rate_hz", [8_000, 22_050, 96_000, 192_000])
@pytest.mark.parametrize("n_channels", [1, 6, 8, 64])
def test_fault_32_rates_and_channels(tmp_path: Path, rate_hz: int, n_channels: int) -> None:
    audio = sound(0.2, rate_hz, n_channels)
    path = save(tmp_path / "song.wav", audio, rate_hz, "FLOAT")
    assert_array_equal(read(path), audio)
    stereo = read_resampled(path, 48_000)
    assert stereo.shape == (resampled_length(len(audio), rate_hz, 48_000), 2)
    assert np.isfinite(stereo).all() and 0.05 < np.abs(stereo).max() <= 1.0


def test_more_channels_or_stranger_rates_are_refused(tmp_path: Path) -> None:
    many = save(tmp_path / "many.wav", sound(0.1, 8_000, 65), 8_000)
    with pytest.raises(UserError, match=r"many\.wav has 65 channels"):
        probe(many)
    slow = save(tmp_path / "slow.wav", sound(0.1, 4_000), 4_000)
    with pytest.raises(UserError, match=r"slow\.wav has a sample rate of 4000 Hz"):
        probe(slow)


def test_six_channels_of_ogg_come_in_the_order_of_wav(tmp_path: Path) -> None:
    """Vorbis has left, centre, right, rears, LFE; libsndfile hands them out as they are."""
    order_of_ogg = (0, 2, 1, 4, 5, 3)  # of WAV's left, right, centre, LFE, rears
    tones = np.stack(
        [np.sin(2 * np.pi * (200 + 150 * k) * np.arange(16_000) / 16_000) for k in range(6)], axis=1
    )
    path = save(tmp_path / "six.ogg", (0.3 * tones[:, order_of_ogg]).astype(np.float32))
    spectra = np.abs(np.fft.rfft(read(path)[:16_000], axis=0))
    # The LFE channel is coded up to some hundred hertz only, which is why it goes unheard here.
    assert [int(spectra[:, k].argmax()) for k in (0, 1, 2, 4, 5)] == [200, 350, 500, 800, 950]


def test_fault_30_values_that_are_no_numbers_are_silence(tmp_path: Path) -> None:
    audio = sound(1.0)
    spoiled = audio.copy()
    spoiled[100, 0], spoiled[5_000, 1], spoiled[6_000, 0], spoiled[7_000] = (
        np.nan,
        np.inf,
        1e30,
        -np.inf,
    )
    path = save(tmp_path / "song.wav", spoiled, subtype="FLOAT")
    mended = read(path)
    audio[100, 0] = audio[5_000, 1] = audio[6_000, 0] = 0
    audio[7_000] = 0
    assert_array_equal(mended, audio)
    assert np.isfinite(read_resampled(path, 48_000)).all()


def test_resampling_keeps_pitch_level_and_place(tmp_path: Path) -> None:
    t = np.arange(44_100) / 44_100
    click = np.zeros(44_100)
    click[30_000] = 0.5
    audio = np.stack([0.5 * np.sin(2 * np.pi * 1000 * t), click], axis=1).astype(np.float32)
    path = save(tmp_path / "song.wav", audio, 44_100, "FLOAT")
    other = read_resampled(path, 48_000)
    expected = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(48_000) / 48_000)
    assert np.abs(other[500:-500, 0] - expected[500:-500]).max() < 1e-3
    assert abs(int(np.abs(other[:, 1]).argmax()) - 30_000 * 48 / 44.1) <= 1
    assert_array_equal(read_resampled(path, 44_100), audio)


def test_mixing_down_never_clips_and_keeps_sides() -> None:
    for n_in in range(1, 65):
        gains = mix_matrix(n_in, 2)
        assert np.allclose(gains.sum(axis=0), 1.0) and (gains >= 0).all()
    surround = np.eye(6, dtype=np.float32)
    stereo = mix_channels(surround, 2)
    assert stereo[0, 1] == stereo[1, 0] == 0 and stereo[2, 0] == stereo[2, 1] > 0
    assert (stereo[3] == 0).all()
    assert_array_equal(mix_channels(np.ones((3, 1), np.float32), 2), np.ones((3, 2)))
    assert_array_equal(mix_channels(np.array([[1, 0]], np.float32), 1), [[0.5]])


@pytest.mark.parametrize(
    ("n_channels", "mask", "speakers"),
    [
        (3, 0, "L R C"),
        (4, 0, "L R Ls Rs"),
        (5, 0, "L R C Ls Rs"),
        (6, 0, "L R C LFE Ls Rs"),
        (7, 0, "L R C LFE S Ls Rs"),
        (8, 0, "L R C LFE Ls Rs Ls Rs"),
        (3, 0xB, "L R LFE"),
        (4, 0x107, "L R C S"),
        (4, 0xF, "L R C LFE"),
        (5, 0x3B, "L R LFE Ls Rs"),
        (5, 0x607, "L R C Ls Rs"),
    ],
)
def test_standard_layouts_are_mixed_down_by_their_table(
    n_channels: int, mask: int, speakers: str
) -> None:
    """ITU-R BS.775-3, annex 4, table 2."""
    table = {
        **{"L": (1, 0), "R": (0, 1), "C": (0.7071, 0.7071), "LFE": (0, 0)},
        **{"Ls": (0.7071, 0), "Rs": (0, 0.7071), "S": (0.5, 0.5)},
    }
    expected = np.array([table[name] for name in speakers.split()])
    gains = mix_matrix(n_channels, 2, mask)
    np.testing.assert_allclose(gains, expected / expected.sum(axis=0), atol=1e-6)
    mono = mix_matrix(n_channels, 1, mask)
    np.testing.assert_allclose(mono[:, 0], gains.mean(axis=1))


def test_the_mask_of_a_wav_says_which_speakers_are_meant(tmp_path: Path) -> None:
    low = np.zeros((16_000, 4), np.float32)
    low[:, 3] = sound(1.0, n_channels=1)[:, 0]
    path = tmp_path / "song.wav"
    soundfile.write(str(path), low, 16_000, "FLOAT", format="WAVEX")
    data = bytearray(path.read_bytes())
    at = data.index(b"fmt ") + 8 + 20
    assert np.abs(read_resampled(path, 16_000)).max() > 0.05
    data[at : at + 4] = (0xF).to_bytes(4, "little")  # left, right, centre, low frequencies
    path.write_bytes(data)
    assert probe(path).channel_mask == 0xF
    assert not read_resampled(path, 16_000).any()


def test_the_centre_of_five_channels_goes_to_both_sides(tmp_path: Path) -> None:
    five = np.zeros((16_000, 5), np.float32)
    five[:, 2] = sound(1.0, n_channels=1)[:, 0]
    path = save(tmp_path / "five.flac", five)
    stereo = read_resampled(path, 16_000)
    assert np.abs(stereo).max() > 0.05
    assert_array_equal(stereo[:, 0], stereo[:, 1])


def test_mono_of_channels_that_cancel_is_what_is_heard() -> None:
    audio = sound(1.0)
    assert_array_equal(heard_mono(audio), audio.mean(axis=1, dtype=np.float32))
    opposite = np.stack([audio[:, 0], -0.98 * audio[:, 0]], axis=1)
    assert_array_equal(heard_mono(opposite), audio[:, 0])


def test_a_stream_of_unknown_length_is_read_to_its_end(tmp_path: Path) -> None:
    """FLAC from a pipe says 0 samples in its header."""
    audio = sound(3.0)
    path = save(tmp_path / "song.flac", audio)
    data = bytearray(path.read_bytes())
    data[21] &= 0xF0  # STREAMINFO: 36 bits of total samples
    data[22:26] = bytes(4)
    path.write_bytes(data)
    assert probe(path).n_samples is None
    whole = read(path)
    assert len(whole) == len(audio)
    assert_array_equal(read(path, 20_000, 30_000), whole[20_000:30_000])


def test_an_mp3_without_length_is_read_to_its_end(tmp_path: Path) -> None:
    """Its first frames are small, so libsndfile's guess from their bit rate is far too short."""
    rate_hz = 44_100
    quiet, loud = np.zeros((5 * rate_hz, 2), np.float32), sound(20.0, rate_hz)
    path = save(
        tmp_path / "song.mp3",
        np.concatenate([loud, quiet]),
        rate_hz,
        compression_level=0.0,
        bitrate_mode="VARIABLE",
    )
    data = path.read_bytes()
    for mark in (b"Xing", b"Info"):
        data = data.replace(mark, b"xxxx", 1)
    path.write_bytes(data)
    guessed = soundfile.info(str(path)).frames
    assert probe(path).n_samples is None
    decoded = len(read(path))
    # Encoder and decoder add a frame or two at the ends, which only the header could tell.
    assert 0 <= decoded - 25 * rate_hz <= 4 * 1152
    assert guessed != decoded
    assert_array_equal(read(path, 900_000), read(path)[900_000:])


def test_blocks_refuse_what_makes_no_sense(tmp_path: Path) -> None:
    path = save(tmp_path / "song.wav", sound(0.1))
    with pytest.raises(ValueError, match="blocks"):
        next(blocks(path, 0))
    with pytest.raises(ValueError, match="blocks"):
        next(blocks(path, 10, -1))
    assert list(blocks(path, start=10**9)) == []
    assert read(path, 50, 50).shape == (0, 2)
    assert [len(block) for block in blocks(path, 1_000)] == [1_000, 600]
    assert len(list(in_blocks(read(path), 1_000))) == 2


def test_the_comment_of_a_flac_file_says_which_speakers_are_meant(tmp_path: Path) -> None:
    import mutagen.flac

    path = save(tmp_path / "song.flac", sound(1.0, n_channels=4))
    assert probe(path).channel_mask == 0
    tagged = mutagen.flac.FLAC(path)
    tagged["WAVEFORMATEXTENSIBLE_CHANNEL_MASK"] = ["0x0107"]
    tagged.save()
    assert probe(path).channel_mask == 0x107
