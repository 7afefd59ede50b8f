"""What the reward model must beat: simple answers, and a plain neural network.

All are judged alike, on decided ratings (A or B) that were held back. A prediction of neither side
counts half.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ml_core.reward.laplace import weight_posterior
from ml_core.reward.likelihood import Answers

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]

NETWORK_INPUTS = (
    "keep_ratio",
    "log_duration",
    "cuts",
    "cuts_per_minute",
    "segment_mean",
    "segment_min",
    "segment_max",
    "join_cost_mean",
    "join_cost_max",
    "energy",
    "onset_density",
    "brightness",
    "repetition",
    "hook_recall",
    "redundancy",
    "coverage",
    "intro_kept",
    "outro_kept",
    "dynamics",
    "trend",
)
"""Twenty of the edit features: lengths, cutting, joins, content, ends and course."""

LAYERS = (20, 128, 128, 64, 1)
BATCH_RATINGS = 16
LEARNING_RATE = 1e-3

LENGTH_PRIOR = 3.0
"""Standard deviation of utility for one standard deviation of length: wide, one number learned."""

LENGTH_TAUS = (0.2, 0.5, 0.8, 1.2)


def accuracy(sign: Array, predicted: Array) -> float | None:
    """Share of decided ratings whose side is predicted; None without any.

    Args:
        sign: 1 for A, -1 for B; others are left out.
        predicted: positive for A, negative for B; 0 or not a number counts half.
    """
    decided = sign != 0
    if not decided.any():
        return None
    right = np.sign(np.nan_to_num(predicted[decided])) * sign[decided]
    return float(np.mean(np.where(right > 0, 1.0, np.where(right < 0, 0.0, 0.5))))


def always_shorter(longer: Array) -> Array:
    """Prefers the shorter side. `longer`: log of A's duration over B's."""
    return -longer


def length_only(longer: Array, sign: Array, strength: Array, weight: Array) -> Array:
    """Differences in utility that a logistic model with ties finds from length alone.

    Args:
        longer: log of A's duration over B's, (n,).
        sign, strength, weight: of the answers; those of weight 0 are only predicted.
    """
    spread = float(np.std(longer)) or 1.0
    column = torch.from_numpy(LENGTH_PRIOR * longer / spread)[:, None]
    said, strong, counted = (torch.from_numpy(x.copy()) for x in (sign, strength, weight))
    answers = Answers(said, strong, counted)
    fits = [weight_posterior(column, answers, tau) for tau in LENGTH_TAUS]
    best = max(fits, key=lambda fit: fit.evidence)
    predicted: Array = (column @ best.mean).numpy()
    return predicted


EpochReport = Callable[[int, float, float | None, int], None]
"""Called with epoch from 1, train loss, validation loss or None, best epoch so far."""


@dataclass(frozen=True, eq=False)
class NetworkFit:
    """Networks trained side by side, one for each row of training weights.

    Attributes:
        train_loss, validation_loss: after each epoch, binary cross entropy; the second is empty
            where nothing is held back.
        best_epoch: from 1, where validation (else training) was best; 0 without epochs.
        predicted: difference in utility of each rating by each network, (n_networks, n).
        parameters: of all networks, for `network_utility`.
    """

    train_loss: tuple[float, ...]
    validation_loss: tuple[float, ...]
    best_epoch: int
    predicted: Array
    parameters: tuple[Tensor, ...]


def train_networks(
    a: Array,
    b: Array,
    sign: Array,
    used: Bools,
    epochs: int,
    seed: int,
    device: torch.device,
    report: EpochReport,
) -> NetworkFit:
    """Train the 20-128-128-64-1 network on several choices of ratings at once.

    Binary cross entropy on the difference of both sides' outputs, a tie as half a win; batches
    of 16, Adam at 1e-3. Networks do not touch each other; they share each step's overhead only.

    Args:
        a, b: standardized inputs of both sides, (n, 20).
        sign: of the answers, (n,).
        used: (n_networks, n), the ratings that each network learns from; the others validate it.
        report: called after each epoch.
    """
    generator = torch.Generator().manual_seed(seed)
    parameters = _initial(len(used), generator, device)
    optimiser = _Adam(parameters)
    x, y = (torch.from_numpy(side.astype(np.float32)).to(device) for side in (a, b))
    wins = torch.from_numpy(((sign + 1.0) / 2.0).astype(np.float32)).to(device)
    mask = torch.from_numpy(used).to(device)
    train_losses: list[float] = []
    validation_losses: list[float] = []
    best_epoch = 0
    for epoch in range(1, epochs + 1):
        for rows, counted in _batches(used, generator, device):
            difference = _differences(parameters, x[rows], y[rows])
            loss = _cross_entropy(difference, wins[rows]) * counted
            total = (loss.sum(1) / counted.sum(1).clamp_min(1.0)).sum()
            optimiser.step(torch.autograd.grad(total, parameters))
        with torch.no_grad():
            difference = _all_differences(parameters, x, y)
            loss = _cross_entropy(difference, wins.expand_as(difference))
        train_losses.append(float(loss[mask].mean()) if bool(mask.any()) else float("nan"))
        held_back = loss[~mask]
        if len(held_back):
            validation_losses.append(float(held_back.mean()))
        losses = validation_losses or train_losses
        best_epoch = int(np.argmin(losses)) + 1
        report(epoch, train_losses[-1], losses[-1] if validation_losses else None, best_epoch)
    with torch.no_grad():
        predicted = _all_differences(parameters, x, y).double().cpu().numpy()
    return NetworkFit(
        tuple(train_losses),
        tuple(validation_losses),
        best_epoch,
        predicted,
        tuple(p.detach().cpu() for p in parameters),
    )


def network_utility(parameters: tuple[Tensor, ...] | list[Tensor], inputs: Tensor) -> Tensor:
    """Output of each network, (n_networks, n); inputs (n_networks, n, 20)."""
    hidden = inputs
    last = len(parameters) // 2 - 1
    for layer in range(last + 1):
        weight, bias = parameters[2 * layer], parameters[2 * layer + 1]
        hidden = torch.baddbmm(bias, hidden, weight)
        if layer < last:
            hidden = torch.relu(hidden)
    return hidden[..., 0]


def _all_differences(parameters: list[Tensor], x: Tensor, y: Tensor) -> Tensor:
    n_networks = len(parameters[0])
    a, b = (side.expand(n_networks, -1, -1) for side in (x, y))
    return _differences(parameters, a, b)


def _differences(parameters: list[Tensor], a: Tensor, b: Tensor) -> Tensor:
    """Of both sides' outputs, (n_networks, n), in one pass: these nets are all overhead."""
    first, second = network_utility(parameters, torch.cat([a, b], 1)).chunk(2, 1)
    return first - second


