"""Simulated raters for measuring: each judges the source's audio and the kept intervals alone.

Nothing of the project is imported, so that no rater shares features, beats or sections with what
is measured (see `hearing`). Use one from the command:

    tastecut simulate --rater tests/benchmarks/raters.py:SHORT --songs DIR --held-out DIR

Answers are noisy like a person's: on edits of usual lengths, a pair asked twice gets the same
answer about 85 times in 100, and about 20 in 100 are ties. The kinds of raters follow B-Pref (Lee
et al. 2021): noisy (the default), mistake, skip, equal and myopic.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))

from hearing import Kept, View, hear

NOISE = 0.15
TIE = 0.24
"""Of the usual difference between two edits of a song (see `agreement_and_ties`, which measures
.85 and .20 with these)."""

MISTAKE = 0.1
"""Share of answers that a rater of the kind "mistake" gets the wrong way round (B-Pref)."""
MYOPIC_S = 20.0
"""A myopic rater hears no more than this of the end of each edit."""
LONG_SONG_S = 150.0
"""Beyond it a song counts as long, for tastes that depend on the song."""


Utility = Callable[[View], float]


@dataclass(frozen=True)
class Rater:
    """Answers pairs by a utility, with noise.

    Attributes:
        utility: what it likes; higher is better.
        kind: noisy, mistake, skip, equal or myopic; "exact" answers without noise.
        length_only: whether its utility is a matter of length alone, so that edits of the same
            length say nothing of it.
    """

    utility: Utility
    kind: str = "noisy"
    length_only: bool = False

    def value(self, path: str, kept: Kept) -> float:
        """Noise-free utility of an edit, in units of the song's usual difference."""
        return self.utility(View.of(path, kept)) / usual_difference(self.utility, path)

    def rate(self, source_path: str, kept_a: Kept, kept_b: Kept, rng: np.random.Generator) -> str:
        """A, B or tie (or skip, of that kind)."""
        path, views = str(source_path), []
        for kept in (kept_a, kept_b):
            view = View.of(path, kept)
            views.append(view.last(MYOPIC_S) if self.kind == "myopic" else view)
        unit = usual_difference(self.utility, path)
        gap = (self.utility(views[0]) - self.utility(views[1])) / unit
        if self.kind == "exact":
            return "A" if gap > 0 else "B" if gap < 0 else "tie"
        gap += rng.normal(scale=NOISE)
        if self.kind == "mistake" and rng.random() < MISTAKE:
            gap = -gap
        if abs(gap) < TIE * (2.0 if self.kind == "equal" else 1.0):
            return "skip" if self.kind == "skip" and rng.random() < 0.5 else "tie"
        return "A" if gap > 0 else "B"


@dataclass(frozen=True)
class RandomRater:
    """Answers without listening."""

    length_only: bool = False

    def value(self, path: str, kept: Kept) -> float:
        """No edit is better than another."""
        return 0.0

    def rate(self, source_path: str, kept_a: Kept, kept_b: Kept, rng: np.random.Generator) -> str:
        """Two ties in ten, else a coin."""
        return str(rng.choice(["A", "B", "tie"], p=[0.4, 0.4, 0.2]))


def usual_edits(path: str, n: int, rng: np.random.Generator) -> list[list[list[float]]]:
    """Edits as anybody might cut them: 15-90 % kept in segments of 4-40 s, from the start on."""
    song = hear(path)
    edits = []
    while len(edits) < n:
        keep_s = rng.uniform(0.15, 0.9) * song.duration_s
        segments = max(1, round(keep_s / rng.uniform(4.0, 40.0)))
        inner = rng.dirichlet(np.full(segments, 2.0)) * keep_s
        gaps = rng.dirichlet(np.full(segments + 1, 1.0)) * (song.duration_s - keep_s)
        if rng.random() < 0.4:
            gaps[1] += gaps[0]
            gaps[0] = 0.0
        starts = np.cumsum(gaps[:-1]) + np.concatenate([[0.0], np.cumsum(inner)[:-1]])
        edits.append([[float(s), float(s + d)] for s, d in zip(starts, inner, strict=True)])
    return edits


@lru_cache(maxsize=4096)
def usual_difference(utility: Utility, path: str) -> float:
    """Standard deviation of the difference in utility between two usual edits of a song."""
    edits = usual_edits(path, 80, np.random.default_rng(0))
    values = np.array([utility(View.of(path, kept)) for kept in edits])
    return float(np.sqrt(2.0) * values.std()) or 1.0


def agreement_and_ties(rater: Rater, paths: Sequence[str], seed: int = 0) -> tuple[float, float]:
    """Share of pairs of usual edits that get the same answer twice, and share of ties."""
    rng = np.random.default_rng(seed)
    same, ties, n = 0, 0, 0
    for path in paths:
        edits = usual_edits(path, 40, rng)
        for a, b in zip(edits[::2], edits[1::2], strict=True):
            one, other = (rater.rate(path, a, b, rng) for _ in range(2))
            same, ties, n = same + (one == other), ties + (one == "tie"), n + 1
    return same / n, ties / n


