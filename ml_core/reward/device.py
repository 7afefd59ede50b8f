"""Where torch computes: the graphics card when there is one, else the processor."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import torch

from ml_core.domain.requests import DeviceChoice
from ml_core.errors import UserError

CPU = torch.device("cpu")

_Result = TypeVar("_Result")


def pick_device(choice: DeviceChoice) -> torch.device:
    """The device asked for; "auto" takes CUDA when there is one.

    Raises:
        UserError: if CUDA is asked for and there is none.
    """
    if choice == "cpu":
        return CPU
    if torch.cuda.is_available():
        return torch.device("cuda")
    if choice == "cuda":
        raise UserError(
            "There is no CUDA graphics card that can be used here.",
            "Choose auto or cpu, or install a CUDA build of torch and its driver.",
        )
    return CPU


class DeviceRun:
    """Runs work on a device and goes on on the processor when the card's memory is full.

    Attributes:
        device: in use now; the processor from the first time that memory ran out.
        note: a sentence for the person once that happened, else empty.
    """

    def __init__(self, device: torch.device) -> None:
        self.device = device
        self.note = ""

    def run(self, work: Callable[[torch.device], _Result]) -> _Result:
        """`work(device)`, done again from its start on the processor if memory runs out.

        The work must leave nothing behind before it is complete.
        """
        if self.device.type == "cpu":
            return work(self.device)
        try:
            return work(self.device)
        except torch.OutOfMemoryError:
            self.fall_back()
        return work(self.device)

    def fall_back(self) -> None:
        """From here on, use the processor."""
        self.device = CPU
        self.note = "The graphics card's memory was full, so training went on on the processor."
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
