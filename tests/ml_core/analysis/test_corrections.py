"""A person's corrections of beats and bars, and the analysis that follows them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_core.analysis.analyse import analyse_spectra, song_spectra
from ml_core.analysis.bars.doubt import doubtful_bars
from ml_core.analysis.corrections import corrected
from ml_core.analysis.spectra.kept import MOST_SONGS, load_spectra, save_spectra
from ml_core.analysis.spectra.reading import Spectra
from ml_core.domain.corrections import NO_CORRECTIONS, CorrectionRefused, Corrections
from ml_core.domain.songs import SongAnalysis
from ml_core.errors import UserError
from ml_core.progress import Progress
from tests.ml_core.analysis.tunes import RATE_HZ, band, syllables, write_song

METER, TEMPO_BPM, N_BARS = 4, 120.0, 32
Analysed = tuple[SongAnalysis, Spectra]


def listened(path: Path, audio: np.ndarray) -> Analysed:
    song = write_song(path, audio)
    spectra = song_spectra(song, song.path, Progress())
    return analyse_spectra(song, spectra, Progress()), spectra


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Analysed:
    audio, _ = band(N_BARS, METER, TEMPO_BPM)
    base, spectra = listened(tmp_path_factory.mktemp("corrections") / "song.wav", audio)
    assert base.meter == METER and base.tempo_bpm == pytest.approx(TEMPO_BPM, rel=0.01)
    return base, spectra


@pytest.fixture(scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Analysed:
    folder = tmp_path_factory.mktemp("speech")
    base, spectra = listened(folder / "speech.wav", syllables(50.0))
    assert not base.has_beat
    return base, spectra


def bar_lines_s(analysis: SongAnalysis) -> np.ndarray:
    return analysis.beat_samples[analysis.bar_start_beats] / RATE_HZ


def kept(lines_s: np.ndarray, others_s: np.ndarray) -> float:
    """Share of the lines that others have too, within 40 ms."""
    return float((np.abs(lines_s[:, None] - others_s).min(axis=1) < 0.04).mean())


def same_grid(one: SongAnalysis, other: SongAnalysis) -> bool:
    return np.array_equal(one.beat_samples, other.beat_samples) and np.array_equal(
        one.bar_start_beats, other.bar_start_beats
    )


def test_doubling_puts_a_beat_between_and_keeps_every_bar_line(song: Analysed) -> None:
    base, spectra = song
    made = corrected(base, spectra, NO_CORRECTIONS.doubled())
    assert made.tempo_bpm == pytest.approx(2 * TEMPO_BPM, rel=0.02)
    assert made.meter == METER and made.n_bars == pytest.approx(2 * base.n_bars, abs=1)
    assert np.isin(base.beat_samples, made.beat_samples).all()
    assert kept(bar_lines_s(base), bar_lines_s(made)) == 1
    middles_s = (base.beat_samples[1:] + base.beat_samples[:-1]) / 2 / RATE_HZ
    assert kept(middles_s, made.beat_samples / RATE_HZ) > 0.95


def test_halving_keeps_every_second_beat_and_its_bar_lines_are_old_ones(song: Analysed) -> None:
    base, spectra = song
    made = corrected(base, spectra, NO_CORRECTIONS.halved())
    assert made.tempo_bpm == pytest.approx(TEMPO_BPM / 2, rel=0.02)
    assert np.isin(made.beat_samples, base.beat_samples).all()
    assert kept(bar_lines_s(made), bar_lines_s(base)) == 1
    # Two bars are one: the line that stays is where a new chord pair begins, not any.
    assert made.n_bars == pytest.approx(base.n_bars / 2, abs=1)


def test_halving_then_doubling_restores_and_so_does_the_other_order(song: Analysed) -> None:
    base, spectra = song
    for made in (NO_CORRECTIONS.halved().doubled(), NO_CORRECTIONS.doubled().halved()):
        assert made == NO_CORRECTIONS and made.key == ""
        assert corrected(base, spectra, made) is base
    # Also where something lies between them, so that the steps are really taken.
    there_and_back = NO_CORRECTIONS.doubled().shifted(2).halved().shifted(-1)
    made = corrected(base, spectra, there_and_back)
    assert len(there_and_back.steps) == 4
    assert kept(made.beat_samples / RATE_HZ, base.beat_samples / RATE_HZ) == 1


@pytest.mark.parametrize("n", [1, 2, -1, -3])
def test_a_shift_moves_every_bar_line_by_beats_and_no_beat(song: Analysed, n: int) -> None:
    base, spectra = song
    made = corrected(base, spectra, NO_CORRECTIONS.shifted(n))
    assert np.array_equal(made.beat_samples, base.beat_samples)
    phase = (made.bar_start_beats - base.bar_start_beats[0]) % METER
    assert set(phase) == {n % METER}
    # No beat is lost at the ends: bars go on as far as there are whole ones.
    assert made.bar_start_beats[0] < METER
    assert len(made.beat_samples) - made.bar_start_beats[-1] < 2 * METER


def test_a_shift_by_a_whole_bar_changes_nothing(song: Analysed) -> None:
    base, spectra = song
    assert same_grid(corrected(base, spectra, NO_CORRECTIONS.shifted(METER)), base)


@pytest.mark.parametrize("meter", [2, 3, 5, 6, 7])
def test_another_meter_has_all_bars_of_that_many_beats(song: Analysed, meter: int) -> None:
    base, spectra = song
    made = corrected(base, spectra, NO_CORRECTIONS.with_meter(meter))
    assert made.meter == meter
    assert np.array_equal(made.beat_samples, base.beat_samples)
    assert (np.diff(made.bar_start_beats) == meter).mean() > 0.9


def test_choosing_the_right_meter_finds_the_bars_again(song: Analysed) -> None:
    base, spectra = song
    wrong_then_right = NO_CORRECTIONS.with_meter(3).with_meter(METER)
    assert same_grid(corrected(base, spectra, wrong_then_right), base)


def test_a_few_uneven_taps_give_the_beats_of_the_whole_song(song: Analysed) -> None:
    base, spectra = song
    rng = np.random.default_rng(3)
    taps = base.beat_samples[20:28] + np.round(rng.normal(0, 0.025, 8) * RATE_HZ).astype(int)
    made = corrected(base, spectra, NO_CORRECTIONS.tapped(tuple(int(tap) for tap in taps)))
    assert made.tempo_bpm == pytest.approx(TEMPO_BPM, rel=0.02)
    assert kept(base.beat_samples / RATE_HZ, made.beat_samples / RATE_HZ) > 0.97


def test_taps_between_the_beats_move_the_beats_there(song: Analysed) -> None:
    base, spectra = song
    middles = (base.beat_samples[20:28] + base.beat_samples[21:29]) // 2
    made = corrected(base, spectra, NO_CORRECTIONS.tapped(tuple(int(tap) for tap in middles)))
    all_middles_s = (base.beat_samples[1:] + base.beat_samples[:-1]) / 2 / RATE_HZ
    assert kept(made.beat_samples / RATE_HZ, all_middles_s) > 0.95
    assert made.tempo_bpm == pytest.approx(TEMPO_BPM, rel=0.02)


def test_taps_at_half_the_tempo_halve_it(song: Analysed) -> None:
    base, spectra = song
    taps = base.beat_samples[8:24:2]
    made = corrected(base, spectra, NO_CORRECTIONS.tapped(tuple(int(tap) for tap in taps)))
    assert made.tempo_bpm == pytest.approx(TEMPO_BPM / 2, rel=0.02)


def test_everything_of_the_analysis_is_on_the_new_grid(song: Analysed) -> None:
    base, spectra = song
    corrections = NO_CORRECTIONS.doubled().shifted(1)
    made = corrected(base, spectra, corrections)
    assert made.version == f"{base.version}+{corrections.key}" != base.version
    assert (made.confidence, made.warnings, made.has_beat) == (1.0, (), True)
    assert made.sections[-1].end_bar == made.n_bars
    assert made.bar_feature_names == base.bar_feature_names
    assert np.isfinite(made.bar_features).all() and np.isfinite(made.edge_levels_db).all()
    assert (made.loudness_lufs, made.peak) == (base.loudness_lufs, base.peak)


def test_what_makes_no_sense_is_refused_in_words(song: Analysed, speech: Analysed) -> None:
    base, spectra = song
    with pytest.raises(UserError, match="480 beats a minute"):
        corrected(base, spectra, NO_CORRECTIONS.doubled().shifted(1).doubled())
    with pytest.raises(UserError, match="Tap the beat first"):
        corrected(*speech, NO_CORRECTIONS.doubled())
    for wrong in (
        lambda c: c.with_meter(9),
        lambda c: c.tapped((1, 2)),
        lambda c: c.shifted(10**9),
    ):
        with pytest.raises(ValueError):
            wrong(NO_CORRECTIONS)


def test_material_without_a_beat_follows_taps_where_there_are_some(speech: Analysed) -> None:
    base, spectra = speech
    uneven_s = 10 + np.cumsum([0.5, 0.62, 0.4, 0.71, 0.38, 0.66, 0.45, 0.7, 0.41, 0.6, 0.5, 0.64])
    taps = tuple(round(at_s * RATE_HZ) for at_s in uneven_s)
    made = corrected(base, spectra, NO_CORRECTIONS.tapped(taps))
    assert made.has_beat and made.n_bars > 4
    assert np.mean(np.abs(uneven_s[:, None] - made.beat_samples / RATE_HZ).min(axis=1) < 0.06) > 0.7


def test_material_without_a_beat_gets_edges_on_onsets_and_in_pauses(speech: Analysed) -> None:
    base, _ = speech
    assert base.warnings and "No steady beat" in base.warnings[0]
    assert len(doubtful_bars(base)) == 0
    level_db = 20 * np.log10(np.maximum(speech[1].rms, 1e-4))
    edges = np.round(base.bar_edges_samples[1:-1] / RATE_HZ * 100).astype(int)
    around = [level_db[max(0, edge - 8) : edge + 8] for edge in edges]
    rises = [float((part[2:] - part[:-2]).max()) for part in around if len(part) > 2]
    right_there = [
        float((level_db[edge + 1 : edge + 2] - level_db[edge - 1 : edge]).max()) for edge in edges
    ]
    # Wherever the sound rises near an edge, the edge lies on the rise itself.
    on_it = [here > 0.9 * best for here, best in zip(right_there, rises, strict=True) if best > 9]
    assert len(on_it) > 5 and np.mean(on_it) > 0.9


def test_bars_that_are_moved_by_a_beat_are_called_doubtful(song: Analysed) -> None:
    base, spectra = song
    assert len(doubtful_bars(base)) < 0.1 * base.n_bars
    moved = corrected(base, spectra, NO_CORRECTIONS.shifted(1))
    assert len(doubtful_bars(moved)) > 0.8 * moved.n_bars


def test_kept_spectra_give_the_same_result_and_only_the_last_songs_stay(
    song: Analysed, tmp_path: Path
) -> None:
    base, spectra = song
    save_spectra(tmp_path, base.sha256, spectra)
    again = load_spectra(tmp_path, base)
    assert again is not None
    corrections = NO_CORRECTIONS.doubled()
    one, other = (corrected(base, heard, corrections) for heard in (spectra, again))
    assert same_grid(one, other) and np.array_equal(one.beat_features, other.beat_features)
    file = next(tmp_path.glob("*.spectra.npz"))
    data = file.read_bytes()
    file.write_bytes(data[: len(data) // 2])
    assert load_spectra(tmp_path, base) is None
    for number in range(MOST_SONGS + 3):
        save_spectra(tmp_path, f"{number:064x}", spectra)
    assert len(list(tmp_path.glob("*.spectra.npz"))) == MOST_SONGS
    assert not list(tmp_path.glob(".spectra-*"))


steps = st.lists(
    st.one_of(
        st.just(("doubled",)),
        st.just(("halved",)),
        st.tuples(st.just("shifted"), st.integers(-5, 5)),
        st.tuples(st.just("with_meter"), st.integers(2, 7)),
        st.just(("tapped", (5, 10, 15, 20))),
        st.just(("confirmed",)),
    ),
    max_size=12,
)


@given(steps)
def test_corrections_come_back_from_plain_data_and_cancel(made: list[tuple]) -> None:
    now = Corrections()
    for name, *values in made:
        now = getattr(now, name)(*values)
    assert Corrections.from_json(now.to_json()) == now
    assert bool(now.key) == bool(now.steps)
    assert now.shifted(3).shifted(-3).steps == now.steps
    # A halving takes back a doubling that came just before, and only that.
    if not now.steps or now.steps[-1].kind != "halve":
        assert now.doubled().halved().steps == now.steps
    assert replace(now, is_confirmed=True).key == now.key


def samples(*times_s: float) -> tuple[int, ...]:
    return tuple(round(time_s * RATE_HZ) for time_s in times_s)


def moved(base: SongAnalysis, bar: int, by_s: float, later_follow: bool = True) -> Corrections:
    at = int(base.bar_edges_samples[bar])
    to = at + round(by_s * RATE_HZ)
    return NO_CORRECTIONS.moved(at, to, later_follow=later_follow)


def test_a_line_that_is_moved_takes_the_bar_before_along_and_later_ones_follow(
    song: Analysed,
) -> None:
    base, spectra = song
    made = corrected(base, spectra, moved(base, 8, 0.05))
    by_s = (made.bar_edges_samples[: base.n_bars] - base.bar_edges_samples[: base.n_bars]) / RATE_HZ
    assert by_s[:8] == pytest.approx(0, abs=1e-3) and by_s[8:] == pytest.approx(0.05, abs=1e-3)
    inside = slice(base.bar_start_beats[7], base.bar_start_beats[8] + 1)
    steps = np.diff(made.beat_samples[inside]) / RATE_HZ
    assert steps == pytest.approx(60 / TEMPO_BPM + 0.05 / METER, abs=0.02)


def test_a_line_that_is_moved_alone_leaves_all_others(song: Analysed) -> None:
    base, spectra = song
    made = corrected(base, spectra, moved(base, 8, -0.06, later_follow=False))
    by_s = (made.bar_edges_samples - base.bar_edges_samples) / RATE_HZ
    assert by_s[8] == pytest.approx(-0.06, abs=1e-3)
    assert np.delete(by_s, 8) == pytest.approx(0, abs=1e-3)


def test_later_lines_follow_only_up_to_the_next_that_was_set_by_hand(song: Analysed) -> None:
    base, spectra = song
    first, second = moved(base, 16, 0.04), int(base.bar_edges_samples[8])
    both = first.moved(second, second - round(0.05 * RATE_HZ), later_follow=True)
    made = corrected(base, spectra, both)
    by_s = (made.bar_edges_samples[:20] - base.bar_edges_samples[:20]) / RATE_HZ
    assert by_s[:8] == pytest.approx(0, abs=1e-3)
    assert by_s[8] == pytest.approx(-0.05, abs=1e-3)
    assert by_s[12] == pytest.approx(-0.025, abs=0.002), "half-way they move by half"
    assert by_s[16:20] == pytest.approx(0.04, abs=1e-3)


def test_a_line_moved_again_is_one_step_and_moved_back_none() -> None:
    made = NO_CORRECTIONS.moved(1000, 1200, later_follow=True)
    again = made.moved(1200, 900, later_follow=True)
    assert [step.places for step in again.steps] == [(1000, 900)] and again.anchors == (900,)
    assert again.moved(900, 1000, later_follow=True) == NO_CORRECTIONS
    assert len(again.moved(900, 950, later_follow=False).steps) == 2


@pytest.mark.parametrize("by_s", [-2.5, 30.0])
def test_a_line_never_crosses_its_neighbours(song: Analysed, by_s: float) -> None:
    base, spectra = song
    far = moved(base, 8, by_s, later_follow=by_s < 0)
    with pytest.raises(CorrectionRefused, match="so near"):
        corrected(base, spectra, far)
    nowhere = int(base.bar_edges_samples[8]) + RATE_HZ
    with pytest.raises(CorrectionRefused, match="No bar starts there"):
        corrected(base, spectra, NO_CORRECTIONS.moved(nowhere, nowhere + 99, later_follow=True))


def test_a_stretch_gets_its_own_meter_and_all_else_stays(song: Analysed) -> None:
    base, spectra = song
    edges = base.bar_edges_samples
    made = corrected(
        base, spectra, NO_CORRECTIONS.stretched(int(edges[8]), int(edges[14]), meter=3)
    )
    assert np.array_equal(made.beat_samples, base.beat_samples)
    lengths = np.diff(made.bar_start_beats)
    assert lengths[8:16].tolist() == [3] * 8, "24 beats are eight bars of three"
    assert (np.delete(lengths, range(8, 16)) == METER).all()
    outside = (edges <= edges[8]) | (edges >= edges[14])
    assert np.isin(edges[outside], made.bar_edges_samples).all()


def test_a_stretch_gets_its_own_tempo_typed_or_tapped(song: Analysed) -> None:
    base, spectra = song
    start, end = int(base.bar_edges_samples[8]), int(base.bar_edges_samples[16])
    half = 60 / (TEMPO_BPM / 2)
    taps = samples(*(start / RATE_HZ + half * k for k in range(6)))
    for made_by in (
        NO_CORRECTIONS.stretched(start, end, bpm=TEMPO_BPM / 2),
        NO_CORRECTIONS.stretched(start, end, taps=taps),
    ):
        made = corrected(base, spectra, made_by)
        inside = (made.beat_samples >= start) & (made.beat_samples < end)
        assert np.diff(made.beat_samples[inside]) / RATE_HZ == pytest.approx(half, abs=0.05)
        n_before = int((base.beat_samples < start).sum())
        assert np.array_equal(made.beat_samples[:n_before], base.beat_samples[:n_before])
        assert start in made.bar_edges_samples and end in made.bar_edges_samples
        assert made.tempo_bpm == pytest.approx(TEMPO_BPM, rel=0.02), "the most of it is as before"


def test_steps_by_hand_are_read_as_they_were_written_and_older_ones_keep_their_key() -> None:
    made = (
        NO_CORRECTIONS.doubled()
        .moved(1000, 1200, later_follow=True)
        .moved(5000, 5100, later_follow=False)
        .stretched(8000, 90_000, meter=3, bpm=92.5)
        .stretched(90_000, 99_000, taps=(90_000, 91_000, 92_000, 93_000))
    )
    assert Corrections.from_json(json.loads(json.dumps(made.to_json()))) == made
    assert made.anchors == (1200, 5100, 8000, 90_000, 99_000)
    assert made.stretches == ((8000, 90_000), (90_000, 99_000))
    assert NO_CORRECTIONS.doubled().shifted(1).key == "7f54d42800dad9cb"


@pytest.mark.parametrize(
    "step",
    [
        ["move", 1000], ["move", 1000, 1000], ["move", -1, 5], ["move_one", 2**60, 1],
        ["stretch", 9, 5, 3, 0, []], ["stretch", 5, 9, 9, 0, []], ["stretch", 5, 9, 0, 0, []],
        ["stretch", 5, 9, 0, float("nan"), []], ["stretch", 5, 9, 0, 1e9, []],
        ["stretch", 5, 9, 0, 0, [1, 2]], ["double", 3],
    ],
)  # fmt: skip
def test_steps_that_make_no_sense_are_refused(step: list[object]) -> None:
    with pytest.raises((ValueError, TypeError, KeyError)):
        Corrections.from_json({"steps": [step], "confirmed": False})
