"""Fits the reward model and its named baselines, and says how well each foresees held-out answers.

The work that the bar counts: every fit of the evidence grid, then every epoch of the network.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from itertools import product
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ml_core.edits.edit_features import FEATURE_NAMES
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
from ml_core.reward.kernel import Hyperparameters, Kernel, Scaling
from ml_core.reward.laplace import Answers, pair_posterior
from ml_core.reward.preference_model import (
    EXACT_PAIRS,
    PreferenceModel,
    model_from_many,
    model_from_pairs,
)
from ml_core.reward.tie_likelihood import answer_terms
from ml_core.training.preference_dataset import Folds, PreferenceDataset, folds

Array = NDArray[np.float64]

GRID = tuple(
    Hyperparameters(*values)
    for values in product(
        (0.02, 0.06, 0.2, 0.6, 2.0), (0.0, 6.0, 18.0, 54.0), (0.0, 2.0), (0.5, 0.8, 1.2)
    )
)
"""Half an order of magnitude apart, since the evidence is that flat; a finer grid, a wider one
and averaging over it measured alike within half a hundredth of accuracy."""

GRID_PAIRS = 160
"""Beyond this many ratings the grid is fitted on so many of them, drawn at random: the evidence
has then long made its choice, and the grid stays under two seconds."""

NETWORK_EPOCHS = 150
"""Of the baseline network, as in the project it comes from."""

MIN_DECIDED = 1
"""One A or B is enough to lean a policy; without any there is no direction to learn."""


@dataclass(frozen=True, eq=False)
class RewardFit:
    """The fitted reward model and what is told about it.

    Attributes:
        model: on the device it was fitted on.
        metrics: plain values for the checkpoint and the screen.
        network: of the baseline, its last row trained on all ratings.
    """

    model: PreferenceModel
    metrics: dict[str, Any]
    network: NetworkFit

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
        UserError: if there is nothing to learn from.
    """
    require_trainable(dataset)
    run, progress = run or DeviceRun(CPU), progress or Progress()
    began = time.perf_counter()
    held_back = folds(dataset, np.random.default_rng([seed, 1]))
    known = [dataset.a, dataset.b] if population is None else [population, dataset.a, dataset.b]
    scaling = Scaling.of(np.concatenate(known))
    n_steps = len(GRID) + epochs
    grid_part = progress.part(0.0, len(GRID) / n_steps)
    model, ours, hypers = run.run(
        lambda device: _fit_ours(dataset, scaling, held_back, seed, device, grid_part)
    )
    ours_s = time.perf_counter() - began
    network_part = progress.part(len(GRID) / n_steps, 1.0)
    network = run.run(
        lambda device: _fit_network(dataset, scaling, held_back, epochs, seed, device, network_part)
    )
    predictions = {
        "ours": ours,
        "always_shorter": always_shorter(dataset.longer),
        "length_only": _held_out_length(dataset, held_back),
        "network_27521": _held_out_network(network, held_back),
        "random": np.zeros(len(dataset)),
    }
    metrics = {
        "held_out_accuracy": _accuracies(dataset, predictions, held_back),
        "held_out_by": _held_out_by(held_back),
        "n_decided": int(dataset.decided.sum()),
        "evidence": model.evidence,
        "hyperparameters": _as_dict(model.hyper),
        "evidence_grid": hypers,
        "train_loss": list(network.train_loss),
        "validation_loss": list(network.validation_loss),
        "best_epoch": network.best_epoch,
        "length_explains": accuracy(
            dataset.sign,
            length_only(dataset.longer, dataset.sign, dataset.strength, dataset.weight),
        ),
        "seconds": {"reward": ours_s, "baselines": time.perf_counter() - began - ours_s},
    }
    return RewardFit(run.run(model.to), metrics, network)


def _as_dict(hyper: Hyperparameters) -> dict[str, float]:
    return asdict(hyper)


def _held_out_by(held_back: Folds) -> str:
    if held_back.n_folds < 2:
        return "none"
    return "songs" if held_back.by_song else "ratings of one song"


def _accuracies(
    dataset: PreferenceDataset, predictions: dict[str, Array], held_back: Folds
) -> dict[str, float | None]:
    if held_back.n_folds < 2:
        return dict.fromkeys(predictions)
    return {name: accuracy(dataset.sign, value) for name, value in predictions.items()}


