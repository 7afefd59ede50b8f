"""Train the beat network: `python train.py --features DIR --out FILE [--minutes 30]`.

Every excerpt is mixed, filtered and stretched anew each time it is seen. The pieces whose number
ends in 00, 25, 50 or 75 are held out. Goes on from FILE.pt where that exists.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import torch
from augment import Piece, excerpt, read_piece
from numpy.typing import NDArray
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from ml_core.analysis.beats.network import INPUTS_PER_STEP, N_INPUTS, N_TAPS

EXCERPT_S = 22.0
BATCH = 16
N_CHANNELS = 48
# Dilations 1..64 of steps of 40 ms: ten seconds to each side.
N_LAYERS = 7
DROPOUT = 0.1
LEARNING_RATE = 3e-3
WEIGHT_DECAY = 1e-4
# The running mean of the weights is what is kept.
AVERAGE_DECAY = 0.995
# Beats are rare (1 input in 25), bar starts rarer.
POSITIVE_WEIGHT = torch.tensor([2.0, 4.0])
HELD_OUT_EVERY = 25
REPORT_EVERY = 50


class TorchNetwork(nn.Module):
    """The network of `ml_core.analysis.beats.network`, for training."""

    def __init__(self, mean: NDArray[np.float32], scale: NDArray[np.float32]) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor(mean)[:, None])
        self.register_buffer("scale", torch.tensor(scale)[:, None])
        reach = N_TAPS // 2
        self.entry = nn.Conv1d(N_INPUTS, N_CHANNELS, N_TAPS, INPUTS_PER_STEP, reach)
        self.layers = nn.ModuleList(
            nn.Conv1d(N_CHANNELS, N_CHANNELS, N_TAPS, dilation=2**k, padding=reach * 2**k)
            for k in range(N_LAYERS)
        )
        self.mixes = nn.ModuleList(nn.Conv1d(N_CHANNELS, N_CHANNELS, 1) for _ in range(N_LAYERS))
        for mix in self.mixes:
            nn.init.normal_(mix.weight, std=0.3 / N_CHANNELS**0.5)
            nn.init.zeros_(mix.bias)
        self.exit = nn.Conv1d(N_CHANNELS, 2 * INPUTS_PER_STEP, 1)
        nn.init.constant_(self.exit.bias, -3.0)
        self.dropout = nn.Dropout1d(DROPOUT)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Log-odds (batch, n, 2) for inputs (batch, n, 104)."""
        rows = (inputs.transpose(1, 2) - self.mean) * self.scale
        state = nn.functional.elu(self.entry(rows))
        for layer, mix in zip(self.layers, self.mixes, strict=True):
            state = state + mix(self.dropout(nn.functional.elu(layer(state))))
        out = self.exit(nn.functional.elu(state)).transpose(1, 2)
        return out.reshape(out.shape[0], -1, 2)


