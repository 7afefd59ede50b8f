"""The tasks by name. Each is `f(request, progress) -> result` over plain records.

| name | request | result |
|---|---|---|
| read_songs | ReadRequest | list[ReadOutcome] |
| analyse_song | AnalyseRequest | AnalyseOutcome |
| bar_check | BarCheckRequest | BarCheck |
| demo_songs | DemoRequest | list[str] (paths) |
| song_tags | TagsRequest | SongTags |
| song_overview | OverviewRequest | SongOverview |
| propose | ProposeRequest | list[Comparison] (ids 0; the store gives them) |
| prepare_pair | PreparePairRequest | PreparedPair |
| train | TrainRequest | TrainResult |
| taste | TasteRequest | dict |
| compare_pairs | CompareRequest | list[Comparison] |
| compare_report | ReportRequest | ComparisonReport |
| write_comparison | ComparisonFilesRequest | dict |
| deliver | DeliverRequest | list[Delivered] |
| explain | ExplainRequest | list[Reason] |
| change_edit | ChangeEditRequest | Edit |
| check_edit | CheckEditRequest | str |
| export | ExportRequest | ExportResult |
| audit_joins | AuditRequest | AuditedEdit |

No task opens the store: whoever asks reads it before and writes it after, so that there is one
writer and a worker that dies takes nothing with it.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from ml_core.progress import Progress

Task = Callable[[Any, Progress], Any]

TASKS: dict[str, str] = {
    "read_songs": "ml_core.pipeline.listening:read_songs",
    "analyse_song": "ml_core.pipeline.listening:analyse_song",
    "bar_check": "ml_core.pipeline.bar_check:bar_check",
    "demo_songs": "ml_core.pipeline.listening:demo_songs",
    "song_tags": "ml_core.pipeline.listening:song_tags",
    "song_overview": "ml_core.pipeline.playing:song_overview",
    "prepare_pair": "ml_core.pipeline.playing:prepare_pair",
    "propose": "ml_core.pipeline.learning:propose",
    "train": "ml_core.pipeline.learning:train",
    "taste": "ml_core.pipeline.learning:taste",
    "compare_pairs": "ml_core.pipeline.learning:compare_pairs",
    "compare_report": "ml_core.pipeline.learning:compare_report",
    "write_comparison": "ml_core.pipeline.comparing:write_comparison",
    "deliver": "ml_core.pipeline.exporting:deliver_song",
    "explain": "ml_core.pipeline.exporting:explain_edit",
    "change_edit": "ml_core.pipeline.exporting:change_edit",
    "check_edit": "ml_core.pipeline.exporting:check_edit",
    "export": "ml_core.pipeline.exporting:export",
    "audit_joins": "ml_core.pipeline.join_audit:audit_joins",
}


def load(name: str) -> Task:
    """The task of that name, imported now.

    Raises:
        KeyError: if there is no such task.
    """
    module_name, function_name = TASKS[name].split(":")
    task: Task = getattr(importlib.import_module(module_name), function_name)
    return task
