"""Edit graphs kept on disk beside the analyses; all of them can be made again."""

from __future__ import annotations

import contextlib
import os
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml_core.analysis.cache import load_analysis
from ml_core.analysis.version import correction_key
from ml_core.domain.checked import require_sha256
from ml_core.domain.corrections import NO_CORRECTIONS, Corrections
from ml_core.domain.songs import SongAnalysis
from ml_core.edits.graph.bar_units import bar_units
from ml_core.edits.graph.edit_ends import EditEnds
from ml_core.edits.graph.edit_graph import EditGraph, build_graph
from ml_core.edits.graph.version import GRAPH_VERSION
from ml_core.edits.joins.cost import BeatDistances
from ml_core.edits.joins.slides import MOST_AFTER, MOST_BEFORE
from ml_core.errors import UserError
from ml_core.own_files import make_private_folder

_ENDS: dict[str, type] = {
    "start_samples": np.int64,
    "end_samples": np.int64,
    "fade_out_samples": np.int64,
    "start_cost": np.float64,
    "end_cost": np.float64,
    "start_cuts": np.bool_,
    "end_cuts": np.bool_,
}
"""What is kept of `EditEnds`: working it out takes some 50 ms a song."""


_DAMAGE = (
    OSError,
    EOFError,
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    RuntimeError,
    NotImplementedError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What a damaged file does to zip, zlib, numpy or the record's own checks."""


def graph_path(cache_dir: str | Path, sha256: str, key: str = "") -> Path:
    """The file of one song's graph; `key` names its corrections, see `Corrections.key`."""
    require_sha256(sha256)
    return Path(cache_dir) / ".".join(filter(None, (sha256, key, "graph.npz")))


def _path_of(cache_dir: str | Path, analysis: SongAnalysis) -> Path:
    return graph_path(cache_dir, analysis.sha256, correction_key(analysis.version))


def _version(analysis: SongAnalysis) -> str:
    return f"{GRAPH_VERSION}/{analysis.version}"


def save_graph(cache_dir: str | Path, graph: EditGraph) -> None:
    """Write a graph, whole or not at all; a cache that can't be written is done without."""
    target = _path_of(cache_dir, graph.analysis)
    with contextlib.suppress(OSError):
        make_private_folder(target.parent)
        handle, name = tempfile.mkstemp(dir=target.parent, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                np.savez(
                    file,
                    version=np.array(_version(graph.analysis)),
                    scaled=graph.distances.scaled,
                    blocks=np.array(graph.distances.blocks, dtype=np.int64).reshape(-1, 2),
                    beats_compared=np.array(graph.distances.beats_compared),
                    bar_distance=graph.bar_distance,
                    join_allowed=graph.join_allowed,
                    join_cost=graph.join_cost,
                    join_slide=graph.join_slide,
                    units_a_bar=np.array(graph.units_a_bar),
                    **{f"ends.{name}": getattr(graph.ends, name) for name in _ENDS},
                )
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def read_graph(cache_dir: str | Path, analysis: SongAnalysis) -> EditGraph | None:
    """The kept graph of an analysis; None if there is none, or it is damaged or outdated."""
    try:
        # np.load alone would leave a damaged file open.
        path = _path_of(cache_dir, analysis)
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            if str(kept["version"]) != _version(analysis):
                return None
            scaled, blocks = kept["scaled"], kept["blocks"]
            bar_distance, allowed = kept["bar_distance"], kept["join_allowed"]
            cost, slide = kept["join_cost"], kept["join_slide"]
            beats_compared = int(kept["beats_compared"])
            units_a_bar = int(kept["units_a_bar"])
            ends = {name: kept[f"ends.{name}"].astype(kind) for name, kind in _ENDS.items()}
        units = bar_units(analysis)[0]
        if len(scaled) != len(units.beat_samples) or not np.isfinite(bar_distance).all():
            return None
        if not np.isfinite(cost[allowed]).all() or not _sound(slide, ends, len(bar_distance)):
            return None
        distances = BeatDistances(
            scaled.astype(np.float32, copy=False),
            tuple((int(first), int(end)) for first, end in blocks),
            beats_compared,
        )
        return EditGraph(
            units,
            distances,
            bar_distance.astype(np.float32, copy=False),
            allowed.astype(np.bool_, copy=False),
            cost.astype(np.float32, copy=False),
            slide.astype(np.int8, copy=False),
            units_a_bar,
            EditEnds(**ends),
        )
    except _DAMAGE:
        return None


def _sound(slide: NDArray[np.int8], ends: dict[str, NDArray[Any]], n_bars: int) -> bool:
    """Whether slides and ends are such as graphs have."""
    return (
        bool(np.all((slide >= -MOST_AFTER) & (slide <= MOST_BEFORE)))
        and all(each.shape == (n_bars,) for each in ends.values())
        and bool(np.isfinite([ends["start_cost"], ends["end_cost"]]).all())
    )


def load_or_build(
    cache_dir: str | Path, sha256: str, corrections: Corrections = NO_CORRECTIONS
) -> EditGraph:
    """The graph of an analysed song as corrected, built and kept if it is not there yet.

    Raises:
        UserError: if the song's analysis is not in the cache.
    """
    analysis = load_analysis(cache_dir, sha256, corrections)
    if analysis is None:
        raise UserError(
            "This song has not been analysed yet.", "Analyse it again from the list of songs."
        )
    graph = read_graph(cache_dir, analysis)
    if graph is None:
        graph = build_graph(analysis)
        save_graph(cache_dir, graph)
    return graph
