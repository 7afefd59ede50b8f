"""Loudness of exports: EBU's test signals made by formula, true peaks, one gain, no clipping."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from ml_core.audio_file import blocks as read_blocks
from ml_core.domain.files.choices import FileChoices, choices_from
from ml_core.domain.files.encodings import Encoding
from ml_core.export.loudness import Level, Measured, measured
from tests.ml_core.export.test_export_audio import edit_of, export_edit

RATE = 48_000


def sine(level_db: float, seconds: float, rate: int = RATE, hz: float = 1000.0) -> np.ndarray:
    """A stereo sine in phase; its level is of its peak, as EBU Tech 3341 counts (dBFS)."""
    t = np.arange(round(seconds * rate)) / rate
    one = 10 ** (level_db / 20) * np.sin(2 * np.pi * hz * t)
    return np.stack([one, one], axis=1).astype(np.float32)


def blocks(audio: np.ndarray):
    for start in range(0, len(audio), 30_011):
        yield audio[start : start + 30_011]


@pytest.mark.parametrize(
    ("parts", "lufs"),
    [
        # EBU Tech 3341, minimum requirements, cases 1 to 5, shortened where silence does not count.
        ([(-23, 20)], -23.0),
        ([(-33, 20)], -33.0),
        ([(-36, 10), (-23, 60), (-36, 10)], -23.0),
        ([(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)], -23.0),
        ([(-26, 20), (-20, 20.1), (-26, 20)], -23.0),
    ],
)
def test_signals_of_ebu_tech_3341_are_measured_within_a_tenth(parts, lufs):
    audio = np.concatenate([sine(level, seconds) for level, seconds in parts])
    assert measured(blocks(audio), RATE, 2).lufs == pytest.approx(lufs, abs=0.1)


@pytest.mark.parametrize("rate", [44_100, 48_000, 96_000])
def test_peaks_between_samples_are_found(rate):
    """EBU Tech 3341, case 16: a quarter of the rate, its peaks 45 degrees from any sample."""
    n = np.arange(rate * 2)
    wave = 0.5 * np.sin(np.pi / 2 * n + np.pi / 4) * np.hanning(len(n)) ** 0.1
    audio = np.stack([wave, wave], axis=1).astype(np.float32)
    assert 20 * np.log10(np.abs(audio).max()) == pytest.approx(-9.03, abs=0.05)
    assert measured(blocks(audio), rate, 2).true_peak_db == pytest.approx(-6.02, abs=0.2)


def test_silence_has_no_loudness_and_keeps_its_level():
    silent = Level.towards(-14.0, measured([np.zeros((RATE, 2), np.float32)], RATE, 2))
    assert silent.gain == 1.0 and "too quiet" in silent.said("x.wav")
    assert silent.record["lufs"] is None and silent.record["true_peak_db"] is None


def test_peaks_end_a_gain_and_that_is_said():
    quiet = Level.towards(-14.0, Measured(-20.0, -12.0))
    peaky = Level.towards(-14.0, Measured(-20.0, -4.0))
    assert 20 * np.log10(quiet.gain) == pytest.approx(6.0)
    assert quiet.said("x.wav") == ""
    assert 20 * np.log10(peaky.gain) == pytest.approx(3.0)
    assert "lies at -17.0 LUFS" in peaky.said("x.wav") and "-14" in peaky.said("x.wav")
    lower = Level.towards(-14.0, Measured(-20.0, -4.0), -3.0)
    assert 20 * np.log10(lower.gain) == pytest.approx(1.0)
    assert "lies at -19.0 LUFS" in lower.said("x.wav")
    assert peaky.record["lufs"] == -17.0 and peaky.record["true_peak_db"] == -1.0


@pytest.mark.parametrize(("target", "reached"), [(-23.0, -23.0), (-14.0, -14.0), (-5.0, None)])
def test_an_edit_is_written_at_its_loudness_by_one_gain(tmp_path: Path, target, reached):
    song = tmp_path / "song.wav"
    sound = sine(-12, 30)
    sound[5 * RATE] = 0.9  # A click, which leaves no room for a target far above.
    soundfile.write(song, sound, RATE, "PCM_16")
    edit, said = edit_of(song, ((0, 10 * RATE), (12 * RATE, 22 * RATE))), []
    plain = export_edit(song, edit, tmp_path / "plain.wav", "wav")
    asked = {"loudness_lufs": target, "true_peak_db": -2.0 if target == -5 else -1.0}
    path = export_edit(song, edit, tmp_path / "e.wav", "wav", **asked, say=said.append)
    audio, before = soundfile.read(path)[0], soundfile.read(plain)[0]
    found = measured(blocks(audio.astype(np.float32)), RATE, 2)
    record = json.loads(path.with_suffix(".edit.json").read_text())
    gain_db = record["gain_db"]
    told = record["loudness"]
    assert told["gain_db"] == gain_db and told["target_lufs"] == target
    assert told["lufs"] == pytest.approx(found.lufs, abs=0.05)
    assert told["true_peak_db"] == pytest.approx(found.true_peak_db, abs=0.05)
    # The edit's joins are not in phase: a tenth is what they cost.
    if target == -5:
        assert found.true_peak_db == pytest.approx(-2.0, abs=0.1) and len(said) == 1
    else:
        assert found.lufs == pytest.approx(reached, abs=0.15) and said == []
    assert np.abs(audio - before * 10 ** (gain_db / 20)).max() < 3 / 2**15
    assert not {"gain_db", "loudness"} & set(
        json.loads(plain.with_suffix(".edit.json").read_text())
    )


HALVES = ((0, 5 * RATE // 2), (3 * RATE, 11 * RATE // 2))


def harsh(seconds: float = 6.0) -> np.ndarray:
    """Clipped noise and tones: a lossy codec can't keep such flat tops, and raises them."""
    rng, n = np.random.default_rng(7), round(seconds * RATE)
    t = np.arange(n) / RATE
    low = np.sign(np.sin(2 * np.pi * 97.3 * t)) * 0.6 + rng.standard_normal(n) * 0.5
    side = np.roll(low, 911) + rng.standard_normal(n) * 0.2
    return np.clip(np.stack([low, side], axis=1), -0.9, 0.9)


