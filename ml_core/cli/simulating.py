"""The verb simulate: a whole cycle with a scripted rater."""

from __future__ import annotations

import argparse
import importlib.util
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import Any

from ml_core import paths
from ml_core.cli.output import show, watch
from ml_core.cli.training import and_edits
from ml_core.domain.edits import Limits
from ml_core.errors import UserError
from ml_core.paths import printable_name
from ml_core.untrusted_json import read_json


class GuardedRater:
    """A scripted rater, kept from printing into our output and from failing with a traceback."""

    def __init__(self, rater: Any, name: str) -> None:
        self._rater, self._name = rater, name

    def rate(self, source_path: str, kept_a: Any, kept_b: Any, rng: Any) -> Any:
        """As the rater's own.

        Raises:
            UserError: if it fails.
        """
        with _guarded(f"The rater {self._name} failed"):
            return self._rater.rate(source_path, kept_a, kept_b, rng)


@contextmanager
def _guarded(what: str) -> Iterator[None]:
    """Runs the person's own code: what it prints goes to standard error, what it raises is told."""
    try:
        with redirect_stdout(sys.stderr):
            yield
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # SystemExit too: their code must not choose our exit code.
        places = traceback.extract_tb(error.__traceback__)
        place = f" ({Path(places[-1].filename).name}, line {places[-1].lineno})" if places else ""
        told = " ".join(str(error).split()) or type(error).__name__
        raise UserError(f"{what}: {told}{place}.", "Put it right and run it again.") from error


def load_rater(text: str) -> GuardedRater:
    """The rater that FILE.py:NAME names; it is the person's own code and is run as such.

    Raises:
        UserError: if the file or the name is not there, or it can't be used.
    """
    file_text, _, name = text.rpartition(":")
    file = Path(file_text)
    if not file_text or not file.is_file():
        raise UserError(f"There is no rater {text}.", "Give it as FILE.py:NAME.")
    module_name = f"tastecut_rater_{file.stem}"
    spec = importlib.util.spec_from_file_location(module_name, file)
    if spec is None or spec.loader is None:
        raise UserError(f"{file.name} is not a Python file.", "Give the rater as FILE.py:NAME.")
    module = importlib.util.module_from_spec(spec)
    # Data classes look their module up by name. Besides, a rater may import what lies beside it, at
    # once or when it is asked.
    sys.modules[module_name] = module
    folder = str(file.resolve().parent)
    if folder not in sys.path:
        sys.path.append(folder)
    with _guarded(f"{file.name} can't be loaded"):
        spec.loader.exec_module(module)
        rater = getattr(module, name, None)
        if isinstance(rater, type):
            rater = rater()
    if not callable(getattr(rater, "rate", None)):
        raise UserError(f"{file.name} has no rater named {name}.", "It needs a method rate.")
    return GuardedRater(rater, name)


def simulate(arguments: argparse.Namespace) -> None:
    """A whole cycle with a scripted rater; the project lends its cached analyses only."""
    rater = load_rater(arguments.rater)
    if arguments.ratings == 0 and arguments.edits is None:
        raise UserError("Without ratings there is nothing to learn.", "Give --edits FILE besides.")
    from ml_core.pipeline.given_edits import GivenEdit, read_edits
    from ml_core.pipeline.judging import read_pairs
    from ml_core.pipeline.simulating import Simulation, run

    limits = Limits()
    if arguments.keep is not None:
        low, high = arguments.keep
        limits = replace(limits, keep_low=low, keep_high=high, shortest_s=None)
    judge = None
    if arguments.judge is not None:
        judge = read_pairs(read_json(arguments.judge), printable_name(arguments.judge))
    edits: tuple[GivenEdit, ...] = ()
    if arguments.edits is not None:
        edits = read_edits(read_json(arguments.edits), printable_name(arguments.edits))
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
                edits=edits,
            ),
            rater,
            progress,
        )
    verdict = result["verdict"]
    low, high = verdict["interval"]
    n_taught = result.get("finished_edits", {}).get("taught", 0)
    lines = [
        f"{len(result['pairs'])} ratings{and_edits(n_taught)}, "
        f"{len(result['reports'][-1]['held_out'])} songs held out.",
        f"{verdict['wins']} wins, {verdict['ties']} ties, {verdict['losses']} losses of "
        f"{verdict['n']}: {verdict['verdict']} ({100 * low:.0f} to {100 * high:.0f} %).",
        *(f"left out  {row['message']}" for row in result["failed"]),
    ]
    if result["n_songs_in_both"]:
        lines.append(
            f"{result['n_songs_in_both']} of the songs held out were rated too: "
            "on those the verdict is not on songs never rated."
        )
    show(arguments, result, lines)
