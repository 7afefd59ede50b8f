"""The fault suite's cases of the store in their short form; `python -m tests.faults` is the long.

Cases 16 and 17, and more of 4 and 18, are in tests/ml_core/store: they need no fault of the
machine.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from store_cases import CASES
from verdicts import NotPossibleHere


def run(number: int, folder: Path) -> None:
    (case,) = (case for case in CASES if case.number == number)
    try:
        assert case.run(folder, case.short_rounds, 1)
    except NotPossibleHere as reason:
        pytest.skip(str(reason))


def test_fault_01_killed_while_rating(tmp_path: Path) -> None:
    run(1, tmp_path)


def test_fault_02_power_cut(tmp_path: Path) -> None:
    run(2, tmp_path)


def test_fault_03_killed_during_undo(tmp_path: Path) -> None:
    run(3, tmp_path)


def test_fault_04_killed_while_migrating(tmp_path: Path) -> None:
    run(4, tmp_path)


def test_fault_05_killed_while_backing_up(tmp_path: Path) -> None:
    run(5, tmp_path)


def test_fault_06_full_disk(tmp_path: Path) -> None:
    run(6, tmp_path)


def test_fault_07_file_size_limit(tmp_path: Path) -> None:
    run(7, tmp_path)


def test_fault_08_disk_turns_read_only(tmp_path: Path) -> None:
    run(8, tmp_path)


def test_fault_09_second_instance(tmp_path: Path) -> None:
    run(9, tmp_path)


def test_fault_10_raw_writers(tmp_path: Path) -> None:
    run(10, tmp_path)


def test_fault_11_foreign_lock(tmp_path: Path) -> None:
    run(11, tmp_path)


def test_fault_12_damaged_file(tmp_path: Path) -> None:
    run(12, tmp_path)


def test_fault_13_flipped_bit(tmp_path: Path) -> None:
    run(13, tmp_path)


def test_fault_14_lost_log(tmp_path: Path) -> None:
    run(14, tmp_path)


def test_fault_15_newer_version(tmp_path: Path) -> None:
    run(15, tmp_path)


def test_fault_18_no_locks(tmp_path: Path) -> None:
    run(18, tmp_path)


def test_fault_19_backup_folder_full(tmp_path: Path) -> None:
    run(19, tmp_path)


def test_fault_69_lost_database(tmp_path: Path) -> None:
    run(69, tmp_path)


def test_fault_71_a_persons_own_files(tmp_path: Path) -> None:
    run(71, tmp_path)
