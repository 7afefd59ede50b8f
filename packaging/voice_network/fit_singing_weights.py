"""Fit whether a song is sung at all, print leave-one-artist-out numbers, write singing_weights.py.

    python packaging/voice_network/fit_singing_weights.py [--cache DIR] [--dry]

Sung are the songs with sung notes and those named here; all others, and the rendered pieces with
little weight, are not. Small material: nine sung songs of four artists, seventeen others.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
from fit_voice_weights import ROOT, song_rows
from scipy.special import expit

sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from conftest import find_music_dir  # noqa: E402

from ml_core.analysis.voice.features import base_columns  # noqa: E402
from ml_core.analysis.voice.singing import (  # noqa: E402
    MOST_DEVIATIONS,
    OFFSET,
    SHARPNESS,
    deviations,
    song_statistics,
)
from ml_core.analysis.voice.singing_weights import SingingWeights  # noqa: E402

ALSO_SUNG = ("Lets_Go_Fishin",)
# Who made a song: the first of these that is in its name, else the song stands alone.
ARTISTS = ("coulton", "supertux", "wesnoth", "MacLeod", "extremetuxracer")
PENALTY = 3.0
# All rendered pieces share a sound that no real song has.
RENDERED_WEIGHT = 0.2
NEWTON_STEPS = 30

Floats = np.ndarray


def files(music_dir: Path) -> list[tuple[Path, bool, str]]:
    """(sound, whether it is sung, artist) of every piece."""
    found = []
    for folder in ("songs", "vocals", "truth"):
        for path in sorted((music_dir / folder).iterdir()):
            if path.suffix == ".json":
                continue
            sung = folder == "vocals" or any(name in path.stem for name in ALSO_SUNG)
            artist = next((name for name in ARTISTS if name in path.stem), path.stem)
            found.append((path, sung, "rendered" if folder == "truth" else artist))
    return found


def statistics_of(path: Path, cache: Path | None) -> Floats:
    """A file's statistics."""
    kept = cache / f"{path.stem}.rows.npy" if cache else None
    rows = np.load(kept) if kept is not None and kept.is_file() else song_rows(path)
    if kept is not None and not kept.is_file():
        np.save(kept, rows)
    statistics = song_statistics(rows, base_columns(rows))
    assert statistics is not None, path
    return statistics


def fit(statistics: Floats, sung: Floats, weight: Floats) -> SingingWeights:
    """Logistic regression with both sides weighing the same, by Newton's method."""
    mean, deviation = statistics.mean(axis=0), statistics.std(axis=0) + 1e-6
    rows = np.clip((statistics - mean) / deviation, -MOST_DEVIATIONS, MOST_DEVIATIONS)
    rows = np.hstack([rows, np.ones((len(rows), 1))])
    weight = weight * np.where(sung, weight[~sung].sum() / weight[sung].sum(), 1.0)
    shrink = np.append(np.full(rows.shape[1] - 1, PENALTY), 1e-6)
    found = np.zeros(rows.shape[1])
    for _ in range(NEWTON_STEPS):
        chance = expit(rows @ found)
        slope = rows.T @ (weight * (chance - sung)) + shrink * found
        bend = (rows * (weight * chance * (1 - chance) + 1e-6)[:, None]).T @ rows
        found = found - np.linalg.solve(bend + np.diag(shrink), slope)
    return SingingWeights(mean, deviation, found[:-1], float(found[-1]))


def all_songs(
    music_dir: Path, cache: Path | None = None
) -> tuple[list[str], Floats, Floats, list[str]]:
    """(names, statistics, whether sung, artists) of every piece."""
    found = files(music_dir)
    statistics = np.array([statistics_of(path, cache) for path, _, _ in found])
    sung = np.array([is_sung for _, is_sung, _ in found])
    return [path.stem for path, _, _ in found], statistics, sung, [a for _, _, a in found]


