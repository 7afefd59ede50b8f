"""A trained model in one safetensors file, known by its SHA-256 and never unpickled.

Of 300 mutants of a model file 62 load silently as safetensors (72 as torch's own format): the
hash is checked before a byte is read as numbers.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from ml_core.audio_file import write_bytes_atomic
from ml_core.domain.models import (
    FEATURES_VERSION,
    POLICY_VERSION,
    Checkpoint,
    CheckpointKind,
)
from ml_core.edits.features.edit_features import FEATURE_NAMES
from ml_core.errors import UserError
from ml_core.own_files import keep_private, make_private_folder
from ml_core.paths import printable_name
from ml_core.policy.path_distribution import WEIGHTS, PolicyParameters
from ml_core.policy.path_features import TERM_NAMES
from ml_core.policy.song_kind import SongKind
from ml_core.store.model_header import HEADER_KEY, model_header
from ml_core.store.sqlite.codec import UNREADABLE

if TYPE_CHECKING:  # It would import torch, which an untrained project does without.
    from ml_core.reward.preference_model import PreferenceModel

Array = NDArray[np.float64]

SCHEMA = 1


_WISHES, _PROVEN = "proven_wishes", "is_proven"
"""Another name than before: what older builds called a wish was less sure, and is not told."""


@dataclass(frozen=True, eq=False)
class Model:
    """What proposes and judges edits.

    Attributes:
        reward: None before any training.
        policy: tilts and style weights.
        wishes: the directions that the answers show, 1 for more of the feature and -1 for less.
        is_proven: whether the answers show a taste at all.
        key: names these very weights, for what is kept in memory; "base" without training.
    """

    reward: PreferenceModel | None = None
    policy: PolicyParameters = field(default_factory=PolicyParameters.base)
    wishes: Mapping[str, int] = field(default_factory=dict)
    key: str = "base"
    is_proven: bool = False

    @property
    def is_tuned(self) -> bool:
        """Whether its policy is another one than the base policy."""
        return not self.policy.is_base

    def without_tuning(self) -> Model:
        """The same reward over the base policy: what reranking alone would deliver."""
        return replace(self, policy=PolicyParameters.base(), key=f"{self.key}-reranked")


BASE_MODEL = Model()
"""The untrained app."""


def model_tensors(model: Model) -> tuple[dict[str, Array], dict[str, Any]]:
    """A model as named arrays and plain values."""
    kind = model.policy.kind
    tensors = {f"policy.{name}": getattr(model.policy, name) for name in WEIGHTS}
    header: dict[str, Any] = {
        "schema": SCHEMA,
        "features_version": FEATURES_VERSION,
        "policy_version": POLICY_VERSION,
        "feature_names": list(FEATURE_NAMES),
        "term_names": list(TERM_NAMES),
        "policy_kind": None if kind is None else asdict(kind),
        "reward": None,
    }
    reward = model.reward
    if reward is not None:
        tensors |= {
            "reward.centre": reward.scaling.centre,
            "reward.spread": reward.scaling.spread,
            "reward.anchors": reward.anchors.cpu().numpy(),
            "reward.weights": reward.weights.cpu().numpy(),
            "reward.reduction": reward.reduction.cpu().numpy(),
        }
        header["reward"] = {
            **asdict(reward.hyper),
            "evidence": reward.evidence,
            "n_ratings": reward.n_ratings,
        }
        header[_WISHES] = dict(model.wishes)
        header[_PROVEN] = model.is_proven
    return {name: np.ascontiguousarray(t, dtype=np.float64) for name, t in tensors.items()}, header


def model_from_tensors(tensors: Mapping[str, Array], header: Mapping[str, Any], key: str) -> Model:
    """The model that `model_tensors` wrote.

    Raises:
        KeyError, TypeError, ValueError: if that is not what this is.
    """
    kind = header["policy_kind"]
    policy = PolicyParameters(
        **{name: tensors[f"policy.{name}"] for name in WEIGHTS},
        kind=None if kind is None else _song_kind(kind),
    )
    values = header["reward"]
    if values is None:
        return Model(None, policy, key=key)
    wishes = {str(name): int(sign) for name, sign in header.get(_WISHES, {}).items()}
    proven = bool(header.get(_PROVEN, False))
    return Model(_reward_from_tensors(tensors, values), policy, wishes, key, proven)


def _reward_from_tensors(
    tensors: Mapping[str, Array], values: Mapping[str, Any]
) -> PreferenceModel:
    import torch

    from ml_core.reward.kernel import Hyperparameters, Scaling
    from ml_core.reward.preference_model import PreferenceModel

    n_features = len(FEATURE_NAMES)
    anchors, weights = tensors["reward.anchors"], tensors["reward.weights"]
    n_anchors = len(weights)
    shapes = {
        "reward.centre": (n_features,),
        "reward.spread": (n_features,),
        "reward.anchors": (n_anchors, n_features),
        "reward.reduction": (n_anchors, n_anchors),
    }
    for name, shape in shapes.items():
        if tensors[name].shape != shape:
            raise ValueError(f"{name} must be {shape}")
    return PreferenceModel(
        feature_names=FEATURE_NAMES,
        scaling=Scaling(tensors["reward.centre"], tensors["reward.spread"]),
        hyper=Hyperparameters(
            **{
                name: float(values[name])
                for name in ("linear", "length", "rbf", "tau", "song", "parts_at")
            },
            aspect=str(values["aspect"]),
        ),
        anchors=torch.from_numpy(anchors),
        weights=torch.from_numpy(weights),
        reduction=torch.from_numpy(tensors["reward.reduction"]),
        evidence=float(values["evidence"]),
        n_ratings=int(values["n_ratings"]),
    )


def _song_kind(values: Mapping[str, Any]) -> SongKind:
    return SongKind(str(values["aspect"]), float(values["centre"]), float(values["width"]))


def save_model(
    model: Model,
    models_dir: str | Path,
    *,
    kind: CheckpointKind,
    parent: str,
    configuration: Mapping[str, Any],
    seed: int,
    dataset_hash: str,
    n_ratings: int,
    utc: str,
    metrics: Mapping[str, Any],
) -> Checkpoint:
    """Write a checkpoint's file and describe it.

    The id is taken from the file's content, the time included: training twice makes two.

    Raises:
        UserError: if the disk is full, read-only or failing; nothing is left behind then.
    """
    tensors, header = model_tensors(model)
    header |= {
        "kind": kind,
        "parent": parent,
        "configuration": dict(configuration),
        "seed": seed,
        "dataset_hash": dataset_hash,
        "n_ratings": n_ratings,
        "utc": utc,
    }
    data = save_tensors(tensors, metadata={HEADER_KEY: json.dumps(header, sort_keys=True)})
    sha256 = hashlib.sha256(data).hexdigest()
    name = f"{sha256[:10]}-{kind}"
    folder = Path(models_dir)
    make_private_folder(folder)
    write_bytes_atomic(folder / f"{name}.safetensors", data, overwrite=True)
    keep_private(folder / f"{name}.safetensors")
    return Checkpoint(
        id=name,
        file_name=f"{name}.safetensors",
        sha256=sha256,
        kind=kind,
        parent=parent,
        configuration=dict(configuration),
        seed=seed,
        dataset_hash=dataset_hash,
        n_ratings=n_ratings,
        utc=utc,
        metrics=dict(metrics),
    )


class OutdatedModelError(UserError):
    """The checkpoint belongs to another version.

    Attributes:
        policy: the model without its reward, where the policy at least is of this version, so
            that edits are still drawn as the person liked them; else the untrained one.
    """

    def __init__(self, name: str, policy: Model = BASE_MODEL) -> None:
        super().__init__(
            f"The trained model {name} belongs to another version of Tastecut.",
            "Train again: your ratings stay usable.",
        )
        self.policy = policy


def load_model(file: str | Path, sha256: str) -> Model:
    """The model in a checkpoint's file.

    Args:
        file: written by `save_model`.
        sha256: what the file's must be.

    Raises:
        OutdatedModelError: if it belongs to another version.
        UserError: if the file is missing or was changed.
    """
    path = Path(file)
    name = printable_name(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UserError(
            f"The trained model {name} can't be read ({error.strerror}).", _GO_BACK
        ) from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise UserError(f"The trained model {name} was changed or is damaged.", _GO_BACK)
    try:
        header = model_header(data)
        if "schema" not in header:
            raise ValueError("another program's header")
        if not _is_of_this_version(header):
            raise OutdatedModelError(name, _kept_policy(data, header, sha256))
        return model_from_tensors(load_tensors(data), header, sha256)
    except KeyError as error:
        # The hash is right, so the file is whole: it lacks what this version reads.
        raise OutdatedModelError(name) from error
    except (SafetensorError, *UNREADABLE) as error:
        raise UserError(f"{name} is not a trained model.", _GO_BACK) from error


_GO_BACK = "Train again, or go back to another checkpoint."


def _is_of_this_version(header: Mapping[str, Any]) -> bool:
    return bool(
        header["features_version"] == FEATURES_VERSION
        and header["feature_names"] == list(FEATURE_NAMES)
        and _has_this_policy(header)
    )


def _has_this_policy(header: Mapping[str, Any]) -> bool:
    return bool(
        header["schema"] == SCHEMA
        and header["policy_version"] == POLICY_VERSION
        and header["term_names"] == list(TERM_NAMES)
    )


def _kept_policy(data: bytes, header: Mapping[str, Any], sha256: str) -> Model:
    """The policy of a model whose reward is of another version."""
    if not _has_this_policy(header):
        return BASE_MODEL
    return model_from_tensors(load_tensors(data), {**header, "reward": None}, sha256)
