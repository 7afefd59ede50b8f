"""What the answers say of the prior itself: how bent, how forgetful, how much the song matters.

Everything is chosen by evidence (the marginal likelihood of all answers). First comes whether the
taste drifts, then whether it depends on the song, then the variances on a grid. Either of the first
two must beat the plainer explanation by some nats. Measured on simulated listeners:

- Fading memories: for steady listeners they lie up to 1.9 nats above after 48 ratings, mostly 1 to
  10 below, and further below after 88. For reversed ones they gain 2 to 15 after 12 contrary
  ratings.
- A change at once, eight listeners, three seeds each: steady ones gain 4.4 at the most after 48
  ratings and 5.4 after 88 (none is taken for changed). Reversed ones gain 1.7 to 19, 7 to 22 and 13
  to 30 after 12, 24 and 40 contrary ratings.
- Two kinds of songs: a listener whose taste turns round with the song's length gains 4 to 22, with
  its being sung 6 to 17. Of 42 cycles of steady ones 41 gain 3.6 at the most. One, whose taste is
  hard to hear anyhow, gains 6.3.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import torch
from torch import Tensor

from ml_core.edits.features.edit_features import FEATURE_NAMES
from ml_core.edits.features.song_features import SONG_FEATURES
from ml_core.progress import Progress
from ml_core.reward.drift import CHANGES, MEMORIES, STEADY, Drift, ratings_ago
from ml_core.reward.kernel import Hyperparameters, Kernel
from ml_core.reward.laplace import pair_posterior
from ml_core.reward.likelihood import Answers
from ml_core.reward.tie_likelihood import answer_terms

GRID = tuple(
    Hyperparameters(*values)
    for values in product(
        (0.02, 0.06, 0.2, 0.6, 2.0), (0.0, 6.0, 18.0, 54.0), (0.0, 2.0), (0.5, 0.8, 1.2)
    )
)
"""Half an order of magnitude apart, since the evidence is that flat. A finer grid, a wider one and
averaging over it measured alike within half a hundredth of accuracy."""

LEAST_GAIN = 3.0
"""Nats that a taste which drifts must be likelier than one that does not."""

LEAST_CHANGE_GAIN = 6.0
"""The same for a taste that changed at once, some time or other."""

FEWEST_BEFORE = 6
"""Ratings before a change without which there is nothing that could have changed."""

TAU = 0.8
COARSE = tuple(
    Hyperparameters(linear, length, rbf, TAU)
    for linear, length, rbf in product((0.02, 0.06, 0.2, 0.6, 2.0), (0.0, 18.0), (0.0, 2.0))
)

LEAST_SONG_GAIN = 4.0
"""The same for a taste that depends on the song: there are 28 ways to, so one gains by chance."""

FEWEST_SONGS_A_KIND = 2
"""Rated songs on either side: of two or three songs nearly every aspect tells one from the rest."""

SONG_LINEAR = (0.02, 0.06, 0.2, 0.6)
SONG_VARIANCES = (0.06, 0.2, 0.6)
PARTS_AT = (-0.75, -0.25, 0.25, 0.75)
"""Standard deviations from the mean song at which two kinds of songs may part."""


def likely_drift(a: Tensor, b: Tensor, answers: Answers) -> Drift:
    """How the taste changes; not at all unless the answers say otherwise.

    Args:
        a, b: standardized edits of the rated pairs in the order of rating, (n, D).
        answers: of these pairs, weights (n,); no choices.
    """
    parts = Kernel.of(FEATURE_NAMES).pair_parts(a, b)
    covariance = torch.stack([hyper.combine(parts) for hyper in COARSE])
    ago = ratings_ago(len(a), a)

    def averaged(drift: Drift) -> float:
        return float(torch.logsumexp(_evidence(covariance * drift.alike(ago), answers), 0))

    likely, most = STEADY, 0.0
    steady = averaged(STEADY)
    changes = [n for n in CHANGES if n + FEWEST_BEFORE <= len(a)]
    for least, drifts in (
        (LEAST_GAIN, [Drift(memory) for memory in MEMORIES]),
        (LEAST_CHANGE_GAIN, [Drift(since=n) for n in changes]),
    ):
        for drift in drifts:
            gain = averaged(drift) - steady - least
            if gain > most:
                likely, most = drift, gain
    return likely


def likely_grid(
    a: Tensor, b: Tensor, answers: Answers, alike: Tensor
) -> tuple[Hyperparameters, ...]:
    """The grid to search: the plain one, or one that lets wishes depend on an aspect of the song.

    Args:
        a, b, answers: as in `likely_drift`.
        alike: how far the taste was the same when each two were given, (n, n).
    """
    plain, usual = _highest(a, b, answers, alike, COARSE)
    ways = [
        (aspect, parts_at)
        for aspect in SONG_FEATURES
        for parts_at in PARTS_AT
        if _tells_kinds(a, aspect, parts_at)
    ]
    if not ways:
        return GRID
    found = [
        (*_highest(a, b, answers, alike, grid), grid)
        for grid in (
            tuple(
                replace(usual, linear=linear, song=song, aspect=aspect, parts_at=parts_at)
                for linear in SONG_LINEAR
                for song in SONG_VARIANCES
            )
            for aspect, parts_at in ways
        )
    ]
    value, _, grid = max(found, key=lambda one: one[0])
    if value <= plain + LEAST_SONG_GAIN:
        return GRID
    return tuple(
        replace(hyper, length=length, rbf=rbf)
        for hyper in grid
        for length, rbf in product((0.0, 18.0), (0.0, 2.0))
    )


def open_to_lengths(grid: tuple[Hyperparameters, ...]) -> tuple[Hyperparameters, ...]:
    """Without the points where nobody wants a certain length: where finished edits teach.

    A handful of edits can't tell "about a minute" from "the shorter the better", and the plainer
    explanation leads to the shortest edits there are. Measured on eight simulated listeners with
    five edits and no rating: with these points delivered edits win .82 [.36], without .90 [.79].
    """
    return tuple(hyper for hyper in grid if hyper.length > 0.0)


def _tells_kinds(a: Tensor, aspect: str, parts_at: float) -> bool:
    """Whether songs enough were rated on both sides of where an aspect would part them."""
    songs = torch.unique(a[:, FEATURE_NAMES.index(aspect)])
    n_below = int((songs < parts_at).sum())
    return min(n_below, len(songs) - n_below) >= FEWEST_SONGS_A_KIND


def _highest(
    a: Tensor, b: Tensor, answers: Answers, alike: Tensor, grid: tuple[Hyperparameters, ...]
) -> tuple[float, Hyperparameters]:
    """Highest evidence on a grid of one aspect and parting, and where on it."""
    parts = grid[0].kernel(FEATURE_NAMES).pair_parts(a, b)
    evidence = _evidence(torch.stack([hyper.combine(parts) for hyper in grid]) * alike, answers)
    best = int(evidence.argmax())
    return float(evidence[best]), grid[best]


def _evidence(covariance: Tensor, answers: Answers) -> Tensor:
    """Of many prior covariances (k, n, n) at once, (k,)."""
    tau = torch.full((len(covariance),), TAU, dtype=covariance.dtype, device=covariance.device)
    evidence = pair_posterior(covariance, answers, tau).evidence
    return torch.nan_to_num(evidence, nan=-torch.inf)


def search(
    a: Tensor,
    b: Tensor,
    answers: Answers,
    alike: Tensor,
    grid: tuple[Hyperparameters, ...],
    progress: Progress,
) -> Tensor:
    """Evidence of each point of a grid on each row of weights, (n_grid, n_rows).

    Args:
        a, b, alike: as in `likely_grid`, with the differences of choices after those of pairs.
        answers: weights (n_rows, n), all but the last row with some answers held back.
        grid: of one aspect and parting.
        progress: reports the loss of each fit.
    """
    parts = grid[0].kernel(FEATURE_NAMES).pair_parts(a, b)
    held_back = answers.weight[:-1] == 0
    evidence = []
    best_loss, best_fit = np.inf, 0
    for index, hyper in enumerate(grid):
        tau = torch.full((len(answers.weight),), hyper.tau, dtype=a.dtype, device=a.device)
        posterior = pair_posterior(hyper.combine(parts) * alike, answers, tau)
        evidence.append(posterior.evidence)
        validation: float | None = None
        if len(held_back):
            answered = posterior.difference[:-1, : len(answers.sign)]
            terms = answer_terms(answered, answers.sign, answers.strength, tau[:-1, None])
            validation = -float(terms.log_likelihood[held_back].mean())
        train = -float(posterior.fit[-1])
        if (train if validation is None else validation) < best_loss:
            best_loss, best_fit = (train if validation is None else validation), index + 1
        progress.report(
            (index + 1) / len(grid),
            "Learning your answers",
            {
                "stage": "reward",
                "fit": index + 1,
                "train_loss": train,
                "validation_loss": validation,
                "best_fit": best_fit,
            },
        )
    return torch.nan_to_num(torch.stack(evidence), nan=-torch.inf)