def singing_without(music_dir: Path, cache: Path | None = None) -> dict[str, SingingWeights]:
    """For each real song the weights fitted without anything by its artist."""
    names, statistics, sung, artists = all_songs(music_dir, cache)
    weight = np.where(np.array(artists) == "rendered", RENDERED_WEIGHT, 1.0)
    by_artist = {}
    for artist in set(artists) - {"rendered"}:
        others = np.array(artists) != artist
        by_artist[artist] = fit(statistics[others], sung[others], weight[others])
    return {n: by_artist[a] for n, a in zip(names, artists, strict=True) if a != "rendered"}


TEMPLATE = '''"""Fitted weights of whether a song is sung at all.

Provenance: L2-regularized logistic regression on {n_sung} sung songs of four artists, {n_others}
real songs without singing and {n_rendered} rendered pieces, those weighing {rendered} each. The
songs are from free games, from librosa's examples and from UltraStar Deluxe's collection. The
pieces are those of `ml_core/analysis/weights.py`. Only these numbers ship, no music. They are
written by `packaging/voice_network/fit_singing_weights.py`, which also prints the area under the
curve. With all songs of an artist left out it is {measured}.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class SingingWeights:
    """Of `singing.song_statistics`.

    Attributes:
        mean, deviation: float64 (90,), of the songs that were fitted on.
        linear: float64 (90,), on deviations from the mean.
        intercept: of the log-odds.
    """

    mean: NDArray[np.float64]
    deviation: NDArray[np.float64]
    linear: NDArray[np.float64]
    intercept: float


def _numbers(text: str) -> NDArray[np.float64]:
    return np.array(text.split(), np.float64)


FITTED = SingingWeights(
    mean=_numbers("""
{mean}
"""),
    deviation=_numbers("""
{deviation}
"""),
    linear=_numbers("""
{linear}
"""),
    intercept={intercept:.4f},
)
'''


def rows_of(numbers: Floats) -> str:
    """Numbers in rows of ten."""
    texts = [f"{number:.4g}" for number in numbers]
    return "\n".join(" ".join(texts[i : i + 10]) for i in range(0, len(texts), 10))


def main() -> None:
    """Measure, fit on all songs and write the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, help="folder where features are kept")
    parser.add_argument("--dry", action="store_true", help="measure only")
    arguments = parser.parse_args()
    music_dir = find_music_dir()
    if music_dir is None:
        sys.exit("No songs here: set TASTECUT_MUSIC to a folder with manifest.json.")
    names, statistics, sung, artists = all_songs(music_dir, arguments.cache)
    without = singing_without(music_dir, arguments.cache)
    odds, is_sung = [], []
    for name, row, truth in zip(names, statistics, sung, strict=True):
        if name in without:
            weights = without[name]
            odds.append(float(deviations(row, weights) @ weights.linear + weights.intercept))
            is_sung.append(bool(truth))
            share = expit(SHARPNESS * (odds[-1] + OFFSET))
            print(f"{name[:52]:52s} {'sung' if truth else '':5s} {odds[-1]:+6.2f} {share:.2f}")
    ups, downs = np.array(odds)[is_sung], np.array(odds)[~np.array(is_sung)]
    area = float((ups[:, None] > downs).mean())
    measured = f"{area:.2f} ({len(ups)} sung songs against {len(downs)})"
    print("Area under the curve:", measured)
    if arguments.dry:
        return
    rendered = np.array(artists) == "rendered"
    weights = fit(statistics, sung, np.where(rendered, RENDERED_WEIGHT, 1.0))
    text = TEMPLATE.format(
        n_sung=int(sung.sum()),
        n_others=int((~sung & ~rendered).sum()),
        n_rendered=int(rendered.sum()),
        rendered=RENDERED_WEIGHT,
        measured=measured,
        mean=rows_of(weights.mean),
        deviation=rows_of(weights.deviation),
        linear=rows_of(weights.linear),
        intercept=weights.intercept,
    )
    target = ROOT / "ml_core" / "analysis" / "voice" / "singing_weights.py"
    target.write_text(text, encoding="utf-8")
    print(target, "written")


if __name__ == "__main__":
    main()