def _short(view: View) -> float:
    return -float(np.log(view.duration_s))


def _full(view: View) -> float:
    return view.keep


def _energetic(view: View) -> float:
    return 4.0 * view.energy - 0.3 * abs(float(np.log(view.keep / 0.4)))


def _calm(view: View) -> float:
    return -view.energy


def _ends(view: View) -> float:
    return view.intro + view.ending


def _few_cuts(view: View) -> float:
    return -float(view.cuts) - 2.0 * abs(view.keep - 0.5)


def _hook(view: View) -> float:
    return view.hook - 0.5 * view.keep


def _again(view: View) -> float:
    return view.heard_again


def _varied(view: View) -> float:
    return -view.heard_again


def _real_ending(view: View) -> float:
    return view.ending + 0.5 * (view.kept[-1][1] > view.song.duration_s - 1.0)


def _builds_up(view: View) -> float:
    return view.rise - 0.5 * view.opening


def _about_a_minute(view: View) -> float:
    return -abs(float(np.log(view.duration_s / 60.0)))


def _dense(view: View) -> float:
    return view.cuts / view.duration_s


def _straight_in(view: View) -> float:
    return view.opening + view.closing


def _sings_along(view: View) -> float:
    sung = view.song.sung.sum() > 0
    return (view.singing if sung else view.hook) - 0.5 * view.keep


def _smooth(view: View) -> float:
    return -view.bumps - 2.0 * abs(view.keep - 0.5)


def _one_piece(view: View) -> float:
    return view.longest + 0.5 * view.energy


def _contrast(view: View) -> float:
    return view.swing - 0.1 * abs(float(np.log(view.keep / 0.5)))


def _early_parts(view: View) -> float:
    return -view.middle - 0.2 * abs(float(np.log(view.keep / 0.4)))


def _long_songs_loud(view: View) -> float:
    """From a long song the loud parts, from a short one the calm ones."""
    return view.energy if view.song.duration_s > LONG_SONG_S else -view.energy


def _hook_or_ends(view: View) -> float:
    """Of a long song the hook, of a short one its intro and ending."""
    if view.song.duration_s > LONG_SONG_S:
        return view.hook - 0.5 * view.keep
    return 0.5 * (view.intro + view.ending)


SHORT, FULL, ABOUT_A_MINUTE = (
    Rater(utility, length_only=True) for utility in (_short, _full, _about_a_minute)
)
ENERGETIC, CALM, BUILDS_UP, CONTRAST = map(Rater, (_energetic, _calm, _builds_up, _contrast))
ENDS, REAL_ENDING, EARLY_PARTS = map(Rater, (_ends, _real_ending, _early_parts))
FEW_CUTS, DENSE, SMOOTH, ONE_PIECE = map(Rater, (_few_cuts, _dense, _smooth, _one_piece))
HOOK, AGAIN, VARIED, SINGS_ALONG = map(Rater, (_hook, _again, _varied, _sings_along))
STRAIGHT_IN = Rater(_straight_in)
"""Judges what is heard first and last: independent of length by construction."""
LONG_SONGS_LOUD, HOOK_OR_ENDS = map(Rater, (_long_songs_loud, _hook_or_ends))
RANDOM = RandomRater()
MISTAKEN = Rater(_energetic, kind="mistake")
SKIPPING = Rater(_short, kind="skip", length_only=True)
HARDLY_MINDS = Rater(_ends, kind="equal")
MYOPIC = Rater(_calm, kind="myopic")

RATERS: dict[str, Rater | RandomRater] = {
    "short": SHORT,
    "full": FULL,
    "energetic": ENERGETIC,
    "calm": CALM,
    "intro and ending": ENDS,
    "few cuts": FEW_CUTS,
    "hook": HOOK,
    "repeats": AGAIN,
    "nothing twice": VARIED,
    "real ending": REAL_ENDING,
    "builds up": BUILDS_UP,
    "about a minute": ABOUT_A_MINUTE,
    "dense cutting": DENSE,
    "straight in": STRAIGHT_IN,
    "sings along": SINGS_ALONG,
    "smooth": SMOOTH,
    "one piece": ONE_PIECE,
    "contrast": CONTRAST,
    "early parts": EARLY_PARTS,
    "long songs loud": LONG_SONGS_LOUD,
    "hook or ends": HOOK_OR_ENDS,
    "random": RANDOM,
    "energetic, mistakes": MISTAKEN,
    "short, skips": SKIPPING,
    "ends, hardly minds": HARDLY_MINDS,
    "calm, myopic": MYOPIC,
}
