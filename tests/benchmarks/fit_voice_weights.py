"""Fit the weights of the voice detection, print leave-one-song-out numbers, write voice_weights.py.

    python tests/benchmarks/fit_voice_weights.py [--cache DIR] [--dry]

Run after any change to what the model looks at. It needs the sung songs with truth timed by hand
(see tests/conftest.py): most share one singer, so the numbers say little about other voices.
`weights_without` is what the benchmark of voices uses: fitted on all songs but the one measured.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from scipy.stats import rankdata

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from conftest import find_music_dir  # noqa: E402

from ml_core import audio_file  # noqa: E402
from ml_core.analysis.voice_features import (  # noqa: E402
    N_CONTEXTS,
    VoiceListener,
    base_columns,
    contexts,
    ranks,
)
from ml_core.analysis.voice_weights import VoiceWeights  # noqa: E402
from ml_core.domain.songs import VOICE_HZ  # noqa: E402

# Strength of the L2 penalty: the best of 30, 100, 300 by leave one song out, for both targets.
PENALTY = 100.0
# Neighbouring frames say nearly the same: every sixth one is enough.
FRAME_STEP = 6
NEWTON_STEPS = 8
TARGETS = ("note", "phrase")


@dataclass(frozen=True)
class SungSong:
    """A sung song with its truth.

    Attributes:
        name: of the file.
        rows: of the listener, float32 (n_frames, n_columns).
        sung: bool (n_frames, 2), inside a note, inside a phrase.
    """

    name: str
    rows: NDArray[np.float32]
    sung: NDArray[np.bool_]


def song_rows(path: Path) -> NDArray[np.float32]:
    """What the listener tells of a file."""
    song = audio_file.read_song(path)
    listener = VoiceListener(song.sample_rate_hz, song.n_channels)
    for block in audio_file.blocks(path):
        listener.add(block)
    listener.add(np.zeros((0, song.n_channels), np.float32), last=True)
    return listener.take_rows()


def truth_of(path: Path, n_frames: int) -> NDArray[np.bool_]:
    """Whether each frame lies inside a note and a phrase, (n_frames, 2)."""
    data = json.loads(path.read_text(encoding="utf-8"))
    times_s = np.arange(n_frames) / VOICE_HZ
    sung = np.zeros((n_frames, 2), np.bool_)
    for column, key in enumerate(("sung_notes", "phrases")):
        for start_s, end_s, *_ in data[key]:
            sung[(times_s >= start_s) & (times_s < end_s), column] = True
    return sung


def sung_files(music_dir: Path) -> list[tuple[Path, Path]]:
    """(sound, truth) of each sung song."""
    truths = sorted((music_dir / "vocals").glob("*.json"))
    return [
        (next(p for p in sorted(t.parent.glob(t.stem + ".*")) if p.suffix != ".json"), t)
        for t in truths
    ]


def read_songs(music_dir: Path, cache: Path | None = None) -> list[SungSong]:
    """All sung songs."""
    songs = []
    for sound, truth in sung_files(music_dir):
        kept = cache / f"{sound.stem}.rows.npy" if cache else None
        if kept is not None and kept.is_file():
            rows = np.load(kept)
        else:
            rows = song_rows(sound)
            if kept is not None:
                np.save(kept, rows)
        songs.append(SungSong(sound.stem, rows, truth_of(truth, len(rows))))
    return songs


def features(song: SungSong) -> NDArray[np.float32]:
    """Every view of every column, float32 (n_frames, n_columns * N_CONTEXTS)."""
    columns = ranks(base_columns(song.rows))
    seen = contexts(np.repeat(columns[:, None], N_CONTEXTS, axis=1))
    return seen.transpose(0, 2, 1).reshape(len(columns), -1)


def logistic(rows: NDArray[np.float32], target: NDArray[np.bool_], penalty: float) -> np.ndarray:
    """Coefficients of a logistic regression, the intercept last, by Newton's method."""
    rows = np.hstack([rows, np.ones((len(rows), 1), np.float32)])
    shrink = np.full(rows.shape[1], penalty)
    shrink[-1] = 1e-3
    weights = np.zeros(rows.shape[1])
    for _ in range(NEWTON_STEPS):
        p = expit(rows @ weights.astype(np.float32))
        slope = rows.T @ (p - target) + shrink * weights
        bend = (rows * (p * (1 - p) + 1e-4)[:, None].astype(np.float32)).T @ rows
        weights = weights - np.linalg.solve(bend + np.diag(shrink), slope)
    return weights


