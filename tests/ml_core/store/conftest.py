"""The store's tests build their projects like the fault suite does."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from ml_core.store import Store


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return tmp_path / "project"


@pytest.fixture
def store(project: Path) -> Iterator[Store]:
    with Store.open(project) as opened:
        yield opened


@pytest.fixture
def rng() -> random.Random:
    return random.Random(7)
