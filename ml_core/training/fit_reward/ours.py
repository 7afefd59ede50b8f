"""Our model of ratings and finished edits, and what it foresees of ratings held back."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ml_core.progress import Progress
from ml_core.reward.choices import Choices
from ml_core.reward.drift import STEADY, Drift
from ml_core.reward.kernel import Hyperparameters, Scaling
from ml_core.reward.likelihood import Answers
from ml_core.reward.preference_model import EXACT_PAIRS, PreferenceModel
from ml_core.training.finished.others import N_OTHERS
from ml_core.training.fit_reward.evidence import (
    GRID,
    likely_drift,
    likely_grid,
    open_to_lengths,
    search,
)
from ml_core.training.fit_reward.model import Fitted, fit_many, fit_model, foreseen, time_ago
from ml_core.training.fit_reward.preference_dataset import Folds, PreferenceDataset

Array = NDArray[np.float64]

GRID_PAIRS = 160
"""Beyond this many ratings the grid is fitted on so many of them, drawn at random. The evidence has
then long made its choice, and the grid stays under two seconds."""

GRID_CHOICES = 8
"""The same of finished edits, of which each is N_OTHERS differences."""


def training_weights(dataset: PreferenceDataset, held_back: Folds) -> Array:
    """(n_folds + 1, n): each fold's ratings at weight 0 in its row; the last row has all."""
    rows = [np.where(held_back.fold == k, 0.0, dataset.weight) for k in range(held_back.n_folds)]
    return np.array([*(rows if held_back.n_folds > 1 else []), dataset.weight])


def _choice_weights(dataset: PreferenceDataset, held_back: Folds) -> Array:
    """(n_folds + 1, m): an edit is held back with its song, so that it foretells nothing of it."""
    n_rows = held_back.n_folds + 1 if held_back.n_folds > 1 else 1
    weights = np.ones((n_rows, len(dataset.finished)))
    if held_back.by_song:
        folds = {
            dataset.songs[song]: fold
            for song, fold in zip(dataset.song, held_back.fold, strict=True)
        }
        for column, song in enumerate(dataset.finished.songs):
            if song in folds:
                weights[folds[song], column] = 0.0
    return weights


@dataclass(frozen=True, eq=False)
class Found:
    """Our model and how it was found.

    Attributes:
        model: on all ratings and finished edits.
        from_edits: the part of its mean that comes from finished edits; None without any.
        predicted: differences foreseen for ratings held back, (n,).
        grid: every point with its evidence.
    """

    model: PreferenceModel
    from_edits: PreferenceModel | None
    predicted: Array
    grid: list[dict[str, Any]]


def fit_ours(
    dataset: PreferenceDataset,
    scaling: Scaling,
    held_back: Folds,
    seed: int,
    device: torch.device,
    drift: Drift,
    progress: Progress,
) -> Found:
    """Choose the prior by evidence, for all and for each fold held back, and fit."""
    n = len(dataset)
    a, b = (torch.from_numpy(scaling.apply(x)).to(device) for x in sides(dataset))
    every = answers_of(dataset, held_back, device)
    rows, some = _grid_part(every, n, seed, drift)
    ago = time_ago(n, a)
    alike = drift.alike(ago[rows])
    is_many = len(a) > EXACT_PAIRS
    if is_many:
        # One choice for all folds where there are many: the few of them that it is made on, held
        # back or not, no longer tell.
        some = some.row(slice(-1, None))
    grid = _grid(a[rows], b[rows], some.row(-1), alike)
    evidence = search(a[rows], b[rows], some, alike, grid, progress)
    best = evidence.argmax(0).tolist()
    predicted = np.zeros(n)
    chosen = grid[best[-1]]
    fitted: Fitted
    if is_many:
        fitted, predicted = fit_many(a, b, every, chosen, scaling, held_back.fold)
    else:
        for fold in range(len(every.weight) - 1):
            out = held_back.fold == fold
            predicted[out] = foreseen(a, b, every.row(fold), grid[best[fold]], drift, out)
        fitted = fit_model(a, b, every.row(-1), chosen, scaling, drift)
    listed = [
        {**asdict(hyper), "evidence": float(value)}
        for hyper, value in zip(grid, evidence[:, -1].tolist(), strict=True)
    ]
    return Found(fitted.model, fitted.from_choices, predicted, listed)