def batch(
    pieces: list[Piece], rng: np.random.Generator, plain: bool = False
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Inputs (b, n, 104), targets (b, n, 2) and weights (b, n, 2) of excerpts of these pieces."""
    parts = [excerpt(p, pieces[rng.integers(len(pieces))], EXCERPT_S, rng, plain) for p in pieces]
    inputs, targets, weights = (np.stack(column) for column in zip(*parts, strict=True))
    return torch.from_numpy(inputs), torch.from_numpy(targets), torch.from_numpy(weights)


def loss_of(odds: torch.Tensor, target: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """Weighted cross-entropy, beats and bar starts alike."""
    loss = nn.functional.binary_cross_entropy_with_logits(
        odds, target, weight, reduction="none", pos_weight=POSITIVE_WEIGHT
    )
    return loss.mean()


def save(model: TorchNetwork, file: Path) -> None:
    """Write what `ml_core.analysis.beats.network.load_network` reads, as float16."""

    def numbers(tensor: torch.Tensor) -> NDArray[np.float16]:
        return tensor.detach().numpy().astype(np.float16)

    arrays = {
        "mean": numbers(model.mean[:, 0]),
        "scale": numbers(model.scale[:, 0]),
        "entry": numbers(model.entry.weight.permute(2, 1, 0)),
        "entry_bias": numbers(model.entry.bias),
        "kernels": np.stack([numbers(c.weight.permute(2, 1, 0)) for c in model.layers]),
        "kernel_biases": np.stack([numbers(c.bias) for c in model.layers]),
        "mixes": np.stack([numbers(c.weight[:, :, 0].T) for c in model.mixes]),
        "mix_biases": np.stack([numbers(c.bias) for c in model.mixes]),
        "exit": numbers(model.exit.weight[:, :, 0].T),
        "exit_bias": numbers(model.exit.bias),
    }
    np.savez(file, **arrays)


class Trainer:
    """The network, its running mean and its optimizer, kept in a file."""

    def __init__(self, pieces: list[Piece], file: Path) -> None:
        self._pieces, self._file = pieces, file
        torch.manual_seed(1)
        sample, _, _ = batch(pieces[:64], np.random.default_rng(1))
        flat = sample.reshape(-1, N_INPUTS).numpy()
        mean, scale = flat.mean(axis=0), 1 / (flat.std(axis=0) + 1e-3)
        self._model, self.average = TorchNetwork(mean, scale), TorchNetwork(mean, scale)
        self._optimizer = torch.optim.AdamW(
            self._model.parameters(), LEARNING_RATE, weight_decay=WEIGHT_DECAY
        )
        self.average.load_state_dict(self._model.state_dict())
        self.step_number = 0
        if self._kept.exists():
            state = torch.load(self._kept, weights_only=True)
            self._model.load_state_dict(state["model"])
            self.average.load_state_dict(state["average"])
            self._optimizer.load_state_dict(state["optimizer"])
            self.step_number = state["step"]
        # A run that goes on draws other excerpts.
        self._rng = np.random.default_rng([1, self.step_number])

    @property
    def _kept(self) -> Path:
        return self._file.with_suffix(".pt")

    def step(self, share: float) -> float:
        """One step at a share of the run; its loss."""
        # Warm up, then fall along a cosine to a hundredth.
        warm = min(1.0, (self.step_number + 1) / 50)
        rate = LEARNING_RATE * warm * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * share)))
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        chosen = self._rng.choice(len(self._pieces), BATCH, replace=False)
        inputs, targets, weights = batch([self._pieces[k] for k in chosen], self._rng)
        self._model.train()
        loss = loss_of(self._model(inputs), targets, weights)
        self._optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self._model.parameters(), 1.0)
        self._optimizer.step()
        self.step_number += 1
        decay = min(AVERAGE_DECAY, self.step_number / (self.step_number + 10))
        pairs = zip(self.average.parameters(), self._model.parameters(), strict=True)
        with torch.no_grad():
            for kept, weight in pairs:
                kept.lerp_(weight, 1 - decay)
        return float(loss.detach())

    def save(self) -> None:
        """Write the weights, and what a later run goes on from."""
        save(self.average, self._file)
        torch.save(
            {
                "model": self._model.state_dict(),
                "average": self.average.state_dict(),
                "optimizer": self._optimizer.state_dict(),
                "step": self.step_number,
            },
            self._kept,
        )


def train(trainer: Trainer, held_out: list[Piece], minutes: float) -> None:
    """Until the minutes are over, with a report and a checkpoint every 50 steps."""
    inputs, targets, weights = batch(held_out, np.random.default_rng(2), plain=True)
    started, losses = time.monotonic(), []
    while (share := (time.monotonic() - started) / (60 * minutes)) < 1:
        losses.append(trainer.step(share))
        if trainer.step_number % REPORT_EVERY == 0:
            trainer.average.eval()
            with torch.no_grad():
                held_out_loss = float(loss_of(trainer.average(inputs), targets, weights))
            print(
                f"step {trainer.step_number} share {share:.2f} loss {np.mean(losses):.4f} "
                f"held out {held_out_loss:.4f} CPU s {time.process_time():.0f}",
                flush=True,
            )
            losses = []
            trainer.save()
    trainer.save()


def main() -> None:
    """Read the features and train."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--features", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=30.0)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    files = sorted(arguments.features.glob("*.npz"))
    held_out = [read_piece(f) for f in files if int(f.stem) % HELD_OUT_EVERY == 0]
    pieces = [read_piece(f) for f in files if int(f.stem) % HELD_OUT_EVERY]
    print(len(pieces), "pieces,", len(held_out), "held out", flush=True)
    train(Trainer(pieces, arguments.out), held_out, arguments.minutes)


if __name__ == "__main__":
    main()
