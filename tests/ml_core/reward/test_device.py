"""Where torch computes, and what happens when the card's memory is full."""

from __future__ import annotations

import pytest
import torch

from ml_core.errors import UserError
from ml_core.reward.device import CPU, DeviceRun, pick_device

CARD = torch.device("cuda")


def test_cuda_is_used_when_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert pick_device("auto") == CARD
    assert pick_device("cuda") == CARD
    assert pick_device("cpu") == CPU


def test_cuda_asked_for_but_missing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert pick_device("auto") == CPU
    with pytest.raises(UserError, match="CUDA"):
        pick_device("cuda")


def test_fault_48_out_of_memory_goes_on_on_the_processor(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    used: list[str] = []

    def work(device: torch.device) -> int:
        used.append(device.type)
        if device.type == "cuda":
            raise torch.OutOfMemoryError("CUDA out of memory")
        return 7

    run = DeviceRun(CARD)
    assert run.run(work) == 7
    assert run.run(work) == 7
    assert used == ["cuda", "cpu", "cpu"]
    assert "memory was full" in run.note
    assert DeviceRun(CPU).note == ""


def test_other_faults_are_not_hidden() -> None:
    def work(device: torch.device) -> int:
        raise ValueError(device.type)

    with pytest.raises(ValueError, match="cuda"):
        DeviceRun(CARD).run(work)
