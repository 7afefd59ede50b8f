"""Loudness of exports: EBU's test signals made by formula, true peaks, one gain, no clipping."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from ml_core.domain.files.choices import FileChoices, choices_from
from ml_core.export.loudness import Measured, measured
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
    silent = measured([np.zeros((RATE, 2), np.float32)], RATE, 2)
    assert silent.gain(-14) == 1.0 and "too quiet" in silent.said("x.wav", -14)


def test_peaks_end_a_gain_and_that_is_said():
    quiet, peaky = Measured(-20.0, -12.0), Measured(-20.0, -4.0)
    assert 20 * np.log10(quiet.gain(-14)) == pytest.approx(6.0)
    assert quiet.said("x.wav", -14) == ""
    assert 20 * np.log10(peaky.gain(-14)) == pytest.approx(3.0)
    assert 20 * np.log10(peaky.gain(-14, -3.0)) == pytest.approx(1.0)
    assert "lies at -19.0 LUFS" in peaky.said("x.wav", -14, -3.0)
    assert "lies at -17.0 LUFS" in peaky.said("x.wav", -14) and "-14" in peaky.said("x.wav", -14)


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
    gain_db = json.loads(path.with_suffix(".edit.json").read_text())["gain_db"]
    # The edit's joins are not in phase: a tenth is what they cost.
    if target == -5:
        assert found.true_peak_db == pytest.approx(-2.0, abs=0.1) and len(said) == 1
    else:
        assert found.lufs == pytest.approx(reached, abs=0.15) and said == []
    assert np.abs(audio - before * 10 ** (gain_db / 20)).max() < 3 / 2**15
    assert "gain_db" not in json.loads(plain.with_suffix(".edit.json").read_text())


def test_only_a_loudness_within_reason_is_a_choice():
    assert choices_from('{"loudness_lufs": -14}').loudness_lufs == -14.0
    for text in ('"x"', "3", "-90", "true", "null"):
        assert choices_from(f'{{"loudness_lufs": {text}}}').loudness_lufs == 0.0
    with pytest.raises(ValueError, match="LUFS"):
        FileChoices(loudness_lufs=-3)
