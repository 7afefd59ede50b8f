"""A map of a song's possible edits: what is asked for, and what each dot of it is."""

from __future__ import annotations

from dataclasses import dataclass

from ml_core.domain.checked import is_share, require
from ml_core.domain.edits import Edit
from ml_core.domain.models import BASE_REF, ModelRef
from ml_core.domain.playing import PreparedAudio
from ml_core.domain.ratings import Mark
from ml_core.domain.requests import Delivered, SongTask

N_MAPPED = 120
"""Edits on a map: as many as can be told apart as dots, and heard through in some minutes."""

MOST_MAPPED = 1000
"""More take minutes, and a map of them is one cloud."""


@dataclass(frozen=True, slots=True)
class MapRequest:
    """Asks for many edits of one song, spread over lengths and loudness.

    Attributes:
        seed: of the draws.
        n_edits: how many, 1 at least; fewer where the song does not hold as many.
        n_alternatives: so many of them are those that DELIVER gives, and come first.
        marks: joins to avoid.
    """

    cache_dir: str
    song: SongTask
    seed: int
    model: ModelRef = BASE_REF
    n_edits: int = N_MAPPED
    n_alternatives: int = 3
    marks: tuple[Mark, ...] = ()

    def __post_init__(self) -> None:
        require(1 <= self.n_edits <= MOST_MAPPED, f"a map holds 1 to {MOST_MAPPED} edits")
        require(self.n_alternatives >= 1, "one alternative at least is on the map")


@dataclass(frozen=True, slots=True)
class MappedEdit:
    """An edit on the map, and what places it there.

    Attributes:
        delivered: the edit, and what the taste says of it; why it does so is not worked out.
        loudness: share of the song's own music that what is kept is louder than, 0..1.
        intro_kept, ending_kept: share of the first and the last part that is kept, 0..1.
        singing_kept: share of the singing that is kept, 0..1; None where nobody sings.
        roughest_join: index of the join that costs most; -1 without joins.
    """

    delivered: Delivered
    loudness: float
    intro_kept: float
    ending_kept: float
    singing_kept: float | None = None
    roughest_join: int = -1

    def __post_init__(self) -> None:
        shares = (self.loudness, self.intro_kept, self.ending_kept, self.singing_kept)
        require(all(is_share(one) for one in shares if one is not None), "shares lie in 0..1")
        n_joins = self.delivered.edit.n_joins
        require(-1 <= self.roughest_join < max(n_joins, 0), "the roughest join is one of its own")


EditMap = tuple[MappedEdit, ...]
"""The edits of a map, the alternatives first."""


HEARD_S = 2.0
"""Of an edit that is pointed at: enough to know the place, and how the join there sounds."""


@dataclass(frozen=True, slots=True)
class HearRequest:
    """Asks for a short edit as the player needs it, made of a song that was prepared before.

    Attributes:
        song: the whole song at the device's rate.
        edit: of that song, at the song's own rate.
        out_dir: where the raw float32 file is put.
    """

    song: PreparedAudio
    edit: Edit
    out_dir: str


def characteristic_place(mapped: MappedEdit, seconds: float = HEARD_S) -> Edit:
    """A short edit of what an edit is known by: its roughest join, or its start without any.

    Half of it lies before the join, half after, as far as the edit's own spans reach.
    """
    edit, at = mapped.delivered.edit, mapped.roughest_join
    if at < 0:
        start, end = edit.spans[0]
        end = min(end, start + round(seconds * edit.sample_rate_hz))
        return Edit(edit.sha256, edit.sample_rate_hz, ((start, end),))
    (left_start, left_end), (right_start, right_end) = edit.spans[at : at + 2]
    half = round(0.5 * seconds * edit.sample_rate_hz)
    spans = (
        (max(left_start, left_end - half), left_end),
        (right_start, min(right_end, right_start + half)),
    )
    return Edit(
        edit.sha256,
        edit.sample_rate_hz,
        spans,
        (edit.fades[at],),
        edit.gains_db[at : at + 2],
        tails=(edit.tails[at],),
    )
