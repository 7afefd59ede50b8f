"""Training, top to bottom: ratings to a reward model, reward model to a policy, both to a file."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from ml_core.domain.models import BASE, FEATURES_VERSION, POLICY_VERSION
from ml_core.domain.requests import TrainRequest, TrainResult
from ml_core.edits.features.edit_features import FEATURE_NAMES, path_features
from ml_core.edits.graph.edit_graph import EditGraph
from ml_core.errors import UserError
from ml_core.policy.decode import draw_paths
from ml_core.policy.path_distribution import PathDistribution, PolicyParameters
from ml_core.progress import Progress
from ml_core.reward.device import DeviceRun, pick_device
from ml_core.training.checkpoint import BASE_MODEL, Model, load_model, save_model
from ml_core.training.deliver import scene_without
from ml_core.training.fit_policy.fit import PolicyFit, fit_policy
from ml_core.training.fit_policy.tuner import Tuner
from ml_core.training.fit_reward.fit import fit_reward, require_trainable
from ml_core.training.fit_reward.preference_dataset import PreferenceDataset, build_dataset
from ml_core.training.song_scene import POOL_SONGS, SongScene, usual_pool
from ml_core.training.told import TOLD_VERSION, tell_certainty, told
from ml_core.training.unfinished import Found, UnfinishedRun
from ml_core.training.wishes.directions import known_wishes

REWARD_SHARE = 0.4
"""Of the bar: both stages take about equally long, and the rest goes to the summary."""
POLICY_SHARE = 0.97

SHOWN_DRAWS = 24
"""Draws a song from which old and new are compared in numbers."""

SHOWN_FEATURES = ("keep_ratio", "join_cost_mean", "intro_kept", "outro_kept", "energy")


def train(
    request: TrainRequest, graphs: Mapping[str, EditGraph], progress: Progress
) -> TrainResult:
    """Fit the reward model, fine-tune the policy on it, and keep both as checkpoints.

    The same ratings, songs and seed give the same model. Cancelled or killed at any moment, it
    leaves the parent as it was; with `resume` it then goes on from the last validation.

    Args:
        request: ratings, songs and settings.
        graphs: edit graph of each song by hash.
        progress: see `fit_reward` and `fit_policy` for the partial results.

    Raises:
        UserError: if the ratings or songs do not suffice, CUDA was asked for and is missing, or
            the disk refuses the checkpoint.
    """
    # Answers that are given meanwhile come after it: they wait for the next training.
    utc = datetime.now(UTC).isoformat()
    run = DeviceRun(pick_device(request.device))
    device = run.device.type
    dataset = build_dataset(request.ratings, graphs, by_eye=request.by_eye, edits=request.edits)
    require_trainable(dataset)
    parent, parent_id, parent_note = _parent(request)
    scenes = song_scenes(request, graphs, progress.part(0.0, 0.05))

    unfinished = UnfinishedRun(request.models_dir, _identity(request, dataset, scenes))
    found = unfinished.find() if request.resume else None
    if found is None:
        unfinished.remove()
        population = np.concatenate([scene.usual_features for scene in scenes])
        fitted = fit_reward(
            dataset,
            population,
            request.epochs,
            request.seed,
            run,
            progress.part(0.05, REWARD_SHARE),
        )
        says = told(fitted, dataset, usual_pool(scenes))
        tell_certainty(says, request, fitted, dataset)
        found = Found(fitted.model, {**fitted.metrics, "told": says}, None)
        unfinished.save(found.reward, found.reward_metrics, None)
    reward, reward_metrics, state = found.reward, found.reward_metrics, found.state
    resumed_at = 0 if state is None else state.update

    began = time.perf_counter()
    tuner = Tuner(scenes, reward, parent, run)
    tuned = fit_policy(
        tuner,
        state or tuner.begin(np.random.default_rng([request.seed, 3])),
        request.episodes,
        request.seed,
        lambda state: unfinished.save(reward, reward_metrics, state),
        progress.part(REWARD_SHARE, POLICY_SHARE),
    )
    metrics: dict[str, Any] = {
        "counts": dict(dataset.counts),
        "n_without_song": dataset.n_without_song,
        "n_by_eye_left_out": dataset.counts["by_eye"],
        "finished_edits": dict(dataset.finished.counts),
        **reward_metrics,
        **tuned.metrics,
        "seconds": {**reward_metrics["seconds"], "policy": time.perf_counter() - began},
        "device": run.device.type if run.note else device,
        "notes": [note for note in (parent_note, run.note, tuned.message) if note],
        "resumed_at_update": resumed_at,
        "what_changes": what_changes(scenes, parent, tuned.best),
    }
    progress.report(0.99, "Keeping the model")
    says = reward_metrics["told"]
    wishes = known_wishes(says["directions"])
    learned = Model(reward, wishes=wishes, is_proven=says["above_guessing"])
    songs = _songs(request, dataset, scenes)
    result = _keep(request, parent_id, dataset, learned, tuned, metrics, songs, utc)
    unfinished.remove()
    progress.report(1.0, "Trained")
    return result


def _parent(request: TrainRequest) -> tuple[PolicyParameters, str, str]:
    """The policy to start from, its id, and a sentence where it is not the one asked for.

    The ratings hold all that is needed, so a parent that is gone must not stop a training.
    """
    asked = request.parent
    if asked.file is None:
        return BASE_MODEL.policy, asked.id, ""
    try:
        model = load_model(Path(asked.file), asked.sha256)
    except UserError as error:
        return BASE_MODEL.policy, BASE, f"{error.message} So training began from the start."
    return model.policy, asked.id, ""


def song_scenes(
    request: TrainRequest, graphs: Mapping[str, EditGraph], progress: Progress
) -> list[SongScene]:
    """The songs that can be edited under their limits, in the request's order.

    Raises:
        UserError: if there is none.
    """
    scenes: list[SongScene] = []
    why = UserError("There is no song to train on.", "Add songs and let them be analysed.")
    for index, song in enumerate(request.songs):
        progress.report(index / len(request.songs), "Reading your songs")
        if song.sha256 not in graphs:
            continue
        try:
            scenes.append(scene_without(graphs[song.sha256], song.limits, request.marks))
        except UserError as error:
            why = error
    if not scenes:
        raise why
    return scenes


def _identity(
    request: TrainRequest, dataset: PreferenceDataset, scenes: Sequence[SongScene]
) -> dict[str, Any]:
    """What makes two trainings the same one."""
    return {
        "ratings": dataset.hash,
        "seed": request.seed,
        "epochs": request.epochs,
        "episodes": request.episodes,
        "device": request.device,
        "parent": [request.parent.id, request.parent.sha256],
        "songs": [
            [s.graph.analysis.sha256, s.graph.analysis.version, asdict(s.limits)] for s in scenes
        ],
        "marks": [asdict(mark) for mark in request.marks],
        "versions": [FEATURES_VERSION, POLICY_VERSION, TOLD_VERSION],
    }


def what_changes(
    scenes: Sequence[SongScene], old: PolicyParameters, new: PolicyParameters
) -> dict[str, dict[str, float]]:
    """Means over the first songs of what both policies draw, under the same limits.

    Returns:
        "old" and "new", each with `duration_s`, `joins` and `SHOWN_FEATURES`.
    """
    return {
        name: {
            key: float(np.mean([row[key] for row in rows]))
            for key in ("duration_s", "joins", *SHOWN_FEATURES)
        }
        for name, rows in (
            ("old", [_drawn(scene, old) for scene in scenes[:POOL_SONGS]]),
            ("new", [_drawn(scene, new) for scene in scenes[:POOL_SONGS]]),
        )
    }


def _drawn(scene: SongScene, parameters: PolicyParameters) -> dict[str, float]:
    if parameters is BASE_MODEL.policy:  # These were drawn already.
        paths, features = list(scene.usual_paths), scene.usual_features.mean(0)
    else:
        policy = PathDistribution(scene.chain, parameters)
        draws = draw_paths(policy, SHOWN_DRAWS, np.random.default_rng(0))
        paths = [path for path, _ in draws]
        features = path_features(scene.graph, paths).mean(0)
    return {
        "duration_s": float(np.mean([scene.chain.terms.duration_s(path) for path in paths])),
        "joins": float(np.mean([len(path) - 1 for path in paths])),
        **{name: float(features[FEATURE_NAMES.index(name)]) for name in SHOWN_FEATURES},
    }


def _songs(
    request: TrainRequest, dataset: PreferenceDataset, scenes: Sequence[SongScene]
) -> list[str]:
    """Hashes of all songs that this training learns from: rated, edited, and those it tunes on."""
    known = {rating.sha256 for rating in request.ratings} | set(dataset.finished.songs)
    return sorted(known | {scene.graph.analysis.sha256 for scene in scenes})


def _keep(
    request: TrainRequest,
    parent_id: str,
    dataset: PreferenceDataset,
    fitted: Model,
    tuned: PolicyFit,
    metrics: dict[str, Any],
    songs: list[str],
    utc: str,
) -> TrainResult:
    """Both checkpoints; the final one first, so that the best is the newest."""
    configuration = {
        "epochs": request.epochs,
        "episodes": request.episodes,
        "device": request.device,
        "hyperparameters": metrics["hyperparameters"],
        "songs": songs,
    }
    kept = {}
    for kind, policy in (("final", tuned.final), ("best", tuned.best)):
        kept[kind] = save_model(
            replace(fitted, policy=policy),
            request.models_dir,
            kind="best" if kind == "best" else "final",
            parent=parent_id,
            configuration=configuration,
            seed=request.seed,
            dataset_hash=dataset.hash,
            n_ratings=len(dataset),
            utc=utc,
            metrics=metrics,
        )
    return TrainResult(kept["best"], kept["final"], metrics)