def _training_weights(dataset: PreferenceDataset, held_back: Folds) -> Array:
    """(n_folds + 1, n): each fold's ratings at weight 0 in its row; the last row has all."""
    rows = [np.where(held_back.fold == k, 0.0, dataset.weight) for k in range(held_back.n_folds)]
    return np.array([*(rows if held_back.n_folds > 1 else []), dataset.weight])


def _fit_ours(
    dataset: PreferenceDataset,
    scaling: Scaling,
    held_back: Folds,
    seed: int,
    device: torch.device,
    progress: Progress,
) -> tuple[PreferenceModel, Array, list[dict[str, float]]]:
    """The model on all ratings, held-out differences (n,), and the grid's evidence."""
    weights = torch.from_numpy(_training_weights(dataset, held_back)).to(device)
    a, b = (torch.from_numpy(scaling.apply(x)).to(device) for x in (dataset.a, dataset.b))
    sign, strength = (torch.from_numpy(x).to(device) for x in (dataset.sign, dataset.strength))
    rows = _grid_rows(len(dataset), seed)
    evidence = _search(
        a[rows], b[rows], Answers(sign[rows], strength[rows], weights[:, rows]), progress
    )
    best = evidence.argmax(0).tolist()
    predicted = np.zeros(len(dataset))
    for fold in range(len(weights) - 1):
        model = fit_model(a, b, Answers(sign, strength, weights[fold]), GRID[best[fold]], scaling)
        out = held_back.fold == fold
        predicted[out] = model.difference(dataset.a[out], dataset.b[out])[0]
    model = fit_model(a, b, Answers(sign, strength, weights[-1]), GRID[best[-1]], scaling)
    listed = [
        {**_as_dict(hyper), "evidence": float(value)}
        for hyper, value in zip(GRID, evidence[:, -1].tolist(), strict=True)
    ]
    return model, predicted, listed


def _grid_rows(n: int, seed: int) -> NDArray[np.int64]:
    if n <= GRID_PAIRS:
        return np.arange(n)
    return np.sort(np.random.default_rng([seed, 2]).choice(n, GRID_PAIRS, replace=False))


def _search(a: Tensor, b: Tensor, answers: Answers, progress: Progress) -> Tensor:
    """Evidence of each point of the grid on each row of weights, (n_grid, n_rows)."""
    parts = Kernel.of(FEATURE_NAMES).pair_parts(a, b)
    held_back = answers.weight[:-1] == 0
    evidence = []
    best_loss, best_fit = np.inf, 0
    for index, hyper in enumerate(GRID):
        tau = torch.full((len(answers.weight),), hyper.tau, dtype=a.dtype, device=a.device)
        posterior = pair_posterior(hyper.combine(parts), answers, tau)
        evidence.append(posterior.evidence)
        validation: float | None = None
        if len(held_back):
            terms = answer_terms(
                posterior.difference[:-1], answers.sign, answers.strength, tau[:-1, None]
            )
            validation = -float(terms.log_likelihood[held_back].mean())
        train = -float(posterior.fit[-1])
        if (train if validation is None else validation) < best_loss:
            best_loss, best_fit = (train if validation is None else validation), index + 1
        progress.report(
            (index + 1) / len(GRID),
            "Fitting your taste",
            {
                "stage": "reward",
                "fit": index + 1,
                "train_loss": train,
                "validation_loss": validation,
                "best_fit": best_fit,
            },
        )
    return torch.nan_to_num(torch.stack(evidence), nan=-torch.inf)


def fit_model(
    a: Tensor, b: Tensor, answers: Answers, hyper: Hyperparameters, scaling: Scaling
) -> PreferenceModel:
    """The model of standardized pairs for given hyperparameters, exact up to EXACT_PAIRS."""
    if len(a) > EXACT_PAIRS:
        return model_from_many(a, b, answers, hyper, scaling, FEATURE_NAMES)
    covariance = hyper.combine(Kernel.of(FEATURE_NAMES).pair_parts(a, b))
    tau = torch.tensor(hyper.tau, dtype=a.dtype, device=a.device)
    posterior = pair_posterior(covariance, answers, tau)
    return model_from_pairs(a, b, posterior, hyper, scaling, FEATURE_NAMES)


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
            "Training the baseline network",
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
