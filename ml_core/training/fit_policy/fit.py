"""Fine-tunes the policy on the reward model, and chooses the best update on songs held back.

An episode draws edits of one song, has them judged, and credits them; four episodes make one
update (see `tuner`). So 300 episodes are 75 updates.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.policy.path_distribution import PathDistribution, PolicyParameters
from ml_core.progress import Progress
from ml_core.training.fit_policy.tuner import EPISODES_AN_UPDATE, Tuner, TuningState
from ml_core.training.song_scene import SongScene

Array = NDArray[np.float64]

VALIDATE_EVERY = 5

COLLAPSE_SHARE = 0.3
"""Of the base policy's differences between draws, what the tuned policy's must reach."""


@dataclass(frozen=True, eq=False)
class PolicyFit:
    """The tuned policy and how it went.

    Attributes:
        best, final: parameters at the best validation and at the end.
        state: at the end.
        episodes: done.
        message: a sentence when validation had long stopped rising, or when draws have become all
            alike; else empty.
        metrics: plain values.
    """

    best: PolicyParameters
    final: PolicyParameters
    state: TuningState
    episodes: int
    message: str
    metrics: dict[str, object]


SaveState = Callable[[TuningState], None]


def fit_policy(
    tuner: Tuner,
    state: TuningState,
    episodes: int,
    seed: int,
    save: SaveState,
    progress: Progress,
) -> PolicyFit:
    """Tune until the episodes are done or validation has long stopped rising.

    Args:
        tuner: holds songs, reward and parent.
        state: from `Tuner.begin`, or of an interrupted run.
        episodes: to do in all; rounded up to whole updates.
        seed: of the validation draws.
        save: called with the state after each validation.
        progress: reports `{"stage": "policy", "episode": i, "reward", "reward_low",
            "reward_high", "kl"}` after each episode.

    Raises:
        Cancelled: if asked to stop; what was saved before can be resumed.
    """
    n_updates = -(-episodes // EPISODES_AN_UPDATE)
    if not state.validations:
        tuner.validate(state, seed)
    stalled = tuner.stalled(state)
    while state.update < n_updates and not stalled:
        done = [state.update * EPISODES_AN_UPDATE]

        def on_episode(rewards: Array, divergence: float, done: list[int] = done) -> None:
            done[0] += 1
            # The median: a single draw should not rule what is shown.
            low, middle, high = np.quantile(rewards, [0.1, 0.5, 0.9])
            progress.report(
                done[0] / (n_updates * EPISODES_AN_UPDATE),
                "Trying out cuts",
                {
                    "stage": "policy",
                    "episode": done[0],
                    "reward": float(middle),
                    "reward_low": float(low),
                    "reward_high": float(high),
                    "kl": divergence,
                },
            )

        tuner.advance(state, on_episode)
        if state.update % VALIDATE_EVERY == 0 or state.update == n_updates:
            tuner.validate(state, seed)
            stalled = tuner.stalled(state)
            save(state)
    return _summary(tuner, state, stalled)


def _summary(tuner: Tuner, state: TuningState, stalled: bool) -> PolicyFit:
    best, final = tuner.parameters(state.best_weights), tuner.parameters(state.weights)
    spread = diversity(tuner.validation, best)
    usual = diversity(tuner.validation, PolicyParameters.base())
    collapsed = spread < COLLAPSE_SHARE * usual
    episodes = state.update * EPISODES_AN_UPDATE
    sentences = []
    if stalled:
        sentences.append(
            f"Stopped after {episodes} episodes, since the edits had stopped getting better."
        )
    if collapsed:
        sentences.append("The tuned edits of a song are nearly all alike.")
    if state.best_update == 0:
        sentences.append(
            "No tried change made the edits better, so the way of cutting is as before."
        )
    best_kl = next((kl for update, _, _, kl in state.validations if update == state.best_update), 0)
    return PolicyFit(
        best=best,
        final=final,
        state=state,
        episodes=episodes,
        message=" ".join(sentences),
        metrics={
            "episodes": episodes,
            "updates": state.update,
            "best_episode": state.best_update * EPISODES_AN_UPDATE,
            "kl": float(best_kl),
            "reliability": tuner.reliability,
            "length_held": tuner.holds_length,
            "final_kl": state.validations[-1][3],
            "reward_curve": [list(row[:3]) for row in state.curve],
            "kl_curve": [row[3] for row in state.curve],
            "validations": [list(row) for row in state.validations],
            "draws_differ": spread,
            "base_draws_differ": usual,
            "collapsed": collapsed,
        },
    )


def diversity(scenes: Sequence[SongScene], parameters: PolicyParameters) -> float:
    """How much draws of a song differ: share of one's bars that another leaves out.

    It comes from the exact probability q of each bar's being kept, as sum of q (1 - q) over sum of
    q. It is 0 when every draw keeps the same bars.
    """
    shares = []
    for scene in scenes:
        policy = PathDistribution(scene.chain, parameters)
        kept = np.exp(policy.log_styles) @ policy.kept_probability
        kept = np.clip(kept, 0.0, 1.0)
        shares.append(float((kept * (1.0 - kept)).sum() / max(kept.sum(), 1e-9)))
    return float(np.mean(shares))
