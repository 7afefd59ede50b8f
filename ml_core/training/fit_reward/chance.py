"""How often answers at random would look as much like a taste as these do.

Somebody who answers without listening takes either side alike. So the answers' signs are turned
round at random, pair by pair (a repeat with the pair it repeats; ties stay ties). Each time the
same number is worked out: how alike the answers to pairs that are alike are, y'Ky for kernels of
the reward's prior. The share of turns that reach the number of the real answers is exact for pairs
that were fixed beforehand (Fisher 1935), and no part of it was chosen by these answers. The
smallest share of all kernels counts, against the smallest of each turn (Westfall and Young 1993).

Pairs are chosen by earlier answers, which makes small shares two to four times as frequent as they
should be after 48 ratings, and people look more than once. So `PROVEN` is well below the 5 % that
all looks together may err. Of 68 projects with random answers and the app's own pairs, 3 reach .006
at one of three looks and 1 reaches .004; with the pairs of `bench_claims` 2 of 200 reach .006.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from ml_core.edits.features.edit_features import FEATURE_NAMES
from ml_core.reward.kernel import Hyperparameters, Kernel, Scaling
from ml_core.training.fit_reward.preference_dataset import PreferenceDataset

Array = NDArray[np.float64]

PROVEN = 0.004
"""Highest share at which anything is told of a taste."""

TURNS = 1999
MOST_ANSWERS = 200
"""The newest are looked at: so many show any taste, and their kernel is quick to multiply."""

USUAL = Hyperparameters(linear=0.2, length=6.0, rbf=2.0, tau=0.8)
"""About the middle of the grid that is searched for a taste, whatever the answers."""
ANSWER_VARIANCE = 3.0
"""As in `pairs.information`: what one answer tells of a difference in utility."""


def chance(dataset: PreferenceDataset, scaling: Scaling) -> float:
    """Share of random answers to the same pairs that look at least as much like a taste, 0..1.

    Args:
        dataset: what was answered; the newest `MOST_ANSWERS` count.
        scaling: of the features.
    """
    newest = dataset.newest(MOST_ANSWERS)
    said = newest.judged * newest.strength
    if not said.any():
        return 1.0
    pair = np.unique(newest.pair, return_inverse=True)[1]
    turned = np.random.default_rng(0).choice([-1.0, 1.0], size=(TURNS, int(pair.max()) + 1))
    answers = np.concatenate([said[None], turned[:, pair] * said])
    shares = [_reaching(_alike(answers, kernel)) for kernel in _kernels(newest, scaling)]
    smallest = np.min(shares, axis=0)
    return float((smallest <= smallest[0] + 1e-12).mean())


def _reaching(found: Array) -> Array:
    """Of each number the share of all that reach it, (n,)."""
    rounded = np.round(found, 9)
    below = np.searchsorted(np.sort(rounded), rounded, side="left")
    return np.asarray(1.0 - below / len(found))


def _kernels(dataset: PreferenceDataset, scaling: Scaling) -> tuple[Array, Array, Array]:
    """How alike two answers are by all features, by length, and by the usual prior smoothed."""
    a, b = (torch.from_numpy(scaling.apply(side)) for side in (dataset.a, dataset.b))
    parts = Kernel.of(FEATURE_NAMES).pair_parts(a, b)
    linear, length = parts[0].numpy(), parts[1].numpy()
    usual = USUAL.combine(parts).numpy()
    smoothed = np.linalg.solve(usual + ANSWER_VARIANCE * np.eye(len(usual)), usual)
    return linear, length, smoothed


def _alike(answers: Array, kernel: Array) -> Array:
    """The number y'Ky of many answers y, (n_turns, n_pairs), as (n_turns,)."""
    return np.asarray(np.einsum("bi,bi->b", answers @ kernel, answers))
