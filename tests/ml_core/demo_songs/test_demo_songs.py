"""The demo songs: as written down, well mixed, without clicks, the same every time."""

from __future__ import annotations

import hashlib
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

from ml_core import demo_songs as demo_songs_package
from ml_core.audio_file import read, read_song
from ml_core.demo_songs import (
    DEMO_SONGS,
    DemoTruth,
    drums,
    harbour_lights,
    mixing,
    paper_boats,
    score,
    synthesize,
    synthesize_test_song,
    tones,
    write_demo_songs,
)
from ml_core.errors import Cancelled, UserError
from ml_core.progress import Progress
from tests.ml_core.audio_file.sound_material import read_only_folder

Audio = NDArray[np.float32]


@pytest.fixture(scope="module")
def first_song(demo_songs: list[DemoTruth]) -> tuple[Audio, DemoTruth]:
    """Decoded audio and truth of "Harbour Lights"."""
    return read(demo_songs[0].path), demo_songs[0]


@pytest.fixture(scope="module")
def both_songs(demo_songs: list[DemoTruth]) -> list[tuple[Audio, DemoTruth]]:
    """Decoded audio and truth of each demo song."""
    return [(read(truth.path), truth) for truth in demo_songs]


def part(audio: Audio, section: tuple[float, float, str]) -> Audio:
    """The samples of a section."""
    return audio[int(section[0] * tones.RATE_HZ) : int(section[1] * tones.RATE_HZ)]


def test_files_are_songs_with_names(demo_songs: list[DemoTruth]) -> None:
    assert len(demo_songs) == len(DEMO_SONGS) == 2
    for name, truth in zip(DEMO_SONGS, demo_songs, strict=True):
        song = read_song(truth.path)
        assert (song.title, song.artist, song.file_format) == (name, "Tastecut", "FLAC")
        assert 105 <= song.duration_s <= 150 and song.warnings == ()
        assert truth.path.name == f"{name}.flac"


def test_songs_differ(demo_songs: list[DemoTruth]) -> None:
    assert [truth.meter for truth in demo_songs] == [4, 3]
    assert [truth.tempo_bpm for truth in demo_songs] == [116.0, 96.0]


def test_truth_is_in_order_and_whole(both_songs: list[tuple[Audio, DemoTruth]]) -> None:
    for audio, truth in both_songs:
        np.testing.assert_allclose(np.diff(truth.beats_s), 60 / truth.tempo_bpm)
        assert truth.downbeats_s == truth.beats_s[:: truth.meter]
        sections = truth.sections
        assert all(one[1] == other[0] for one, other in pairwise(sections))
        assert sections[0][0] == truth.beats_s[0]
        assert sections[-1][1] == pytest.approx(len(audio) / tones.RATE_HZ, abs=1e-3)
        for start_s, _, _ in sections:
            assert min(abs(start_s - downbeat) for downbeat in truth.downbeats_s) < 1e-9
        labels = [label for _, _, label in sections]
        assert labels.count("chorus") == 3 and labels[0] == "intro" and labels[-1] == "outro"