@pytest.mark.parametrize(
    ("file_format", "encoding"),
    [
        ("mp3", Encoding(kbps=128)),
        ("ogg", Encoding(quality=2)),
        ("opus", Encoding(kbps=64)),
        ("m4a", Encoding(kbps=96)),
    ],
)
def test_peaks_of_a_lossy_file_stay_low_once_it_is_decoded(tmp_path: Path, file_format, encoding):
    song = tmp_path / "song.wav"
    soundfile.write(song, harsh(), RATE, "PCM_24")
    edit, said = edit_of(song, HALVES), []
    more = {"encoding": encoding, "say": said.append}
    plain = export_edit(song, edit, tmp_path / f"plain.{file_format}", file_format, **more)
    at_peak = 20 * np.log10(0.9)
    decoded = measured(read_blocks(plain), RATE, 2).true_peak_db
    assert decoded > at_peak + 0.3, "the codec raises peaks of this sound"
    path = export_edit(
        song, edit, tmp_path / f"e.{file_format}", file_format, loudness_lufs=-4.0, **more
    )
    found = measured(read_blocks(path), RATE, 2)
    told = json.loads((tmp_path / "e.edit.json").read_text())["loudness"]
    assert -2.5 < found.true_peak_db <= -1.0
    assert told["true_peak_db"] == pytest.approx(found.true_peak_db, abs=0.01)
    assert told["lufs"] == pytest.approx(found.lufs, abs=0.01)
    assert any(f"{found.lufs:.1f} LUFS" in sentence for sentence in said)


@pytest.mark.parametrize("target", [-23.0, -6.0])
def test_an_exact_length_and_a_loudness_hold_together(tmp_path: Path, target):
    song, exact_s = tmp_path / "song.wav", 5.06
    soundfile.write(song, np.rint(harsh() * 2**15 * 0.8) / 2**15, RATE, "PCM_16")
    edit = edit_of(song, HALVES)
    path = export_edit(song, edit, tmp_path / "e.wav", "wav", loudness_lufs=target, exact_s=exact_s)
    audio = soundfile.read(path, dtype="float32")[0]
    assert len(audio) == round(exact_s * RATE)
    found = measured(blocks(audio), RATE, 2)
    record = json.loads(path.with_suffix(".edit.json").read_text())
    assert record["stretch"] == pytest.approx(exact_s / 5)
    assert record["loudness"]["lufs"] == pytest.approx(found.lufs, abs=0.05)
    assert found.true_peak_db <= -0.99
    assert found.lufs == pytest.approx(target, abs=0.1) or found.true_peak_db > -1.1


def test_a_stretched_edit_of_16_bits_is_dithered_and_the_same_each_time(tmp_path: Path):
    """A quiet tone between the steps: without dither the error would be part of the tone."""
    song = tmp_path / "song.wav"
    t = np.arange(6 * RATE) / RATE
    tone = np.stack([np.sin(2 * np.pi * 220 * t)] * 2, axis=1) * 3.4 / 2**15
    soundfile.write(song, np.rint(tone * 2**15) / 2**15, RATE, "PCM_16")
    edit = edit_of(song, HALVES)
    fine = export_edit(
        song, edit, tmp_path / "f.wav", "wav", exact_s=5.05, encoding=Encoding("float")
    )
    made = [export_edit(song, edit, tmp_path / n, "wav", exact_s=5.05) for n in ("a.wav", "b.wav")]
    true = soundfile.read(fine)[0]
    first, again = (soundfile.read(path)[0] for path in made)
    error = (first - true)[2000:-2000] * 2**15
    assert soundfile.info(made[0]).subtype == "PCM_16" and np.array_equal(first, again)
    assert 0.4 < error.std() < 0.6, "noise of triangular density, and rounding"
    assert abs(np.corrcoef(error[:, 0], true[2000:-2000, 0])[0, 1]) < 0.02


@pytest.mark.parametrize("encoding", [Encoding(rate_hz=44_100), Encoding(n_channels=1)])
def test_another_rate_and_a_mix_are_dithered_to_16_bits(tmp_path: Path, encoding):
    song = tmp_path / "song.wav"
    soundfile.write(song, harsh() * 0.1, RATE, "PCM_16")
    edit = edit_of(song, HALVES)
    made = export_edit(song, edit, tmp_path / "a.wav", "wav", encoding=encoding)
    fine = export_edit(
        song, edit, tmp_path / "f.wav", "wav", encoding=replace(encoding, depth="float")
    )
    error = (soundfile.read(made)[0] - soundfile.read(fine)[0]) * 2**15
    assert 0.3 < error.std() < 0.6, "not rounded alone, whose error is .29"


def test_only_a_loudness_within_reason_is_a_choice():
    assert choices_from('{"loudness_lufs": -14}').loudness_lufs == -14.0
    for text in ('"x"', "3", "-90", "true", "null"):
        assert choices_from(f'{{"loudness_lufs": {text}}}').loudness_lufs == 0.0
    with pytest.raises(ValueError, match="LUFS"):
        FileChoices(loudness_lufs=-3)
