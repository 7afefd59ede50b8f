"""The fault suite's quick cases in their short form; `python -m tests.faults` is the long.

The other cases inject what takes long or a desk of its own; what they are about is tested beside
the code that must bear it: `grep -rn fault_23 tests`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.case_table import CASES
from tests.faults.requiring import NotPossibleHere
from tests.faults.verdicts import Verdict
from tests.faults.window.window_cases import rater_stopped


def run(number: int, folder: Path) -> None:
    """The short form of a case, and its verdict."""
    (case,) = (case for case in CASES if case.number == number)
    assert case.run is not None and case.short_rounds
    verdict = Verdict(folder)
    try:
        assert case.run(verdict, case.short_rounds, 1)
    except NotPossibleHere as reason:
        pytest.skip(str(reason))
    verdict.check()


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


def test_fault_43_a_stopped_rater_goes_on(tmp_path: Path) -> None:
    """The window's part, and a minute instead of a second, are the command's."""
    verdict = Verdict(tmp_path)
    rater_stopped(verdict, seed=1, seconds=1.0)
    verdict.check()


@pytest.mark.window
@pytest.mark.beside  # it waits for what it asserts
def test_fault_70_keyboards_without_digits(tmp_path: Path) -> None:
    run(70, tmp_path)
