"""What `tastecut change` takes: changes by hand, in the order given."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, get_args

from ml_core.cli.argument_types import count, span
from ml_core.domain.by_hand import EditChange, JoinSide
from ml_core.domain.files.formats import WRITE_FORMATS

_MOST_BARS = 1_000_000


def add_change_options(change: argparse.ArgumentParser) -> None:
    """The record, what is changed in the order given, and where the new file goes."""
    change.add_argument("file", type=Path, metavar="FILE.edit.json")

    def step(name: str, kind: Any, metavar: str, words: str) -> None:
        change.add_argument(
            name, dest="steps", action="append", type=kind, metavar=metavar, help=words
        )

    words = "move a join along the bar lines, both sides or one; N counts from 1, as in audit"
    step("--move-join", _moved, "N:BARS[:left|right]", words)
    step("--heal", _healed, "N", "put the nearest cleaner join in the place of one")
    step("--cut", _cut, "S-E", "cut out a stretch, by whole bars")
    step("--bring-back", _brought_back, "S-E", "bring a stretch back, by whole bars")
    change.add_argument("--out", type=Path, required=True, metavar="DIR")
    change.add_argument("--format", choices=tuple(WRITE_FORMATS), default="wav")


def _moved(text: str) -> EditChange:
    parts = text.split(":")
    side = parts[2] if len(parts) == 3 else "both"
    wrong = argparse.ArgumentTypeError(f"{text!r} is not a join and its bars, such as 2:-1:left")
    sides: tuple[JoinSide, ...] = get_args(JoinSide)
    known = next((one for one in sides if one == side), None)
    if len(parts) not in (2, 3) or known is None:
        raise wrong
    try:
        join, bars = int(parts[0]), int(parts[1])
    except ValueError:
        raise wrong from None
    if join < 1 or bars == 0 or max(join, abs(bars)) > _MOST_BARS:
        raise wrong
    return EditChange("move", join - 1, bars, known)


def _healed(text: str) -> EditChange:
    return EditChange("heal", count(text) - 1)


def _cut(text: str) -> EditChange:
    return EditChange("cut", span_s=span(text))


def _brought_back(text: str) -> EditChange:
    return EditChange("bring back", span_s=span(text))
