"""Lint and types, as tests, so that one line tells all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def run_module(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_ruff_finds_nothing() -> None:
    checked = run_module("ruff", "check", "--output-format", "concise", ".")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_types_of_core_and_window_are_strict() -> None:
    checked = run_module("mypy")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_types_of_the_set_up_script_are_strict() -> None:
    checked = run_module("mypy", "--strict", "packaging/start.py")
    assert checked.returncode == 0, checked.stdout + checked.stderr
