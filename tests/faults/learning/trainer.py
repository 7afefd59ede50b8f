"""The command `train` with a fault injected into it, in a process of its own.

    python -m tests.faults.learning.trainer load|forward|step|nan ARGUMENT...

`load`, `forward` and `step` make a card's memory full at the first, second and later computations;
what stands in for the card computes on the processor until then. `nan` makes a model that holds
no numbers.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from unittest import mock

import torch

from ml_core.cli import main
from ml_core.reward.device import CPU, DeviceRun
from ml_core.training import train as trainer

PLACES = {"load": 1, "forward": 2, "step": 4}


class FullCard(DeviceRun):
    """A card whose memory is full at one computation."""

    full_at = 0
    n_runs = 0

    def run(self, work: Callable[[torch.device], Any]) -> Any:
        """As `DeviceRun.run`."""
        FullCard.n_runs += 1
        is_full = FullCard.n_runs == FullCard.full_at

        def on_card(device: torch.device) -> Any:
            if device.type == "cuda" and is_full:
                raise torch.OutOfMemoryError("CUDA out of memory")
            return work(CPU)

        return super().run(on_card)


class BrokenCard(DeviceRun):
    """A card that computes a model of values that are no numbers."""

    def run(self, work: Callable[[torch.device], Any]) -> Any:
        """As `DeviceRun.run`."""
        found = super().run(work)
        if not hasattr(found, "model"):
            return found
        weights = torch.full_like(found.model.weights, torch.nan)
        return replace(found, model=replace(found.model, weights=weights))


def run(fault: str, arguments: list[str]) -> int:
    """The command's exit code."""
    if fault == "nan":
        with mock.patch.object(trainer, "DeviceRun", BrokenCard):
            return main(arguments)
    FullCard.full_at = PLACES[fault]
    with (
        mock.patch.object(trainer, "pick_device", lambda _: torch.device("cuda")),
        mock.patch.object(trainer, "DeviceRun", FullCard),
        mock.patch.object(torch.cuda, "empty_cache", lambda: None),
    ):
        code = main(arguments)
    if FullCard.n_runs < FullCard.full_at:
        raise RuntimeError(f"only {FullCard.n_runs} computations")
    return code


if __name__ == "__main__":
    sys.exit(run(sys.argv[1], sys.argv[2:]))
