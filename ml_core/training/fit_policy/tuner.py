"""One policy being tuned: policy gradient on exact distributions over paths.

REINFORCE with a leave-one-out baseline on r - beta log(p / p_parent), where r is the reward's lower
confidence bound. The gradient is preconditioned by the policy's own Fisher information (natural
policy gradient; Kakade 2001), so that a step means the same whatever the terms' scales. Measured on
seven simulated listeners: after 75 updates the reward is as high as with Adam (higher for four of
them), with fewer settings to get wrong.

An episode draws `EPISODE_DRAWS` edits of one song, has them judged, and credits them. Four
episodes, two songs of two each, make one update. So 300 episodes are 75 updates.

Draws are those that the policy gives within the allowed durations, since only these are ever heard.
A score's gradient there is less its mean among such draws. The baseline takes it off the gradient,
and the Fisher information is that of centred scores. A price for lying outside was tried: where all
edits are of one length, most draws lie outside, and tuning then learned nothing but to stay inside.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ml_core.edits.graph.edit_graph import Path
from ml_core.policy.decode import draw_allowed
from ml_core.policy.path_distribution import PathDistribution, PolicyParameters
from ml_core.policy.song_kind import SongKind
from ml_core.reward.device import DeviceRun
from ml_core.reward.preference_model import PreferenceModel
from ml_core.training.fit_policy.weights import PolicyWeights, song_kind
from ml_core.training.song_scene import SongScene
from ml_core.training.wishes.length import MEMORY, length_held, wishes_length

Array = NDArray[np.float64]

EPISODE_DRAWS = 12
SONGS_AN_UPDATE = 2
EPISODES_A_SONG = 2
EPISODES_AN_UPDATE = SONGS_AN_UPDATE * EPISODES_A_SONG

LEARNING_RATE = 0.4

LONGEST_STEP = 0.5
"""Nats^.5: an update moves the policy by KL .125 at the most (a trust region)."""

FISHER_DAMPING = 0.05

FISHER_MEMORY = 0.95

MOMENTUM = 0.8

BETA = 0.1
"""Price of a nat of KL, in spreads of the reward over usual edits, for a reward that is certain.
It is divided by the square of the reward's reliability, the share of the utility's variance that
the ratings tell. That share was .58-.84 for 25 simulated listeners and .17-.51 for four who
answered at random: the former then spend about 3 nats of KL, the latter hardly any."""

LEAST_RELIABILITY = 0.1

VALIDATION_DRAWS = 48

MOST_VALIDATION_SONGS = 3

FEWEST_SONGS_TO_HOLD_BACK = 6

SMOOTHED = 3
"""Validations are judged by the mean of so many: a single one is off by a tenth of a spread, which
stopped two of seven simulated trainings half-way."""

PATIENCE = 8
"""Validations without a better mean after which training stops: 160 episodes."""


@dataclass(eq=False)
class TuningState:
    """All that changes while tuning: enough to go on after a kill, to the last bit.

    Attributes:
        weights: of the policy, as `PolicyWeights` lays them out, (n_weights,).
        momentum, fisher: running means of gradient and Fisher information.
        best_weights: of the best validation so far.
        length_slope: running mean of the mean length's slope in the weights, (n_weights,).
        update: updates done.
        best_update, best_value: of the best validation.
        curve: per update: median, low and high reward, KL.
        validations: (update, objective, reward, KL) of each.
        rng: bit generator's state.
    """

    weights: Array
    momentum: Array
    fisher: Array
    best_weights: Array
    length_slope: Array
    rng: np.random.Generator
    update: int = 0
    best_update: int = 0
    best_value: float = -np.inf
    curve: list[tuple[float, float, float, float]] = field(default_factory=list)
    validations: list[tuple[int, float, float, float]] = field(default_factory=list)


class Tuner:
    """Fine-tunes one policy on some songs.

    Args:
        scenes: songs to learn on; from six on, some are held back to choose the best update.
        reward: judges the draws.
        parent: policy to start from and to stay near.
        run: where the reward is computed.
        beta, learning_rate: see `BETA`, `LEARNING_RATE`.
    """

    def __init__(
        self,
        scenes: Sequence[SongScene],
        reward: PreferenceModel,
        parent: PolicyParameters,
        run: DeviceRun,
        beta: float = BETA,
        learning_rate: float = LEARNING_RATE,
    ) -> None:
        self.reward, self.run, self.parent = reward, run, parent
        self.weights = PolicyWeights(scenes, parent, song_kind(reward))
        self.train, self.validation = _split(scenes, self.weights.kind)
        self.unit, self.reliability = self._reward_scale(scenes)
        self.beta = beta * self.unit / max(self.reliability, LEAST_RELIABILITY) ** 2
        self.learning_rate = learning_rate
        pool = {scene.graph.analysis.sha256: scene.usual_features for scene in scenes}
        self.holds_length = not wishes_length(reward, pool)
        self._parents: dict[int, PathDistribution] = {}

    def begin(self, rng: np.random.Generator) -> TuningState:
        """The state before the first update."""
        weights = self.weights.first()
        n = len(weights)
        return TuningState(weights, np.zeros(n), np.zeros((n, n)), weights.copy(), np.zeros(n), rng)

    def parameters(self, weights: Array) -> PolicyParameters:
        """The policy of the tuner's weights."""
        return self.weights.parameters(weights)

    def advance(self, state: TuningState, on_episode: Callable[[Array, float], None]) -> None:
        """One update of the state in place, from four episodes.

        Args:
            state: is changed only once all episodes are done.
            on_episode: called after each with its rewards (EPISODE_DRAWS,) and the exact KL.
        """
        policy_now = self.parameters(state.weights)
        n = len(state.weights)
        gradient, slope, fisher, off = np.zeros(n), np.zeros(n), np.zeros((n, n)), 0.0
        rewards: list[Array] = []
        divergences: list[float] = []
        for index in self._songs_of_update(state.rng):
            scene = self.train[index]
            policy = PathDistribution(scene.chain, policy_now)
            divergence = policy.kl_to(self._parent_of(scene))
            every_score, value, credit, change = self._episodes(scene, policy, state.rng)
            values = np.split(value, EPISODES_A_SONG)
            for episode in values:
                on_episode(episode, divergence)
            baseline = (credit.sum() - credit) / (len(credit) - 1)
            gradient += (credit - baseline) @ every_score / (len(credit) * SONGS_AN_UPDATE)
            slope += (change - change.mean()) @ every_score / (len(change) * SONGS_AN_UPDATE)
            off += float(change.mean()) / SONGS_AN_UPDATE
            centred = every_score - every_score.mean(0)
            fisher += centred.T @ centred / ((len(credit) - 1) * SONGS_AN_UPDATE)
            rewards += values
            divergences.append(divergence)
        self._step(state, gradient, fisher, slope, off)
        reward = np.concatenate(rewards)
        low, middle, high = np.quantile(reward, [0.1, 0.5, 0.9])
        state.curve.append((float(middle), float(low), float(high), float(np.mean(divergences))))

    def _episodes(
        self, scene: SongScene, policy: PathDistribution, rng: np.random.Generator
    ) -> tuple[Array, Array, Array, Array]:
        """The draws of a song's episodes, judged at once.

        Returns:
            Scores (n, n_weights), rewards, credits and lengths, (n,) each. A length is told by how
            much it exceeds the song's usual one, as a share of that.
        """
        draws = draw_allowed(policy, EPISODES_A_SONG * EPISODE_DRAWS, rng)
        paths = [path for path, _ in draws]
        styles = np.array([style for _, style in draws])
        terms = policy.terms.of_paths(paths)
        value = self.values(scene, paths)
        ratio = policy.log_ratio_to_base(terms, styles)
        ratio -= self._parent_of(scene).log_ratio_to_base(terms, styles)
        score = self.weights.scores(policy, terms, styles)
        lasts_s = np.array([policy.terms.duration_s(path) for path in paths])
        return score, value, value - self.beta * ratio, lasts_s / scene.usual_s - 1.0

    def values(self, scene: SongScene, paths: Sequence[Path]) -> Array:
        """Pessimistic utility of paths, (n,)."""
        judged = self.run.run(lambda device: scene.pessimistic(self.reward.to(device), paths))
        result: Array = np.nan_to_num(judged)
        return result

    def _step(
        self, state: TuningState, gradient: Array, fisher: Array, slope: Array, off: float
    ) -> None:
        n = len(gradient)
        if state.update == 0:
            state.fisher = fisher
        else:
            state.fisher = FISHER_MEMORY * state.fisher + (1.0 - FISHER_MEMORY) * fisher
        state.momentum = MOMENTUM * state.momentum + (1.0 - MOMENTUM) * gradient
        unbiased = state.momentum / (1.0 - MOMENTUM ** (state.update + 1))
        damped = state.fisher + FISHER_DAMPING * np.eye(n)
        solved = np.asarray(np.linalg.solve(damped, unbiased), dtype=np.float64)
        step = self.learning_rate / self.unit * solved
        state.length_slope = MEMORY * state.length_slope + (1.0 - MEMORY) * slope
        if self.holds_length:
            unbiased_slope = state.length_slope / (1.0 - MEMORY ** (state.update + 1))
            step = length_held(step, unbiased_slope, damped, off)
        length = math.sqrt(max(float(step @ state.fisher @ step), 0.0))
        if np.all(np.isfinite(step)):
            state.weights = state.weights + step * min(1.0, LONGEST_STEP / max(length, 1e-12))
        state.update += 1

    def validate(self, state: TuningState, seed: int) -> None:
        """Estimate the objective on songs held back, with the same random numbers each time."""
        policy_now = self.parameters(state.weights)
        rewards, divergences = [], []
        for place, scene in enumerate(self.validation):
            policy = PathDistribution(scene.chain, policy_now)
            rng = np.random.default_rng([seed, place])
            draws = draw_allowed(policy, VALIDATION_DRAWS, rng)
            rewards.append(float(self.values(scene, [path for path, _ in draws]).mean()))
            divergences.append(policy.kl_to(self._parent_of(scene)))
        reward, divergence = float(np.mean(rewards)), float(np.mean(divergences))
        value = reward - self.beta * divergence
        state.validations.append((state.update, value, reward, divergence))
        recent = [row[1] for row in state.validations[-SMOOTHED:]]
        smoothed = float(np.mean(recent))
        if smoothed > state.best_value:
            state.best_value, state.best_update = smoothed, state.update
            state.best_weights = state.weights.copy()

    def stalled(self, state: TuningState) -> bool:
        """Whether validation has long stopped rising."""
        waited = [update for update, *_ in state.validations if update > state.best_update]
        return len(waited) >= PATIENCE

    def _songs_of_update(self, rng: np.random.Generator) -> list[int]:
        n = len(self.train)
        if n >= SONGS_AN_UPDATE:
            return [int(k) for k in rng.choice(n, SONGS_AN_UPDATE, replace=False)]
        return [int(k) for k in rng.integers(n, size=SONGS_AN_UPDATE)]

    def _parent_of(self, scene: SongScene) -> PathDistribution:
        if id(scene) not in self._parents:
            self._parents[id(scene)] = PathDistribution(scene.chain, self.parent)
        return self._parents[id(scene)]

    def _reward_scale(self, scenes: Sequence[SongScene]) -> tuple[float, float]:
        """Spread of the reward over usual edits within songs, 1 where it has none; and the share
        of the utility's variance that is known, 0..1.
        """
        judged = [
            self.run.run(
                lambda device, scene=scene: scene.utilities(  # type: ignore[misc]
                    self.reward.to(device), scene.usual_paths
                )
            )
            for scene in scenes
        ]
        known = float(np.mean([np.var(np.nan_to_num(mean)) for mean, _ in judged]))
        unknown = float(np.mean([np.mean(np.nan_to_num(sd) ** 2) for _, sd in judged]))
        spread = math.sqrt(known)
        return (spread, known / (known + unknown)) if spread > 1e-9 else (1.0, 0.0)


def _split(
    scenes: Sequence[SongScene], kind: SongKind | None
) -> tuple[list[SongScene], list[SongScene]]:
    """Songs to learn on and songs to validate on; the same ones where there are few.

    Where wishes depend on the song's kind, songs of each kind are held back.
    """
    if len(scenes) < FEWEST_SONGS_TO_HOLD_BACK:
        return list(scenes), list(scenes)[:MOST_VALIDATION_SONGS]
    n_held = min(MOST_VALIDATION_SONGS, len(scenes) // 3)
    step = len(scenes) // n_held
    held = {k * step for k in range(n_held)}
    if kind is not None:
        by_kind = np.argsort([kind.of(scene.chain.song) for scene in scenes], kind="stable")
        held = {int(by_kind[k * step + step // 2]) for k in range(n_held)}
    return (
        [scene for k, scene in enumerate(scenes) if k not in held],
        [scenes[k] for k in sorted(held)],
    )
