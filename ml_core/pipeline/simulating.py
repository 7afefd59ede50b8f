"""Songs for a simulated cycle: analysed into the project's cache, then handed to the loop."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ml_core import audio_file
from ml_core.domain.edits import Limits
from ml_core.domain.finished_edits import FinishedEdit
from ml_core.domain.requests import DeviceChoice, SongTask
from ml_core.edits.graph.edit_graph import EditGraph
from ml_core.errors import UserError
from ml_core.paths import printable_name
from ml_core.pipeline.given_edits import GivenEdit, finished_of
from ml_core.pipeline.judging import GivenPair, graphs_of, judge_by
from ml_core.pipeline.materials import song_graph
from ml_core.progress import Progress
from ml_core.training import simulate as loop
from ml_core.training.checkpoint import BASE_MODEL, Model
from ml_core.training.deliver import draw


@dataclass(frozen=True, slots=True)
class Simulation:
    """A simulated cycle as the command asks for it."""

    cache_dir: str
    songs_dir: str
    held_out_dir: str
    limits: Limits = Limits()
    n_ratings: int = 48
    seed: int = 0
    report_at: tuple[int, ...] = ()
    judge: tuple[GivenPair, ...] | None = None
    edits: tuple[GivenEdit, ...] = ()
    device: DeviceChoice = "auto"


def run(request: Simulation, rater: loop.Rater, progress: Progress) -> dict[str, Any]:
    """Analyse the songs of both folders and run the cycle; no store is touched.

    Raises:
        UserError: if a folder holds no usable song, or there is nothing to learn from.
    """
    graphs: dict[str, EditGraph] = {}
    failed: dict[str, str] = {}
    songs = _folder(request, request.songs_dir, graphs, failed, progress.part(0.0, 0.25))
    held_out = _folder(request, request.held_out_dir, graphs, failed, progress.part(0.25, 0.4))
    edits = _finished(request, graphs, failed, progress.part(0.4, 0.42))
    if request.n_ratings == 0 and not edits:
        why = next((failed[one.song] for one in request.edits), "The list of edits is empty.")
        raise UserError("There are no ratings, and no edit that could be used.", why)
    judge = None
    if request.judge is not None:
        pairs = request.judge
        named = {pair.song: pair.song for pair in pairs}
        judged_graphs = graphs_of(request.cache_dir, named, progress.part(0.42, 0.45))

        def judge(model: Model) -> list[dict[str, float]]:
            if model.reward is None:
                # Nothing was decided to learn from: every answer is as likely as any other.
                return [dict.fromkeys(("p_a", "p_b", "p_tie"), 1 / 3) for _ in pairs]
            return judge_by(model, judged_graphs, pairs)

    asked = loop.Simulation(
        cache_dir=request.cache_dir,
        songs=songs,
        held_out=held_out,
        n_ratings=request.n_ratings,
        seed=request.seed,
        report_at=request.report_at,
        device=request.device,
        edits=edits,
    )
    found = loop.simulate(asked, graphs, rater, judge, progress.part(0.45, 1.0))
    learned = {song.sha256 for song in songs} | {edit.sha256 for edit in edits}
    in_both = learned & {song.sha256 for song in held_out}
    return {
        **found,
        "failed": [{"song": song, "message": message} for song, message in failed.items()],
        "n_songs_in_both": len(in_both),
    }


def _finished(
    request: Simulation, graphs: dict[str, EditGraph], failed: dict[str, str], progress: Progress
) -> tuple[FinishedEdit, ...]:
    """The given edits; graphs of their songs are added, sentences on those that can't be used."""
    found = []
    for index, given in enumerate(request.edits):
        part = progress.part(index / len(request.edits), (index + 1) / len(request.edits))
        try:
            graph = graphs_of(request.cache_dir, {given.song: given.song}, part)[given.song]
            found.append(finished_of(given, graph, printable_name(given.song)))
            graphs.setdefault(graph.analysis.sha256, graph)
        except UserError as error:
            failed[given.song] = str(error)
    return tuple(found)


def _folder(
    request: Simulation,
    folder: str,
    graphs: dict[str, EditGraph],
    failed: dict[str, str],
    progress: Progress,
) -> tuple[SongTask, ...]:
    """The usable songs of a folder, each content once.

    Their edit graphs are added to `graphs`, sentences on the other files to `failed`.
    """
    tasks: dict[str, SongTask] = {}
    files = audio_file.find_audio_files([folder])
    for index, path in enumerate(files):
        part = progress.part(index / len(files), (index + 1) / len(files))
        part.report(0.0, f"Listening to {Path(path).name}")
        try:
            song = audio_file.read_song(path, part.part(0.0, 0.3))
            if song.sha256 in tasks:
                continue
            graph = song_graph(request.cache_dir, song, part.part(0.3, 1.0))
            # Drawn once to see whether the song allows an edit at all.
            draw(BASE_MODEL, graph, request.limits, 1, np.random.default_rng(0))
            graphs[song.sha256] = graph
            tasks[song.sha256] = SongTask(song.sha256, song.path, request.limits)
        except UserError as error:
            failed[str(path)] = str(error)
    if not tasks:
        why = next(reversed(failed.values()), "Give another folder.")
        raise UserError(f"{folder} holds no song that can be used.", why)
    return tuple(tasks.values())
