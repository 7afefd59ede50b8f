"""Fault 47, short form: some PySide6 releases lose a reference to None or True at each call."""

from __future__ import annotations

import sys

import pytest

from tests.faults.window.reference_counts import KINDS, SLACK, drifts


@pytest.mark.parametrize("what", KINDS)
def test_fault_47_reference_counts_stay(qapp: object, what: str) -> None:
    if sys.version_info >= (3, 12):
        pytest.skip("None, True and False are immortal here")
    assert all(abs(drift) < SLACK for drift in drifts(what))
