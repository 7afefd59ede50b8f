"""The tasks as they are declared, and the functions that run them: the same, and typed alike."""

from __future__ import annotations

from typing import Any, get_args, get_origin, get_type_hints

import pytest

from ml_core.domain import tasks
from ml_core.domain.tasks import Task
from ml_core.pipeline.tasks import TASKS, load
from ml_core.progress import Progress

DECLARED: dict[str, Task[Any, Any]] = {
    constant: value for constant, value in vars(tasks).items() if isinstance(value, Task)
}


def test_every_task_has_a_function_and_every_function_a_task() -> None:
    names = [task.name for task in DECLARED.values()]
    assert len(names) == len(set(names))
    assert set(names) == set(TASKS)


@pytest.mark.parametrize("constant", DECLARED)
def test_a_function_takes_and_gives_what_its_task_declares(constant: str) -> None:
    declared = get_type_hints(tasks)[constant]
    assert get_origin(declared) is Task
    request, result = get_args(declared)
    hints = get_type_hints(load(DECLARED[constant].name))
    *taken, given = hints.items()
    assert [hint for _, hint in taken] == [request, Progress]
    assert given == ("return", result)


def test_tasks_are_named_as_they_were() -> None:
    """Another name would be another task to what was interrupted."""
    assert sorted(TASKS) == [
        "analyse_song", "audit_joins", "bar_check", "change_edit", "check_edit", "compare_pairs",
        "compare_report", "deliver", "demo_songs", "edited_songs", "explain", "export_song",
        "find_edits", "find_stems", "find_written", "hear_place", "join_places", "look_for_songs",
        "map_edits",
        "match_recordings", "open_archive", "prepare_file", "prepare_pair", "propose",
        "read_own_edits", "read_songs",
        "save_archive", "song_fits", "song_overview", "song_tags", "taste", "train",
        "unsettled_songs", "write_comparison",
    ]  # fmt: skip
