"""Corrections on their way through the tasks: cached apart, quick, and followed by all else."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
import soundfile

from ml_core import audio_file
from ml_core.analysis.cache import load_analysis
from ml_core.demo_songs.pieces import synthesize_test_song
from ml_core.domain.adding import AnalyseRequest
from ml_core.domain.bar_check import BarCheckRequest
from ml_core.domain.corrections import NO_CORRECTIONS
from ml_core.domain.edits import Edit
from ml_core.domain.playing import OverviewRequest, PreparePairRequest
from ml_core.domain.ratings import Rating
from ml_core.domain.requests import DeliverRequest, SongTask
from ml_core.domain.songs import DOUBTFUL_WARNING, Song, SongRef
from ml_core.edits.graph.cache import load_or_build
from ml_core.edits.peaks import load_pyramid
from ml_core.errors import UserError
from ml_core.pipeline import materials
from ml_core.pipeline.bar_check import bar_check
from ml_core.pipeline.exporting import deliver_song
from ml_core.pipeline.listening import analyse_song
from ml_core.pipeline.playing import prepare_pair, song_overview
from ml_core.progress import Progress, silent
from ml_core.training.fit_reward.preference_dataset import build_dataset

analyser = import_module("ml_core.analysis.analyse")  # the package names its function so, too
DOUBLED = NO_CORRECTIONS.doubled()


@pytest.fixture
def song(tmp_path: Path) -> Song:
    audio, rate, _ = synthesize_test_song(32.0, 90.0)
    soundfile.write(tmp_path / "song.wav", audio, rate, subtype="FLOAT")
    return audio_file.read_song(tmp_path / "song.wav")


@pytest.fixture
def cache(tmp_path: Path) -> str:
    return str(tmp_path / "cache")


def ref(song: Song, corrections=NO_CORRECTIONS) -> SongRef:
    return SongRef(song.sha256, song.path, corrections=corrections)


def checked(cache: str, song: Song, corrections=NO_CORRECTIONS):
    folder = str(Path(cache) / "bar-check")
    return bar_check(BarCheckRequest(cache, song, folder, corrections), Progress())


def test_what_is_only_tried_leaves_nothing_in_the_cache(song: Song, cache: str) -> None:
    checked(cache, song)
    before = sorted(path.name for path in Path(cache).glob("*.npz"))
    folder = str(Path(cache) / "bar-check")
    tried = bar_check(BarCheckRequest(cache, song, folder, DOUBLED, is_trial=True), Progress())
    after = sorted(path.name for path in Path(cache).glob("*.npz"))
    assert [name for name in after if DOUBLED.key in name] == []
    assert before == [name for name in after if name in before]
    assert tried.layout == checked(cache, song, DOUBLED).layout, "what is kept is what was tried"


def test_the_grid_its_doubts_and_the_waveform(song: Song, cache: str) -> None:
    found = checked(cache, song)
    analysis = load_analysis(cache, song.sha256)
    assert analysis is not None
    assert found.layout.beat_samples == tuple(analysis.beat_samples)
    assert found.corrections == NO_CORRECTIONS
    wave = load_pyramid(found.peaks_file)
    assert wave is not None and wave.n_samples == song.n_samples
    made = checked(cache, song, DOUBLED)
    assert made.layout.tempo_bpm == pytest.approx(2 * found.layout.tempo_bpm, rel=0.02)
    assert (made.doubtful_bars, made.warnings) == ((), ())
    assert made.peaks_file == found.peaks_file


def test_each_correction_has_files_of_its_own(song: Song, cache: str) -> None:
    checked(cache, song, DOUBLED)
    base = load_analysis(cache, song.sha256)
    made = load_analysis(cache, song.sha256, DOUBLED)
    assert base is not None and made is not None
    assert len(made.beat_samples) > 1.9 * len(base.beat_samples)
    assert load_analysis(cache, song.sha256, NO_CORRECTIONS.halved()) is None
    # Files that came under another's name are not taken for it.
    file = Path(cache) / f"{song.sha256}.analysis.npz"
    other = Path(cache) / f"{song.sha256}.{DOUBLED.key}.analysis.npz"
    file.write_bytes(other.read_bytes())
    assert load_analysis(cache, song.sha256) is None
    graph = materials.graph(cache, ref(song, DOUBLED), Progress())
    assert graph.analysis.version == made.version
    with pytest.raises(UserError, match="not been analysed"):
        load_or_build(cache, song.sha256)


def test_the_second_correction_reads_no_sound(
    song: Song, cache: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked(cache, song, DOUBLED)

    def read(*_: object) -> None:
        raise AssertionError("the song was read again")

    monkeypatch.setattr(analyser, "read_spectra", read)
    checked(cache, song, NO_CORRECTIONS.shifted(1))


def test_a_doubtful_songs_sound_is_kept_when_it_is_analysed(
    song: Song, cache: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(analyser, "is_doubtful", lambda _: True)
    outcome = analyse_song(AnalyseRequest(cache, song), silent())
    assert DOUBTFUL_WARNING in outcome.warnings
    assert list(Path(cache).glob("*.spectra.npz"))
    fits = analyse_song(AnalyseRequest(cache, song, NO_CORRECTIONS.confirmed()), silent())
    assert DOUBTFUL_WARNING not in fits.warnings


def test_an_emptied_cache_is_made_again_with_the_corrections(song: Song, cache: str) -> None:
    before = materials.song_graph(cache, song, Progress(), DOUBLED)
    for file in Path(cache).glob("*.npz"):
        file.unlink()
    after = materials.song_graph(cache, song, Progress(), DOUBLED)
    assert np.array_equal(before.join_cost, after.join_cost)
    assert np.array_equal(before.edges_samples, after.edges_samples)


def test_corrections_that_make_no_sense_any_more_stop_nothing_but_the_check(
    song: Song, cache: str
) -> None:
    """As where a newer analyser finds another tempo than the one that was corrected."""
    senseless = DOUBLED.shifted(1).doubled().shifted(1).doubled()
    with pytest.raises(UserError, match="can't be counted"):
        checked(cache, song, senseless)
    base = materials.song_graph(cache, song, Progress())
    task = SongTask(song.sha256, song.path, corrections=senseless)
    found = materials.graphs(cache, [task], Progress())[song.sha256]
    assert np.array_equal(found.edges_samples, base.edges_samples)
    outcome = analyse_song(AnalyseRequest(cache, song, senseless), silent())
    assert outcome.tempo_bpm == base.analysis.tempo_bpm


def test_another_file_under_the_songs_name_is_not_corrected(song: Song, cache: str) -> None:
    checked(cache, song)
    audio, rate, _ = synthesize_test_song(32.0, 100.0, seed=5)
    soundfile.write(song.path, audio, rate, subtype="FLOAT")
    with pytest.raises(UserError, match="has changed"):
        checked(cache, song, DOUBLED)


def test_joins_edits_and_screens_follow(song: Song, cache: str, tmp_path: Path) -> None:
    def cuts(corrections) -> set[int]:
        task = SongTask(song.sha256, song.path, corrections=corrections)
        found = deliver_song(DeliverRequest(cache, task, 0, n_alternatives=3), Progress())
        return {at for one in found for span in one.edit.spans for at in span}

    checked(cache, song)
    shifted = NO_CORRECTIONS.shifted(2)
    checked(cache, song, shifted)
    lines = set(load_or_build(cache, song.sha256).edges_samples)
    inner = cuts(shifted) - {0, song.n_samples}
    assert inner and not any(min(abs(at - line) for line in lines) < 2000 for at in inner)
    layouts = [
        song_overview(OverviewRequest(cache, ref(song, corrections), 50), silent()).layout
        for corrections in (NO_CORRECTIONS, shifted)
    ]
    prepared = prepare_pair(
        PreparePairRequest(cache, ref(song, shifted), (), 44100, str(tmp_path / "out")),
        silent(),
    )
    assert layouts[0] != layouts[1] == prepared.layout


def test_ratings_stay_valid_on_the_new_grid(song: Song, cache: str) -> None:
    """A rating holds samples: what it says of a song is the same whatever the bars are."""
    base = materials.song_graph(cache, song, Progress())
    made = materials.song_graph(cache, song, Progress(), DOUBLED)
    edges = [int(edge) for edge in base.edges_samples]
    a = Edit(song.sha256, song.sample_rate_hz, ((0, edges[3]), (edges[5], song.n_samples)))
    b = Edit(song.sha256, song.sample_rate_hz, ((edges[2], edges[7]),))
    ratings = [Rating(1, a, b, "A", 1, "2026-01-01T00:00:00+00:00")]
    sets = [build_dataset(ratings, {song.sha256: graph}) for graph in (base, made)]
    for data in sets:
        assert len(data) == 1 and data.n_without_song == 0
        assert np.isfinite(data.a).all() and np.isfinite(data.b).all()
    assert sets[0].longer == pytest.approx(sets[1].longer)
    assert replace(ratings[0]) == ratings[0]
