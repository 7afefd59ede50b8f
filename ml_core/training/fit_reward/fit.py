"""Fits the reward model and its named baselines, and says how well each foresees held-out answers.

The work that the bar counts: every fit of the evidence grid, then every epoch of the network.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from ml_core.edits.features.edit_features import FEATURE_NAMES
from ml_core.errors import UserError
from ml_core.progress import Progress
from ml_core.reward.baselines import (
    NETWORK_INPUTS,
    NetworkFit,
    accuracy,
    always_shorter,
    length_only,
    train_networks,
)
from ml_core.reward.device import CPU, DeviceRun
from ml_core.reward.drift import STEADY, Drift, ratings_ago
from ml_core.reward.kernel import Scaling
from ml_core.reward.laplace import Answers
from ml_core.reward.preference_model import EXACT_PAIRS, PreferenceModel
from ml_core.training.fit_reward.chance import chance
from ml_core.training.fit_reward.evidence import GRID, likely_drift, likely_grid, search
from ml_core.training.fit_reward.lead import lead_over_length
from ml_core.training.fit_reward.model import fit_many, fit_model, foreseen
from ml_core.training.fit_reward.preference_dataset import Folds, PreferenceDataset, folds

Array = NDArray[np.float64]

GRID_PAIRS = 160
"""Beyond this many ratings the grid is fitted on so many of them, drawn at random. The evidence has
then long made its choice, and the grid stays under two seconds."""

NETWORK_EPOCHS = 150
"""Of the baseline network."""

MIN_DECIDED = 1
"""One A or B is enough to lean a policy; without any there is no direction to learn."""


@dataclass(frozen=True, eq=False)
class RewardFit:
    """The fitted reward model and what is told about it.

    Attributes:
        model: on the device it was fitted on.
        metrics: plain values for the checkpoint and the screen.
        network: of the baseline, its last row trained on all ratings.
        foreseen: differences in utility of the answers fitted, each while it was held back, (n,).
    """

    model: PreferenceModel
    metrics: dict[str, Any]
    network: NetworkFit
    foreseen: Array

    @property
    def held_out_accuracy(self) -> dict[str, float | None]:
        """Accuracy of the model ("ours") and each named baseline on answers held back."""
        accuracies: dict[str, float | None] = self.metrics["held_out_accuracy"]
        return accuracies


def require_trainable(dataset: PreferenceDataset) -> None:
    """Raise UserError unless something can be learned from the ratings."""
    if len(dataset) == 0 and dataset.n_without_song:
        raise UserError(
            "The songs of all ratings are missing.", "Add these songs again, then train."
        )
    if len(dataset) == 0:
        raise UserError("There are no ratings to train on.", "Rate some pairs first.")
    if int(dataset.decided.sum()) < MIN_DECIDED:
        raise UserError(
            "All of the ratings are ties, so there is no direction to learn.",
            "Rate more pairs, some of them with A or B.",
        )


def fit_reward(
    dataset: PreferenceDataset,
    population: Array | None = None,
    epochs: int = NETWORK_EPOCHS,
    seed: int = 0,
    run: DeviceRun | None = None,
    progress: Progress | None = None,
) -> RewardFit:
    """Fit the model and the baselines.

    Args:
        dataset: with a decided rating at least.
        population: features of edits that the base policy draws, (n, n_features): what counts
            as usual; by default the rated edits themselves.
        epochs: of the baseline network.
        seed: of the folds and of the network.
        run: where to compute; by default the processor.
        progress: reports `{"stage": "reward", "fit" or "epoch": i, "train_loss",
            "validation_loss", "best_epoch"}`.

    Raises:
        UserError: if there is nothing to learn from, or what was computed is no number.
    """
    require_trainable(dataset)
    run, progress = run or DeviceRun(CPU), progress or Progress()
    began = time.perf_counter()
    known = [dataset.a, dataset.b] if population is None else [population, dataset.a, dataset.b]
    scaling = Scaling.of(np.concatenate(known))
    drift = _drift(dataset, scaling)
    if drift != STEADY:
        # What lies further back has long been overruled: e^-6 of it is left, or nothing.
        dataset = dataset.newest(EXACT_PAIRS)
    held_back = folds(dataset, np.random.default_rng([seed, 1]))
    n_steps = len(GRID) + epochs
    grid_part = progress.part(0.0, len(GRID) / n_steps)
    ours = run.run(
        lambda device: _fit_ours(dataset, scaling, held_back, seed, device, drift, grid_part)
    )
    model = ours.model
    _require_numbers(model)
    ours_s = time.perf_counter() - began
    network_part = progress.part(len(GRID) / n_steps, 1.0)
    network = run.run(
        lambda device: _fit_network(dataset, scaling, held_back, epochs, seed, device, network_part)
    )
    predictions = {
        "ours": ours.predicted,
        "always_shorter": always_shorter(dataset.longer),
        "length_only": _held_out_length(dataset, held_back),
        "network": _held_out_network(network, held_back),
        "random": np.zeros(len(dataset)),
    }
    metrics = {
        "held_out_accuracy": _accuracies(dataset, predictions, held_back),
        "held_out_by": _held_out_by(held_back),
        "more_than_length": _lead(dataset, predictions, held_back),
        "chance": chance(dataset, scaling),
        "n_decided": int(np.count_nonzero(dataset.judged)),
        "evidence": model.evidence,
        "hyperparameters": asdict(model.hyper),
        "evidence_grid": ours.grid,
        "memory": drift.lasts,
        "depends_on": model.hyper.aspect,
        "train_loss": list(network.train_loss),
        "validation_loss": list(network.validation_loss),
        "best_epoch": network.best_epoch,
        "length_explains": accuracy(
            dataset.sign,
            length_only(dataset.longer, dataset.sign, dataset.strength, dataset.weight),
        ),
        "seconds": {"reward": ours_s, "baselines": time.perf_counter() - began - ours_s},
    }
    return RewardFit(run.run(model.to), metrics, network, ours.predicted)


def _require_numbers(model: PreferenceModel) -> None:
    """Nothing may be kept that a card computed wrongly: features are made safe before."""
    parts = (model.anchors, model.weights, model.reduction)
    if not all(bool(torch.isfinite(part).all()) for part in parts):
        raise UserError(
            "Learning came to values that are no numbers, so nothing new was kept.",
            "Train on the processor instead: --device cpu, or Runs on CPU in the window.",
        )


def _held_out_by(held_back: Folds) -> str:
    if held_back.n_folds < 2:
        return "none"
    return "songs" if held_back.by_song else "ratings of one song"


def _accuracies(
    dataset: PreferenceDataset, predictions: dict[str, Array], held_back: Folds
) -> dict[str, float | None]:
    if held_back.n_folds < 2:
        return dict.fromkeys(predictions)
    # Whoever answered by eye did not hear what the model is about.
    return {name: accuracy(dataset.judged, value) for name, value in predictions.items()}


def _lead(
    dataset: PreferenceDataset, predictions: dict[str, Array], held_back: Folds
) -> dict[str, Any] | None:
    """The taste's lead over the better rule of length; None where nothing is held back."""
    if held_back.n_folds < 2:
        return None
    rules = (predictions["always_shorter"], predictions["length_only"])
    found = lead_over_length(dataset.judged, predictions["ours"], rules)
    return None if found is None else found.to_json()


