"""One song as training and delivery see it: its base policy, and edits as the reward sees them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ml_core.domain.edits import Limits
from ml_core.edits.features.edit_features import path_features
from ml_core.edits.graph.edit_graph import EditGraph, Path
from ml_core.policy.decode import draw_paths
from ml_core.policy.path_distribution import PathDistribution, PolicyParameters
from ml_core.policy.styles import BaseChain, Joins, base_chain

if TYPE_CHECKING:  # It would import torch, which an untrained project does without.
    from ml_core.reward.preference_model import PreferenceModel

Array = NDArray[np.float64]

PESSIMISM = 0.25
"""Standard deviations taken off a mean utility, since what is unsure must promise more. Measured on
25 simulated listeners: 0 to .5 deliver alike (.90-.91 on the harder half of them). At 1 and 2 a
taste for nearly the whole song falls from .97 to .79 and .65, since long edits are rarely rated."""

USUAL_DRAWS = 48
"""Draws of the base policy that say what is usual for a song: its mean features within a seventh
of a standard deviation."""


@dataclass(frozen=True, eq=False)
class SongScene:
    """A song under its hard limits.

    Attributes:
        graph: of the song.
        limits: that every edit keeps.
        chain: the base policy under them.
        usual_paths: draws of the base policy, always the same ones for a song and limits.
        usual_features: their features, (USUAL_DRAWS, n_features).
    """

    graph: EditGraph
    limits: Limits
    chain: BaseChain
    usual_paths: tuple[Path, ...]
    usual_features: Array

    @classmethod
    def of(cls, graph: EditGraph, limits: Limits, avoided: Joins = frozenset()) -> SongScene:
        """Work a song out; the base policy is kept in memory by `base_chain`.

        Args:
            graph: of the song.
            limits: that every edit keeps.
            avoided: joins that are ruled out besides.

        Raises:
            UserError: if no edit keeps the limits.
        """
        chain = base_chain(graph, limits, avoided)
        rng = np.random.default_rng(song_seed(graph, 0))
        policy = PathDistribution(chain, PolicyParameters.base())
        paths = tuple(path for path, _ in draw_paths(policy, USUAL_DRAWS, rng))
        return cls(graph, limits, chain, paths, path_features(graph, paths))

    @property
    def reference(self) -> Array:
        """Features that utilities on this song are told against, (n_features,)."""
        mean: Array = self.usual_features.mean(0)
        return mean

    @property
    def usual_s(self) -> float:
        """Mean duration of the usual edits in seconds."""
        return float(np.mean([self.chain.terms.duration_s(path) for path in self.usual_paths]))

    def utilities(self, reward: PreferenceModel, paths: Sequence[Path]) -> tuple[Array, Array]:
        """Mean and standard deviation of each path's utility against the usual edit, (n,)."""
        mean, variance = reward.difference(path_features(self.graph, paths), self.reference)
        return mean, np.sqrt(variance)

    def pessimistic(self, reward: PreferenceModel, paths: Sequence[Path]) -> Array:
        """Lower confidence bound of each path's utility, (n,)."""
        mean, deviation = self.utilities(reward, paths)
        return mean - PESSIMISM * deviation


POOL_SONGS = 12
"""Songs of which what was learned, and what changes by it, is told: more say the same."""


def usual_pool(scenes: Sequence[SongScene]) -> dict[str, Array]:
    """Usual edits' features by song, (n_edits, n_features): what wishes are told over.

    One pool for what training keeps and for what is told of a taste, so that both know the same.
    """
    return {s.graph.analysis.sha256: s.usual_features for s in scenes[:POOL_SONGS]}


def song_seed(graph: EditGraph, seed: int) -> list[int]:
    """A seed of its own for each song: from its content, not from its place in a list."""
    digest = hashlib.sha256(graph.analysis.sha256.encode()).digest()
    return [seed, int.from_bytes(digest[:8], "little")]