def _cross_entropy(difference: Tensor, wins: Tensor) -> Tensor:
    return torch.nn.functional.binary_cross_entropy_with_logits(difference, wins, reduction="none")


class _Adam:
    """Kingma and Ba (2015) in their notation.

    torch's own loads its compiler at the first step, which takes longer than the training. All
    parameters lie in one piece of memory, so that each operation is one for all of them.
    """

    def __init__(self, parameters: list[Tensor]) -> None:
        self._flat = torch.cat([p.detach().reshape(-1) for p in parameters])
        pieces = torch.split(self._flat, [p.numel() for p in parameters])
        for p, piece in zip(parameters, pieces, strict=True):
            p.data = piece.view_as(p)
        self._m, self._v = torch.zeros_like(self._flat), torch.zeros_like(self._flat)
        self._t = 0

    @torch.no_grad()
    def step(self, gradients: tuple[Tensor, ...]) -> None:
        self._t += 1
        rate = LEARNING_RATE / (1.0 - 0.9**self._t)
        unbias = (1.0 - 0.999**self._t) ** 0.5
        g = torch.cat([gradient.reshape(-1) for gradient in gradients])
        self._m.mul_(0.9).add_(g, alpha=0.1)
        self._v.mul_(0.999).addcmul_(g, g, value=0.001)
        self._flat.addcdiv_(self._m, (self._v.sqrt() / unbias).add_(1e-8), value=-rate)


def _initial(n_networks: int, generator: torch.Generator, device: torch.device) -> list[Tensor]:
    """Weights and biases as torch.nn.Linear starts them: uniform within 1 / sqrt(inputs)."""
    parameters = []
    for n_in, n_out in pairwise(LAYERS):
        for shape in ((n_networks, n_in, n_out), (n_networks, 1, n_out)):
            values = (2.0 * torch.rand(shape, generator=generator) - 1.0) / np.sqrt(n_in)
            parameters.append(values.to(device).requires_grad_())
    return parameters


def _batches(
    used: Bools, generator: torch.Generator, device: torch.device
) -> list[tuple[Tensor, Tensor]]:
    """Rows of each batch, (n_networks, 16), and which of them count: 0 where a net has run out."""
    orders = []
    for row in used:
        rows = torch.from_numpy(np.flatnonzero(row))
        orders.append(rows[torch.randperm(len(rows), generator=generator)])
    longest = max((len(order) for order in orders), default=0)
    padded = -(-longest // BATCH_RATINGS) * BATCH_RATINGS
    rows = torch.zeros((len(used), padded), dtype=torch.long)
    counted = torch.zeros((len(used), padded))
    for index, order in enumerate(orders):
        rows[index, : len(order)] = order
        counted[index, : len(order)] = 1.0
    rows, counted = rows.to(device), counted.to(device)
    return [
        (rows[:, at : at + BATCH_RATINGS], counted[:, at : at + BATCH_RATINGS])
        for at in range(0, padded, BATCH_RATINGS)
    ]