def _training_weights(dataset: PreferenceDataset, held_back: Folds) -> Array:
    """(n_folds + 1, n): each fold's ratings at weight 0 in its row; the last row has all."""
    rows = [np.where(held_back.fold == k, 0.0, dataset.weight) for k in range(held_back.n_folds)]
    return np.array([*(rows if held_back.n_folds > 1 else []), dataset.weight])


@dataclass(frozen=True, eq=False)
class _Found:
    """Our model and how it was found.

    Attributes:
        model: on all ratings.
        predicted: differences foreseen for ratings held back, (n,).
        grid: every point with its evidence.
    """

    model: PreferenceModel
    predicted: Array
    grid: list[dict[str, Any]]


def _fit_ours(
    dataset: PreferenceDataset,
    scaling: Scaling,
    held_back: Folds,
    seed: int,
    device: torch.device,
    drift: Drift,
    progress: Progress,
) -> _Found:
    weights = torch.from_numpy(_training_weights(dataset, held_back)).to(device)
    a, b = (torch.from_numpy(scaling.apply(x)).to(device) for x in (dataset.a, dataset.b))
    sign, strength = (torch.from_numpy(x).to(device) for x in (dataset.sign, dataset.strength))
    rows = _grid_rows(len(dataset), seed, drift)
    alike = drift.alike(ratings_ago(len(dataset), a)[rows])
    is_many = len(a) > EXACT_PAIRS
    # One choice for all folds where there are many: the few of them that it is made on, held back
    # or not, no longer tell.
    some = Answers(sign[rows], strength[rows], weights[-1:, rows] if is_many else weights[:, rows])
    last = Answers(some.sign, some.strength, some.weight[-1])
    grid = likely_grid(a[rows], b[rows], last, alike)
    evidence = search(a[rows], b[rows], some, alike, grid, progress)
    best = evidence.argmax(0).tolist()
    predicted = np.zeros(len(dataset))
    chosen, every = grid[best[-1]], Answers(sign, strength, weights)
    if is_many:
        model, predicted = fit_many(a, b, every, chosen, scaling, held_back.fold)
    else:
        for fold in range(len(weights) - 1):
            out = held_back.fold == fold
            answers = Answers(sign, strength, weights[fold])
            predicted[out] = foreseen(a, b, answers, grid[best[fold]], drift, out)
        model = fit_model(a, b, replace(every, weight=weights[-1]), chosen, scaling, drift)
    listed = [
        {**asdict(hyper), "evidence": float(value)}
        for hyper, value in zip(grid, evidence[:, -1].tolist(), strict=True)
    ]
    return _Found(model, predicted, listed)


