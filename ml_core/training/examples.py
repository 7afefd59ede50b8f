"""Two edits of one song that let a told wish be heard: one as it is liked, one the other way.

Of the draws that wishes are told over, the two lie furthest apart in what the wish is about. They
are alike in length where a song has such a pair and the wish is not about length.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml_core.edits.features.edit_features import FEATURE_NAMES
from ml_core.edits.graph.edit_graph import edit_from_path
from ml_core.training.comparing.compare import MATCHED_RATIO
from ml_core.training.song_scene import POOL_SONGS, SongScene
from ml_core.training.wishes.directions import LENGTH_SLACK
from ml_core.training.wishes.words import LENGTH

_LENGTH = FEATURE_NAMES.index(LENGTH)
_LEAST_SPREADS = 1.0
"""Of the songs' own spread: edits that are nearer to each other do not let it be heard."""


def add_examples(rows: Sequence[dict[str, Any]], scenes: Sequence[SongScene]) -> None:
    """Give each told direction its `example`: `sha256`, and the edits `liked` and `other`."""
    for row in rows:
        if row["sure"] != "unknown":
            found = _example(FEATURE_NAMES.index(row["feature"]), scenes[:POOL_SONGS])
            if found is not None:
                scene, more, less = found
                liked, other = (more, less) if row["wish"] > 0 else (less, more)
                row["example"] = {
                    "sha256": scene.graph.analysis.sha256,
                    "liked": _edit(scene, liked),
                    "other": _edit(scene, other),
                }


def _edit(scene: SongScene, drawn: int) -> dict[str, Any]:
    return edit_from_path(scene.graph, scene.usual_paths[drawn]).to_json()


def _example(column: int, scenes: Sequence[SongScene]) -> tuple[SongScene, int, int] | None:
    """The song, and of its draws the one with most and the one with least of a feature."""
    every = np.concatenate([scene.usual_features[:, column] for scene in scenes])
    spread = float(every.std())
    if spread <= 1e-9:
        return None
    slacks = (math.inf,) if column == _LENGTH else (MATCHED_RATIO, LENGTH_SLACK, math.inf)
    for slack in slacks:
        pairs = [(scene, *_furthest(scene.usual_features, column, slack)) for scene in scenes]
        scene, gap, more, less = max(pairs, key=lambda pair: pair[1])
        if gap >= _LEAST_SPREADS * spread:
            return scene, more, less
    return None


def _furthest(features: NDArray[np.float64], column: int, slack: float) -> tuple[float, int, int]:
    """The largest gap of two edits whose lengths differ by at most `slack`, and these two."""
    gaps = features[:, None, column] - features[None, :, column]
    apart = np.abs(features[:, None, _LENGTH] - features[None, :, _LENGTH])
    gaps = np.where(apart <= math.log1p(slack), gaps, -math.inf)
    more, less = np.unravel_index(int(np.argmax(gaps)), gaps.shape)
    return float(gaps[more, less]), int(more), int(less)
