"""A whole cycle with a scripted rater in the person's place, so that the loop itself is tested.

The rater hears nothing of ours: it gets the source's path and the kept intervals, and answers.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from ml_core.domain.comparing import CompareRequest, ReportRequest
from ml_core.domain.early_end import MOST_PAIRS
from ml_core.domain.finished_edits import FinishedEdit
from ml_core.domain.models import (
    BASE,
    ComparisonReport,
    ComparisonSession,
    ModelRef,
)
from ml_core.domain.ratings import ANSWERS, Answer, Comparison, Rating
from ml_core.domain.requests import DeviceChoice, ProposeRequest, SongTask, TrainRequest
from ml_core.edits.differing import to_hear_s
from ml_core.edits.graph.edit_graph import EditGraph
from ml_core.errors import UserError
from ml_core.progress import Progress
from ml_core.training.checkpoint import BASE_MODEL, Model, load_model
from ml_core.training.comparing.compare import comparison_pairs, report
from ml_core.training.deliver import deliver, draw
from ml_core.training.finished.choices import NO_CHOICES
from ml_core.training.pairs.selection import choose_pairs
from ml_core.training.train import train

BATCH_PAIRS = 8
"""Pairs chosen at once, as in the window, where a batch is ready before the last one is rated."""
HELD_OUT_SAMPLES = 24
UNTRAINED: Mapping[str, Any] = {
    "held_out_accuracy": dict.fromkeys(
        ("ours", "always_shorter", "length_only", "network", "random")
    ),
    "seconds": {"reward": 0.0, "policy": 0.0},
    "finished_edits": dict(NO_CHOICES.counts),
}
"""What a training that could not be done reports."""

Kept = list[list[float]]


class Rater(Protocol):
    """Stands where a person would."""

    def rate(self, source_path: str, kept_a: Kept, kept_b: Kept, rng: np.random.Generator) -> str:
        """A, B or tie for two edits, given as kept intervals in seconds."""
        ...


class Judge(Protocol):
    """Answers given pairs by a model; handed in, since it may analyse songs."""

    def __call__(self, model: Model) -> list[dict[str, float]]:
        """P(A), P(B), P(tie) of each pair."""
        ...


@dataclass(frozen=True, slots=True)
class Simulation:
    """What a simulated cycle is asked for.

    Attributes:
        songs, held_out: songs to rate, and songs to deliver for and compare on.
        n_ratings: how many pairs the rater answers.
        report_at: counts of ratings to report at; the last report is always at `n_ratings`.
        edits: finished edits to learn from besides.
    """

    cache_dir: str
    songs: tuple[SongTask, ...]
    held_out: tuple[SongTask, ...]
    n_ratings: int = 48
    seed: int = 0
    report_at: tuple[int, ...] = ()
    device: DeviceChoice = "auto"
    edits: tuple[FinishedEdit, ...] = ()


def simulate(
    request: Simulation,
    graphs: Mapping[str, EditGraph],
    rater: Rater,
    judge: Judge | None,
    progress: Progress,
) -> dict[str, Any]:
    """Rate, train, report and compare, as the window would.

    Args:
        request: what to do.
        graphs: edit graph of every song, by hash; those of edits too.
        rater: answers the pairs.
        judge: answers the pairs of `--judge`; None without any.
        progress: of the whole.

    Returns:
        `pairs`, `reports` and `verdict` as the command prints them.
    """
    rng = np.random.default_rng([request.seed, 1])
    comparisons, ratings = rate_songs(request, graphs, rater, rng, progress.part(0.0, 0.3))
    counts = sorted({n for n in request.report_at if n < request.n_ratings} | {request.n_ratings})
    reports = []
    model, metrics = BASE_MODEL, UNTRAINED
    for index, count in enumerate(counts):
        start = 0.3 + 0.6 * index / len(counts)
        part = progress.part(start, start + 0.6 / len(counts), f"After {count} ratings: ")
        model, metrics = _train(request, graphs, ratings[:count], part)
        reports.append(
            {
                "ratings": count,
                "held_out": [_held_out(request, graphs, song, model) for song in request.held_out],
                "judged": [] if judge is None else judge(model),
                "baselines": metrics["held_out_accuracy"],
                "seconds": metrics["seconds"],
            }
        )
    verdict = _verdict(request, graphs, model, rater, rng, progress.part(0.9, 1.0))
    return {
        "pairs": [
            {
                "song": _path_of(request.songs, comparison.sha256),
                "a": comparison.a.seconds,
                "b": comparison.b.seconds,
                "answer": rating.answer,
                "reason": comparison.reason,
                "listen_s": to_hear_s(comparison.a, comparison.b),
            }
            for comparison, rating in zip(comparisons, ratings, strict=True)
        ],
        "verdict": verdict,
        "reports": reports,
        **({"finished_edits": metrics["finished_edits"]} if request.edits else {}),
    }


def ask(rater: Rater, path: str, pair: Comparison, rng: np.random.Generator) -> Answer:
    """The rater's answer to a pair.

    Raises:
        UserError: if it is none of A, B and tie.
    """
    answer = rater.rate(path, pair.a.seconds, pair.b.seconds, rng)
    for known in ANSWERS:
        if answer == known:
            return known
    raise UserError(f"The rater answered {answer!r}.", "It must return A, B or tie.")


def _path_of(songs: Sequence[SongTask], sha256: str) -> str:
    return next(song.path for song in songs if song.sha256 == sha256)


def rate_songs(
    request: Simulation,
    graphs: Mapping[str, EditGraph],
    rater: Rater,
    rng: np.random.Generator,
    progress: Progress,
) -> tuple[list[Comparison], list[Rating]]:
    """The pairs that the window would ask for, batch by batch, and the rater's answers to them."""
    comparisons: list[Comparison] = []
    ratings: list[Rating] = []
    while len(ratings) < request.n_ratings:
        progress.report(len(ratings) / request.n_ratings, "Rating")
        asked = ProposeRequest(
            cache_dir=request.cache_dir,
            songs=request.songs,
            n_pairs=min(BATCH_PAIRS, request.n_ratings - len(ratings)),
            seed=request.seed,
            ratings=tuple(ratings),
            asked=tuple(comparisons),
            edits=request.edits,
        )
        for chosen in choose_pairs(asked, graphs, BASE_MODEL, Progress()):
            # Ids as the store would give them; within a batch a repeat names its place.
            known = chosen.repeat_of
            if known is not None and known < 0:
                known = len(asked.asked) - known
            pair = replace(chosen, id=len(comparisons) + 1, repeat_of=known)
            comparisons.append(pair)
            answer = ask(rater, _path_of(request.songs, pair.sha256), pair, rng)
            ratings.append(
                Rating(
                    pair.id,
                    pair.a,
                    pair.b,
                    answer,
                    source="import",
                    reason=pair.reason,
                    repeat_of=known,
                    id=pair.id,
                )
            )
    return comparisons, ratings


