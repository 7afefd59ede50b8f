"""The verb simulate: a whole cycle with a scripted rater."""

from __future__ import annotations

import argparse
import importlib.util
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from ml_core import paths
from ml_core.cli.output import show, watch
from ml_core.domain.edits import Limits
from ml_core.errors import UserError


def load_rater(text: str) -> Any:
    """The rater that FILE.py:NAME names; it is the person's own code and is run as such.

    Raises:
        UserError: if the file or the name is not there, or it can't be used.
    """
    file_text, _, name = text.rpartition(":")
    file = Path(file_text)
    if not file_text or not file.is_file():
        raise UserError(f"There is no rater {text}.", "Give it as FILE.py:NAME.")
    spec = importlib.util.spec_from_file_location(f"tastecut_rater_{file.stem}", file)
    if spec is None or spec.loader is None:
        raise UserError(f"{file.name} is not a Python file.", "Give the rater as FILE.py:NAME.")
    module = importlib.util.module_from_spec(spec)
    # Raters may import files that lie beside them.
    sys.path.insert(0, str(file.resolve().parent))
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise UserError(f"{file.name} can't be loaded: {error}.") from error
    finally:
        sys.path.pop(0)
    rater = getattr(module, name, None)
    if isinstance(rater, type):
        rater = rater()
    if not callable(getattr(rater, "rate", None)):
        raise UserError(f"{file.name} has no rater named {name}.", "It needs a method rate.")
    return rater


def simulate(arguments: argparse.Namespace) -> None:
    """A whole cycle with a scripted rater; the project lends its cached analyses only."""
    rater = load_rater(arguments.rater)
    from ml_core.cli.exporting import load_json
    from ml_core.pipeline.judging import read_pairs
    from ml_core.pipeline.simulating import Simulation, run

    limits = Limits()
    if arguments.keep is not None:
        low, high = arguments.keep
        limits = replace(limits, keep_low=low, keep_high=high, shortest_s=None)
    judge = None
    if arguments.judge is not None:
        judge = read_pairs(load_json(arguments.judge), arguments.judge.name)
    with watch(arguments) as progress:
        result = run(
            Simulation(
                cache_dir=str(paths.cache_dir(arguments.project)),
                songs_dir=str(arguments.songs),
                held_out_dir=str(arguments.held_out),
                limits=limits,
                n_ratings=arguments.ratings,
                seed=arguments.seed,
                report_at=arguments.report_at,
                judge=judge,
            ),
            rater,
            progress,
        )
    verdict = result["verdict"]
    low, high = verdict["interval"]
    lines = [
        f"{len(result['pairs'])} ratings, {len(result['reports'][-1]['held_out'])} songs held out.",
        f"{verdict['wins']} wins, {verdict['ties']} ties, {verdict['losses']} losses of "
        f"{verdict['n']}: {verdict['verdict']} ({100 * low:.0f} to {100 * high:.0f} %).",
    ]
    show(arguments, result, lines)
