"""Fit the weights of the beat activation and of the bar start score, and write weights.py.

Run `python packaging/beat_network/fit_linear_weights.py` after any change to what the two models
look at. It needs the pieces with exact truth (see tests/conftest.py). `weights_for_fold` is what
the benchmarks use for cross-validated numbers: a piece's own weights were fitted without it, and a
piece and the same piece without drums (`_nd`) always stand on one side.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from conftest import find_music_dir  # noqa: E402

from ml_core import audio_file  # noqa: E402
from ml_core.analysis.bars.score import bar_score_features  # noqa: E402
from ml_core.analysis.beats.activation import activation_features  # noqa: E402
from ml_core.analysis.beats.onsets import onset_quantities  # noqa: E402
from ml_core.analysis.spectra.reading import FRAME_HZ, Spectra, read_spectra  # noqa: E402
from ml_core.analysis.weights import Weights  # noqa: E402
from ml_core.progress import silent  # noqa: E402

N_FOLDS = 5
# Strength of the L2 penalty on standardized features: the best of 3, 10, 30, 100, 300 in
# cross-validation, for beats (where it hardly matters) and bars.
BEAT_PENALTY = 10.0
BAR_PENALTY = 100.0
# Neighbouring frames say nearly the same: every third one is enough.
FRAME_STEP = 3
# Frames from just before a true beat to just after it count as the beat.
BEAT_FRAMES = (-1, 0, 1, 2)

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Piece:
    """A rendered piece with its truth, read once."""

    name: str
    truth: dict
    spectra: Spectra
    quantities: NDArray[np.float32]

    @property
    def family(self) -> str:
        """The piece with and without drums are one family."""
        return self.name.removesuffix("_nd")

    @property
    def beats_s(self) -> Floats:
        """True beats within the sound."""
        beats_s = np.array(self.truth["beats"], np.float64)
        return beats_s[beats_s < self.spectra.duration_s - 0.1]

    @property
    def downbeats_s(self) -> Floats:
        """True bar starts within the sound."""
        downbeats_s = np.array(self.truth["downbeats"], np.float64)
        return downbeats_s[downbeats_s < self.spectra.duration_s - 0.1]


def read_piece(path: Path) -> Piece:
    """A piece by its truth file."""
    sound = path.with_suffix(".ogg")
    rate = audio_file.read_song(sound).sample_rate_hz
    spectra, _ = read_spectra(audio_file.blocks(sound), rate, 0, silent())
    truth = json.loads(path.read_text(encoding="utf-8"))
    return Piece(path.stem, truth, spectra, onset_quantities(spectra))


def read_pieces(music_dir: Path, only: str = "") -> list[Piece]:
    """All pieces with truth whose name contains `only`."""
    paths = sorted((music_dir / "truth").glob("*.json"))
    return [read_piece(path) for path in paths if only in path.stem]


def fold_of(pieces: list[Piece]) -> dict[str, int]:
    """Fold of each family, the same at each run."""
    families = sorted({piece.family for piece in pieces})
    order = np.random.default_rng(0).permutation(len(families))
    return {families[k]: i % N_FOLDS for i, k in enumerate(order)}


def beat_examples(piece: Piece) -> tuple[Floats, Floats]:
    """Features of frames, and whether each is at a beat."""
    features = activation_features(piece.quantities)
    at_beat = np.zeros(len(features))
    frames = np.round(piece.beats_s * FRAME_HZ).astype(np.int64)
    for offset in BEAT_FRAMES:
        at_beat[np.clip(frames + offset, 0, len(features) - 1)] = 1
    return features[::FRAME_STEP].astype(np.float64), at_beat[::FRAME_STEP]


def bar_examples(piece: Piece) -> tuple[Floats, Floats]:
    """Features of the true beats, and whether each starts a bar."""
    features = bar_score_features(piece.spectra, piece.quantities, piece.beats_s)
    starts = np.array(piece.truth["pos"][: len(features)]) == 0
    return features.astype(np.float64), starts.astype(np.float64)


def logistic(features: Floats, target: Floats, weight: Floats, penalty: float) -> Floats:
    """L2-regularized logistic regression on standardized features; the intercept stands last."""
    mean, deviation = features.mean(axis=0), features.std(axis=0) + 1e-9
    rows = np.hstack([(features - mean) / deviation, np.ones((len(features), 1))])
    strength = np.append(np.full(features.shape[1], penalty), 0.0)

    def loss(w: Floats) -> tuple[float, Floats]:
        odds = rows @ w
        cost = float(weight @ (np.logaddexp(0, odds) - target * odds))
        gradient = rows.T @ (weight * (expit(odds) - target)) + strength * w
        return cost + 0.5 * float(strength @ np.square(w)), gradient

    options = {"maxiter": 1000}
    found = minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B", options=options).x
    slopes = found[:-1] / deviation
    return np.append(slopes, found[-1] - slopes @ mean)


def fit(pieces: list[Piece], examples: dict[str, dict[str, tuple[Floats, Floats]]]) -> Weights:
    """Weights from these pieces; in the bar model each piece counts as a hundred beats."""

    def stack(kind: str) -> tuple[Floats, Floats, Floats]:
        parts = [examples[kind][piece.name] for piece in pieces]
        counts = [np.full(len(target), 100 / len(target)) for _, target in parts]
        return np.vstack([p[0] for p in parts]), *map(
            np.concatenate, ([p[1] for p in parts], counts)
        )

    frames, at_beat, _ = stack("beat")
    beats, starts, weight = stack("bar")
    return Weights(
        logistic(frames, at_beat, np.ones(len(at_beat)), BEAT_PENALTY),
        logistic(beats, starts, weight, BAR_PENALTY),
    )


def all_examples(pieces: list[Piece]) -> dict[str, dict[str, tuple[Floats, Floats]]]:
    """Training rows of each piece, for both models."""
    return {
        "beat": {piece.name: beat_examples(piece) for piece in pieces},
        "bar": {piece.name: bar_examples(piece) for piece in pieces},
    }


def weights_for_fold(pieces: list[Piece]) -> list[Weights]:
    """For each fold the weights fitted on all other pieces."""
    examples, fold = all_examples(pieces), fold_of(pieces)
    return [fit([p for p in pieces if fold[p.family] != k], examples) for k in range(N_FOLDS)]


TEMPLATE = '''"""Fitted weights of the beat activation and of the bar start score.

