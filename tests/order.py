"""Which tests begin first, so that the processes that share them end together.

Each file goes to one process. Long ones come first, for a long one that begins last is waited for;
what needs the machine alone comes last, so that the other process waits once and no longer.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.turns import is_alone

ROOT = Path(__file__).resolve().parents[1]

# The longest, longest first; those that wait now and then beside those that never do.
LONGEST = (
    "screenshots/test_screenshots.py",
    "ml_core/training/test_taste.py",
    "ml_core/training/test_train.py",
    "cycle/test_whole_cycle.py",
    "ml_core/cli/test_cycle.py",
    "ml_core/cli/test_hostile_use.py",
    "ml_core/analysis/test_analyse.py",
    "editor_app/frame/test_real_window.py",
    "ml_core/training/test_fit_reward.py",
    "ml_core/training/test_song_kinds.py",
    "ml_core/training/test_deliver.py",
    "ml_core/training/test_killed_training.py",
    "editor_app/places/export/test_export.py",
    "ml_core/training/test_simulate.py",
    "ml_core/pipeline/test_bar_check.py",
    "ml_core/cli/test_tastes.py",
)
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
