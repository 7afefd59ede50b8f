"""From songs to pairs, from ratings to a policy, from two policies to a verdict."""

from __future__ import annotations

from typing import Any

from ml_core.domain.comparing import CompareRequest, ReportRequest
from ml_core.domain.models import ComparisonReport
from ml_core.domain.ratings import Comparison
from ml_core.domain.requests import ProposeRequest, TrainRequest, TrainResult
from ml_core.domain.tasting import TasteRequest
from ml_core.pipeline.materials import graphs
from ml_core.pipeline.models import model_from
from ml_core.progress import Progress
from ml_core.training import taste as tasting
from ml_core.training import train as trainer
from ml_core.training.comparing import compare as comparing
from ml_core.training.pairs.selection import choose_pairs


def propose(request: ProposeRequest, progress: Progress) -> list[Comparison]:
    """Pairs to rate, in the order to ask them."""
    songs = graphs(request.cache_dir, request.songs, progress)
    model = model_from(request.model)
    return choose_pairs(request, songs, model, progress)


def train(request: TrainRequest, progress: Progress) -> TrainResult:
    """A reward model from the ratings, and the policy fine-tuned on it."""
    songs = graphs(request.cache_dir, request.songs, progress)
    return trainer.train(request, songs, progress)


def taste(request: TasteRequest, progress: Progress) -> dict[str, Any]:
    """What the ratings say, in words and numbers."""
    return tasting.taste(request, graphs(request.cache_dir, request.songs, progress), progress)


def compare_pairs(request: CompareRequest, progress: Progress) -> list[Comparison]:
    """Blind pairs of what the old and the new policy deliver."""
    songs = graphs(request.cache_dir, request.songs, progress)
    old = model_from(request.old)
    new = model_from(request.new)
    return comparing.comparison_pairs(request, songs, old, new, progress)


def compare_report(request: ReportRequest, progress: Progress) -> ComparisonReport:
    """The verdict of a comparing session; "unfinished" before its last answer."""
    progress.check()
    return comparing.report(request)
