"""The function of each task, by the task's name: see `ml_core.domain.tasks`.

Each is `f(request, progress) -> result` over plain records.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from ml_core.progress import Progress

TaskFunction = Callable[[Any, Progress], Any]

TASKS: dict[str, str] = {
    "read_songs": "ml_core.pipeline.listening:read_songs",
    "unsettled_songs": "ml_core.pipeline.reading.looking:unsettled_songs",
    "look_for_songs": "ml_core.pipeline.reading.looking:look_for_songs",
    "match_recordings": "ml_core.pipeline.reading.looking:match_recordings",
    "analyse_song": "ml_core.pipeline.listening:analyse_song",
    "bar_check": "ml_core.pipeline.bar_check:bar_check",
    "demo_songs": "ml_core.pipeline.listening:demo_songs",
    "song_tags": "ml_core.pipeline.listening:song_tags",
    "song_overview": "ml_core.pipeline.playing:song_overview",
    "prepare_pair": "ml_core.pipeline.playing:prepare_pair",
    "prepare_file": "ml_core.pipeline.playing:prepare_file",
    "song_fits": "ml_core.pipeline.fitting:song_fits",
    "propose": "ml_core.pipeline.learning:propose",
    "train": "ml_core.pipeline.learning:train",
    "taste": "ml_core.pipeline.learning:taste",
    "compare_pairs": "ml_core.pipeline.learning:compare_pairs",
    "compare_report": "ml_core.pipeline.learning:compare_report",
    "write_comparison": "ml_core.pipeline.comparing:write_comparison",
    "deliver": "ml_core.pipeline.exporting:deliver_song",
    "map_edits": "ml_core.pipeline.edit_map.finding:map_song",
    "hear_place": "ml_core.pipeline.edit_map.hearing:hear_place",
    "explain": "ml_core.pipeline.exporting:explain_edit",
    "change_edit": "ml_core.pipeline.exporting:change_edit",
    "join_places": "ml_core.pipeline.exporting:find_join_places",
    "check_edit": "ml_core.pipeline.exporting:check_edit",
    "find_stems": "ml_core.pipeline.exporting:find_stems",
    "export_song": "ml_core.pipeline.song_export:export_song",
    "find_written": "ml_core.pipeline.written_before:find_written",
    "edited_songs": "ml_core.pipeline.own_edits.taking:edited_songs",
    "read_own_edits": "ml_core.pipeline.own_edits.taking:read_own_edits",
    "find_edits": "ml_core.pipeline.found_edits:find_edits",
    "save_archive": "ml_core.pipeline.archive.saving:save_archive",
    "open_archive": "ml_core.pipeline.archive.opening:open_archive",
    "audit_joins": "ml_core.pipeline.join_audit:audit_joins",
}


def load(name: str) -> TaskFunction:
    """The function of the task of that name, imported now.

    Raises:
        KeyError: if there is no such task.
    """
    module_name, function_name = TASKS[name].split(":")
    function: TaskFunction = getattr(importlib.import_module(module_name), function_name)
    return function
