"""Pieces whose second half has another tempo, and mostly another meter: two of the others each.

Each half keeps up to 55 s of whole bars of its piece and its exact truth; both are equally loud.
Their weights are fitted without either piece.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import fitting_scripts  # noqa: F401 - the weights' own scripts
import mir_eval
import numpy as np
import soxr
from fit_linear_weights import Floats, Piece, all_examples, fit
from numpy.typing import NDArray

from ml_core import audio_file
from ml_core.analysis.analyse import find_grid
from ml_core.analysis.beats.network import BeatNetwork
from ml_core.analysis.beats.onsets import onset_quantities
from ml_core.analysis.spectra.reading import read_spectra
from ml_core.progress import silent

RATE_HZ = 44100
HALF_S = 55.0
LEVEL = 0.1
WINDOW_S = 0.07
BLOCK_SAMPLES = 65536
PAIRS = (
    ("gen_pop100", "gen_five112"),
    ("gen_five112", "gen_rock132"),
    ("gen_sixeight60", "gen_pop100"),
    ("freedoom1_D_E1M7", "freedoom1_D_E1M8"),
    ("freedoom1_D_E1M8", "freedoom1_D_E2M3"),
    ("freedoom2_D_ULTIMA", "openmsx_be_sharp_bw_redfarn"),
    ("gen_rock132", "freedoom1_D_E1M8"),
    ("openmsx_chemistry_lab", "gen_five112"),
    ("gen_bossa136", "freedoom2_D_DDTBL2"),
    ("freedoom2_D_MESSG2", "openmsx_run_for_your_life"),
    ("openmsx_wood_whistles", "freedoom1_D_E3M9"),
    ("gen_dnb174", "gen_ballad66"),
    ("openmsx_relax_song", "openmsx_boogi_marabi_redfarn"),
    ("freedoom1_D_E3M3", "gen_sixeight60"),
)


@dataclass(frozen=True)
class Half:
    """One half: its sound, float32 (n,), and each beat's seconds and position in the bar."""

    audio: NDArray[np.float32]
    beats_s: Floats
    position: NDArray[np.int64]


def half_of(music_dir: Path, name: str, is_first: bool) -> Half:
    """The first or the second half of a changing piece."""
    sound = music_dir / "truth" / f"{name}.ogg"
    truth = json.loads(sound.with_suffix(".json").read_text(encoding="utf-8"))
    rate = audio_file.read_song(sound).sample_rate_hz
    audio = soxr.resample(audio_file.read(sound).mean(axis=1), rate, RATE_HZ)
    beats_s, position = np.array(truth["beats"], np.float64), np.array(truth["pos"], np.int64)
    downbeats_s = np.array(truth["downbeats"], np.float64)
    start_s = 0.0 if is_first else float(downbeats_s[2])
    end_s = float(downbeats_s[downbeats_s <= start_s + HALF_S][-1])
    inside = (beats_s >= start_s - 1e-3) & (beats_s < end_s - 1e-3)
    audio = audio[round(start_s * RATE_HZ) : round(end_s * RATE_HZ)]
    audio = audio * (LEVEL / (float(np.sqrt(np.mean(np.square(audio)))) + 1e-9))
    return Half(audio.astype(np.float32), beats_s[inside] - start_s, position[inside])


def changing_piece(music_dir: Path, first: str, second: str) -> Piece:
    """A piece made of two."""
    halves = half_of(music_dir, first, True), half_of(music_dir, second, False)
    change_s = len(halves[0].audio) / RATE_HZ
    audio = np.concatenate([half.audio for half in halves])[:, None]
    blocks = [audio[i : i + BLOCK_SAMPLES] for i in range(0, len(audio), BLOCK_SAMPLES)]
    spectra, _ = read_spectra(blocks, RATE_HZ, len(audio), silent())
    beats_s = np.concatenate([halves[0].beats_s, change_s + halves[1].beats_s])
    position = np.concatenate([half.position for half in halves])
    truth = {
        "beats": beats_s.tolist(),
        "downbeats": beats_s[position == 0].tolist(),
        "change_s": change_s,
    }
    return Piece(f"{first} > {second}", truth, spectra, onset_quantities(spectra))


def measure_changing(
    pieces: list[Piece], music_dir: Path, network: BeatNetwork | None
) -> list[dict[str, object]]:
    """Beats and downbeats of each changing piece, and downbeats of its halves; prints them."""
    examples, known = all_examples(pieces), {piece.name for piece in pieces}
    rows: list[dict[str, object]] = []
    print(f"\n{'another tempo and meter half-way':62s}{'F':>8s}{'AMLt':>8s}", end="")
    print(f"{'downbeat':>10s}{'first':>8s}{'second':>8s}")
    for first, second in PAIRS:
        if not {first, second} <= known:
            continue
        piece = changing_piece(music_dir, first, second)
        weights = fit([p for p in pieces if p.family not in (first, second)], examples)
        grid, _, _ = find_grid(piece.spectra, silent(), weights, network)
        found_s = grid.beats_s[grid.bar_start_beats]
        change_s = float(piece.truth["change_s"]) - WINDOW_S
        row = {
            "name": piece.name,
            "F": mir_eval.beat.f_measure(piece.beats_s, grid.beats_s, WINDOW_S),
            "AMLt": mir_eval.beat.continuity(piece.beats_s, grid.beats_s)[3],
            "downbeat_F": mir_eval.beat.f_measure(piece.downbeats_s, found_s, WINDOW_S),
            "first_half": mir_eval.beat.f_measure(
                piece.downbeats_s[piece.downbeats_s < change_s],
                found_s[found_s < change_s],
                WINDOW_S,
            ),
            "second_half": mir_eval.beat.f_measure(
                piece.downbeats_s[piece.downbeats_s >= change_s],
                found_s[found_s >= change_s],
                WINDOW_S,
            ),
        }
        rows.append(row)
        print_row(row)
    if rows:
        columns = [key for key in rows[0] if key != "name"]
        means = {key: float(np.mean([float(str(row[key])) for row in rows])) for key in columns}
        print_row({"name": f"mean ({len(rows)})"} | means)
    return rows


def print_row(row: dict[str, object]) -> None:
    """A line of the table."""
    numbers = [float(str(value)) for key, value in row.items() if key != "name"]
    print(f"{row['name']!s:62s}" + "".join(f"{x:8.3f}" for x in numbers[:2]), end="")
    print(f"{numbers[2]:10.3f}{numbers[3]:8.3f}{numbers[4]:8.3f}", flush=True)