def test_drums_strike_on_the_beats_of_the_truth(both_songs: list[tuple[Audio, DemoTruth]]) -> None:
    """Low energy rises most within 30 ms of every chorus bar's start: the kick's sweep takes so."""
    for audio, truth in both_songs:
        chorus = next(section for section in truth.sections if section[2] == "chorus")
        low = sosfilt(butter(4, 150, "lowpass", fs=tones.RATE_HZ, output="sos"), audio.mean(axis=1))
        hop = 128
        level = np.log(np.square(low[: len(low) // hop * hop]).reshape(-1, hop).mean(axis=1) + 1e-5)
        rise = np.maximum(0, level[6:] - level[:-6])  # over 17 ms
        for downbeat_s in truth.downbeats_s:
            if chorus[0] <= downbeat_s < chorus[1]:
                around = rise[int((downbeat_s - 0.15) * tones.RATE_HZ / hop) :][:104]
                peak_s = (int(around.argmax()) + 3) * hop / tones.RATE_HZ - 0.15
                assert abs(peak_s) < 0.03, (truth.path.name, downbeat_s, peak_s)


def test_loudness_and_peaks(both_songs: list[tuple[Audio, DemoTruth]]) -> None:
    for audio, truth in both_songs:
        assert mixing.loudness_lufs(audio) == pytest.approx(-16.0, abs=0.1)
        assert np.abs(audio).max() < 0.9
        levels = {section: mixing.loudness_lufs(part(audio, section)) for section in truth.sections}
        chorus = np.mean([v for (_, _, label), v in levels.items() if label == "chorus"])
        verse = np.mean([v for (_, _, label), v in levels.items() if label == "verse"])
        intro = next(v for (_, _, label), v in levels.items() if label == "intro")
        assert chorus - verse > 1.0 and chorus - intro > 3.0


def test_balance_is_that_of_music(both_songs: list[tuple[Audio, DemoTruth]]) -> None:
    """Shares of energy within what 18 real songs show: lows not above 80 %, highs there."""
    for audio, truth in both_songs:
        chorus = next(section for section in truth.sections if section[2] == "chorus")
        mono = part(audio, chorus).mean(axis=1)
        power = np.abs(np.fft.rfft(mono)) ** 2
        hz = np.fft.rfftfreq(len(mono), 1 / tones.RATE_HZ)
        edges = np.array([20, 120, 500, 2_000, 6_000, 20_000])
        total = power.sum()
        share_db = [
            10 * np.log10(power[(hz >= low) & (hz < high)].sum() / total)
            for low, high in pairwise(edges)
        ]
        assert np.all(np.array(share_db) > [-6, -10, -12, -24, -34]), share_db
        assert np.all(np.array(share_db) < [-1, -2, -3, -10, -12]), share_db
        sides = part(audio, chorus)
        width = (sides[:, 0] - sides[:, 1]).std() / (sides[:, 0] + sides[:, 1]).std()
        assert 0.15 < width < 0.6


def test_songs_begin_and_end_in_silence(both_songs: list[tuple[Audio, DemoTruth]]) -> None:
    for audio, truth in both_songs:
        assert np.abs(audio[: int(0.1 * tones.RATE_HZ)]).max() < 1e-3
        assert np.abs(audio[-int(0.3 * tones.RATE_HZ) :]).max() < 1e-3
        last_chord = audio[int(truth.beats_s[-1] * tones.RATE_HZ) :]
        assert np.abs(last_chord).max() > 0.2


@pytest.mark.parametrize(
    "instrument",
    [
        tones.pluck,
        tones.guitar,
        tones.music_box,
        tones.synth_bass,
        tones.upright_bass,
        tones.pad,
        tones.stab,
        tones.lead,
        tones.flute,
        tones.strings,
    ],
)
def test_no_note_clicks(instrument: mixing.Instrument) -> None:
    for midi in (40, 60, 84):
        note = instrument(midi, 0.5)
        peak = np.abs(note).max()
        assert note.dtype == np.float32 and 0.1 < peak < 1.5
        assert abs(note[0]) < 0.02 * peak and abs(note[-1]) < 0.01 * peak
        # Nothing folds back from above half the rate.
        power = np.abs(np.fft.rfft(note[:22_050] * np.hanning(len(note[:22_050])))) ** 2
        hz = np.fft.rfftfreq(len(note[:22_050]), 1 / tones.RATE_HZ)
        assert power[hz > 17_500].sum() < 1e-4 * power.sum()


def test_no_drum_clicks() -> None:
    for sound in (
        drums.kick(),
        drums.kick(soft=True),
        drums.snare(),
        drums.clap(),
        drums.hat(),
        drums.hat(is_open=True),
        drums.shaker(),
        drums.brush(),
        drums.tom(131.0),
        drums.crash(),
        drums.riser(1.0),
    ):
        peak = np.abs(sound).max()
        assert 0.05 < peak < 2.5
        assert abs(sound[0]) < 0.02 * peak and abs(sound[-1]) < 0.02 * peak


def test_bars_hold_whole_bars_of_melody_and_chords() -> None:
    for song in (harbour_lights, paper_boats):
        for label, bars in song.PLAN:
            assert len(song._CHORDS[label].split()) == bars
            if label in song._MELODIES:
                notes = score.melody(song._MELODIES[label])
                end = max(note.start_beats + note.length_beats for note in notes)
                assert bars * song.METER - 2 <= end <= bars * song.METER


def test_voices_lead_by_small_steps() -> None:
    names = ["Em", "C", "G", "D", "Am7", "Bm7", "Cmaj7", "Dsus4", "D7", "F#7", "Gadd9", "D/F#"]
    chords = [score.chord(name) for name in names * 4]
    voicings = score.voice_chords(chords, 55, 74)
    for chord, voicing in zip(chords, voicings, strict=True):
        assert {tone % 12 for tone in voicing} == set(chord.classes)
        assert voicing == tuple(sorted(voicing)) and voicing[0] >= 55 and voicing[-1] <= 74
        assert min(np.diff(voicing)) >= 2
    steps = [
        np.mean([min(abs(tone - before) for before in one) for tone in other])
        for one, other in pairwise(voicings)
    ]
    assert np.mean(steps) < 2.0 and max(steps) < 4.5


def test_notation() -> None:
    assert score.chord("D/F#") == score.Chord(6, 2, (0, 4, 7))
    assert score.melody("A4:1 -:.5 | C#5:2", 4.0) == [
        score.Note(4.0, 1.0, 69),
        score.Note(5.5, 2.0, 73),
    ]
    for wrong in ("H", "Cmaj13"):
        with pytest.raises(ValueError, match="no such chord"):
            score.chord(wrong)
    with pytest.raises(ValueError, match="no such note"):
        score.melody("X4:1")


def test_loudness_of_known_signals() -> None:
    """EBU Tech 3341, cases 1 and 2: a stereo sine of 1 kHz at -23 and -33 dBFS."""
    t = np.arange(20 * tones.RATE_HZ) / tones.RATE_HZ
    tone = np.sin(2 * np.pi * 1_000 * t)[:, None] * np.ones(2)
    for level_db in (-23.0, -33.0):
        audio = (10 ** (level_db / 20) * tone).astype(np.float32)
        assert mixing.loudness_lufs(audio) == pytest.approx(level_db, abs=0.1)
    assert mixing.loudness_lufs(np.zeros((44_100, 2), np.float32)) == -70.0


def test_the_limiter_bends_and_never_exceeds() -> None:
    ramp = np.linspace(-3, 3, 10_001, dtype=np.float32)[:, None]
    out = mixing.soft_limited(ramp)
    assert np.abs(out).max() <= mixing.HIGHEST_PEAK and np.all(np.diff(out[:, 0]) >= 0)
    inside = np.abs(ramp) < 0.6
    np.testing.assert_array_equal(out[inside], ramp[inside])


def test_every_call_gives_the_same_song(first_song: tuple[Audio, DemoTruth]) -> None:
    audio, truth = first_song
    again, rate_hz, truth_again = synthesize(DEMO_SONGS[0])
    assert rate_hz == tones.RATE_HZ
    np.testing.assert_allclose(again, audio, atol=2**-15)  # the file has 16 bits
    assert (truth_again.beats_s, truth_again.sections) == (truth.beats_s, truth.sections)
    twice = hashlib.sha256(synthesize_test_song(6.0)[0].tobytes()).digest()
    assert twice == hashlib.sha256(synthesize_test_song(6.0)[0].tobytes()).digest()


def test_repeated_sections_repeat_with_small_changes(first_song: tuple[Audio, DemoTruth]) -> None:
    """Choruses are far more alike, bar by bar, than a chorus and the verse before it."""
    audio, truth = first_song
    verse, chorus, other = (part(audio, truth.sections[index]).mean(axis=1) for index in (1, 2, 4))

    def alike(one: Audio, two: Audio) -> float:
        return float(np.corrcoef(_envelope(one), _envelope(two))[0, 1])

    assert alike(chorus, other) > 0.95
    assert alike(chorus, other) > alike(chorus, verse) + 0.1
    assert not np.array_equal(chorus, other)


def _envelope(mono: Audio) -> Audio:
    """Power in four bands every 23 ms, flat."""
    n = len(mono) // 1024 * 1024
    frames = mono[:n].reshape(-1, 1024) * np.hanning(1024).astype(np.float32)
    power = np.abs(np.fft.rfft(frames, axis=1)) ** 2
    bands = np.add.reduceat(power[:, 1:], [0, 4, 16, 64], axis=1)
    return np.log(bands + 1e-3).ravel()


@pytest.mark.parametrize(("meter", "tempo_bpm"), [(4, 120.0), (3, 90.0), (5, 140.0)])
def test_short_pieces_by_the_number(meter: int, tempo_bpm: float) -> None:
    audio, rate_hz, truth = synthesize_test_song(24.0, tempo_bpm, meter, seed=3)
    assert audio.dtype == np.float32 and audio.shape[1] == 2 and np.isfinite(audio).all()
    assert abs(len(audio) / rate_hz - 24.0) < meter * 60 / tempo_bpm
    assert 0.1 < np.abs(audio).max() < 0.9
    assert truth.meter == meter and truth.tempo_bpm == tempo_bpm
    assert [label for _, _, label in truth.sections][:3] == ["A", "B", "A"][: len(truth.sections)]
    assert truth.sections[-1][1] == pytest.approx(len(audio) / rate_hz)
    first, second = (part(audio, section) for section in truth.sections[:2])
    assert second.std() > 1.2 * first.std()
    other = synthesize_test_song(24.0, tempo_bpm, meter, seed=4)[0]
    assert not np.array_equal(other[: len(audio)], audio[: len(other)])


def test_writing_tells_how_far_and_cancels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    short, _, truth = synthesize_test_song(2.0)
    monkeypatch.setattr(
        demo_songs_package, "_SONGS", dict.fromkeys(DEMO_SONGS, lambda: (short, truth))
    )
    seen: list[float] = []
    progress = Progress(lambda f, w, p: seen.append(f), lambda: len(seen) >= 2)
    with pytest.raises(Cancelled):
        write_demo_songs(tmp_path / "demo", progress)
    assert seen == sorted(seen)
    assert [path.name for path in (tmp_path / "demo").iterdir()] == ["Harbour Lights.flac"]


def test_a_folder_that_takes_nothing_is_told(tmp_path: Path) -> None:
    with read_only_folder(tmp_path / "locked") as folder, pytest.raises(UserError) as caught:
        write_demo_songs(folder / "demo")
    assert caught.value.remedy
