"""Old against new, blind, until an end that is fixed beforehand; the answer may be "no"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ml_core.domain.comparing import CompareRequest, ReportRequest
from ml_core.domain.early_end import early_verdict
from ml_core.domain.edits import Edit, Origin
from ml_core.domain.models import ComparisonReport, Verdict
from ml_core.domain.ratings import Comparison, Rating, counts
from ml_core.edits.graph.edit_graph import EditGraph
from ml_core.errors import UserError
from ml_core.progress import Progress
from ml_core.training.checkpoint import Model
from ml_core.training.comparing.early_test import early_test
from ml_core.training.comparing.verdict import paired_test
from ml_core.training.deliver import deliver

MATCHED_RATIO = 0.03
"""Edits whose durations differ by at most this share count as equally long."""
_RESULTS = {"new": 1, "old": -1}
DISTINCT_TRIES = 4
"""Seeds tried until the two policies deliver different edits; then the pair stands as it is, since
leaving out every agreement would make two equal policies look different."""


def verdict_of(interval: tuple[float, float]) -> Verdict:
    """Better or worse only when the whole interval lies on one side of one half."""
    low, high = interval
    if low > 0.5:
        return "better"
    if high < 0.5:
        return "worse"
    return "no difference shown"


def comparison_pairs(
    request: CompareRequest,
    graphs: Mapping[str, EditGraph],
    old: Model,
    new: Model,
    progress: Progress,
) -> list[Comparison]:
    """Blind pairs of what each policy delivers, spread evenly over the songs, sides by lot.

    Raises:
        UserError: if no song allows an edit.
    """
    rng = np.random.default_rng([request.seed, request.n_pairs])
    songs = [song for song in request.songs if song.sha256 in graphs]
    pairs: list[Comparison] = []
    misses = 0
    turn = 0
    while len(pairs) < request.n_pairs:
        if not songs or misses >= len(songs):
            raise UserError(
                "None of the songs to compare on allows an edit.",
                "Change what the edits are for, or add songs.",
            )
        song = songs[turn % len(songs)]
        progress.report(len(pairs) / request.n_pairs, "Making the pairs")
        seed = request.seed + 1000 * (turn // len(songs))
        turn += 1
        try:
            pair = _pair(request, graphs[song.sha256], song.limits, old, new, seed)
        except UserError:
            misses += 1
            continue
        misses = 0
        shown = pair if rng.random() < 0.5 else pair.swapped()
        pairs.append(shown)
    order = rng.permutation(len(pairs))
    return [pairs[k] for k in order]


def _pair(
    request: CompareRequest, graph: EditGraph, limits: Any, old: Model, new: Model, seed: int
) -> Comparison:
    for attempt in range(DISTINCT_TRIES):
        from_old = deliver(old, graph, limits, seed + attempt, marks=request.marks)[0].edit
        from_new = deliver(new, graph, limits, seed + attempt, marks=request.marks)[0].edit
        if from_old.spans != from_new.spans:
            break
    return Comparison(
        a=from_old,
        b=from_new,
        reason="check",
        origin_a=Origin(request.old.id, seed=seed),
        origin_b=Origin(request.new.id, seed=seed),
    )


def report(request: ReportRequest) -> ComparisonReport:
    """The verdict of a session; before its end only the count of answers.

    A skip counts as answered and decides nothing, like a tie. An answer given by eye counts as
    answered and is left out: a verdict is of what was heard.
    """
    session = request.session
    by_comparison: dict[int, Rating] = {r.comparison_id: r for r in request.ratings}
    rows = []
    for comparison in request.comparisons:
        rating = by_comparison.get(comparison.id)
        if rating is not None:
            rows.append(_row(comparison, rating, session.new))
    answers = tuple(
        by_comparison[c.id].answer for c in request.comparisons if c.id in by_comparison
    )
    results = [_RESULTS.get(row["preferred"], 0) for row in rows]
    verdict, seen = early_verdict(results if session.ends_early else (), session.n_pairs)
    if len(rows) < session.n_pairs and verdict == "no difference shown":
        return ComparisonReport(
            session.n_pairs, 0, 0, 0, (0.0, 1.0), 1.0, "unfinished", answers=answers
        )
    if session.ends_early:
        # What was answered after the end, from a file with several answers, decides nothing.
        rows, answers = rows[:seen], answers[:seen]
    wins, ties, losses = (
        sum(row["preferred"] == preferred for row in rows) for preferred in ("new", "tie", "old")
    )
    if session.ends_early:
        verdict, p, interval = early_test(results, session.n_pairs)
    else:
        p, interval = paired_test(wins, ties, losses)
        verdict = verdict_of(interval)
    return ComparisonReport(
        n=len(rows),
        wins=wins,
        ties=ties,
        losses=losses,
        interval=interval,
        p=p,
        verdict=verdict,
        per_song=tuple(rows),
        baselines=_baselines(rows),
        answers=answers,
    )


def _row(comparison: Comparison, rating: Rating, new: str) -> dict[str, Any]:
    new_is_a = comparison.origin_a.checkpoint == new
    preferred = {"A": "new" if new_is_a else "old", "B": "old" if new_is_a else "new"}.get(
        rating.answer, "tie"
    )
    if rating.answer != "skip" and not counts(rating):
        preferred = "by eye"
    new_edit, old_edit = (comparison.a, comparison.b) if new_is_a else (comparison.b, comparison.a)
    return {
        "pair": comparison.id,
        "sha256": comparison.sha256,
        "preferred": preferred,
        "old_duration_s": old_edit.duration_s,
        "new_duration_s": new_edit.duration_s,
        "old_joins": old_edit.n_joins,
        "new_joins": new_edit.n_joins,
        "matched": same_length(old_edit, new_edit),
    }


def same_length(one: Edit, other: Edit) -> bool:
    """Whether two edits count as equally long."""
    return abs(one.n_samples - other.n_samples) <= MATCHED_RATIO * max(
        one.n_samples, other.n_samples
    )


def _baselines(rows: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Accuracy of fixed rules on the decided answers: what length alone would have said."""
    decided = [r for r in rows if r["preferred"] in ("old", "new")]
    if not decided:
        return {}
    shorter = [
        (r["new_duration_s"] < r["old_duration_s"]) == (r["preferred"] == "new")
        for r in decided
        if r["new_duration_s"] != r["old_duration_s"]
    ]
    found = {"random": 0.5}
    if shorter:
        found["always_shorter"] = sum(shorter) / len(shorter)
        found["always_longer"] = 1.0 - found["always_shorter"]
    return found