def fit(songs: list[SungSong], views: dict[str, NDArray[np.float32]], penalty: float = PENALTY):
    """Weights fitted on songs."""
    rows = np.concatenate([views[song.name][::FRAME_STEP] for song in songs])
    both = []
    for k in range(len(TARGETS)):
        target = np.concatenate([song.sung[::FRAME_STEP, k] for song in songs])
        both.append(logistic(rows, target, penalty))
    stacked = np.stack(both, axis=1)
    return VoiceWeights(stacked[:-1].reshape(-1, N_CONTEXTS, 2), stacked[-1])


def weights_without(songs: list[SungSong], penalty: float = PENALTY) -> dict[str, VoiceWeights]:
    """For each song the weights fitted on all others."""
    views = {song.name: features(song) for song in songs}
    return {
        song.name: fit([other for other in songs if other.name != song.name], views, penalty)
        for song in songs
    }


def area_under_curve(score: np.ndarray, target: NDArray[np.bool_]) -> float:
    """Probability that a frame of the target scores above another one."""
    n = int(target.sum())
    below = rankdata(score)[target].sum() - n * (n + 1) / 2
    return float(below / (n * (len(target) - n)))


TEMPLATE = '''"""Fitted weights of the voice detection.

Provenance: L2-regularized logistic regression on {n} sung songs with notes timed by hand (songs by
Fairy Bot Orchestra, Jonathan Coulton and Steven Dunston, Creative Commons, from the collection of
UltraStar Deluxe; most share one singer). Only these numbers ship, no music. Written by
`tests/benchmarks/fit_voice_weights.py`, which prints the leave-one-song-out numbers:
{measured}
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class VoiceWeights:
    """Of a note and of a phrase.

    Attributes:
        linear: float64 (n_columns, n_contexts, 2), on `voice_features.base_columns` as ranks.
        intercept: float64 (2,).
    """

    linear: NDArray[np.float64]
    intercept: NDArray[np.float64]


_HUNDREDTHS = """
{linear}
"""

FITTED = VoiceWeights(
    np.array(_HUNDREDTHS.split(), np.float64).reshape(-1, {n_contexts}, 2) / 100.0,
    np.array({intercept}),
)
'''


def write(weights: VoiceWeights, n_songs: int, measured: str) -> Path:
    """Write the module of weights."""
    numbers = np.rint(weights.linear.reshape(-1) * 100).astype(int)
    lines = [" ".join(str(v) for v in numbers[i : i + 20]) for i in range(0, len(numbers), 20)]
    target = ROOT / "ml_core" / "analysis" / "voice_weights.py"
    text = TEMPLATE.format(
        n=n_songs,
        measured=measured,
        linear="\n".join(lines),
        n_contexts=N_CONTEXTS,
        intercept=[round(float(v), 4) for v in weights.intercept],
    )
    target.write_text(text, encoding="utf-8")
    return target


def main() -> None:
    """Measure, fit on all songs and write the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, help="folder where features are kept")
    parser.add_argument("--penalty", type=float, default=PENALTY)
    parser.add_argument("--dry", action="store_true", help="measure only")
    arguments = parser.parse_args()
    music_dir = find_music_dir()
    if music_dir is None:
        sys.exit("No songs here: set TASTECUT_MUSIC to a folder with manifest.json.")
    songs = read_songs(music_dir, arguments.cache)
    views = {song.name: features(song) for song in songs}
    areas = []
    for song in songs:
        weights = fit([o for o in songs if o.name != song.name], views, arguments.penalty)
        score = views[song.name] @ weights.linear.reshape(-1, 2).astype(np.float32)
        score = score + weights.intercept
        right = np.mean((score > 0) == song.sung, axis=0)
        areas.append([area_under_curve(score[:, k], song.sung[:, k]) for k in (0, 1)] + [*right])
        print(f"{song.name[:40]:40s} " + " ".join(f"{v:.3f}" for v in areas[-1]), flush=True)
    mean, median = np.mean(areas, axis=0), np.median(areas, axis=0)
    measured = (
        f"area under the curve note {mean[0]:.3f}, phrase {mean[1]:.3f} (median {median[0]:.3f}, "
        f"{median[1]:.3f}),\naccuracy {mean[2]:.3f}, {mean[3]:.3f}."
    )
    print(measured)
    if not arguments.dry:
        print(write(fit(songs, views, arguments.penalty), len(songs), measured), "written")


if __name__ == "__main__":
    main()
