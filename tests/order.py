"""Which tests begin first, so that the processes that share them end together.

Each file goes to one process. Long ones come first, for a long one that begins last is waited for;
what needs the machine alone comes last, so that the other process waits once and no longer.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.turns import is_alone

ROOT = Path(__file__).resolve().parents[1]

# The longest (more than 8 s in all), longest first.
LONGEST = ()
_PLACE = {name: place for place, name in enumerate(LONGEST)}


def rank(item: pytest.Item) -> tuple[int, int]:
    """What tests are sorted by; those of one rank stay as they were."""
    name = item.path.relative_to(ROOT / "tests").as_posix()
    if is_alone(item):
        return 3, 0
    # They wait for a job that began with the first test.
    if name.startswith("architecture/"):
        return 2, 0
    return (0, _PLACE[name]) if name in _PLACE else (1, 0)
