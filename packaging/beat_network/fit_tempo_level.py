"""Fit the weights of `ml_core/analysis/bars/tempo_level.py` and tell how well they hold.

Run `python packaging/beat_network/fit_tempo_level.py` after any change to what beats are described
by. It needs the pieces with exact truth (see tests/conftest.py): their true beats are right, the
same doubled or halved are wrong. Prints the weights, and for each piece the chances that its tempo
as found is twice or half the true one, by weights that were fitted without it and its `_nd` twin.
"""

from __future__ import annotations

import numpy as np
from fit_linear_weights import Piece, find_music_dir, read_pieces
from numpy.typing import NDArray

from ml_core.analysis.analyse import find_grid
from ml_core.analysis.bars.beat_features import beat_features
from ml_core.analysis.bars.segments import closing_edge
from ml_core.analysis.bars.tempo_level import ONE_TO_TWO, TEMPO, TWO_TO_FOUR, level_features
from ml_core.analysis.beats.network import shipped_network
from ml_core.analysis.beats.tracking import snap_to_onsets
from ml_core.analysis.spectra.reading import FRAME_HZ
from ml_core.progress import silent

Floats = NDArray[np.float64]

# Strength of the L2 penalty on standardized features.
PENALTY = 1.0
_ROUNDS = 60
_CLOSEST_S = 0.03


def doubled(piece: Piece, beats_s: Floats) -> Floats:
    """The beats with one more in the middle of each."""
    edges_s = closing_edge(beats_s)
    middles_s = snap_to_onsets((edges_s[1:] + edges_s[:-1]) / 2 * FRAME_HZ, piece.spectra.flux)
    all_s = np.column_stack([beats_s, middles_s]).ravel()
    all_s = all_s[all_s < piece.spectra.duration_s]
    return all_s[np.append(True, np.diff(all_s) > _CLOSEST_S)]


def described(piece: Piece, beats_s: Floats) -> tuple[Floats, Floats]:
    """Features for "is it half of this?" and for "is it twice this?"."""
    rows, blocks = beat_features(piece.spectra, beats_s)
    first, end = next((a, b) for name, a, b in blocks if name == "onset")
    features = level_features(60.0 / float(np.median(np.diff(beats_s))), rows[:, first:end])
    return features[[TEMPO, TWO_TO_FOUR]], features[[TEMPO, ONE_TO_TWO]]


def fitted(right: Floats, wrong: Floats) -> Floats:
    """Weights of a logistic regression where both classes count alike; the last is the offset."""
    rows = np.vstack([right, wrong])
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    inputs = np.column_stack([(rows - mean) / spread, np.ones(len(rows))])
    is_wrong = np.repeat([0.0, 1.0], [len(right), len(wrong)])
    weight = np.repeat([1.0, len(right) / len(wrong)], [len(right), len(wrong)])
    penalty = np.append(np.full(rows.shape[1], PENALTY), 0.0)
    weights = np.zeros(len(penalty))
    for _ in range(_ROUNDS):
        chance = 1.0 / (1.0 + np.exp(-inputs @ weights))
        slope = inputs.T @ (weight * (chance - is_wrong)) + penalty * weights
        bend = (inputs.T * (weight * chance * (1 - chance))) @ inputs
        weights = weights - np.linalg.solve(bend + np.diag(penalty + 1e-9), slope)
    slopes = weights[:-1] / spread
    return np.append(slopes, weights[-1] - slopes @ mean)


def main() -> None:
    """Fit on all pieces, and cross-validate."""
    pieces = read_pieces(find_music_dir())
    made = {}
    for piece in pieces:
        true_s = piece.beats_s[piece.beats_s < piece.spectra.duration_s]
        grids = (true_s, doubled(piece, true_s), true_s[::2], true_s[1::2])
        made[piece.name] = [described(piece, beats_s) for beats_s in grids]

    def weights_without(family: str) -> tuple[Floats, Floats]:
        rows = [made[piece.name] for piece in pieces if piece.family != family]
        right = [np.array([row[0][k] for row in rows]) for k in (0, 1)]
        twice = np.array([row[1][0] for row in rows])
        half = np.array([row[k][1] for row in rows for k in (2, 3)])
        return fitted(right[0], twice), fitted(right[1], half)

    for name, weights in zip(("HALF", "DOUBLE"), weights_without(""), strict=True):
        print(f"{name}_WEIGHTS = ({', '.join(f'{weight:.3f}' for weight in weights)})")
    for piece in pieces:
        grid, _, _ = find_grid(piece.spectra, silent(), network=shipped_network())
        true_bpm = 60.0 / float(np.median(np.diff(piece.beats_s)))
        chances = [
            1.0 / (1.0 + np.exp(-(features @ weights[:-1] + weights[-1])))
            for features, weights in zip(
                described(piece, grid.beats_s), weights_without(piece.family), strict=True
            )
        ]
        print(
            f"{piece.name:40s} true {true_bpm:4.0f} found {grid.tempo_bpm:4.0f} "
            f"half {chances[0]:.2f} double {chances[1]:.2f}"
        )


if __name__ == "__main__":
    main()
