"""One case of the suite, and how it is run."""

from __future__ import annotations

import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.requiring import NotPossibleHere
from tests.faults.verdicts import Verdict

Run = Callable[[Verdict, int, int], str]
"""Runs a case in a verdict's folder, so many rounds, from a seed; tells the outcome in words.
Raises AssertionError if the verdict fails, NotPossibleHere if the fault can't be injected."""


@dataclass(frozen=True)
class Case:
    """One case of the suite.

    Attributes:
        number: as in the list of faults.
        injected: how, in a few words.
        run: None where what it is about is not built yet.
        short_rounds: with the ordinary tests; 0 where it is too slow for them.
        long_rounds: by the suite's own command.
        besides: what the command does once more, such as the same fault met by a window.
    """

    number: int
    name: str
    injected: str
    run: Run | None
    short_rounds: int
    long_rounds: int
    besides: Callable[[Verdict], None] | None = None


def in_folder(run: Callable[[Path, int, int], str]) -> Run:
    """A case that needs a folder alone; what it puts there is the fault itself."""

    def case(verdict: Verdict, rounds: int, seed: int) -> str:
        folder = verdict.folder / "work"
        folder.mkdir()
        verdict.injects(folder)
        return run(folder, rounds, seed)

    return case


@dataclass(frozen=True)
class Outcome:
    """How a case ended: `state` is passed, failed or skipped; `words` say more."""

    case: Case
    rounds: int
    state: str
    words: str
    seconds: float
    checks: dict[str, int] = field(default_factory=dict)

    @property
    def row(self) -> str:
        """A line of the table."""
        case = self.case
        words = self.words.replace("|", "/").replace("\n", " ")
        return (
            f"| {case.number} {case.name} | {case.injected} | {self.rounds} "
            f"| {self.state}: {words} | {self.seconds:.0f} |"
        )

    @property
    def record(self) -> dict[str, Any]:
        """The same for programs."""
        return {
            "case": self.case.number,
            "name": self.case.name,
            "injected": self.case.injected,
            "rounds": self.rounds,
            "outcome": self.state,
            "words": self.words,
            "checks": self.checks,
            "seconds": round(self.seconds, 1),
        }


def attempt(case: Case, rounds: int, seed: int, is_short: bool = False) -> Outcome:
    """Run a case in a folder of its own; nothing that it raises stops the others."""
    started = time.monotonic()
    checks: dict[str, int] = {}
    if case.run is None:
        return Outcome(case, 0, "skipped", "not built yet", 0.0)
    with tempfile.TemporaryDirectory(prefix="tastecut-faults-", ignore_cleanup_errors=True) as name:
        verdict = Verdict(Path(name).resolve())
        try:
            words = case.run(verdict, rounds, seed)
            if case.besides is not None and not is_short:
                case.besides(verdict)
                words += "; so does the window"
            verdict.check()
            state, checks = "passed", dict(verdict.counts)
        except NotPossibleHere as reason:
            state, words, rounds = "skipped", str(reason), 0
        except Exception as error:
            traceback.print_exc()
            state, words = "failed", f"{type(error).__name__}: {error}"[:400]
    return Outcome(case, rounds, state, words, time.monotonic() - started, checks)
