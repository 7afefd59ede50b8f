"""What a write changed, so that a view re-reads only what it shows."""

from __future__ import annotations

from typing import Literal, get_args

Change = Literal[
    "songs",
    "ratings",
    "comparisons",
    "checkpoints",
    "brief",
    "reports",
    "marks",
    "tastes",
    "certainty",
]
Changes = frozenset[Change]

NOTHING: Changes = frozenset()
ALL: Changes = frozenset(get_args(Change))
