"""A taste that another version learned: told, and used as far as it is known."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load, save

from ml_core import paths
from ml_core.store import Store
from ml_core.store.outdated import is_outdated
from ml_core.training.checkpoint import BASE_MODEL, Model, save_model


def _keep(project: Path, store: Store, model: Model) -> str:
    made = save_model(
        model,
        paths.models_dir(project),
        kind="best",
        parent="base",
        configuration={},
        seed=0,
        dataset_hash="0" * 64,
        n_ratings=1,
        utc="2026-01-01T00:00:00+00:00",
        metrics={},
    )
    store.models.add(made)
    store.models.activate(made.id)
    return made.file_name


def test_a_taste_of_this_version_is_not_outdated(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        assert not is_outdated(store)
        _keep(tmp_path, store, BASE_MODEL)
        assert not is_outdated(store)


@pytest.mark.parametrize("name", ["FEATURES_VERSION", "POLICY_VERSION"])
def test_a_taste_of_another_version_is_told(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.open(tmp_path) as store:
        monkeypatch.setattr(f"ml_core.training.checkpoint.{name}", "1")
        _keep(tmp_path, store, BASE_MODEL)
        monkeypatch.undo()
        assert is_outdated(store)
        store.models.activate("base")
        assert not is_outdated(store)


@pytest.mark.parametrize("data", [b"", b"12345678", b"\x10" + bytes(7) + b"no JSON at all!!"])
def test_a_file_that_cannot_be_read_is_left_to_who_needs_it(tmp_path: Path, data: bytes) -> None:
    with Store.open(tmp_path) as store:
        file = paths.models_dir(tmp_path) / _keep(tmp_path, store, BASE_MODEL)
        file.write_bytes(data)
        assert not is_outdated(store)


def test_the_header_is_read_as_safetensors_writes_it(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        file = paths.models_dir(tmp_path) / _keep(tmp_path, store, BASE_MODEL)
        tensors = load(file.read_bytes())
        header = {"features_version": "1", "policy_version": "1"}
        file.write_bytes(save(tensors | {"more": np.zeros(3)}, {"tastecut": json.dumps(header)}))
        assert is_outdated(store)
