"""Whole analyses: songs with exact truth, and all that can be wrong with a song."""

from __future__ import annotations

import json
from pathlib import Path

import mir_eval
import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from ml_core import audio_file
from ml_core.analysis.analyse import analyse
from ml_core.analysis.bars.features import BAR_FEATURE_NAMES
from ml_core.analysis.version import ANALYSER_VERSION
from ml_core.demo_songs.pieces import synthesize_test_song
from ml_core.demo_songs.truth import DemoTruth
from ml_core.domain.songs import SongAnalysis
from ml_core.errors import Cancelled
from ml_core.progress import Progress
from tests.ml_core.analysis.tunes import (
    RATE_HZ,
    analysed,
    band,
    clicks,
    hit,
    place,
    syllables,
    tone,
    write_song,
)

BLOCKS = {"logmel": 160, "chroma": 12, "bass": 12, "mfcc": 26, "onset": 24, "loudness": 1}


def beat_f(truth_s: NDArray[np.float64], samples: NDArray[np.int64], rate_hz: int) -> float:
    return float(mir_eval.beat.f_measure(truth_s, samples / rate_hz))


def check_whole(analysis: SongAnalysis) -> None:
    """What every analysis promises, however strange the song."""
    for name in ("bar_features", "beat_features", "edge_levels_db", "excerpt"):
        assert np.isfinite(getattr(analysis, name)).all(), name
    assert 0 <= analysis.confidence <= 1
    assert np.isfinite([analysis.loudness_lufs, analysis.peak, analysis.tempo_bpm]).all()
    assert analysis.bar_feature_names == BAR_FEATURE_NAMES
    assert {name: end - start for name, start, end in analysis.beat_blocks} == BLOCKS
    starts = analysis.beat_samples[analysis.bar_start_beats]
    assert np.array_equal(starts, analysis.bar_edges_samples[:-1])
    assert analysis.version == ANALYSER_VERSION


@pytest.mark.parametrize(("meter", "tempo_bpm"), [(4, 120), (3, 160), (5, 120), (6, 140), (7, 130)])
def test_beats_and_bars_are_found_in_any_meter(
    tmp_path: Path, meter: int, tempo_bpm: float
) -> None:
    audio, rate_hz, truth = synthesize_test_song(40, tempo_bpm, meter, seed=1)
    analysis = analysed(tmp_path, audio, rate_hz)
    check_whole(analysis)
    assert analysis.has_beat
    assert analysis.meter == meter
    assert analysis.tempo_bpm == pytest.approx(tempo_bpm, rel=0.02)
    assert beat_f(np.array(truth.beats_s), analysis.beat_samples, rate_hz) > 0.95
    assert beat_f(np.array(truth.downbeats_s), analysis.bar_edges_samples[:-1], rate_hz) > 0.95


def test_beats_lie_on_the_onsets(tmp_path: Path) -> None:
    audio, beats_s = band(24, 4, 118)
    found_s = analysed(tmp_path, audio).beat_samples / RATE_HZ
    errors = found_s - beats_s[np.abs(found_s[:, None] - beats_s).argmin(axis=1)]
    # The flux of a sound out of near silence peaks up to 15 ms ahead of it; in a mix it does not.
    assert -0.015 <= np.median(errors) <= 0.003
    assert np.percentile(np.abs(errors), 90) < 0.02


def test_sections_follow_the_form(tmp_path: Path) -> None:
    analysis = analysed(tmp_path, band(32, 4, 120)[0])
    assert [(s.start_bar, s.label) for s in analysis.sections if s.start_bar % 8 == 0][:4] == [
        (0, "A"),
        (8, "B"),
        (16, "A"),
        (24, "B"),
    ]
    energy, recurs = analysis.bar_feature("energy"), analysis.bar_feature("repetition")
    assert energy[9:15].min() > energy[1:7].max()
    assert recurs[1:30].mean() > 0.8


def test_equal_bars_have_equal_features_and_others_do_not(tmp_path: Path) -> None:
    analysis = analysed(tmp_path, band(16, 4, 120)[0])
    starts = analysis.bar_start_beats
    first, end = next((a, b) for name, a, b in analysis.beat_blocks if name == "logmel")
    logmel = analysis.beat_features[:, first:end]

    def distance(a: int, b: int) -> float:
        return float(np.linalg.norm(logmel[starts[a]] - logmel[starts[b]]))

    assert distance(2, 6) < 0.3 * distance(2, 4)
    assert np.ptp(analysis.edge_levels_db[1:7, 2]) < 4
    assert np.ptp(analysis.edge_levels_db[:-1, 3]) < 6


