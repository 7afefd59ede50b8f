"""What is told of a taste: the one place that decides it, for training, the page and the command.

A sentence is told only where answers at random would seldom lead to it. Everything hangs on one
number, how often they would look as much like a taste (`chance`): while it is above `PROVEN`,
nothing is told but counts. With it, all sentences together, at 14, 24 and 48 ratings, err in fewer
than one of twenty projects with random answers (`bench_claims`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml_core.domain.finished_edits import ratings_that_help
from ml_core.domain.requests import TrainRequest
from ml_core.domain.tasting import TasteRequest
from ml_core.reward.preference_model import PreferenceModel
from ml_core.training.fit_reward.chance import PROVEN
from ml_core.training.fit_reward.fit import RewardFit
from ml_core.training.fit_reward.preference_dataset import PreferenceDataset
from ml_core.training.pairs.certainty import borne_out, certainty, more_ratings
from ml_core.training.pairs.held_certainty import held
from ml_core.training.told_lines import length_sentence
from ml_core.training.wishes.directions import directions, withheld

Floats = NDArray[np.float64]

TOLD_VERSION = 1
"""Of what a stopped training keeps of it."""

UNTOLD: Mapping[str, Any] = {
    "held_out_accuracy": {},
    "chance": 1.0,
    "above_guessing": False,
    "more_than_length": None,
    "directions": [],
    "certainty": None,
    "certainty_fell": "",
    "certainty_known": None,
    "more_ratings": None,
    "memory": None,
    "depends_on": "",
    "next_ratings": 0,
}
"""What is told before anything can be fitted."""


def told(
    fitted: RewardFit,
    dataset: PreferenceDataset,
    pool: Mapping[str, Floats],
    before: PreferenceModel | None = None,
) -> dict[str, Any]:
    """What the answers of a fit show, as plain values.

    Returns:
        `held_out_accuracy`; `chance`; `above_guessing` (whether anything is told);
        `more_than_length` (`ours`, `length`, `lead`, its `interval`, `shown` and a `sentence`; None
        where nothing is held back); `directions`; `certainty` of this fit;
        `more_ratings` (about how many bring the certainty to 90 %; None where no forecast can be
        made); `memory` (ratings ago from which on answers count little; None for a steady taste);
        `depends_on` (the song's feature that wishes depend on); `next_ratings` (how many ratings
        help most next beside finished edits; 0 for none in particular).

    Args:
        fitted: the reward model of the answers.
        dataset: these answers.
        pool: usual edits' features by song, (n_edits, n_features) each.
        before: the model of the cycle before; None at first.
    """
    metrics, model = fitted.metrics, fitted.model
    is_proven = metrics["chance"] <= PROVEN
    rows = directions(model, before, pool, fitted.from_edits)
    trust = borne_out(
        model, dataset.a, dataset.b, dataset.judged, metrics["held_out_accuracy"]["ours"]
    )
    return {
        "held_out_accuracy": metrics["held_out_accuracy"],
        "chance": metrics["chance"],
        "above_guessing": is_proven,
        "more_than_length": _more_than_length(metrics["more_than_length"], is_proven),
        "directions": rows if is_proven else withheld(rows),
        "certainty": _certainty(fitted, dataset, trust, pool),
        "more_ratings": more_ratings(model, pool, trust) if is_proven else None,
        "memory": metrics["memory"] if is_proven else None,
        "depends_on": metrics["depends_on"] if is_proven else "",
        "next_ratings": ratings_that_help(len(dataset.finished), len(dataset)),
    }


def _certainty(
    fitted: RewardFit, dataset: PreferenceDataset, trust: float, pool: Mapping[str, Floats]
) -> float | None:
    """As answers bear it out; None where there is no answer to do so."""
    if not len(dataset):
        return None
    return trust * _shown_share(fitted.metrics["chance"]) * certainty(fitted.model, pool)


def tell_certainty(
    found: dict[str, Any],
    request: TasteRequest | TrainRequest,
    fitted: RewardFit,
    dataset: PreferenceDataset,
) -> None:
    """Put the certainty that is told in the place of the fit's own: one number everywhere.

    Args:
        found: of `told`; gets `certainty_fell` (why, in words) and `certainty_known` (to be given
            back with the next request).
        request: that was asked, with what was told last.
    """
    if found["certainty"] is None:
        return
    sign = dataset.judged[-len(fitted.foreseen) :]
    asked = request.known, request.ratings, request.by_eye
    now = held(found["certainty"], *asked, sign, fitted.foreseen)
    found["certainty"], found["certainty_fell"] = now.share, now.fell
    found["certainty_known"] = asdict(now)


def _shown_share(chance: float) -> float:
    """How far the answers are shown not to be random, 0..1: by orders of magnitude."""
    return min(1.0, math.log(max(chance, 1e-12)) / math.log(PROVEN))


def _more_than_length(found: Mapping[str, Any] | None, is_proven: bool) -> dict[str, Any] | None:
    """The lead over length, and whether it may be said to be one."""
    if found is None:
        return None
    more = {**found, "shown": is_proven and found["interval"][0] > 0.0}
    return {**more, "sentence": length_sentence(more)}
