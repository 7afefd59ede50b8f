"""Which pairs to ask: spread over the songs, half of them equally long, some asked again.

Length is the trap of this kind of learning: "the shorter one" explained 77 % of the decided
ratings of a first collection. So every other pair holds two edits of the same length that differ
in what they keep. A tenth of the pairs are asked again with their sides swapped, to measure how
far the person agrees with themselves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ml_core.domain.edits import Candidate, Edit
from ml_core.domain.ratings import Comparison, Reason
from ml_core.domain.requests import ProposeRequest, SongTask
from ml_core.edits.edit_graph import EditGraph
from ml_core.errors import UserError
from ml_core.progress import Progress
from ml_core.training.checkpoint import BASE_MODEL, Model
from ml_core.training.compare import same_length
from ml_core.training.deliver import draw

POOL_EDITS = 24
"""Drawn per song: about 15 of their 276 pairs then differ by at most 3 % in length."""
REPEAT_EVERY = 10
REPEAT_DISTANCE = 9
"""A repeat comes at least 8 other pairs after its original (design, honest comparison)."""
LEAST_DIFFERENCE = 0.15
"""Share of the kept audio in which two edits must differ to be worth a listen."""
CHOOSE_AMONG = 0.25
"""One of the most different quarter of pairs is taken: the very most different would always be
the same two extremes."""


def kept_difference(one: Edit, other: Edit) -> float:
    """Jaccard distance of what two edits of a song keep: 0 the same audio, 1 nothing shared."""
    shared = sum(
        max(0, min(end, other_end) - max(start, other_start))
        for start, end in one.spans
        for other_start, other_end in other.spans
    )
    union = one.n_samples + other.n_samples - shared
    return 1.0 - shared / union if union else 0.0


def choose_pairs(
    request: ProposeRequest, graphs: Mapping[str, EditGraph], model: Model, progress: Progress
) -> list[Comparison]:
    """Pairs to ask next, in order.

    Args:
        request: what was asked before bounds what is asked now: no pair comes twice by accident.
        graphs: edit graph of each song by hash.
        model: active policy; with a trained one, half of each pool still comes from the base
            policy, so that what the taste has left behind is heard now and then.
        progress: one step a pair.

    Raises:
        UserError: if no song allows two different edits.
    """
    rng = np.random.default_rng([request.seed, len(request.asked)])
    turn = _Turn(request, graphs, model, rng)
    chosen: list[Comparison] = []
    for index in range(request.n_pairs):
        progress.report(index / request.n_pairs, "Choosing pairs")
        position = len(request.asked) + index
        pair = _repeat(request, chosen, position, rng) if request.with_repeats else None
        chosen.append(pair or turn.next_pair(matched=position % 2 == 1))
    return [replace(pair, position=k) for k, pair in enumerate(chosen)]


def is_repeat_turn(position: int) -> bool:
    """Whether the pair at this position of all pairs ever asked is a repeat.

    Once in every ten, at a place that differs from ten to ten, so that nobody learns it.
    """
    decade, place = divmod(position, REPEAT_EVERY)
    if decade == 0:
        return place == REPEAT_EVERY - 1
    return place == int(np.random.default_rng([decade, REPEAT_EVERY]).integers(REPEAT_EVERY))


def _repeat(
    request: ProposeRequest,
    chosen: Sequence[Comparison],
    position: int,
    rng: np.random.Generator,
) -> Comparison | None:
    """An earlier pair with its sides swapped, or None when it is not its turn.

    A pair that is still to be stored has no id yet; only stored pairs are asked again, or pairs
    of this batch by their place in it (a negative id, resolved when the batch is stored).
    """
    if not is_repeat_turn(position):
        return None
    skipped = {r.comparison_id for r in request.ratings if r.answer == "skip"}
    songs = {song.sha256 for song in request.songs}
    history = [*request.asked, *chosen]
    repeated = {pair.repeat_of for pair in history if pair.repeat_of is not None}
    open_to_repeat = []
    for index in range(len(history) - REPEAT_DISTANCE + 1):
        pair = history[index]
        known = pair.id or -(index - len(request.asked) + 1)
        if pair.repeat_of is None and known not in repeated | skipped and pair.sha256 in songs:
            open_to_repeat.append((known, pair))
    if not open_to_repeat:
        return None
    known, pair = open_to_repeat[int(rng.integers(len(open_to_repeat)))]
    return replace(pair.swapped(), id=0, reason="repeat", repeat_of=known)


@dataclass(frozen=True, slots=True)
class _Pool:
    """Draws of one song."""

    song: SongTask
    candidates: tuple[Candidate, ...]


class _Turn:
    """Whose turn it is among the songs, and the draws made so far."""

    def __init__(
        self,
        request: ProposeRequest,
        graphs: Mapping[str, EditGraph],
        model: Model,
        rng: np.random.Generator,
    ) -> None:
        self._request, self._graphs, self._model, self._rng = request, graphs, model, rng
        self._songs = [song for song in request.songs if song.sha256 in graphs]
        self._asked = Counter(pair.sha256 for pair in request.asked)
        self._seen = {frozenset((p.a.id, p.b.id)) for p in request.asked}
        self._pools: dict[str, _Pool] = {}
        self._why = ""

    def next_pair(self, matched: bool) -> Comparison:
        """A pair of the song that was asked least."""
        while self._songs:
            fewest = min(self._asked[song.sha256] for song in self._songs)
            next_up = [song for song in self._songs if self._asked[song.sha256] == fewest]
            song = next_up[int(self._rng.integers(len(next_up)))]
            pair = self._pair_of(song, matched)
            if pair is not None:
                self._asked[song.sha256] += 1
                self._seen.add(frozenset((pair.a.id, pair.b.id)))
                return pair
            self._songs.remove(song)
        raise UserError(
            "None of the songs allows two different edits.",
            self._why or "Add songs, or change what the edits are for.",
        )

    def _pair_of(self, song: SongTask, matched: bool) -> Comparison | None:
        for fresh in (False, True):
            pool = self._pool(song, fresh)
            if pool is None:
                return None
            pair = self._choose(pool.candidates, matched)
            if pair is not None:
                return pair
        return None

    def _pool(self, song: SongTask, fresh: bool) -> _Pool | None:
        if fresh or song.sha256 not in self._pools:
            graph = self._graphs[song.sha256]
            try:
                drawn = self._draw(graph, song)
            except UserError as error:
                self._why = str(error)
                return None
            unique = {candidate.edit.id: candidate for candidate in drawn}
            self._pools[song.sha256] = _Pool(song, tuple(unique.values()))
        return self._pools[song.sha256]

    def _draw(self, graph: EditGraph, song: SongTask) -> list[Candidate]:
        if self._model is BASE_MODEL:
            return draw(BASE_MODEL, graph, song.limits, POOL_EDITS, self._rng)
        half = POOL_EDITS // 2
        tuned = draw(self._model, graph, song.limits, half, self._rng)
        named = [
            replace(c, origin=replace(c.origin, checkpoint=self._request.checkpoint)) for c in tuned
        ]
        return named + draw(BASE_MODEL, graph, song.limits, half, self._rng)

    def _choose(self, candidates: Sequence[Candidate], matched: bool) -> Comparison | None:
        """A pair of the pool that was not asked yet; matched in length where that was wanted."""
        pairs = list(self._open_pairs(candidates))
        alike = [pair for pair in pairs if same_length(pair[1].edit, pair[2].edit)]
        wanted, reason = (alike, "matched") if matched and alike else (pairs, "random")
        if not wanted:
            return None
        if reason == "matched":
            wanted.sort(key=lambda pair: -pair[0])
            wanted = wanted[: max(1, round(CHOOSE_AMONG * len(wanted)))]
        _, one, other = wanted[int(self._rng.integers(len(wanted)))]
        if self._rng.random() < 0.5:
            one, other = other, one
        named: Reason = "matched" if reason == "matched" else "random"
        return Comparison(one.edit, other.edit, named, one.origin, other.origin)

    def _open_pairs(
        self, candidates: Sequence[Candidate]
    ) -> Iterable[tuple[float, Candidate, Candidate]]:
        for index, one in enumerate(candidates):
            for other in candidates[:index]:
                if frozenset((one.edit.id, other.edit.id)) in self._seen:
                    continue
                difference = kept_difference(one.edit, other.edit)
                if difference >= LEAST_DIFFERENCE:
                    yield difference, one, other