def _drift(dataset: PreferenceDataset, scaling: Scaling) -> Drift:
    """How the taste changes, as the newest ratings tell."""
    newest = dataset.newest(GRID_PAIRS)
    a, b = (torch.from_numpy(scaling.apply(x)) for x in (newest.a, newest.b))
    columns = (newest.sign, newest.strength, newest.weight)
    answers = Answers(*(torch.from_numpy(column) for column in columns))
    return likely_drift(a, b, answers)


def _grid_rows(n: int, seed: int, drift: Drift) -> NDArray[np.int64]:
    if n <= GRID_PAIRS:
        return np.arange(n)
    if drift != STEADY:
        return np.arange(n - GRID_PAIRS, n)
    return np.sort(np.random.default_rng([seed, 2]).choice(n, GRID_PAIRS, replace=False))


def _fit_network(
    dataset: PreferenceDataset,
    scaling: Scaling,
    held_back: Folds,
    epochs: int,
    seed: int,
    device: torch.device,
    progress: Progress,
) -> NetworkFit:
    columns = [FEATURE_NAMES.index(name) for name in NETWORK_INPUTS]
    a, b = (scaling.apply(x)[:, columns] for x in (dataset.a, dataset.b))

    def report(epoch: int, train: float, validation: float | None, best: int) -> None:
        progress.report(
            epoch / max(1, epochs),
            "Learning your answers",
            {
                "stage": "reward",
                "epoch": epoch,
                "train_loss": train,
                "validation_loss": validation,
                "best_epoch": best,
            },
        )

    used = _training_weights(dataset, held_back) > 0
    return train_networks(a, b, dataset.sign, used, epochs, seed, device, report)


def _held_out_network(network: NetworkFit, held_back: Folds) -> Array:
    n = network.predicted.shape[1]
    if len(network.predicted) < 2:
        return np.zeros(n)
    return np.asarray(network.predicted[held_back.fold, np.arange(n)])


def _held_out_length(dataset: PreferenceDataset, held_back: Folds) -> Array:
    predicted = np.zeros(len(dataset))
    for fold in range(held_back.n_folds):
        out = held_back.fold == fold
        weight = np.where(out, 0.0, dataset.weight)
        differences = length_only(dataset.longer, dataset.sign, dataset.strength, weight)
        predicted[out] = differences[out]
    return predicted
