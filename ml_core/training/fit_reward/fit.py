"""Fits the reward model and its named baselines, and says how well each foresees held-out answers.

The work that the bar counts: every fit of the evidence grid, then every epoch of the network.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
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
from ml_core.reward.drift import STEADY
from ml_core.reward.kernel import Scaling
from ml_core.reward.preference_model import EXACT_PAIRS, PreferenceModel
from ml_core.training.fit_reward.chance import chance
from ml_core.training.fit_reward.evidence import GRID
from ml_core.training.fit_reward.lead import lead_over_length
from ml_core.training.fit_reward.ours import (
    fit_ours,
    likely_drift_of,
    sides,
    training_weights,
)
from ml_core.training.fit_reward.preference_dataset import Folds, PreferenceDataset, folds

Array = NDArray[np.float64]

NETWORK_EPOCHS = 150
"""Of the baseline network."""

MIN_DECIDED = 1
"""One A or B is enough to lean a policy; without any there is no direction to learn."""


@dataclass(frozen=True, eq=False)
class RewardFit:
    """The fitted reward model and what is told about it.

    Attributes:
        model: on the device it was fitted on.
        from_edits: the part of its mean that comes from finished edits; None without any.
        metrics: plain values for the checkpoint and the screen.
        network: of the baseline, its last row trained on all ratings.
        foreseen: differences in utility of the answers fitted, each while it was held back, (n,).
    """

    model: PreferenceModel
    metrics: dict[str, Any]
    network: NetworkFit
    foreseen: Array
    from_edits: PreferenceModel | None = None

    @property
    def held_out_accuracy(self) -> dict[str, float | None]:
        """Accuracy of the model ("ours") and each named baseline on answers held back."""
        accuracies: dict[str, float | None] = self.metrics["held_out_accuracy"]
        return accuracies


def require_trainable(dataset: PreferenceDataset) -> None:
    """Raise UserError unless something can be learned from the ratings."""
    if len(dataset.finished):
        return
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
    known = [*sides(dataset)] if population is None else [population, *sides(dataset)]
    scaling = Scaling.of(np.concatenate(known))
    drift = likely_drift_of(dataset, scaling)
    if drift != STEADY:
        # What lies further back has long been overruled: e^-6 of it is left, or nothing.
        dataset = dataset.with_room(EXACT_PAIRS)
    held_back = folds(dataset, np.random.default_rng([seed, 1]))
    n_steps = len(GRID) + epochs
    grid_part = progress.part(0.0, len(GRID) / n_steps)
    ours = run.run(
        lambda device: fit_ours(dataset, scaling, held_back, seed, device, drift, grid_part)
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
        "length_explains": _length_explains(dataset),
        "seconds": {"reward": ours_s, "baselines": time.perf_counter() - began - ours_s},
    }
    return RewardFit(run.run(model.to), metrics, network, ours.predicted, ours.from_edits)


def _length_explains(dataset: PreferenceDataset) -> float | None:
    """Share of decided ratings that length alone foresees of those it was fitted on."""
    if not len(dataset):
        return None
    said = (dataset.longer, dataset.sign, dataset.strength, dataset.weight)
    return accuracy(dataset.sign, length_only(*said))


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


def _fit_network(
    dataset: PreferenceDataset,
    scaling: Scaling,
    held_back: Folds,
    epochs: int,
    seed: int,
    device: torch.device,
    progress: Progress,
) -> NetworkFit:
    if not len(dataset):
        progress.report(1.0, "Learning your edits")
        return NetworkFit((), (), 0, np.zeros((1, 0)), ())
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

    used = training_weights(dataset, held_back) > 0
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
