"""A policy as the one vector that tuning moves, and the gradient of a draw's log-probability in it.

Tilts are counted in spreads of their terms, so that a step means the same for each. Where the
reward depends on the song's kind, so do tilts and style logits. The vector then holds a slope for
each of them besides. The gradient in a slope is that in its tilt times the song's kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ml_core.policy.path_distribution import PathDistribution, PolicyParameters
from ml_core.policy.path_features import N_TERMS
from ml_core.policy.song_kind import SongKind
from ml_core.policy.styles import N_STYLE_TERMS, N_STYLES
from ml_core.reward.kernel import KIND_WIDTH
from ml_core.reward.preference_model import PreferenceModel
from ml_core.training.song_scene import SongScene

Array = NDArray[np.float64]


def song_kind(reward: PreferenceModel) -> SongKind | None:
    """The kind of songs that a reward depends on; None for one that is the same on all songs."""
    hyper = reward.hyper
    if not hyper.aspect:
        return None
    index = reward.feature_names.index(hyper.aspect)
    centre, spread = float(reward.scaling.centre[index]), float(reward.scaling.spread[index])
    if not np.isfinite(spread):
        return None
    return SongKind(hyper.aspect, centre + hyper.parts_at * spread, KIND_WIDTH * spread)


class PolicyWeights:
    """Lays a policy out as a vector.

    Args:
        scenes: songs to tune on.
        parent: policy to start from; it stands on another kind of songs as near as it can.
        kind: of songs, that tilts and style logits depend on; None where they don't.
    """

    def __init__(
        self, scenes: Sequence[SongScene], parent: PolicyParameters, kind: SongKind | None
    ) -> None:
        self.kind = kind
        self.start = parent.told_by(kind, [scene.chain for scene in scenes])
        self.spread = _term_spread(scenes)

    def first(self) -> Array:
        """The vector of the policy to start from, (n_weights,)."""
        start, spread = self.start, np.where(np.isfinite(self.spread), self.spread, 0.0)
        parts = [start.tilts * spread, start.style_logits, start.style_slopes]
        if self.kind is not None:
            parts += [start.tilt_slopes * spread, start.logit_slopes]
        return np.concatenate(parts)

    def parameters(self, weights: Array) -> PolicyParameters:
        """The policy of a vector; terms that never vary keep the tilt that they started with."""
        sizes = [N_TERMS, N_STYLES, N_STYLE_TERMS, N_TERMS, N_STYLES]
        parts = np.split(weights.copy(), np.cumsum(sizes))
        learned = replace(
            self.start,
            tilts=self._tilts(parts[0], self.start.tilts),
            style_logits=parts[1],
            style_slopes=parts[2],
        )
        if self.kind is None:
            return learned
        slopes = self._tilts(parts[3], self.start.tilt_slopes)
        return replace(learned, tilt_slopes=slopes, logit_slopes=parts[4])

    def scores(self, policy: PathDistribution, terms: Array, styles: NDArray[np.int64]) -> Array:
        """Gradient of each draw's log-probability in the vector, (n, n_weights).

        Args:
            policy: that the draws came from.
            terms: of their paths, (n, N_TERMS).
            styles: that they were drawn with, (n,).
        """
        within = (terms - policy.expected_terms[styles]) / self.spread
        shares = np.exp(policy.log_styles)
        between = np.eye(N_STYLES)[styles] - shares
        style_terms = policy.chain.style_terms
        parts = [within, between, style_terms[styles] - shares @ style_terms]
        if self.kind is not None:
            z = self.kind.of(policy.chain.song)
            parts += [z * within, z * between]
        return np.concatenate(parts, 1)

    def _tilts(self, spreads: Array, start: Array) -> Array:
        return np.where(np.isfinite(self.spread), spreads / self.spread, start)


def _term_spread(scenes: Sequence[SongScene]) -> Array:
    """Spread of each term over usual edits within songs, (N_TERMS,); inf where it never varies."""
    squares = np.zeros(N_TERMS)
    for scene in scenes:
        squares += scene.chain.terms.of_paths(scene.usual_paths).var(0)
    spread = np.sqrt(squares / len(scenes))
    return np.where(spread > 1e-6, spread, np.inf)
