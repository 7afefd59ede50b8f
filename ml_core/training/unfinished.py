"""What an interrupted training leaves behind, so that it goes on as if nothing had happened.

It is one file, replaced whole: the fitted reward model with its metrics, and the tuner's state with
its random generator. It is taken up only by a training of the very same ratings, songs, limits,
seed and settings. A resumed run then ends in the same numbers as an uninterrupted one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save as save_tensors

from ml_core import paths
from ml_core.audio_file import write_bytes_atomic
from ml_core.errors import UserError
from ml_core.own_files import keep_private, make_private_folder
from ml_core.reward.preference_model import PreferenceModel
from ml_core.store.sqlite.codec import UNREADABLE
from ml_core.training.checkpoint import Model, model_from_tensors, model_tensors
from ml_core.training.fit_policy.tuner import TuningState

_HEADER_KEY = "tastecut"
_ARRAYS = ("weights", "momentum", "fisher", "best_weights", "length_slope")


@dataclass(frozen=True, eq=False)
class Found:
    """What an interrupted training had reached.

    Attributes:
        reward: its fitted reward model, on the processor.
        reward_metrics: as `fit_reward` gave them.
        state: of the tuner; None if tuning had not begun.
    """

    reward: PreferenceModel
    reward_metrics: dict[str, Any]
    state: TuningState | None


class UnfinishedRun:
    """The file of one training.

    Args:
        models_dir: where it lies.
        identity: plain values that make this training what it is.
    """

    def __init__(self, models_dir: str | Path, identity: Mapping[str, Any]) -> None:
        self.path = paths.unfinished_training(models_dir)
        self.identity = json.dumps(identity, sort_keys=True)

    def find(self) -> Found | None:
        """What was left by a training of the same identity; None without, or if it is damaged."""
        try:
            with safe_open(self.path, "numpy") as file:
                header = json.loads((file.metadata() or {})[_HEADER_KEY])
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            if header["identity"] != self.identity:
                return None
            reward = model_from_tensors(tensors, header["model"], "unfinished").reward
            if reward is None:
                return None
            state = None if header["state"] is None else _read_state(tensors, header["state"])
            return Found(reward, header["reward_metrics"], state)
        except (OSError, SafetensorError, *UNREADABLE):
            return None

    def save(
        self, reward: PreferenceModel, metrics: Mapping[str, Any], state: TuningState | None
    ) -> None:
        """Replace the file; a disk that refuses costs the chance to resume, not the training."""
        tensors, model_header = model_tensors(Model(reward))
        header: dict[str, Any] = {
            "identity": self.identity,
            "model": model_header,
            "reward_metrics": metrics,
            "state": None,
        }
        if state is not None:
            header["state"] = _state_header(state)
            tensors |= {f"state.{name}": getattr(state, name) for name in _ARRAYS}
        data = save_tensors(tensors, metadata={_HEADER_KEY: json.dumps(header)})
        with suppress(UserError, OSError):
            make_private_folder(self.path.parent)
            write_bytes_atomic(self.path, data, overwrite=True)
            keep_private(self.path)

    def remove(self) -> None:
        """Forget it: the training is done, or begins anew."""
        with suppress(OSError):
            self.path.unlink()


def _state_header(state: TuningState) -> dict[str, Any]:
    return {
        "update": state.update,
        "best_update": state.best_update,
        "best_value": state.best_value,
        "curve": state.curve,
        "validations": state.validations,
        "rng": state.rng.bit_generator.state,
    }


def _read_state(tensors: Mapping[str, Any], header: Mapping[str, Any]) -> TuningState:
    rng = np.random.default_rng(0)
    rng.bit_generator.state = header["rng"]
    return TuningState(
        **{name: np.array(tensors[f"state.{name}"]) for name in _ARRAYS},
        rng=rng,
        update=int(header["update"]),
        best_update=int(header["best_update"]),
        best_value=float(header["best_value"]),
        curve=[tuple(row) for row in header["curve"]],
        validations=[tuple(row) for row in header["validations"]],
    )