def test_blocks_are_scaled_for_comparison(tmp_path: Path) -> None:
    analysis = analysed(tmp_path, band(16, 4, 120)[0])
    blocks = {name: analysis.beat_features[:, a:b] for name, a, b in analysis.beat_blocks}
    assert np.linalg.norm(blocks["chroma"], axis=1) == pytest.approx(1, abs=1e-3)
    deviation = blocks["onset"].std(axis=0)
    assert deviation.max() == pytest.approx(1, abs=0.01)
    assert blocks["mfcc"].mean(axis=0) == pytest.approx(np.zeros(26), abs=1e-3)


def test_edges_know_what_is_before_and_after(tmp_path: Path) -> None:
    audio, beats_s = band(16, 4, 120)
    audio[: round(beats_s[32] * RATE_HZ)] *= np.float32(0.1)
    analysis = analysed(tmp_path, audio)
    levels = analysis.edge_levels_db
    step = int(np.abs(analysis.bar_edges_samples / RATE_HZ - beats_s[32]).argmin())
    assert np.median(levels[step + 1 : -1, 0]) - levels[step, 0] == pytest.approx(20, abs=5)
    assert np.median(levels[step + 1 : -1, 1]) - levels[step, 1] == pytest.approx(0, abs=5)


@pytest.mark.parametrize(
    ("first", "second"), [((4, 120), (3, 140)), ((3, 100), (4, 150)), ((4, 128), (5, 96))]
)
def test_a_second_half_in_another_tempo_and_meter_is_followed(
    tmp_path: Path, first: tuple[int, float], second: tuple[int, float]
) -> None:
    before, beats_s = band(16, *first)
    after, more_s = band(16, *second, start_s=0.0, seed=5)
    change_s = float(beats_s[-1] + 60 / first[1])
    analysis = analysed(
        tmp_path, np.concatenate([before[: round(change_s * RATE_HZ)], after * np.float32(0.9)])
    )
    check_whole(analysis)
    truth_s = np.concatenate([beats_s, change_s + more_s])
    assert beat_f(truth_s, analysis.beat_samples, RATE_HZ) > 0.9
    for (meter, tempo_bpm), (start_s, end_s), true_s in (
        (first, (0.0, change_s - 0.1), beats_s),
        (second, (change_s - 0.1, 1e9), change_s + more_s),
    ):
        edges_s = analysis.bar_edges_samples / RATE_HZ
        edges_s = edges_s[(edges_s >= start_s) & (edges_s < end_s)]
        # Two bars of three may stand as one of six.
        assert np.mean(np.rint(np.diff(edges_s) * tempo_bpm / 60) % meter == 0) > 0.8
        downbeats_s = true_s[::meter]
        found = np.abs(edges_s[:, None] - downbeats_s).min(axis=1) < 0.07
        assert found.mean() > 0.85


