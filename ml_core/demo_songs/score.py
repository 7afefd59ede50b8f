"""Notes, bars and chords: what is played, before any sound."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, product

_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_QUALITIES = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "7": (0, 4, 7, 10),
    "m7": (0, 3, 7, 10),
    "maj7": (0, 4, 7, 11),
    "add9": (0, 4, 7, 14),
    "sus4": (0, 5, 7),
}


@dataclass(frozen=True, slots=True)
class Note:
    """A note: place and length in beats of the song, MIDI pitch, velocity 0..1."""

    start_beats: float
    length_beats: float
    midi: int
    velocity: float = 1.0


@dataclass(frozen=True, slots=True)
class Chord:
    """A chord: its bass note's and root's pitch classes, and the intervals above the root."""

    bass: int
    root: int
    intervals: tuple[int, ...]

    @property
    def classes(self) -> tuple[int, ...]:
        """Pitch classes of its tones."""
        return tuple((self.root + interval) % 12 for interval in self.intervals)


def pitch_class(name: str) -> int:
    """0..11 of "C", "F#", "Bb"."""
    return (_STEPS[name[0]] + name.count("#") - name[1:].count("b")) % 12


def chord(name: str) -> Chord:
    """The chord of a symbol such as "Em", "Cmaj7" or "D/F#".

    Raises:
        ValueError: if the symbol is none that is known.
    """
    match = re.fullmatch(r"([A-G][#b]?)(\w*)(?:/([A-G][#b]?))?", name)
    if match is None or match[2] not in _QUALITIES:
        raise ValueError(f"no such chord: {name}")
    root = pitch_class(match[1])
    return Chord(pitch_class(match[3]) if match[3] else root, root, _QUALITIES[match[2]])


def voice_chords(chords: Sequence[Chord], low: int, high: int) -> list[tuple[int, ...]]:
    """Close voicings within MIDI [low, high], each as near to the one before as can be.

    Nearness is the sum of the voices' steps (the rule of least motion); chords with more or fewer
    tones than the one before are compared by the nearest voice. A slight pull towards the middle
    of the range keeps long progressions from drifting.
    """
    voiced: list[tuple[int, ...]] = []
    middle = (low + high) / 2
    for current in chords:
        choices = [
            tuple(sorted(tones))
            for tones in product(
                *[[p for p in range(low, high + 1) if p % 12 == c] for c in current.classes]
            )
            if max(tones) - min(tones) <= 14 and _smallest_step(tones) >= 2
        ]
        before = voiced[-1] if voiced else None

        def cost(tones: tuple[int, ...], before: tuple[int, ...] | None = before) -> float:
            pull = 0.25 * abs(sum(tones) / len(tones) - middle)
            if before is None:
                return pull
            return pull + sum(min(abs(tone - other) for other in before) for tone in tones)

        voiced.append(min(choices, key=cost))
    return voiced


def _smallest_step(tones: tuple[int, ...]) -> int:
    """Between neighbouring tones, in semitones: a single one would grind."""
    ordered = sorted(tones)
    return min((b - a for a, b in pairwise(ordered)), default=12)


def melody(text: str, start_beats: float = 0.0, transpose: int = 0) -> list[Note]:
    """Notes from "E4:.5 -:1 F#5:1.5"; "-" rests, "|" is for the eye.

    The first note after a rest and every note of a beat or more is a little louder.
    """
    notes: list[Note] = []
    at, rested = start_beats, True
    for token in text.replace("|", " ").split():
        name, length_text = token.split(":")
        length = float(length_text)
        if name != "-":
            match = re.fullmatch(r"([A-G][#b]?)(\d)", name)
            if match is None:
                raise ValueError(f"no such note: {name}")
            midi = pitch_class(match[1]) + 12 * (int(match[2]) + 1) + transpose
            notes.append(Note(at, length, midi, 1.0 if rested or length >= 1 else 0.85))
        rested = name == "-"
        at += length
    return notes
