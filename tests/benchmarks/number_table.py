"""Rows of a benchmark: what was reached, what the reference reached in the same run, the goal."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class Row:
    """One number.

    Attributes:
        value, reference: in `unit`; `reference` was measured in the same run, as `against` says.
        goal: what `value` must not exceed, in `unit`; None where the row is told for comparison.
        more: anything else that was measured with it.
    """

    name: str
    value: float
    unit: str
    goal: float | None
    reference: float | None = None
    against: str = ""
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        if self.goal is None:
            return ""
        return "reached" if self.value <= self.goal else "missed"


def spread(times_ms: Sequence[float]) -> dict[str, float]:
    """Median, 95th and 99th percentile and largest of some times."""
    values = np.asarray(times_ms, np.float64)
    p50, p95, p99 = (float(np.percentile(values, at)) for at in (50, 95, 99))
    return {"n": len(values), "p50": p50, "p95": p95, "p99": p99, "max": float(values.max())}


def print_rows(rows: Sequence[Row]) -> None:
    """The table for people."""
    print(f"{'':54s}{'reached':>12s}{'goal':>10s}{'reference':>12s}  against")
    for row in rows:
        goal = "" if row.goal is None else f"{row.goal:.4g}"
        reference = "" if row.reference is None else f"{row.reference:.4g}"
        value = f"{row.value:.4g} {row.unit}"
        line = f"{row.name:54s}{value:>12s}{goal:>10s}{reference:>12s}  {row.against}"
        print(f"{line}  {row.verdict.upper() if row.verdict == 'missed' else row.verdict}")


def write_rows(rows: Sequence[Row], out: Path | None) -> None:
    """The same as JSON, with the machine and how busy it was."""
    if out is None:
        return
    told = {
        "machine": platform.platform(),
        "cores": os.cpu_count(),
        "load": os.getloadavg(),
        "rows": [asdict(row) | {"verdict": row.verdict} for row in rows],
    }
    out.write_text(json.dumps(told, indent=1), encoding="utf-8")