def _train(
    request: Simulation,
    graphs: Mapping[str, EditGraph],
    ratings: Sequence[Rating],
    progress: Progress,
) -> tuple[Model, Mapping[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="tastecut-simulate-") as folder:
        asked = TrainRequest(
            cache_dir=request.cache_dir,
            models_dir=folder,
            songs=request.songs,
            ratings=tuple(ratings),
            seed=request.seed,
            device=request.device,
            edits=request.edits,
        )
        taught = {song.sha256 for song in request.songs} | {e.sha256 for e in request.edits}
        known = {sha256: graphs[sha256] for sha256 in taught}
        try:
            result = train(asked, known, progress)
        except UserError:
            # Too little was decided to learn from: the untrained app goes on, and may be told so.
            return BASE_MODEL, UNTRAINED
        file = f"{folder}/{result.best.file_name}"
        return load_model(file, result.best.sha256), result.metrics


def _held_out(
    request: Simulation, graphs: Mapping[str, EditGraph], song: SongTask, model: Model
) -> dict[str, Any]:
    """What both policies do with a song that was never rated, as kept intervals in seconds."""
    graph, limits, seed = graphs[song.sha256], song.limits, request.seed

    def samples(source: Model) -> list[Kept]:
        rng = np.random.default_rng([seed, 2])
        drawn = draw(source, graph, limits, HELD_OUT_SAMPLES, rng)
        return [candidate.edit.seconds for candidate in drawn]

    return {
        "song": song.path,
        "old": deliver(BASE_MODEL, graph, limits, seed)[0].edit.seconds,
        "new": deliver(model, graph, limits, seed)[0].edit.seconds,
        "old_samples": samples(BASE_MODEL),
        "new_samples": samples(model),
        "old_reranked": deliver(model.without_tuning(), graph, limits, seed)[0].edit.seconds,
    }


def _verdict(
    request: Simulation,
    graphs: Mapping[str, EditGraph],
    model: Model,
    rater: Rater,
    rng: np.random.Generator,
    progress: Progress,
) -> dict[str, Any]:
    wanted = CompareRequest(
        cache_dir=request.cache_dir,
        songs=request.held_out,
        n_pairs=MOST_PAIRS,
        seed=request.seed,
        new=ModelRef("new"),
    )
    pairs = comparison_pairs(wanted, graphs, BASE_MODEL, model, progress)
    numbered = [replace(pair, id=k) for k, pair in enumerate(pairs, start=1)]
    session = ComparisonSession(BASE, "new", len(numbered), True, request.seed, ends_early=True)
    answers: tuple[Rating, ...] = ()
    for p in numbered:
        answer = ask(rater, _path_of(request.held_out, p.sha256), p, rng)
        answers += (Rating(p.id, p.a, p.b, answer, id=p.id),)
        asked = ReportRequest(request.cache_dir, session, tuple(numbered), answers)
        shown: ComparisonReport = report(asked)
        if shown.verdict != "unfinished":
            break
    return {
        "n": shown.n,
        "wins": shown.wins,
        "ties": shown.ties,
        "losses": shown.losses,
        "interval": list(shown.interval),
        "p": shown.p,
        "verdict": shown.verdict,
        "promoted": shown.verdict == "better",
    }
