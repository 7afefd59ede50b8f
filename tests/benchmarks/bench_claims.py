"""How often something is told of a taste that is not there, and how often what is there is told.

    python tests/benchmarks/bench_claims.py [--music DIR] [--cache DIR] [--projects 200]
        [--seeds 1] [--raters "short,calm"] [--looks 14,24,48] [--choice app] [--out FILE.json]

Random projects: three to twelve songs, answers at random (two ties in ten). Counted is the share of
projects in which any sentence is told at any look: a direction, "more than length", a change, a
dependence on the song. Raters (see `raters`) share nothing with the project. Counted is how many of
those whose held-out accuracy is above .8 at the last look have been told their strongest direction
by then, with its sign. That is the one whose feature goes most with what the rater values, between
edits of a song that are alike in length (for length itself: between any two).

Pairs are chosen among edits that were drawn once (see `claimed_projects`). With `--choice app`
those of the random projects come from the app's own chooser instead; no rater is asked then.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from claimed_projects import DrawnSong, RatedProject, rate
from raters import NOISE, RATERS, TIE, RandomRater, Rater
from taste_measures import asked_library, asked_raters, asked_seeds, benchmark_parser

from ml_core.domain.edits import Limits
from ml_core.domain.ratings import Rating
from ml_core.domain.requests import SongTask
from ml_core.edits.features.words import FEATURE_NAMES
from ml_core.edits.graph.edit_graph import EditGraph
from ml_core.edits.limits.masks import AllowedPaths
from ml_core.errors import UserError
from ml_core.progress import Progress
from ml_core.reward.kernel import Scaling
from ml_core.training.fit_reward.chance import PROVEN, chance
from ml_core.training.fit_reward.fit import fit_reward
from ml_core.training.fit_reward.preference_dataset import build_dataset
from ml_core.training.simulate import Kept, Simulation, rate_songs
from ml_core.training.song_scene import SongScene, usual_pool
from ml_core.training.told import told
from ml_core.training.wishes.words import DIRECTIONS, LENGTH

Floats = NDArray[np.float64]

ACCURATE = 0.8
DIRECTED = 0.5
"""Least correlation with what a rater values for a direction to be the rater's: who wants about a
minute, or swings in loudness, wants more or less of none."""
ALIKE = 0.10
FEWEST_SONGS, MOST_SONGS = 3, 12


def says(project: RatedProject, n: int, whole: bool = True) -> dict[str, Any] | None:
    """What is told of the first n answers; None where they are all ties.

    Args:
        whole: also work out what is withheld anyway, while the answers may be random ones.
    """
    dataset = project.dataset(n)
    if not dataset.decided.any():
        return None
    scaling = Scaling.of(np.concatenate([project.population, dataset.a, dataset.b]))
    if not whole and chance(dataset, scaling) > PROVEN:
        return None
    return told(fit_reward(dataset, project.population, epochs=1), dataset, project.pool)


def claims(found: dict[str, Any] | None) -> list[str]:
    """Every sentence that says something of a taste."""
    if found is None:
        return []
    named = [row["feature"] for row in found["directions"] if row["sure"] != "unknown"]
    more = found["more_than_length"]
    named += ["more than length"] if more is not None and more["shown"] else []
    named += ["changed"] if found["memory"] is not None else []
    return named + (["depends on the song"] if found["depends_on"] else [])


Told = Callable[[np.random.Generator], dict[int, list[str]]]
"""Makes a project with random answers; the claims at each look."""


def random_projects(make: Told, n: int, looks: Sequence[int], first_seed: int) -> dict[str, Any]:
    """How many projects with random answers are told anything."""
    erring: list[dict[str, Any]] = []
    at_look = dict.fromkeys(looks, 0)
    for seed in range(first_seed, first_seed + n):
        rng = np.random.default_rng([seed, 5])
        found = make(rng)
        for look in looks:
            at_look[look] += bool(found[look])
        if any(found.values()):
            erring.append({"seed": seed, "claims": found})
            print(f"  random {seed}: {found}", flush=True)
    return {"projects": n, "erring": len(erring), "at_look": at_look, "which": erring}


def quickly_chosen(songs: Sequence[DrawnSong], looks: Sequence[int]) -> Told:
    """Projects whose pairs come from edits that were drawn once."""

    def make(rng: np.random.Generator) -> dict[int, list[str]]:
        project = rate([songs[k] for k in _some(len(songs), rng)], _at_random, max(looks), rng)
        return {look: claims(says(project, look, whole=False)) for look in looks}

    return make


def chosen_by_app(graphs: Sequence[tuple[str, EditGraph]], looks: Sequence[int]) -> Told:
    """Projects whose pairs the app chooses, and whose answers it reads, as in the window."""
    scenes = {path: SongScene.of(graph, Limits()) for path, graph in graphs}

    def make(rng: np.random.Generator) -> dict[int, list[str]]:
        some = [graphs[k] for k in _some(len(graphs), rng)]
        by_key = {graph.analysis.sha256: graph for _, graph in some}
        songs = tuple(
            SongTask(path=path, sha256=key) for key, (path, _) in zip(by_key, some, strict=True)
        )
        request = Simulation("", songs, (), max(looks), int(rng.integers(2**31)))
        _, ratings = rate_songs(request, by_key, _AnswersAtRandom(), rng, Progress())
        pool = usual_pool([scenes[path] for path, _ in some])
        return {look: claims(_told(ratings[:look], by_key, pool)) for look in looks}

    return make


def _told(
    ratings: Sequence[Rating], graphs: Mapping[str, EditGraph], pool: Mapping[str, Floats]
) -> dict[str, Any] | None:
    dataset = build_dataset(ratings, graphs)
    if not dataset.decided.any():
        return None
    population = np.concatenate(list(pool.values()))
    scaling = Scaling.of(np.concatenate([population, dataset.a, dataset.b]))
    if chance(dataset, scaling) > PROVEN:
        return None
    return told(fit_reward(dataset, population, epochs=1), dataset, pool)


class _AnswersAtRandom:
    """As a person who does not listen."""

    def rate(self, source_path: str, kept_a: Kept, kept_b: Kept, rng: np.random.Generator) -> str:
        """Eight answers of ten for one of the two."""
        del source_path, kept_a, kept_b
        return str(rng.choice(["A", "B", "tie"], p=[0.4, 0.4, 0.2]))


def _some(n_songs: int, rng: np.random.Generator) -> NDArray[np.int64]:
    n = int(rng.integers(FEWEST_SONGS, min(MOST_SONGS, n_songs) + 1))
    return rng.choice(n_songs, n, replace=False)


def _at_random(path: str, a: int, b: int, rng: np.random.Generator) -> int:
    return int(rng.choice([1, -1, 0], p=[0.4, 0.4, 0.2]))


def rater_row(
    name: str, songs: Sequence[DrawnSong], looks: Sequence[int], seed: int
) -> dict[str, Any]:
    """What is told of one rater, and what should be."""
    rater = RATERS[name]
    assert isinstance(rater, Rater)
    values = {s.path: np.array([rater.value(s.path, kept) for kept in s.kept]) for s in songs}

    def answering(path: str, a: int, b: int, rng: np.random.Generator) -> int:
        gap = values[path][a] - values[path][b] + rng.normal(scale=NOISE)
        if rater.kind == "mistake" and rng.random() < 0.1:
            gap = -gap
        tie = TIE * (2.0 if rater.kind == "equal" else 1.0)
        return 0 if abs(gap) < tie else 1 if gap > 0 else -1

    project = rate(songs, answering, max(looks), np.random.default_rng([seed, 6]))
    feature, sign, strength = strongest(songs, values)
    found = {look: says(project, look, whole=look == max(looks)) for look in looks}
    last = found[max(looks)]
    accuracy = None if last is None else last["held_out_accuracy"]["ours"]
    first_told = next(
        (
            look
            for look in looks
            for row in (found[look] or {"directions": []})["directions"]
            if row["feature"] == feature and row["sure"] != "unknown" and row["wish"] * sign > 0
        ),
        None,
    )
    return {
        "rater": name,
        "seed": seed,
        "accuracy": accuracy,
        "strongest": f"{'more' if sign > 0 else 'less'} {feature}",
        "correlation": strength,
        "first_told": first_told,
        "claims": {look: claims(found[look]) for look in looks},
    }


def strongest(
    songs: Sequence[DrawnSong], values: dict[str, np.ndarray]
) -> tuple[str, float, float]:
    """Feature, sign and correlation of the direction that goes most with what a rater values."""
    best = ("", 1.0, 0.0)
    for direction in DIRECTIONS:
        column = FEATURE_NAMES.index(direction.feature)
        gaps, gains = [], []
        for song in songs:
            one, other = np.triu_indices(len(song.features), 1)
            if direction.feature != LENGTH:
                alike = np.abs(np.log(song.lasts_s[one] / song.lasts_s[other])) < np.log1p(ALIKE)
                one, other = one[alike], other[alike]
            gaps.append(song.features[one, column] - song.features[other, column])
            gains.append(values[song.path][one] - values[song.path][other])
        x, y = np.concatenate(gaps), np.concatenate(gains)
        scale = float(np.sqrt((x @ x) * (y @ y)))
        fit = float(x @ y) / scale if scale > 0 else 0.0
        if abs(fit) > abs(best[2]):
            best = (direction.feature, float(np.sign(fit)), fit)
    return best


def _has_direction(row: dict[str, Any]) -> bool:
    return abs(row["correlation"]) >= DIRECTED


def _songs(library: Mapping[str, tuple[str, EditGraph]]) -> list[tuple[str, EditGraph]]:
    """Those of which an edit keeps the usual limits."""
    usable = []
    for path, graph in library.values():
        try:
            AllowedPaths.from_limits(graph, Limits())
            usable.append((path, graph))
        except UserError as error:
            print(error, file=sys.stderr)
    return usable


def rater_rows(arguments: Any, songs: Sequence[DrawnSong], looks: list[int]) -> list[Any]:
    """One row for each rater and seed, printed as it comes."""
    rows = []
    print(f"{'rater':<22}{'acc':>6}  {'strongest':<24}{'corr':>6}  told at  all that is told then")
    for seed in asked_seeds(arguments):
        rng = np.random.default_rng([seed, 4])
        some = rng.choice(len(songs), min(MOST_SONGS, len(songs)), replace=False)
        for name in asked_raters(arguments):
            if isinstance(RATERS[name], RandomRater):
                continue
            row = rater_row(name, [songs[k] for k in some], looks, seed)
            rows.append(row)
            told_then = ", ".join(row["claims"][max(looks)])
            accuracy = "-" if row["accuracy"] is None else f"{row['accuracy']:.2f}"
            print(
                f"{name:<22}{accuracy:>6}  {row['strongest']:<24}{row['correlation']:6.2f}  "
                f"{row['first_told'] or '-':>7}  {told_then}",
                flush=True,
            )
    return rows


def print_accurate(rows: Sequence[dict[str, Any]]) -> None:
    """How many raters that are foreseen well were told their strongest direction, and who not."""
    accurate = [row for row in rows if (row["accuracy"] or 0.0) > ACCURATE]
    for words, some in (
        ("accurate raters", accurate),
        ("of these, raters with a direction", [r for r in accurate if _has_direction(r)]),
    ):
        n_got = sum(row["first_told"] is not None for row in some)
        print(f"{words} told their strongest direction: {n_got} of {len(some)}")
    for row in accurate:
        if row["first_told"] is None:
            print(
                f"  not: {row['rater']} {row['seed']}, {row['strongest']} "
                f"(correlation {row['correlation']:.2f})"
            )


def main() -> None:
    """Run and print."""
    parser = benchmark_parser(__doc__, seeds=1)
    parser.add_argument("--projects", type=int, default=200)
    parser.add_argument("--looks", default="14,24,48")
    parser.add_argument("--choice", choices=("quick", "app"), default="quick")
    arguments = parser.parse_args()
    looks = [int(text) for text in arguments.looks.split(",")]
    torch.set_num_threads(1)
    began = time.process_time()
    graphs, rows = _songs(asked_library(arguments)), []
    print(f"{len(graphs)} songs, {time.process_time() - began:.0f} s of CPU")
    if arguments.choice == "app":
        make = chosen_by_app(graphs, looks)
    else:
        songs = [DrawnSong.of(path, graph, SongScene.of(graph, Limits())) for path, graph in graphs]
        rows = rater_rows(arguments, songs, looks)
        print_accurate(rows)
        make = quickly_chosen(songs, looks)
    at_random = random_projects(make, arguments.projects, looks, arguments.first_seed)
    print(f"random projects told anything: {at_random['erring']} of {at_random['projects']}")
    print(f"{time.process_time() - began:.0f} s of CPU")
    if arguments.out:
        whole = {"looks": looks, "proven": PROVEN, "raters": rows, "random": at_random}
        arguments.out.write_text(json.dumps(whole, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