def rubato_piano(duration_s: float, seed: int = 0) -> NDArray[np.float32]:
    """Broken chords whose beat breathes between 45 and 110 a minute."""
    rng = np.random.default_rng(seed)
    sounds, time_s, beat = [], 0.3, 0
    while time_s < duration_s - 2:
        pitch = (220.0, 277.2, 329.6, 440.0, 329.6, 277.2)[beat % 6] * (1.0, 0.75)[beat // 12 % 2]
        sounds.append((time_s, tone(pitch, 1.6, 0.5, float(rng.uniform(0.1, 0.3)))))
        time_s += 60 / (77 + 32 * np.sin(beat / 3.1) + float(rng.normal(0, 6)))
        beat += 1
    return place(sounds, duration_s)


def test_fault_33_rubato_piano_is_no_sure_thing(tmp_path: Path) -> None:
    """Beats or none, but never a claim to be sure."""
    analysis = analysed(tmp_path, rubato_piano(60))
    check_whole(analysis)
    assert analysis.confidence < 0.6
    assert analysis.warnings


def test_a_clip_of_twenty_seconds_has_bars(tmp_path: Path) -> None:
    audio, beats_s = band(11, 4, 132)
    analysis = analysed(tmp_path, audio[: 20 * RATE_HZ])
    check_whole(analysis)
    assert analysis.has_beat and analysis.n_bars >= 8
    assert beat_f(beats_s[beats_s < 19.9], analysis.beat_samples, RATE_HZ) > 0.9


def test_fault_33_silence_gets_an_even_grid(tmp_path: Path) -> None:
    analysis = analysed(tmp_path, np.zeros((25 * RATE_HZ, 2), np.float32))
    check_whole(analysis)
    assert not analysis.has_beat
    assert analysis.confidence == 0
    assert analysis.n_bars >= 10
    assert analysis.warnings == ("The song is silent.",)


NO_BEAT = {
    "dc": lambda: np.full((25 * RATE_HZ, 1), 0.5, np.float32),
    "noise": lambda: np.random.default_rng(0).normal(0, 0.1, (40 * RATE_HZ, 1)).astype(np.float32),
    "speech": lambda: syllables(40),
    "drone": lambda: place([(0.0, np.sin(np.arange(30 * RATE_HZ) / 40).astype(np.float32))], 30),
    "two hits": lambda: place([(3.0, hit(0.2, 0.5)), (17.3, hit(0.2, 0.5))], 25),
}


@pytest.mark.parametrize("name", sorted(NO_BEAT))
def test_fault_33_without_a_beat_the_grid_says_so(tmp_path: Path, name: str) -> None:
    analysis = analysed(tmp_path, NO_BEAT[name]())
    check_whole(analysis)
    assert not analysis.has_beat
    assert analysis.confidence < 0.2
    assert "No steady beat" in analysis.warnings[0]
    lengths_s = np.diff(analysis.bar_edges_samples) / RATE_HZ
    assert 1.3 < np.median(lengths_s) < 2.9


@pytest.mark.parametrize("rate_hz", [8000, 11025, 48000, 192000])
def test_fault_32_a_metronome_at_any_rate(tmp_path: Path, rate_hz: int) -> None:
    times_s = np.arange(0.25, 24, 0.5)
    analysis = analysed(tmp_path, clicks(times_s, 24.5, rate_hz), rate_hz)
    check_whole(analysis)
    assert analysis.has_beat
    assert analysis.tempo_bpm == pytest.approx(120, abs=1)
    assert beat_f(times_s, analysis.beat_samples, rate_hz) > 0.97


@pytest.mark.parametrize("n_channels", [1, 6, 8, 64])
def test_fault_32_any_number_of_channels(tmp_path: Path, n_channels: int) -> None:
    audio, beats_s = band(11, 4, 128)
    analysis = analysed(tmp_path, np.repeat(audio / 2, n_channels, axis=1))
    check_whole(analysis)
    assert beat_f(beats_s, analysis.beat_samples, RATE_HZ) > 0.95


def test_channels_in_opposite_phase_are_heard(tmp_path: Path) -> None:
    audio, beats_s = band(12, 4, 120)
    analysis = analysed(tmp_path, np.hstack([audio, -audio]))
    assert beat_f(beats_s, analysis.beat_samples, RATE_HZ) > 0.95


def test_fault_33_a_clipped_song(tmp_path: Path) -> None:
    audio, beats_s = band(12, 4, 120)
    analysis = analysed(tmp_path, np.clip(audio * 20, -1, 1))
    check_whole(analysis)
    assert analysis.peak == 1
    assert beat_f(beats_s, analysis.beat_samples, RATE_HZ) > 0.9


def test_one_drum_loop(tmp_path: Path) -> None:
    loop = [
        (0.0, hit(0.2, 0.5)),
        (0.5, hit(0.1, 0.2, 1)),
        (1.0, hit(0.2, 0.5)),
        (1.25, hit(0.1, 0.4)),
    ]
    sounds = [(2 * k + t, sound) for k in range(15) for t, sound in loop]
    analysis = analysed(tmp_path, place(sounds, 30))
    check_whole(analysis)
    assert analysis.has_beat
    assert analysis.tempo_bpm / 120 == pytest.approx(1, rel=0.02)


@pytest.mark.parametrize("seconds", [0.05, 0.5, 2.0, 5.0])
def test_even_a_moment_has_an_analysis(tmp_path: Path, seconds: float) -> None:
    audio, _ = band(6, 4, 120)
    check_whole(analysed(tmp_path, audio[: round(seconds * RATE_HZ)]))


def test_sound_framed_by_silence_keeps_its_beats_inside(tmp_path: Path) -> None:
    audio, beats_s = band(12, 4, 120)
    still = np.zeros((4 * RATE_HZ, 1), np.float32)
    analysis = analysed(tmp_path, np.concatenate([still, audio, still]))
    found_s = analysis.beat_samples / RATE_HZ
    assert found_s[0] > 4.0
    assert found_s[-1] < 4.0 + beats_s[-1] + 2.5
    assert beat_f(beats_s + 4, analysis.beat_samples, RATE_HZ) > 0.93


def test_the_same_song_is_analysed_the_same(tmp_path: Path) -> None:
    audio, _ = band(12, 4, 120)
    first, second = analysed(tmp_path, audio), analysed(tmp_path, audio)
    assert np.array_equal(first.beat_features, second.beat_features)
    assert np.array_equal(first.bar_edges_samples, second.bar_edges_samples)


def test_progress_rises_to_one_and_says_what_is_done(tmp_path: Path) -> None:
    said: list[tuple[float, str]] = []
    audio, _ = band(24, 4, 120)
    analysed(tmp_path, audio, progress=Progress(lambda f, words, _: said.append((f, words))))
    fractions = [fraction for fraction, _ in said]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    words = [words for _, words in said if words]
    assert words == ["Reading", "Finding beats", "Finding bars", "Finding parts"]


def require_same_music(found: SongAnalysis, other: SongAnalysis) -> None:
    """Within a millisecond: the steps of a quiet song are coarse."""
    for name in ("beat_samples", "bar_edges_samples"):
        np.testing.assert_allclose(getattr(found, name), getattr(other, name), atol=RATE_HZ // 1000)
    assert found.tempo_bpm == pytest.approx(other.tempo_bpm, rel=1e-4)
    assert (found.meter, found.has_beat) == (other.meter, True)
    for one, two in zip(found.sections, other.sections, strict=True):
        assert (one.start_bar, one.label) == (two.start_bar, two.label)


@pytest.mark.parametrize("peak_dbfs", [-30, -66, -85])
def test_a_very_quiet_song_is_analysed_like_a_loud_one(tmp_path: Path, peak_dbfs: float) -> None:
    audio = band(24, 4, 120)[0]
    audio = audio / np.abs(audio).max()
    found = []
    for name, gain in (("loud", 0.7), ("quiet", 10 ** (peak_dbfs / 20))):
        path = tmp_path / f"{name}.flac"
        soundfile.write(path, audio * gain, RATE_HZ, subtype="PCM_24")
        found.append(analyse(audio_file.read_song(path), path))
    require_same_music(*found)
    loudness = [analysis.loudness_lufs for analysis in found]
    assert loudness[0] - loudness[1] == pytest.approx(20 * np.log10(0.7) - peak_dbfs, abs=0.1)


def test_what_is_heard_is_analysed_however_it_is_put_on_channels(tmp_path: Path) -> None:
    mono = band(24, 4, 120)[0][:, 0]
    centre = np.zeros((len(mono), 5), np.float32)
    centre[:, 2] = mono
    kinds = {"mono": mono, "opposite": np.stack([mono, -mono], axis=1), "centre": centre}
    found = []
    for name, audio in kinds.items():
        path = tmp_path / f"{name}.flac"
        soundfile.write(path, audio, RATE_HZ, subtype="PCM_24")
        found.append(analyse(audio_file.read_song(path), path))
    for other in found[1:]:
        require_same_music(found[0], other)


@pytest.mark.parametrize("after", [0, 1, 5, 12])
def test_cancel_is_heard_at_every_step(tmp_path: Path, after: int) -> None:
    asked = iter(range(10_000))
    song = write_song(tmp_path / "song.wav", band(24, 4, 120)[0])
    with pytest.raises(Cancelled):
        analyse(song, song.path, Progress(is_cancelled=lambda: next(asked) >= after))


def test_a_demo_song_is_understood(demo_songs: list[DemoTruth]) -> None:
    truth = max(demo_songs, key=lambda t: t.meter)
    song = audio_file.read_song(truth.path)
    analysis = analyse(song, truth.path)
    beats = beat_f(np.array(truth.beats_s), analysis.beat_samples, song.sample_rate_hz)
    bars = beat_f(np.array(truth.downbeats_s), analysis.bar_edges_samples[:-1], song.sample_rate_hz)
    assert analysis.meter == truth.meter
    assert min(beats, bars) > 0.95


@pytest.mark.parametrize("name", ["gen_pop100", "openmsx_wood_whistles", "freedoom1_D_E3M9"])
def test_real_pieces_are_tracked(music_dir: Path, name: str) -> None:
    truth = json.loads((music_dir / "truth" / f"{name}.json").read_text(encoding="utf-8"))
    path = music_dir / "truth" / f"{name}.ogg"
    song = audio_file.read_song(path)
    analysis = analyse(song, path)
    check_whole(analysis)
    for times, samples in (
        (truth["beats"], analysis.beat_samples),
        (truth["downbeats"], analysis.bar_edges_samples[:-1]),
    ):
        within_s = np.array([t for t in times if t < song.duration_s - 0.1])
        assert beat_f(within_s, samples, song.sample_rate_hz) > 0.95
