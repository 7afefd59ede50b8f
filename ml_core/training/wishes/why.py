"""Why an edit: which of the learned wishes speak for it against the song's usual edit.

The difference in utility between an edit and the usual one is shared out among the directions of
taste. The way from one to the other is walked in small steps, and each step counts what each
direction alone changes (integrated gradients; Sundararajan et al. 2017). The shares add up to the
whole. Each is a sum of differences in utility, so the reward's posterior gives its variance too.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ml_core.domain.models import Reason
from ml_core.edits.features.words import EDIT_FEATURES, FEATURE_NAMES
from ml_core.training.wishes.words import DIRECTIONS, Direction

if TYPE_CHECKING:  # It would import torch, which an untrained project does without.
    from ml_core.reward.preference_model import PreferenceModel

Floats = NDArray[np.float64]

STEPS = 16
LIKELY_SD = 1.28
"""A reason's interval holds eight of ten likely values; one that covers zero is none."""
LEAST_SHARE = 0.08
"""Of all that speaks either way: less is not worth a word."""
MOST_REASONS = 4

COMPANIONS: dict[str, tuple[str, ...]] = {
    "log_duration": ("keep_ratio", "keep_ratio_squared", "log_duration_squared"),
    "intro_kept": ("start_kept",),
    "ending": ("outro_kept", "end_kept", "closing_energy", "final_energy"),
    "cuts_per_minute": ("cuts", "segment_mean", "segment_min", "segment_max"),
    "join_cost_mean": ("join_cost_max", "join_cost_sum"),
    "energy": ("onset_density", "brightness"),
    "hook_recall": ("hook_precision",),
    "redundancy": ("echo", "repetition"),
    "sections_covered": ("coverage", "position"),
    "opening_energy": ("opening_hook", "opening_voice"),
    "trend": ("dynamics",),
    "voice_kept": ("voice_share",),
}
"""Features that are told along with a direction's own: every one belongs somewhere."""


def reasons(
    model: PreferenceModel, wishes: Mapping[str, int], edit: Floats, usual: Floats
) -> tuple[Reason, ...]:
    """The known wishes that speak most surely for or against an edit, the strongest first.

    What the model makes of a direction in which the person has shown no wish is no reason, nor is
    what it makes of one against the wish.

    Args:
        wishes: the directions that the answers show, 1 for more of the feature, -1 for less.
        edit: its features, (n_features,).
        usual: those of the song's usual edit.
    """
    gains, variances = shares(model, edit, usual)
    spoken = max(float(np.abs(gains).sum()), 1e-12)
    found = []
    for direction, gain, variance in zip(DIRECTIONS, gains.tolist(), variances, strict=True):
        sd = math.sqrt(max(float(variance), 0.0))
        more = 1 if _is_more(direction, edit, usual) else -1
        if gain * more * wishes.get(direction.feature, 0) <= 0:
            continue
        interval = (gain - LIKELY_SD * sd, gain + LIKELY_SD * sd)
        if abs(gain) >= LEAST_SHARE * spoken and not interval[0] <= 0.0 <= interval[1]:
            found.append(Reason(direction.feature, _words(direction, edit, usual), gain, interval))
    found.sort(key=lambda reason: -abs(reason.gain))
    return tuple(found[:MOST_REASONS])


def shares(model: PreferenceModel, edit: Floats, usual: Floats) -> tuple[Floats, Floats]:
    """Each direction's share of the difference in utility, and its variance, (n_directions,)."""
    whole = edit - usual
    # The middle of each step, and the step of each direction alone.
    middle = usual + whole * ((np.arange(STEPS) + 0.5) / STEPS)[:, None]
    steps = np.stack(
        [np.where(_belongs(direction), whole / STEPS, 0.0) for direction in DIRECTIONS]
    )
    above = (middle[None] + steps[:, None] / 2).reshape(-1, len(FEATURE_NAMES))
    below = (middle[None] - steps[:, None] / 2).reshape(-1, len(FEATURE_NAMES))
    mean, covariance = model.joint_differences(above, below)
    n = len(DIRECTIONS)
    blocks = covariance.reshape(n, STEPS, n, STEPS).sum((1, 3))
    return mean.reshape(n, STEPS).sum(1), np.diagonal(blocks).copy()


def why_line(found: tuple[Reason, ...]) -> str:
    """The reasons in one line; empty without any."""
    speaking = [reason.words for reason in found if reason.gain > 0]
    against = [reason.words for reason in found if reason.gain < 0]
    parts = [", ".join(speaking)] if speaking else []
    if against:
        parts.append(f"in spite of: {', '.join(against)}")
    return "; ".join(parts)


def _belongs(direction: Direction) -> NDArray[np.bool_]:
    names = (direction.feature, *COMPANIONS.get(direction.feature, ()))
    return np.array([name in names for name in FEATURE_NAMES])


def _words(direction: Direction, edit: Floats, usual: Floats) -> str:
    return direction.more if _is_more(direction, edit, usual) else direction.less


def _is_more(direction: Direction, edit: Floats, usual: Floats) -> bool:
    column = EDIT_FEATURES.index(direction.feature)
    return bool(edit[column] >= usual[column])
