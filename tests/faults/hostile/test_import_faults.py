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


def test_fault_67_numbers_beside_the_pairs_of_two_projects_are_taken_by_none(
    tmp_path: Path,
) -> None:
    for name, seed in (("ours", 1), ("other", 2)):
        (tmp_path / name).mkdir()
        import_cases.project_with_pairs(tmp_path / name, seed)
        (tmp_path / name / "pairs").rename(tmp_path / f"pairs of {name}")
    file = import_cases.PROVED["numbers beside the folder of their pairs"](
        tmp_path / "pairs of ours", tmp_path
    )
    taken, refused = import_cases.answers_in(tmp_path / "ours", file)
    assert taken == 0
    assert len(refused) == import_cases.N_PAIRS
