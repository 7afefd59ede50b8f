"""Comparisons that were shown and the ratings they got."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal, get_args

from ml_core.domain.checked import is_duration, require, require_sha256
from ml_core.domain.edits import Edit, Origin

Answer = Literal["A", "B", "tie", "skip"]
PairReason = Literal["random", "matched", "active", "repeat", "check", "import", "hand"]
RatingSource = Literal["ear", "differences", "import", "hand", "compare"]
MarkKind = Literal["bad_join", "both_bad"]
Hearing = Literal["heard", "by eye", "not told"]

HEARD_S = 2.0
"""What must be heard of each side of what differs: two seconds are about one bar."""

BY_EAR: frozenset[RatingSource] = frozenset({"ear", "differences"})
"""Of answers given in the window while rating."""

ANSWERS: tuple[Answer, ...] = ("A", "B", "tie", "skip")
_REASONS = frozenset(get_args(PairReason))
_SOURCES = frozenset(get_args(RatingSource))


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two edits of one song, sides as shown.

    Attributes:
        id: assigned by the store; 0 before.
        a, b: the edits on the two sides, of one song.
        reason: why this pair was chosen; never shown before it is rated.
        origin_a, origin_b: where the edits came from; likewise.
        repeat_of: id of the comparison that this one repeats, sides swapped or not, else None.
        session: id of the comparing session that this pair belongs to, else None (rating).
        position: index within its session or batch.
    """

    a: Edit
    b: Edit
    reason: PairReason
    origin_a: Origin = Origin()
    origin_b: Origin = Origin()
    id: int = 0
    repeat_of: int | None = None
    session: int | None = None
    position: int = 0

    def __post_init__(self) -> None:
        if self.a.sha256 != self.b.sha256:
            raise ValueError("a comparison is between edits of one song")
        require(self.reason in _REASONS, f"no such reason: {self.reason!r}")
        require(self.id >= 0 and self.position >= 0, "ids and positions are not negative")

    @property
    def sha256(self) -> str:
        """The song's."""
        return self.a.sha256

    def swapped(self) -> Comparison:
        """The same pair with its sides exchanged."""
        return replace(self, a=self.b, b=self.a, origin_a=self.origin_b, origin_b=self.origin_a)


@dataclass(frozen=True, slots=True)
class Rating:
    """One answer. It holds both edits, so it outlives its song and any analyser.

    Attributes:
        comparison_id: the pair that was answered.
        a, b: the edits, of one song, sides as shown.
        answer: A, B, tie or skip.
        strength: 1 better, 2 much better; 1 for ties and skips.
        utc: time in UTC as the store writes it (ISO 8601); empty before. Order is by id, never by
            time.
        heard_a_s, heard_b_s: seconds heard of each side, where the edits differ within what differs
            (`edits.differing`); None where unknown.
        source: by ear in the window, all of the edits or their differences alone; by import, by a
            change made by hand, or in a comparison.
        reason: why the pair was chosen.
        repeat_of: as in the comparison.
        id: assigned by the store; 0 before.
    """

    comparison_id: int
    a: Edit
    b: Edit
    answer: Answer
    strength: int = 1
    utc: str = ""
    heard_a_s: float | None = None
    heard_b_s: float | None = None
    source: RatingSource = "ear"
    reason: PairReason = "random"
    repeat_of: int | None = None
    id: int = 0

    def __post_init__(self) -> None:
        if self.answer not in ANSWERS:
            raise ValueError(f"no such answer: {self.answer!r}")
        if self.strength not in (1, 2) or (self.strength == 2 and self.answer in ("tie", "skip")):
            raise ValueError("strength is 1, or 2 for a clear A or B")
        require(self.a.sha256 == self.b.sha256, "a rating is of edits of one song")
        heard = is_duration(self.heard_a_s) and is_duration(self.heard_b_s)
        require(heard, "what was heard lasts some seconds")
        require(self.reason in _REASONS, f"no such reason: {self.reason!r}")
        require(self.source in _SOURCES, f"no such source: {self.source!r}")

    @property
    def sha256(self) -> str:
        """The song's."""
        return self.a.sha256

    @property
    def sign(self) -> int:
        """1 for A, -1 for B, 0 for a tie.

        Raises:
            ValueError: for a skip, which says nothing.
        """
        if self.answer == "skip":
            raise ValueError("a skip says nothing of taste")
        return {"A": 1, "B": -1, "tie": 0}[self.answer]

    @property
    def hearing(self) -> Hearing:
        """Whether both sides were heard, or the answer was given by eye, or nobody told.

        A side that was measured and heard for less than `HEARD_S` makes it an answer by eye. A
        change by hand never is one: who makes it says what it is to sound like.
        """
        sides = (self.heard_a_s, self.heard_b_s)
        if self.source != "hand" and any(side is not None and side < HEARD_S for side in sides):
            return "by eye"
        return "not told" if None in sides else "heard"

    @property
    def is_by_eye(self) -> bool:
        """Whether a side was not heard, though it was measured."""
        return self.hearing == "by eye"


