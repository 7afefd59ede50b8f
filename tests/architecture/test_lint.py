"""Lint and types, as tests, so that one line tells all."""

from __future__ import annotations

import pytest

from tests.architecture.checks import result
from tests.turns import shared_folder


def test_ruff_finds_nothing(pytestconfig: pytest.Config) -> None:
    checked = result(shared_folder(pytestconfig), "style")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_types_of_core_and_window_are_strict(pytestconfig: pytest.Config) -> None:
    checked = result(shared_folder(pytestconfig), "types")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_types_of_the_set_up_script_are_strict(pytestconfig: pytest.Config) -> None:
    checked = result(shared_folder(pytestconfig), "types of the set-up script")
    assert checked.returncode == 0, checked.stdout + checked.stderr