def _grid(a: Tensor, b: Tensor, some: Answers, alike: Tensor) -> tuple[Hyperparameters, ...]:
    """The grid to search. Answers alone say whether a taste depends on the song."""
    if some.choices is None:
        return likely_grid(a, b, some, alike)
    n = len(some.sign)
    if n == 0:
        return open_to_lengths(GRID)
    answers = replace(some, choices=None)
    return open_to_lengths(likely_grid(a[:n], b[:n], answers, alike[:n, :n]))


def sides(dataset: PreferenceDataset) -> tuple[Array, Array]:
    """Features of both sides of all answers, and after them of all choices."""
    if not len(dataset.finished):
        return dataset.a, dataset.b
    taken, others = dataset.finished.rows
    return np.concatenate([dataset.a, taken]), np.concatenate([dataset.b, others])


def answers_of(
    dataset: PreferenceDataset, held_back: Folds | None, device: torch.device
) -> Answers:
    """Everything that was said, with a row of weights a fold; without folds unbatched."""
    weight, chosen = dataset.weight, np.ones(len(dataset.finished))
    if held_back is not None:
        weight = training_weights(dataset, held_back)
        chosen = _choice_weights(dataset, held_back)
    columns = (dataset.sign, dataset.strength, weight, dataset.finished.sharpness, chosen)
    sign, strength, weights, sharpness, counted = (
        torch.from_numpy(column).to(device) for column in columns
    )
    choices = Choices(sharpness, counted, N_OTHERS) if len(dataset.finished) else None
    return Answers(sign, strength, weights, choices)


def likely_drift_of(dataset: PreferenceDataset, scaling: Scaling) -> Drift:
    """How the taste changes, as the newest ratings tell; finished edits have no time."""
    newest = dataset.newest(GRID_PAIRS)
    if not len(newest):
        return STEADY
    a, b = (torch.from_numpy(scaling.apply(x)) for x in (newest.a, newest.b))
    columns = (newest.sign, newest.strength, newest.weight)
    sign, strength, weight = (torch.from_numpy(column) for column in columns)
    return likely_drift(a, b, Answers(sign, strength, weight))


def _grid_part(every: Answers, n: int, seed: int, drift: Drift) -> tuple[Tensor, Answers]:
    """Which differences the grid is fitted on, and what was said of them."""
    rows = torch.from_numpy(_grid_rows(n, seed, drift))
    choices = every.choices
    if choices is not None:
        taken = torch.arange(len(choices.sharpness))
        if len(taken) > GRID_CHOICES:
            rng = np.random.default_rng([seed, 4])
            drawn = rng.choice(len(taken), GRID_CHOICES, replace=False)
            taken = torch.from_numpy(np.sort(drawn))
        choices = Choices(choices.sharpness[taken], choices.weight[:, taken], choices.n_others)
        differences = taken[:, None] * N_OTHERS + torch.arange(N_OTHERS)
    some = Answers(every.sign[rows], every.strength[rows], every.weight[:, rows], choices)
    if choices is not None:
        rows = torch.cat([rows, n + differences.flatten()])
    return rows, some


def _grid_rows(n: int, seed: int, drift: Drift) -> NDArray[np.int64]:
    if n <= GRID_PAIRS:
        return np.arange(n)
    if drift != STEADY:
        return np.arange(n - GRID_PAIRS, n)
    return np.sort(np.random.default_rng([seed, 2]).choice(n, GRID_PAIRS, replace=False))