def counts(rating: Rating, by_eye: bool = False) -> bool:
    """Whether an answer counts as a rating: the one place that says so.

    It says something of taste (a skip does not), and it was not given by eye. Teaching, verdicts,
    consistency, held-out accuracy and every count that is shown ask here. Answers by eye may teach
    too where the person wants it; they never count in verdicts, consistency or accuracy.

    Args:
        rating: an answer that stands: neither taken back nor replaced.
        by_eye: whether answers given by eye count too.
    """
    return rating.answer != "skip" and (by_eye or not rating.is_by_eye)


def counting(ratings: Iterable[Rating], by_eye: bool = False) -> list[Rating]:
    """The answers that count as ratings, in their order; as `counts` says."""
    return [rating for rating in ratings if counts(rating, by_eye)]


def answer_counts(ratings: Iterable[Rating], by_eye: bool = False) -> dict[str, int]:
    """How many answers there are of each kind: what every place tells.

    Returns:
        `ratings`, and of these `A`, `B`, `tie`, `much` and `by_hand`; besides `skip`, `by_eye`
        (teaching or not) and `by_eye_left_out`.
    """
    every = list(ratings)
    told, counted = counting(every, by_eye=True), counting(every, by_eye)
    return {
        "ratings": len(counted),
        **{name: sum(r.answer == name for r in counted) for name in ("A", "B", "tie")},
        "skip": len(every) - len(told),
        "much": sum(rating.strength == 2 for rating in counted),
        "by_hand": sum(rating.source == "hand" for rating in counted),
        "by_eye": sum(rating.is_by_eye for rating in told),
        "by_eye_left_out": len(told) - len(counted),
    }


def changed_by_hand(proposed: Edit, changed: Edit) -> Rating:
    """What a change by hand says: better than what was proposed, without any doubt."""
    return Rating(0, changed, proposed, "A", source="hand", reason="hand")


@dataclass(frozen=True, slots=True)
class Mark:
    """A fault heard in a pair, kept apart from taste.

    Attributes:
        kind: one bad join, or both edits bad.
        side: "A" or "B" for a bad join; empty for both bad.
        from_sample, to_sample: source position left and entered at the bad join; -1 otherwise.
        utc: as the store writes it; empty before.
        id: assigned by the store; 0 before.
    """

    comparison_id: int
    sha256: str
    kind: MarkKind
    side: str = ""
    from_sample: int = -1
    to_sample: int = -1
    utc: str = ""
    id: int = 0

    def __post_init__(self) -> None:
        require_sha256(self.sha256)
        require(self.kind in get_args(MarkKind), f"no such fault: {self.kind!r}")
        is_join = self.kind == "bad_join"
        require(self.side in (("A", "B") if is_join else ("",)), f"no such side: {self.side!r}")
        places = (self.from_sample, self.to_sample)
        require(min(places) >= 0 if is_join else places == (-1, -1), "a bad join has its place")
