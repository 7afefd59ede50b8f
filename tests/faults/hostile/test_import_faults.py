"""Faults 67 and 68 in their short form."""

from __future__ import annotations

from pathlib import Path

from tests.faults.hostile import database_cases, import_cases
from tests.faults.verdicts import Verdict


def test_fault_67_ratings_of_another_project(tmp_path: Path) -> None:
    kinds = len(import_cases.PROVED) + len(import_cases.UNPROVED)
    assert import_cases.foreign_ratings(tmp_path, 2 * kinds, 1)


def test_fault_68_hostile_databases_asked_by_the_command(tmp_path: Path) -> None:
    verdict = Verdict(tmp_path)
    assert database_cases.hostile_database(verdict, 5, 2)
    verdict.check()
