"""What the player is given: decoded once, exact, at its rate, in little memory for long songs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from ml_core import audio_file
from ml_core.demo_songs.pieces import synthesize_test_song
from ml_core.domain.adding import AnalyseRequest
from ml_core.domain.edits import Edit
from ml_core.domain.playing import OverviewRequest, PreparePairRequest
from ml_core.domain.songs import SongRef
from ml_core.edits.peaks import load_pyramid
from ml_core.edits.render import render
from ml_core.errors import UserError
from ml_core.pipeline import playing
from ml_core.pipeline.listening import analyse_song
from ml_core.progress import silent


@pytest.fixture(scope="module")
def analysed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """(file, its hash, the cache that holds its analysis)."""
    folder = tmp_path_factory.mktemp("playing")
    audio, rate, _ = synthesize_test_song(24.0)
    file = folder / "song.wav"
    soundfile.write(file, audio, rate, subtype="FLOAT")
    song = audio_file.read_song(file)
    analyse_song(AnalyseRequest(str(folder / "cache"), song), silent())
    return file, song.sha256, str(folder / "cache")


def _request(
    analysed: tuple[Path, str, str], out: Path, rate: int, *edits: Edit
) -> PreparePairRequest:
    file, sha256, cache = analysed
    return PreparePairRequest(cache, SongRef(sha256, str(file)), edits, rate, str(out))


def _edit(sha256: str, rate: int) -> Edit:
    return Edit(sha256, rate, ((0, 5 * rate), (9 * rate, 15 * rate)), (rate // 20,))


@pytest.mark.parametrize("is_long", [False, True])
def test_edits_are_rendered_exactly_at_the_songs_own_rate(
    analysed: tuple[Path, str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    is_long: bool,
) -> None:
    if is_long:
        monkeypatch.setattr(playing, "MOST_SAMPLES_IN_MEMORY", 0)
    source, rate = soundfile.read(analysed[0], dtype="float32", always_2d=True)
    edit = _edit(analysed[1], rate)
    made = playing.prepare_pair(_request(analysed, tmp_path, rate, edit), silent())
    heard = np.fromfile(made.edits[0].file, np.float32).reshape(-1, 2)
    np.testing.assert_array_equal(heard, render(edit, source))
    whole = np.fromfile(made.song.file, np.float32).reshape(-1, 2)
    np.testing.assert_array_equal(whole, source)
    assert made.edits[0].joins == edit.join_samples
    peaks = load_pyramid(made.edits[0].peaks_file)
    assert peaks is not None
    assert peaks.n_samples == made.edits[0].n_samples == edit.n_samples


def test_another_rate_of_the_device_moves_lengths_and_joins(
    analysed: tuple[Path, str, str], tmp_path: Path
) -> None:
    rate = soundfile.info(analysed[0]).samplerate
    edit = _edit(analysed[1], rate)
    made = playing.prepare_pair(_request(analysed, tmp_path, 48000, edit), silent())
    assert made.edits[0].n_samples == pytest.approx(edit.n_samples * 48000 / rate, abs=1)
    assert made.edits[0].joins[0] == pytest.approx(5 * 48000, abs=1)


def test_one_gain_brings_no_lane_over_full_scale(
    analysed: tuple[Path, str, str], tmp_path: Path
) -> None:
    rate = soundfile.info(analysed[0]).samplerate
    edit = _edit(analysed[1], rate)
    made = playing.prepare_pair(_request(analysed, tmp_path, rate, edit), silent())
    for lane in (made.song, *made.edits):
        assert np.abs(np.fromfile(lane.file, np.float32)).max() * made.gain <= 1.0


def test_a_file_that_was_cut_short_meanwhile_is_refused_by_name(
    analysed: tuple[Path, str, str], tmp_path: Path
) -> None:
    source, rate = soundfile.read(analysed[0], dtype="float32", always_2d=True)
    other = tmp_path / "song.wav"
    soundfile.write(other, source[: len(source) // 2], rate)
    request = _request((other, analysed[1], analysed[2]), tmp_path, rate, _edit(analysed[1], rate))
    with pytest.raises(UserError, match=r"song\.wav has changed"):
        playing.prepare_pair(request, silent())


def test_an_overview_has_its_columns_and_the_layout(analysed: tuple[Path, str, str]) -> None:
    file, sha256, cache = analysed
    found = playing.song_overview(OverviewRequest(cache, SongRef(sha256, str(file)), 50), silent())
    assert len(found.columns) == 50
    assert all(low <= 0 <= high and 0 <= rms <= 1 for low, high, rms in found.columns)
    assert found.layout is not None
    assert found.layout.bar_edges_samples[-1] <= found.layout.n_samples
    missing = playing.song_overview(
        OverviewRequest(cache, SongRef("0" * 64, str(file)), 50), silent()
    )
    assert missing.layout is None
