"""Why an edit, in one line: the person's own wishes that speak for it or against it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from editor_app.widgets.eliding_label import ElidingLabel
from editor_app.work.jobs import Job, Jobs
from ml_core.domain.models import Reason
from ml_core.domain.tasks import EXPLAIN
from ml_core.domain.tasting import ExplainRequest


class WhyLine(ElidingLabel):
    """Asks the worker after all other work, and says nothing without an answer.

    The line gives words, its tooltip the numbers.
    """

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self.setProperty("role", "small")
        self._jobs = jobs
        self._asked: Job[list[Reason]] | None = None
        self._numbers = ""

    def ask(self, request: ExplainRequest | None) -> None:
        """Explain another edit; None where there is no taste to explain it by."""
        self._asked = None
        self._say((), "")
        if request is None:
            return
        job = self._jobs.ask(EXPLAIN, request, is_urgent=False)
        self._asked = job
        job.done.connect(lambda found: self._on_explained(job, found))

    def _on_explained(self, job: Job[list[Reason]], found: Sequence[Reason]) -> None:
        if job is self._asked:
            self._say(found, "Why: no wish known so far decides it")

    def _say(self, found: Sequence[Reason], without: str) -> None:
        self._numbers = why_numbers(found)
        self.setText(why_words(found) or without)

    def _tell_rest(self) -> None:
        super()._tell_rest()
        if self._numbers:
            self.setToolTip(self._numbers)


def why_words(found: Sequence[Reason]) -> str:
    """The reasons in plain words; empty without any."""
    parts = []
    for start, sign in (("why: ", 1), ("against it: ", -1)):
        named = [reason.words for reason in found if reason.gain * sign > 0]
        if named:
            parts.append(start + ", ".join(named))
    words = "; ".join(parts)
    return words[:1].upper() + words[1:]


def why_numbers(found: Sequence[Reason]) -> str:
    """A line for each reason: the pairs with the song's usual edit that it alone would win."""
    if not found:
        return ""
    lines = ["Against the song\u2019s usual edit, each of these alone would win:"]
    for reason in found:
        share, low, high = (_percent(value) for value in (reason.gain, *reason.interval))
        name = reason.words[:1].upper() + reason.words[1:]
        lines.append(f"{name}: {share} % of pairs, likely {low} to {high} %")
    return "\n".join(lines)


def _percent(gain: float) -> int:
    """A gain as a share of pairs won: a difference in utility is a logit (Bradley and Terry)."""
    return round(100.0 / (1.0 + math.exp(-max(-40.0, min(40.0, gain)))))
