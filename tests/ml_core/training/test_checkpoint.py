"""Model files: what was saved comes back, and nothing else is taken for it."""

from __future__ import annotations

import hashlib
import json
import pickle
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save as save_tensors

from ml_core.errors import UserError
from ml_core.policy.path_distribution import WEIGHTS, PolicyParameters
from ml_core.policy.path_features import N_TERMS
from ml_core.policy.song_kind import SongKind
from ml_core.policy.styles import N_STYLE_TERMS, N_STYLES
from ml_core.training import checkpoint as checkpoints
from ml_core.training.checkpoint import BASE_MODEL, Model, load_model, save_model
from ml_core.training.fit_reward.fit import fit_reward
from ml_core.training.fit_reward.preference_dataset import build_dataset


@pytest.fixture(scope="module")
def model(graphs, short_ratings) -> Model:
    rng = np.random.default_rng(0)
    reward = fit_reward(build_dataset(short_ratings[:16], graphs), epochs=0).model
    policy = PolicyParameters(
        rng.normal(size=N_TERMS),
        rng.normal(size=N_STYLES),
        rng.normal(size=N_STYLE_TERMS),
        SongKind("song_tempo", 7.1, 0.123456789),
        rng.normal(size=N_TERMS),
        rng.normal(size=N_STYLES),
    )
    return Model(reward, policy)


def _save(model: Model, folder: Path, utc: str = "2026-01-01T00:00:00"):
    return save_model(
        model,
        folder,
        kind="best",
        parent="base",
        configuration={"episodes": 4},
        seed=1,
        dataset_hash="0" * 64,
        n_ratings=16,
        utc=utc,
        metrics={"kl": 1.0},
    )


def test_a_model_comes_back_as_it_was(model, tmp_path, graphs, short_ratings) -> None:
    kept = _save(model, tmp_path)
    again = load_model(tmp_path / kept.file_name, kept.sha256)
    data = build_dataset(short_ratings, graphs)
    for one, other in zip(
        model.reward.difference(data.a, data.b),
        again.reward.difference(data.a, data.b),
        strict=True,
    ):
        assert np.array_equal(one, other)
    for name in WEIGHTS:
        assert np.array_equal(getattr(again.policy, name), getattr(model.policy, name))
    assert again.policy.kind == model.policy.kind
    assert again.reward.hyper == model.reward.hyper
    assert again.key == kept.sha256


def test_a_policy_without_reward_comes_back(tmp_path) -> None:
    kept = _save(BASE_MODEL, tmp_path)
    assert load_model(tmp_path / kept.file_name, kept.sha256).reward is None


def test_training_twice_makes_two_checkpoints(model, tmp_path) -> None:
    first, second = _save(model, tmp_path), _save(model, tmp_path, "2026-01-01T00:00:01")
    assert first.id != second.id
    assert {p.name for p in tmp_path.iterdir()} == {first.file_name, second.file_name}


def test_fault_52_mutants_are_refused(model, tmp_path) -> None:
    kept = _save(model, tmp_path)
    data = (tmp_path / kept.file_name).read_bytes()
    rng = np.random.default_rng(0)
    mutant = tmp_path / "mutant.safetensors"
    for round_number in range(60):
        changed = bytearray(data)
        kind = round_number % 3
        if kind == 0:
            changed[int(rng.integers(len(data)))] ^= 1 << int(rng.integers(8))
        elif kind == 1:
            changed = changed[: int(rng.integers(len(data)))]
        else:
            changed += b"\0" * int(rng.integers(1, 9))
        mutant.write_bytes(bytes(changed))
        with pytest.raises(UserError, match="damaged"):
            load_model(mutant, kept.sha256)


def test_fault_51_pickles_are_never_executed(tmp_path) -> None:
    class Trap:
        def __reduce__(self):
            return (Path.touch, (tmp_path / "executed",))

    file = tmp_path / "model.safetensors"
    file.write_bytes(pickle.dumps(Trap()))
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    with pytest.raises(UserError, match="not a trained model"):
        load_model(file, sha256)
    assert not (tmp_path / "executed").exists()


@pytest.mark.parametrize("header", [{}, {"tastecut": "[]"}, {"tastecut": "{}"}, {"tastecut": "{"}])
def test_tensors_of_another_program_are_refused(tmp_path, header) -> None:
    data = save_tensors({"x": np.zeros(3)}, metadata=header)
    file = tmp_path / "other.safetensors"
    file.write_bytes(data)
    with pytest.raises(UserError, match="not a trained model"):
        load_model(file, hashlib.sha256(data).hexdigest())


@pytest.mark.parametrize("name", ["FEATURES_VERSION", "POLICY_VERSION"])
def test_another_version_is_refused_with_a_way_out(
    model, tmp_path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    kept = _save(model, tmp_path)
    monkeypatch.setattr(checkpoints, name, "another")
    with pytest.raises(UserError, match="another version") as told:
        load_model(tmp_path / kept.file_name, kept.sha256)
    assert "ratings stay usable" in told.value.remedy


def test_tensors_of_wrong_shape_are_refused(model, tmp_path) -> None:
    tensors, header = checkpoints.model_tensors(model)
    tensors["policy.tilts"] = tensors["policy.tilts"][:-1]
    data = save_tensors(tensors, metadata={"tastecut": json.dumps(header)})
    file = tmp_path / "short.safetensors"
    file.write_bytes(data)
    with pytest.raises(UserError, match="not a trained model"):
        load_model(file, hashlib.sha256(data).hexdigest())


def test_a_missing_file_is_told(tmp_path) -> None:
    with pytest.raises(UserError, match=r"gone\.safetensors"):
        load_model(tmp_path / "gone.safetensors", "0" * 64)


def test_fault_50_a_full_disk_leaves_the_checkpoint_before(
    model, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = _save(model, tmp_path)

    def full(path: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(UserError, match="room"):
        _save(model, tmp_path, "2026-01-01T00:00:01")
    monkeypatch.undo()
    assert [p.name for p in tmp_path.iterdir()] == [kept.file_name]
    assert load_model(tmp_path / kept.file_name, kept.sha256).reward is not None
