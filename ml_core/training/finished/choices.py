"""Finished edits as numbers: each one a choice out of other edits of its song."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from ml_core.domain.finished_edits import FinishedEdit, teaching
from ml_core.edits.features.edit_features import FEATURE_NAMES
from ml_core.edits.graph.edit_graph import EditGraph
from ml_core.errors import UserError
from ml_core.training.finished.others import N_OTHERS, taken_and_others

Floats = NDArray[np.float64]

SHARPNESS = 2.0
"""Of a choice, beta: how much likelier the edit is taken for one unit of utility more. Measured
better than 1 for edits that are the best of 60."""
ROUGH_SHARPNESS = 1.0
"""Of an edit made with little care: measured better where it is the best of 5 only."""


def _counts(taught: int = 0, waiting: int = 0, left_out: int = 0, lost: int = 0) -> dict[str, int]:
    return {"taught": taught, "waiting": waiting, "left_out": left_out, "without_song": lost}


@dataclass(frozen=True, eq=False)
class FinishedChoices:
    """The finished edits that teach.

    Attributes:
        taken: features of the edits, (m, n_features).
        others: of those that each was taken out of, (m, N_OTHERS, n_features).
        sharpness: of each, (m,).
        songs: SHA-256 of each one's song.
        counts: how many `taught`, and `waiting` (too few to teach), `left_out`, `without_song`.
        hash: SHA-256 that names what was learned from; empty without any.
    """

    taken: Floats = field(default_factory=lambda: np.zeros((0, len(FEATURE_NAMES))))
    others: Floats = field(default_factory=lambda: np.zeros((0, N_OTHERS, len(FEATURE_NAMES))))
    sharpness: Floats = field(default_factory=lambda: np.zeros(0))
    songs: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=_counts)
    hash: str = ""

    def __len__(self) -> int:
        return len(self.songs)

    def newest(self, most: int) -> FinishedChoices:
        """The last ones only; counts and hash stay those of all."""
        if len(self) <= most:
            return self
        rows = {name: getattr(self, name)[-most:] for name in ("taken", "others", "sharpness")}
        return replace(self, songs=self.songs[-most:], **rows)

    @property
    def rows(self) -> tuple[Floats, Floats]:
        """Both sides of every difference, taken and other, two of (m * N_OTHERS, n_features)."""
        n_features = self.taken.shape[1]
        return np.repeat(self.taken, N_OTHERS, axis=0), self.others.reshape(-1, n_features)


NO_CHOICES = FinishedChoices()


def finished_choices(
    edits: Sequence[FinishedEdit], graphs: Mapping[str, EditGraph], n_decided: int
) -> FinishedChoices:
    """What finished edits teach beside ratings.

    Args:
        edits: all of the person's; one that is there twice counts once.
        graphs: by the song's SHA-256; edits of other songs are left out and counted.
        n_decided: ratings that say A or B. With few edits nothing is learned without them.
    """
    kept = {(edit.sha256, edit.spans): edit for edit in edits if not edit.is_left_out}
    n_left_out = sum(edit.is_left_out for edit in edits)
    found: list[tuple[FinishedEdit, Floats, Floats]] = []
    for edit in kept.values():
        graph = graphs.get(edit.sha256)
        if graph is None or graph.analysis.sample_rate_hz != edit.sample_rate_hz:
            continue
        try:
            found.append((edit, *taken_and_others(graph, edit)))
        except UserError:  # The base policy has no edit of this song.
            continue
    n_lost = len(kept) - len(found)
    if not teaching([edit for edit, _, _ in found], n_decided):
        return FinishedChoices(counts=_counts(0, len(found), n_left_out, n_lost))
    return FinishedChoices(
        taken=np.stack([own for _, own, _ in found]),
        others=np.stack([others for _, _, others in found]),
        sharpness=np.array(
            [ROUGH_SHARPNESS if edit.is_rough else SHARPNESS for edit, _, _ in found]
        ),
        songs=tuple(edit.sha256 for edit, _, _ in found),
        counts=_counts(len(found), 0, n_left_out, n_lost),
        hash=_hash([edit for edit, _, _ in found]),
    )


def _hash(edits: Sequence[FinishedEdit]) -> str:
    rows = [[edit.sha256, edit.spans, edit.is_length_given, edit.is_rough] for edit in edits]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()
