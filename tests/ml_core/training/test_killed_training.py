"""A training that is killed outright, again and again, ends in the numbers of one that is not."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import pytest

from ml_core.domain.requests import TrainRequest, TrainResult
from ml_core.edits.graph.edit_graph import EditGraph
from ml_core.paths import unfinished_training
from ml_core.progress import Progress, silent
from ml_core.training.checkpoint import load_model, model_tensors
from ml_core.training.train import train

KILLS = 4
LONGEST_WAIT_S = 120.0


def train_and_tell(told: Connection, request: TrainRequest, graphs: dict[str, EditGraph]) -> None:
    """Train in a process of its own; every report is told, then the result."""
    told.send(train(request, graphs, Progress(lambda *_: told.send(None))))


def run_until(
    n_reports: int, delay_s: float, request: TrainRequest, graphs: dict[str, EditGraph]
) -> TrainResult | None:
    """Kill the training some time after a number of reports; its result if it was faster."""
    context = multiprocessing.get_context("spawn")
    hears, tells = context.Pipe(duplex=False)
    child = context.Process(target=train_and_tell, args=(tells, request, graphs))
    child.start()
    tells.close()
    try:
        for _ in range(n_reports):
            assert hears.poll(LONGEST_WAIT_S), "the training stands still"
            result = hears.recv()
            if result is not None:
                return result
        time.sleep(delay_s)
        os.kill(child.pid, signal.SIGKILL)
    finally:
        child.join(LONGEST_WAIT_S)
        hears.close()
    assert child.exitcode == -signal.SIGKILL
    return None


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_killed_at_random_moments_it_ends_as_if_nothing_had_happened(
    graphs, short_ratings, request_for: Callable[..., TrainRequest], tmp_path: Path
) -> None:
    whole = request_for(short_ratings, episodes=60, models_dir=str(tmp_path / "whole"))
    expected = train(whole, graphs, silent())
    killed = request_for(short_ratings, episodes=60, resume=True)
    rng = np.random.default_rng()
    moments = [(int(rng.integers(1, 170)), float(rng.uniform(0, 0.05))) for _ in range(KILLS)]
    result = None
    for n_reports, delay_s in moments:
        result = run_until(n_reports, delay_s, killed, graphs)
        if result is not None:
            break
        # What was being written is not taken for a model, nor is it left lying about.
        models = Path(killed.models_dir)
        assert not list(models.glob("*-best.safetensors")), moments
    result = result or run_until(10**6, 0.0, killed, graphs)
    assert result is not None
    for kind in ("best", "final"):
        one, other = (
            load_model(Path(request.models_dir) / kept.file_name, kept.sha256)
            for request, kept in ((whole, getattr(expected, kind)), (killed, getattr(result, kind)))
        )
        arrays, others = model_tensors(one)[0], model_tensors(other)[0]
        for name, array in arrays.items():
            assert np.array_equal(array, others[name]), (kind, name, moments)
        assert one.wishes == other.wishes
    assert result.metrics["reward_curve"] == expected.metrics["reward_curve"], moments
    assert not unfinished_training(killed.models_dir).exists()
