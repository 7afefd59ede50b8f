"""What is said of an edit's joins: silence is no praise."""

from __future__ import annotations

import pytest

from editor_app.places.export.join_words import audit_line, join_words
from ml_core.domain.audits import AuditedEdit, AuditedJoin

CALM = AuditedJoin(10.0, 40.0, False, "level")
SILENT = AuditedJoin(20.0, 1.0, False, "level", True)
ROUGH = AuditedJoin(30.0, 99.0, True, "click")


@pytest.mark.parametrize(
    ("joins", "silence_s", "words"),
    [
        ((), 0.0, "No join"),
        ((), 90.0, "No join; it keeps 1:30 of silence that is no music"),
        ((CALM, CALM), 0.3, "2 joins, none stands out"),
        ((SILENT, SILENT), 60.0, "2 joins, in silence; it keeps 1:00 of silence that is no music"),
        ((CALM, SILENT), 0.0, "1 join, it does not stand out; 1 more lies in silence"),
        (
            (CALM, SILENT, SILENT, ROUGH),
            0.0,
            "1 of 2 joins stands out: at 0:30 there is a click (uncut bar lines do in 10 %); "
            "2 more lie in silence",
        ),
    ],
)
def test_fault_58_joins_in_silence_are_not_praised(joins, silence_s, words) -> None:
    assert audit_line(AuditedEdit(joins, 60, 0.1, silence_s)) == words


def test_fault_58_a_join_in_silence_says_so() -> None:
    assert join_words(AuditedEdit((SILENT,), 60, 0.1))[0] == "It lies in silence"
