"""What is known of a synthesized song without listening."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class DemoTruth:
    """Exact times of a synthesized song, in seconds.

    Attributes:
        path: of its file; "." where it was not written.
        beats_s: of every beat that is played.
        downbeats_s: of every bar's first beat.
        sections: (start, end, label) each; the first starts with the first bar, the last ends with
            the song; equal labels are the same music.
        meter: beats a bar.
        tempo_bpm: constant.
    """

    path: Path
    beats_s: tuple[float, ...]
    downbeats_s: tuple[float, ...]
    sections: tuple[tuple[float, float, str], ...]
    meter: int
    tempo_bpm: float


def truth_of(
    plan: tuple[tuple[str, int], ...],
    meter: int,
    tempo_bpm: float,
    start_s: float,
    duration_s: float,
    closing_beats: int = 0,
) -> DemoTruth:
    """The truth of a song that follows a plan.

    Args:
        plan: (label, number of bars) of each section.
        meter: beats a bar.
        tempo_bpm: constant.
        start_s: when the first beat sounds.
        duration_s: of the song.
        closing_beats: beats after the plan's last bar (1: a last chord, which is a downbeat).
    """
    beat_s = 60.0 / tempo_bpm
    n_bars = sum(bars for _, bars in plan)
    n_beats = n_bars * meter + closing_beats
    beats = tuple(start_s + k * beat_s for k in range(n_beats))
    sections, bar = [], 0
    for label, bars in plan:
        first, bar = bar, bar + bars
        end = duration_s if bar == n_bars else start_s + bar * meter * beat_s
        sections.append((start_s + first * meter * beat_s, end, label))
    return DemoTruth(Path(), beats, beats[::meter], tuple(sections), meter, tempo_bpm)
