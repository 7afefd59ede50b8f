"""The fault suite's cases of the store in their short form; `python -m tests.faults` is the long.

Cases 16 and 17 are in tests/store: they need no fault of the machine.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from store_cases import CASES, Case
from verdicts import NotPossibleHere


def _name(case: Case) -> str:
    return f"{case.number:02d}_{case.name.replace(' ', '_').replace('-', '_')}"


def _run(case: Case, folder: Path, rounds: int) -> None:
    try:
        assert case.run(folder, rounds, 1)
    except NotPossibleHere as reason:
        pytest.skip(str(reason))


def _test_of(case: Case) -> object:
    def test(tmp_path: Path) -> None:
        _run(case, tmp_path, case.short_rounds)

    return test


# Numbers stand in the tests' names, so each case has a function of its own.
for _case in CASES:
    globals()[f"test_fault_{_name(_case)}"] = _test_of(_case)
