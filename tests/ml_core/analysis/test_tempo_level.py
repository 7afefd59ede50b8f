"""Whether a likely double or half tempo is told: on made-up songs always, on rendered ones too."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from ml_core import audio_file
from ml_core.analysis.analyse import analyse, song_spectra
from ml_core.analysis.bars.tempo_level import other_tempo
from ml_core.analysis.corrections import corrected
from ml_core.domain.corrections import NO_CORRECTIONS
from ml_core.progress import Progress
from tests.conftest import find_music_dir
from tests.ml_core.analysis.tunes import band, write_song


@pytest.mark.parametrize("tempo_bpm", [90.0, 110.0, 124.0])
def test_a_usual_tempo_is_likely_and_its_octaves_are_not(tmp_path: Path, tempo_bpm: float) -> None:
    audio, _ = band(24, 4, tempo_bpm)
    song = write_song(tmp_path / "song.wav", audio)
    found = analyse(song, song.path)
    assert found.tempo_bpm == pytest.approx(tempo_bpm, rel=0.02)
    assert other_tempo(found) == 1.0
    spectra = song_spectra(song, song.path, Progress())
    assert other_tempo(corrected(found, spectra, NO_CORRECTIONS.doubled())) == 0.5
    assert other_tempo(corrected(found, spectra, NO_CORRECTIONS.halved())) == 2.0


@pytest.mark.parametrize("name", ["freedoom1_D_E1M8", "freedoom1_D_E3M8", "gen_reggae76"])
def test_a_piece_found_at_twice_its_true_tempo_is_told(name: str) -> None:
    folder = find_music_dir()
    if folder is None:
        pytest.skip("no rendered pieces here: see TASTECUT_MUSIC")
    path = folder / "truth" / f"{name}.ogg"
    truth = json.loads(path.with_suffix(".json").read_text())
    true_bpm = 60.0 / float(np.median(np.diff(truth["beats"])))
    found = analyse(audio_file.read_song(path), path)
    if found.tempo_bpm == pytest.approx(true_bpm, rel=0.05):
        pytest.skip("its tempo is found now")
    assert found.tempo_bpm == pytest.approx(2 * true_bpm, rel=0.05)
    assert other_tempo(found) == 0.5
