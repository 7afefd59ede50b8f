"""Sections: where a song changes, and which of its parts are the same music."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage

from ml_core.analysis.bars.score import mfcc
from ml_core.analysis.bars.segments import segment_means, standardized, unit_rows
from ml_core.analysis.spectra.reading import CHROMA_HZ, FRAME_HZ, Spectra
from ml_core.domain.songs import Section

Floats = NDArray[np.float64]

# Bars on each side that the checkerboard compares.
NOVELTY_BARS = 8
# No section is longer; it bounds the search for boundaries.
LONGEST_SECTION_BARS = 40
# Price of a boundary, in deviations of the novelty; measured on generated songs.
BOUNDARY_PRICE = 1.0
# How far apart sections of one label may be, as a share of the farthest two.
SAME_LABEL_SHARE = 0.55
# Medians over all pairs of bars are taken from this many bars at most.
SAMPLED_BARS = 600


def bar_pattern(spectra: Spectra, bar_edges_s: Floats) -> NDArray[np.float32]:
    """Harmony, bass, timbre and drums of each bar, weighted for comparison, (n_bars, 41)."""
    chroma = unit_rows(segment_means(spectra.chroma, CHROMA_HZ, bar_edges_s))
    bass = unit_rows(segment_means(spectra.bass, CHROMA_HZ, bar_edges_s))
    timbre = standardized(mfcc(segment_means(spectra.logmel, FRAME_HZ, bar_edges_s)))
    drums = segment_means(spectra.flux[:, 1:], FRAME_HZ, bar_edges_s)
    loudness = segment_means(spectra.rms[:, None], FRAME_HZ, bar_edges_s)
    levels = standardized(np.hstack([drums, loudness]))
    return np.hstack([2 * chroma, 1.5 * bass, 0.5 * timbre, 0.7 * levels]).astype(np.float32)


def distances(rows: NDArray[np.float32], others: NDArray[np.float32]) -> NDArray[np.float32]:
    """Euclidean distance of each row to each of the others, float32 (n, m)."""
    squares = np.square(rows).sum(axis=1)[:, None] + np.square(others).sum(axis=1)[None, :]
    result: NDArray[np.float32] = np.sqrt(np.maximum(squares - 2 * rows @ others.T, 0))
    return result


def usual_distance(rows: NDArray[np.float32]) -> float:
    """Median distance of two rows, from at most `SAMPLED_BARS` of them; never 0."""
    if len(rows) > SAMPLED_BARS:
        rows = rows[np.linspace(0, len(rows) - 1, SAMPLED_BARS).astype(np.int64)]
    return max(float(np.median(distances(rows, rows))), 1e-6)


def novelty(pattern: NDArray[np.float32]) -> Floats:
    """How much the music changes at each bar's start, (n_bars,); 0 at the first.

    Checkerboard on the self-similarity of pairs of bars (Foote, "Automatic audio segmentation using
    a measure of audio novelty", 2000). Near the ends it covers fewer bars, and so is weaker.
    """
    n = len(pattern)
    pairs = np.hstack([pattern, np.vstack([pattern[1:], pattern[-1:]])])
    usual = usual_distance(pairs)
    result = np.zeros(n)
    for bar in range(1, n):
        reach = min(NOVELTY_BARS, bar, n - bar)
        around = pairs[bar - reach : bar + reach]
        similar = np.exp(-distances(around, around) / usual)
        change = similar[:reach, :reach].mean() + similar[reach:, reach:].mean()
        change -= 2 * similar[:reach, reach:].mean()
        result[bar] = change * min(1.0, 2 * reach / NOVELTY_BARS)
    return result


def length_price(n_bars: NDArray[np.int64]) -> Floats:
    """What a section of so many bars costs: 8s are free, then 4s, even and odd numbers."""
    price = np.select([n_bars % 8 == 0, n_bars % 4 == 0, n_bars % 2 == 0], [0.0, 0.25, 0.9], 1.4)
    price += np.where(n_bars < 4, 1.5, 0.0) + 0.02 * np.maximum(0, n_bars - 16) ** 1.3
    return np.asarray(price, np.float64)


def find_boundaries(change: Floats) -> NDArray[np.int64]:
    """Bars where sections start, and the number of bars at the end, by dynamic programming."""
    n = len(change)
    height = (change - np.median(change)) / (np.std(change) + 1e-9)
    prices = length_price(np.arange(LONGEST_SECTION_BARS + 1))
    best = np.full(n + 1, -np.inf)
    came_from = np.zeros(n + 1, np.int64)
    best[0] = 0.0
    for end in range(1, n + 1):
        first = max(0, end - LONGEST_SECTION_BARS)
        starts = np.arange(first, end)
        scores = best[starts] - prices[end - starts]
        k = int(scores.argmax())
        best[end] = scores[k] + (height[end] - BOUNDARY_PRICE if end < n else 0.0)
        came_from[end] = starts[k]
    bounds = [n]
    while bounds[-1] > 0:
        bounds.append(int(came_from[bounds[-1]]))
    return np.array(bounds[::-1], np.int64)


def label_name(index: int) -> str:
    """Name sections as spreadsheets name columns: A to Z, then AA, AB and so on."""
    name = ""
    index += 1
    while index > 0:
        index, rest = divmod(index - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def label_sections(pattern: NDArray[np.float32], bounds: NDArray[np.int64]) -> list[str]:
    """A letter for each section, the same one for the same music, in order of appearance."""
    if len(bounds) < 3:
        return ["A"]
    described = [
        np.concatenate([1.5 * pattern[a:b].mean(axis=0), pattern[a : min(b, a + 4)].mean(axis=0)])
        for a, b in pairwise(bounds)
    ]
    tree = linkage(np.array(described, np.float64), "average")
    groups = fcluster(tree, SAME_LABEL_SHARE * tree[-1, 2], "distance")
    seen: dict[int, str] = {}
    return [seen.setdefault(int(g), label_name(len(seen))) for g in groups]


def find_sections(pattern: NDArray[np.float32], change: Floats) -> tuple[Section, ...]:
    """Sections that cover all bars.

    Args:
        pattern: (n_bars, n) from `bar_pattern`.
        change: (n_bars,) from `novelty`.
    """
    bounds = find_boundaries(change)
    labels = label_sections(pattern, bounds)
    return tuple(
        Section(int(a), int(b), label)
        for a, b, label in zip(bounds[:-1], bounds[1:], labels, strict=True)
    )
