"""The exact distribution over one song's paths under learned tilts and style weights.

    p(style, path) = softmax(style_logits + style_slopes . style_terms(song))[style] q(path | style)
    q(path | style) = q0(path | style) exp(tilts . terms(path)) / m(style)

Where a taste depends on the song, tilts and style logits are those at the song at hand,
tilts + z tilt_slopes, with z in -1..1 the song's kind (`song_kind`); on one song all stays exact.

q0 is the base chain (`styles`), whose rows are probabilities; so the partition function m is the
expectation of exp(tilts . terms) under it. It comes from one sweep of messages from the song's
end to its start, which is the substitution that solves the triangular system of the semi-Markov
field (Sarawagi and Cohen, 2004) without ever building it: about 1 ms for 65 bars and all 36 styles
on one core, and no number leaves the range of double precision as long as tilts stay moderate. A
second sweep forwards gives every marginal, and with them exact gradients, entropy and KL.

Kept on the processor: each step of a sweep is smaller than one launch on a graphics card.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ml_core.edits.graph.edit_graph import Path
from ml_core.policy.path_features import (
    BAR_SLICE,
    END_SLICE,
    JOIN_SLICE,
    N_TERMS,
    SEGMENT_SLICE,
    START_SLICE,
    PathTerms,
)
from ml_core.policy.song_kind import SongKind
from ml_core.policy.styles import N_STYLE_TERMS, N_STYLES, BaseChain

Array = NDArray[np.float64]

Draw = tuple[Path, int]
"""A path and the index of the style it was drawn with."""

WEIGHTS = ("tilts", "style_logits", "style_slopes", "tilt_slopes", "logit_slopes")
"""What is learned, by its name in `PolicyParameters`."""


@dataclass(frozen=True, eq=False)
class PolicyParameters:
    """What is learned, shared by all songs: 0 everywhere is the base policy.

    Attributes:
        tilts: weight of each term of a path, (N_TERMS,).
        style_logits: (N_STYLES,).
        style_slopes: weight of each style's terms on the song at hand, (N_STYLE_TERMS,): "about a
            minute" is another style in a long song than in a short one.
        kind: of songs, that tilts and logits depend on; None where they are the same for all.
        tilt_slopes, logit_slopes: added for a song of kind 1 and taken off for one of kind -1,
            shaped like `tilts` and `style_logits`.
    """

    tilts: Array
    style_logits: Array
    style_slopes: Array = field(default_factory=lambda: np.zeros(N_STYLE_TERMS))
    kind: SongKind | None = None
    tilt_slopes: Array = field(default_factory=lambda: np.zeros(N_TERMS))
    logit_slopes: Array = field(default_factory=lambda: np.zeros(N_STYLES))

    def __post_init__(self) -> None:
        shapes = [getattr(self, name).shape for name in WEIGHTS]
        if shapes != [(N_TERMS,), (N_STYLES,), (N_STYLE_TERMS,), (N_TERMS,), (N_STYLES,)]:
            raise ValueError("a policy has one tilt for each term and one logit for each style")

    @classmethod
    def base(cls) -> PolicyParameters:
        """The untrained policy."""
        return cls(np.zeros(N_TERMS), np.zeros(N_STYLES))

    @property
    def is_base(self) -> bool:
        """Whether nothing was learned."""
        return not any(np.any(getattr(self, name)) for name in WEIGHTS)

    def kind_of(self, chain: BaseChain) -> float:
        """The kind of a song, -1..1; 0 where nothing depends on it."""
        return 0.0 if self.kind is None else self.kind.of(chain.song)

    def tilts_on(self, chain: BaseChain) -> Array:
        """Weight of each term on a song, (N_TERMS,)."""
        return self.tilts + self.kind_of(chain) * self.tilt_slopes

    def log_styles(self, chain: BaseChain) -> Array:
        """Log probability of each style on a song, (N_STYLES,)."""
        logits = self.style_logits + self.kind_of(chain) * self.logit_slopes
        logits = logits + chain.style_terms @ self.style_slopes
        shifted = logits - logits.max()
        logs: Array = shifted - np.log(np.exp(shifted).sum())
        return logs

    def told_by(self, kind: SongKind | None, chains: Sequence[BaseChain]) -> PolicyParameters:
        """The policy nearest to this one on some songs whose slopes go by another kind of songs."""
        if self.kind is None or self.kind == kind:
            return replace(self, kind=kind)
        before = np.array([self.kind.of(chain.song) for chain in chains])
        ours = np.array([0.0 if kind is None else kind.of(chain.song) for chain in chains])
        spread = float(ours.var())
        slope = float(np.mean(before * (ours - ours.mean()))) / spread if spread > 1e-12 else 0.0
        # Songs that lie nearly alike say nothing of those beyond them.
        slope = float(np.clip(slope, -1.0, 1.0))
        level = float(before.mean() - slope * ours.mean())
        return replace(
            self,
            tilts=self.tilts + level * self.tilt_slopes,
            style_logits=self.style_logits + level * self.logit_slopes,
            kind=kind,
            tilt_slopes=slope * self.tilt_slopes,
            logit_slopes=slope * self.logit_slopes,
        )


class PathDistribution:
    """The policy on one song.

    Args:
        chain: the base policy on that song under its hard limits.
        parameters: what was learned.
    """

    def __init__(self, chain: BaseChain, parameters: PolicyParameters) -> None:
        self.chain = chain
        self.parameters = parameters
        self.log_styles = parameters.log_styles(chain)
        self.tilts = parameters.tilts_on(chain)
        n = chain.n_bars
        segments, joins, starts, ends = chain.terms.tilts(self.tilts)
        of_segments, of_joins = np.exp(np.triu(segments)), np.exp(joins)
        leave: list[Array] = [np.empty(0)] * n
        enter: list[Array] = [np.empty(0)] * n
        stop = chain.stop * np.exp(ends)[:, None]
        after, before = np.zeros((N_STYLES, n)), np.zeros((N_STYLES, n))
        for bar in range(n - 1, -1, -1):
            enter[bar] = chain.enter[bar] * of_joins[bar, bar + 2 :]
            after[:, bar] = np.einsum("zk,zk->z", enter[bar], before[:, bar + 2 :]) + stop[bar]
            leave[bar] = chain.leave[bar] * of_segments[bar, bar:]
            before[:, bar] = np.einsum("zk,zk->z", leave[bar], after[:, bar:])
        mass = chain.start * np.exp(starts) * before
        total = mass.sum(1)
        self.log_mass: Array = np.log(np.maximum(total, 1e-300))
        """log m(style), (n_styles,)."""
        self.start: Array = mass / np.maximum(total, 1e-300)[:, None]
        # Potentials without what comes after them: hardly any row of the products is asked for.
        self._leave, self._enter, self._stop = leave, enter, stop
        self._after, self._before = after, before

    def _leave_mass(self, first: int, style: int) -> Array:
        """Mass of all ways on from a segment that starts with a bar, by its last bar."""
        mass: Array = self._leave[first][style] * self._after[style, first:]
        return mass

    def _enter_mass(self, last: int, style: int) -> Array:
        """Mass of all ways on after a bar was left, by the bar that is entered."""
        mass: Array = self._enter[last][style] * self._before[style, last + 2 :]
        return mass

    @property
    def terms(self) -> PathTerms:
        """The terms of the song's paths."""
        return self.chain.terms

    def draw(self, n: int, rng: np.random.Generator) -> list[Draw]:
        """Exact draws; the duration is not bounded here, all other hard limits are."""
        styles = rng.choice(N_STYLES, size=n, p=np.exp(self.log_styles))
        return [(self._draw_path(int(style), rng), int(style)) for style in styles]

    def _draw_path(self, style: int, rng: np.random.Generator) -> Path:
        path: list[tuple[int, int]] = []
        first = _pick(self.start[style], rng)
        while True:
            last = first + _pick(self._leave_mass(first, style), rng)
            path.append((first, last))
            going_on, stop = self._enter_mass(last, style), self._stop[last, style]
            total = self._after[style, last]
            if len(going_on) == 0 or rng.random() * total < stop:
                return tuple(path)
            first = last + 2 + _pick(going_on, rng)

    def row_leave(self, first: int, style: int) -> Array:
        """Probability that a segment from bar `first` ends with each bar from it on."""
        row: Array = self._leave_mass(first, style) / max(self._before[style, first], 1e-300)
        return row

    def row_enter(self, last: int, style: int) -> tuple[Array, float]:
        """Probability of entering each bar from `last + 2` on after bar `last`; and of ending."""
        total = max(self._after[style, last], 1e-300)
        return self._enter_mass(last, style) / total, float(self._stop[last, style] / total)

    def log_ratio_to_base(self, terms: Array, styles: NDArray[np.int64]) -> Array:
        """Log ratio of p(style, path) to the base policy's, (n,).

        Args:
            terms: of the paths, (n, N_TERMS).
            styles: that they were drawn with, (n,).
        """
        ratio: Array = (
            terms @ self.tilts - self.log_mass[styles] + self.log_styles[styles] + np.log(N_STYLES)
        )
        return ratio

    @property
    def expected_terms(self) -> Array:
        """Mean of the terms within each style, (n_styles, N_TERMS).

        The gradient of log q(path | style) in the tilts is the path's own terms less this.
        """
        return self._marginals[0]

    @property
    def kept_probability(self) -> Array:
        """Probability that each bar is kept within each style, (n_styles, n_bars)."""
        return self._marginals[1]

    @cached_property
    def _marginals(self) -> tuple[Array, Array]:
        terms, n = self.terms, self.chain.n_bars
        expected = np.zeros((N_STYLES, N_TERMS))
        starts, ends = self.start.copy(), np.zeros((N_STYLES, n))
        in_segments, in_joins = expected[:, SEGMENT_SLICE], expected[:, JOIN_SLICE]
        a_start, an_end = (1.0 / np.maximum(m, 1e-300) for m in (self._before, self._after))
        for bar in range(n):
            segments = self._leave[bar] * self._after[:, bar:]
            segments *= (starts[:, bar] * a_start[:, bar])[:, None]
            ends[:, bar:] += segments
            in_segments += segments @ terms.segments[bar, bar:]
            joins = self._enter[bar] * self._before[:, bar + 2 :]
            joins *= (ends[:, bar] * an_end[:, bar])[:, None]
            starts[:, bar + 2 :] += joins
            in_joins += joins @ terms.joins[bar, bar + 2 :]
        kept = np.cumsum(starts, axis=1) - np.cumsum(ends, axis=1) + ends
        expected[:, BAR_SLICE] = kept @ terms.bars
        expected[:, START_SLICE] = self.start @ terms.starts
        expected[:, END_SLICE] = (ends * an_end * self._stop.T) @ terms.ends
        return expected, kept

    def kl_to(self, other: PathDistribution) -> float:
        """Exact Kullback-Leibler divergence to another policy on the same chain, in nats.

        Over style and path together, so it bounds that over paths alone from above.
        """
        weights = np.exp(self.log_styles)
        within = self.expected_terms @ (self.tilts - other.tilts) - (self.log_mass - other.log_mass)
        between = self.log_styles - other.log_styles
        return float(weights @ (within + np.where(weights > 0, between, 0.0)))

    def entropy(self) -> float:
        """Entropy over style and path in nats."""
        n = self.chain.n_bars
        weights = np.exp(self.log_styles)
        per_style = _row_entropy(self.start)
        starts, ends = self.start.copy(), np.zeros((N_STYLES, n))
        for bar in range(n):
            leave = self._leave[bar] * self._after[:, bar:]
            leave /= np.maximum(self._before[:, bar, None], 1e-300)
            per_style += starts[:, bar] * _row_entropy(leave)
            ends[:, bar:] += starts[:, bar, None] * leave
            entered = self._enter[bar] * self._before[:, bar + 2 :]
            onward = np.concatenate([entered, self._stop[bar][:, None]], axis=1)
            onward = onward / np.maximum(self._after[:, bar, None], 1e-300)
            per_style += ends[:, bar] * _row_entropy(onward)
            starts[:, bar + 2 :] += ends[:, bar, None] * onward[:, :-1]
        return float(weights @ (per_style - self.log_styles))


def _pick(weights: Array, rng: np.random.Generator) -> int:
    """Index drawn in proportion to non-negative weights."""
    # The array's own methods: numpy's functions take as long again, thousands of times.
    reach = weights.cumsum()
    return min(int(reach.searchsorted(rng.random() * reach[-1], "right")), len(reach) - 1)


def _row_entropy(rows: Array) -> Array:
    """Entropy of each row of probabilities, (n_rows,)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        entropy: Array = -np.where(rows > 0, rows * np.log(rows), 0.0).sum(1)
    return entropy