Provenance: L2-regularized logistic regression (scipy's L-BFGS) on {n} pieces with exact truth,
rendered from scores of Freedoom (BSD-3), OpenMSX (GPL-2) and generated for the purpose (CC0).
Only these numbers ship, no music. Written by `packaging/beat_network/fit_linear_weights.py`; the
benchmark beside it prints the cross-validated numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """Of both linear models; the intercepts stand last.

    Attributes:
        beat: (46,), in the order of `activation.activation_features`.
        bar: (177,), in the order of `score.bar_score_features`.
    """

    beat: NDArray[np.float64]
    bar: NDArray[np.float64]


def _numbers(text: str) -> NDArray[np.float64]:
    return np.array(text.split(), np.float64)


FITTED = Weights(
    beat=_numbers("""
{beat}
"""),
    bar=_numbers("""
{bar}
"""),
)
'''


def rows_of(numbers: Floats) -> str:
    """Numbers in rows of ten."""
    texts = [f"{number:.4f}" for number in numbers]
    return "\n".join(" ".join(texts[i : i + 10]) for i in range(0, len(texts), 10))


def main() -> None:
    """Fit on all pieces and write the module."""
    argparse.ArgumentParser(description=__doc__).parse_args()  # Asked for help, it fits nothing.
    music_dir = find_music_dir()
    if music_dir is None:
        sys.exit("No pieces here: set TASTECUT_MUSIC to a folder with manifest.json.")
    pieces = read_pieces(music_dir)
    weights = fit(pieces, all_examples(pieces))
    text = TEMPLATE.format(
        n=len(pieces),
        beat=rows_of(weights.beat),
        bar=rows_of(weights.bar),
    )
    target = ROOT / "ml_core" / "analysis" / "weights.py"
    target.write_text(text, encoding="utf-8")
    print(f"{len(pieces)} pieces, {target} written")


if __name__ == "__main__":
    main()
