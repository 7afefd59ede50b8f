"""Projects for `bench_claims`: songs worked out once, pairs chosen as the app does, and answers.

The app's own chooser places joins and draws edits anew for each batch, which takes seconds a
project. Here it chooses among edits that were drawn once, by the same information, the same halves
of equal length and the same hidden repeats, from a posterior by regression instead of Laplace's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch

from ml_core.edits.features.edit_features import FEATURE_NAMES
from ml_core.edits.graph.edit_graph import EditGraph
from ml_core.reward.kernel import Kernel, Scaling
from ml_core.training.comparing.compare import MATCHED_RATIO
from ml_core.training.fit_reward.preference_dataset import PreferenceDataset
from ml_core.training.pairs.information import ANSWER_VARIANCE, FIRST_PAIRS, PRIOR, information
from ml_core.training.pairs.selection import MOST_PAIRS, REPEAT_DISTANCE, is_repeat_turn
from ml_core.training.song_scene import SongScene

Array = np.ndarray
Answering = Callable[[str, int, int, np.random.Generator], int]
"""Of a song's edits by number: 1 for the first, -1 for the second, 0 for a tie."""


@dataclass(frozen=True, eq=False)
class DrawnSong:
    """A song's usual edits: features (n, n_features), kept seconds, durations (n,)."""

    path: str
    features: Array
    kept: list[list[list[float]]]
    lasts_s: Array

    @classmethod
    def of(cls, path: str, graph: EditGraph, scene: SongScene) -> DrawnSong:
        """From the draws that a scene has anyhow."""
        edges_s = graph.edges_samples / graph.analysis.sample_rate_hz
        kept = [
            [[float(edges_s[first]), float(edges_s[last + 1])] for first, last in drawn]
            for drawn in scene.usual_paths
        ]
        lasts_s = np.array([sum(end - start for start, end in spans) for spans in kept])
        return cls(path, scene.usual_features, kept, lasts_s)


@dataclass(eq=False)
class RatedProject:
    """Pairs that were asked and their answers.

    Attributes:
        rows: (song, edit A, edit B, sign, number of the pair) of each rating.
    """

    songs: Sequence[DrawnSong]
    rows: list[tuple[int, int, int, int, int]] = field(default_factory=list)

    @property
    def population(self) -> Array:
        """Features of all drawn edits, (n, n_features)."""
        return np.concatenate([song.features for song in self.songs])

    @property
    def pool(self) -> Mapping[str, Array]:
        """Features by song, as wishes are told over."""
        return {song.path: song.features for song in self.songs}

    def sides(self) -> tuple[Array, Array]:
        """Features of both sides, (n, n_features) each."""
        a = [self.songs[song].features[one] for song, one, *_ in self.rows]
        b = [self.songs[song].features[other] for song, _, other, *_ in self.rows]
        shape = (len(self.rows), len(FEATURE_NAMES))
        return np.reshape(a, shape), np.reshape(b, shape)

    def dataset(self, n: int) -> PreferenceDataset:
        """The first n answers as training sees them."""
        rows = np.array(self.rows[:n])
        a, b = self.sides()
        lasts = [self.songs[s].lasts_s for s in rows[:, 0]]
        longer = [np.log(lasts[k][i] / lasts[k][j]) for k, (i, j) in enumerate(rows[:, 1:3])]
        sign = rows[:, 3].astype(np.float64)
        return PreferenceDataset(
            a=a[:n],
            b=b[:n],
            sign=sign,
            strength=np.ones(len(rows)),
            weight=np.ones(len(rows)),
            longer=np.array(longer),
            song=rows[:, 0].astype(np.int64),
            pair=rows[:, 4].astype(np.int64),
            heard=np.ones(len(rows), dtype=bool),
            songs=tuple(song.path for song in self.songs),
            counts={},
            n_without_song=0,
            hash="",
        )


def rate(
    songs: Sequence[DrawnSong], answering: Answering, n: int, rng: np.random.Generator
) -> RatedProject:
    """A project of n ratings, songs in turn, half of the pairs of equal length."""
    project = RatedProject(songs)
    scaling = Scaling.of(project.population)
    repeated: set[int] = set()
    while len(project.rows) < n:
        at = len(project.rows)
        early = [k for k in range(at - REPEAT_DISTANCE + 1) if project.rows[k][4] not in repeated]
        if is_repeat_turn(at) and early:
            song, b, a, _, number = project.rows[int(rng.choice(early))]
            repeated.add(number)
        else:
            song, number = at % len(songs), at
            a, b = _informative(project, scaling, song, at % 2 == 0, rng)
        sign = answering(songs[song].path, a, b, rng)
        project.rows.append((song, a, b, sign, number))
    return project


def _informative(
    project: RatedProject, scaling: Scaling, song: int, matched: bool, rng: np.random.Generator
) -> tuple[int, int]:
    """The pair of a song whose answer would teach most, on random sides."""
    drawn = project.songs[song]
    one, other = np.triu_indices(len(drawn.features), 1)
    longest = np.maximum(drawn.lasts_s[one], drawn.lasts_s[other])
    alike = np.abs(drawn.lasts_s[one] - drawn.lasts_s[other]) <= MATCHED_RATIO * longest
    if matched and alike.any():
        one, other = one[alike], other[alike]
    order = rng.permutation(len(one))[:MOST_PAIRS]
    one, other = one[order], other[order]
    a, b = project.sides()
    x, y = (
        torch.from_numpy(scaling.apply(np.concatenate([drawn.features[new], known])))
        for new, known in ((one, a), (other, b))
    )
    full = PRIOR.combine(Kernel.of(FEATURE_NAMES).pair_parts(x, y)).numpy()
    new = len(one)
    known = full[new:, new:] + ANSWER_VARIANCE * np.eye(len(a))
    gain = np.linalg.solve(known, full[new:, :new]).T if len(a) else np.zeros((new, 0))
    signs = np.array([row[3] for row in project.rows], dtype=np.float64)
    mean = 2.0 * gain @ signs if len(a) >= FIRST_PAIRS else np.zeros(new)
    variance = np.diagonal(full)[:new] - np.einsum("nk,kn->n", gain, full[new:, :new])
    best = int(np.argmax(information(mean, np.maximum(variance, 0.0), PRIOR.tau)))
    pair = int(one[best]), int(other[best])
    return pair if rng.random() < 0.5 else pair[::-1]
