"""The verb audit: how much the joins of exported edits stand out."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ml_core.cli.output import show, watch
from ml_core.units import clock

LEAST_TOLD_S = 0.5
"""Silence kept in an edit is told from half a second on: less is what a join moves."""


def audit(arguments: argparse.Namespace) -> None:
    """Say how much each join stands out against the song's own bar lines."""
    from ml_core.pipeline.auditing import (
        audit_file,
        project_library,
        report_json,
        summary_json,
    )

    reports = []
    library = project_library(arguments.project)
    with watch(arguments) as progress:
        for index, file in enumerate(arguments.files):
            part = progress.part(index / len(arguments.files), (index + 1) / len(arguments.files))
            reports.append(audit_file(file, arguments.project, part, library))
    summary = summary_json(reports)
    edits = [
        {"file": str(file.absolute()), **report_json(*report)}
        for file, report in zip(arguments.files, reports, strict=True)
    ]
    show(arguments, {"edits": edits, "summary": summary}, _audit_lines(edits, summary))


def _audit_lines(edits: Sequence[Mapping[str, Any]], summary: Mapping[str, Any]) -> list[str]:
    lines = []
    for edit in edits:
        lines.append(Path(edit["file"]).name + ("" if edit["joins"] else ": no joins"))
        for number, join in enumerate(edit["joins"], start=1):
            state = "stands out" if join["stands_out"] else "blends in"
            reason = f" ({join['reason']})" if join["stands_out"] else ""
            if join["silent"]:
                state, reason = "lies in silence", ""
            lines.append(f"  join {number} at {clock(join['out_s'])}: {state}{reason}")
        if edit["kept_silence_s"] >= LEAST_TOLD_S:
            lines.append(f"  keeps {clock(edit['kept_silence_s'])} of silence that is no music")
    share, control = summary["share_standing_out"], summary["control_share"]
    if summary["n_silent_joins"]:
        n_silent = summary["n_silent_joins"]
        lie = (
            "1 join lies in silence and is"
            if n_silent == 1
            else f"{n_silent} joins lie in silence and are"
        )
        lines.append(f"{lie} not counted.")
    if share is None:
        return [*lines, "No joins to audit."]
    return [*lines, joins_line(summary["n_joins"], share, control)]


def joins_line(n_joins: int, share: float, control_share: float) -> str:
    """How many of some joins stand out, and the control beside them."""
    n_out = round(share * n_joins)
    if n_joins == 1:
        joins = "The join stands out" if n_out else "The join does not stand out"
    elif n_out == 0:
        joins = f"None of the {n_joins} joins stands out"
    else:
        verb = "stands" if n_out == 1 else "stand"
        joins = f"{n_out} of {n_joins} joins {verb} out ({100 * share:.0f} %)"
    return f"{joins}; of the songs' own bar lines {100 * control_share:.0f} % do."
