"""What the instruments of one part of a song play: drums, bass, chords, arpeggios, melody."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from rhythms import CRASH, Hit, bass_bar, chord_bar, drum_bar, fill_bar, melody_bars, strong_beats

DRUM_CHANNEL = 9
# Scale degrees of a chord a step.
# fmt: off
PROGRESSIONS = (
    (0, 4, 5, 3), (0, 3, 4, 4), (5, 3, 0, 4), (0, 5, 3, 4), (0, 6, 5, 4), (0, 3, 0, 4),
    (1, 4, 0, 0), (0, 0, 3, 0), (0, 2, 3, 4), (0, 6, 3, 0), (0, 5, 1, 4), (0, 0, 0, 0),
    (0, 1, 0, 1), (0, 0, 6, 6),
)
# General MIDI programs that suit each part.
BASSES = (32, 33, 33, 34, 35, 36, 38, 39, 43, 58, 87)
CHORDS = (
    0, 1, 2, 4, 5, 6, 7, 11, 15, 16, 18, 19, 21, 24, 25, 26, 27, 28,
    29, 30, 30, 46, 61, 62, 63, 80, 81, 90,
)
PADS = (16, 19, 44, 48, 49, 50, 51, 52, 54, 61, 88, 89, 90, 91, 94, 95)
LEADS = (
    0, 4, 9, 10, 11, 12, 13, 21, 22, 24, 26, 29, 30, 40, 41, 42, 52, 53,
    54, 56, 57, 60, 64, 65, 66, 68, 71, 73, 74, 75, 79, 80, 81, 85, 104,
)
ARPEGGIOS = (0, 4, 6, 8, 9, 11, 12, 15, 24, 25, 27, 45, 46, 80, 81, 87, 88, 98, 99, 105, 108)
# fmt: on


@dataclass(frozen=True)
class Note:
    """A note in seconds; `program` is General MIDI's, `channel` 9 the drum kit."""

    start_s: float
    end_s: float
    channel: int
    program: int
    key: int
    velocity: int


@dataclass
class Frame:
    """What all parts of a piece share."""

    rng: np.random.Generator
    meter: int
    parts: int
    bpm: float
    swing: float
    swing_parts: int
    beats_s: NDArray[np.float64]
    first_bar_beat: int
    scale: tuple[int, ...]
    tonic: int
    jitter_s: float

    def seconds(self, bar: int, at: float) -> float:
        """When a place in a bar sounds, with swing."""
        beat = self.first_bar_beat + bar * self.meter + at
        whole = int(np.floor(beat))
        within = beat - whole
        if self.parts == 4 and self.swing != 0.5:
            unit = 1 / self.swing_parts
            k, part = divmod(within / unit, 1.0)
            part = (
                part * 2 * self.swing
                if part < 0.5
                else self.swing + (part - 0.5) * 2 * (1 - self.swing)
            )
            within = (k + part) * unit
        time = float(np.interp(whole + within, np.arange(len(self.beats_s)), self.beats_s))
        return max(0.0, time + self.rng.normal(0, self.jitter_s))

    def key(self, degree: int, low: int) -> int:
        """MIDI key of a degree of the scale, at or above a lowest key."""
        octave, step = divmod(degree, 7)
        key = self.tonic + self.scale[step] + 12 * octave
        return key + 12 * int(np.ceil((low - key) / 12))


class Section:
    """The material of one part of a song: which instruments play what."""

    def __init__(self, frame: Frame, has_drums: bool) -> None:
        rng, m, p = frame.rng, frame.meter, frame.parts
        self.frame = frame
        self.progression = PROGRESSIONS[rng.integers(len(PROGRESSIONS))]
        # Bars a chord lasts; below 1 the chord changes within the bar.
        self.chord_bars = float(
            rng.choice(
                [0.5, 1, 2, 4], p=[0.15 if m % 2 == 0 else 0, 0.6, 0.2, 0.05 if m % 2 == 0 else 0.2]
            )
        )
        self.anticipation = 1 / p * 2 if p == 4 and rng.random() < 0.12 else 0.0
        self.drums = (
            [drum_bar(m, p, frame.bpm, rng) for _ in range(2)]
            if has_drums and rng.random() < 0.92
            else []
        )
        self.second_bar = rng.random() < 0.3
        sparse = 1.0 if has_drums else 1.15
        self.bass = bass_bar(m, p, rng) if rng.random() < 0.78 else []
        self.chords = chord_bar(m, p, rng) if rng.random() < 0.65 * sparse else []
        self.pad = rng.random() < 0.3
        self.arpeggio = (
            int(rng.choice([p, 2 if p == 4 else 3, 1])) if rng.random() < 0.3 * sparse else 0
        )
        self.melody = melody_bars(m, p, int(rng.choice([2, 4])), rng) if rng.random() < 0.65 else []
        self.riff = melody_bars(m, p, 1, rng) if rng.random() < 0.22 else []
        if not (self.bass or self.chords or self.arpeggio or self.melody or self.riff):
            self.chords = chord_bar(m, p, rng)
        self.programs = [
            int(rng.choice(options)) for options in (BASSES, CHORDS, PADS, ARPEGGIOS, LEADS, CHORDS)
        ]
        self.levels = rng.uniform(55, 115, 7)
        self.accent = float(rng.uniform(0, 0.3))
        self.tones = int(rng.choice([2, 3, 3, 4]))
        self.arpeggio_span = int(rng.choice([3, 4, 4, 5, 6, 8]))
        self.strong = strong_beats(m, rng)

    def degree(self, bar: int, at: float) -> int:
        """Scale degree of the chord that sounds at a place."""
        place = bar + (at + self.anticipation) / self.frame.meter + 1e-6
        return self.progression[int(np.floor(place / self.chord_bars)) % len(self.progression)]

    def note(self, bar: int, hit: Hit, part: int, key: int) -> Note:
        """One note of a part (0 bass, 1 chords, 2 pad, 3 arpeggio, 4 melody, 5 riff, 6 drums)."""
        frame = self.frame
        start = frame.seconds(bar, hit.at)
        end = max(start + 0.04, frame.seconds(bar, hit.at + hit.length))
        place = hit.at % frame.meter
        accent = self.accent * (1.0 if place == 0 else 0.5 if place in self.strong else 0.0)
        loud = (
            self.levels[part]
            * hit.strength
            * (1 - self.accent + 2 * accent)
            * frame.rng.normal(1, 0.06)
        )
        velocity = int(np.clip(loud, 12, 127))
        channel = DRUM_CHANNEL if part == 6 else part
        program = 0 if part == 6 else self.programs[part]
        return Note(start, end, channel, program, int(np.clip(key, 20, 108)), velocity)

    def chord(self, bar: int, at: float, low: int) -> list[int]:
        """Keys of the chord at a place, from a lowest key up."""
        degree = self.degree(bar, at)
        return sorted(self.frame.key(degree + 2 * k, low) for k in range(self.tones))

    def play(self, start: int, end: int) -> list[Note]:
        """The notes of bars start..end (exclusive)."""
        notes: list[Note] = []
        for bar in range(start, end):
            notes += self._drum_notes(bar, start, end)
            notes += self._harmony_notes(bar)
            for hit in self.riff:
                steps = sum(h.kind for h in self.riff if h.at <= hit.at)
                notes.append(
                    self.note(bar, hit, 5, self.frame.key(self.degree(bar, hit.at) + steps, 45))
                )
        return notes + self._melody_notes(start, end)

    def pick_up(self, n_beats: int) -> list[Note]:
        """What leads in to the first bar."""
        hits = [h for h in (self.melody or self.riff or self.bass) if 0 <= h.at < n_beats]
        return [
            self.note(0, replace(h, at=h.at - n_beats), 4, self.frame.key(4 + h.kind, 60))
            for h in hits
        ]

    def _drum_notes(self, bar: int, start: int, end: int) -> list[Note]:
        if not self.drums:
            return []
        rng, meter = self.frame.rng, self.frame.meter
        hits = self.drums[bar % 2 if self.second_bar else 0]
        hits = [h for h in hits if rng.random() > 0.03]
        if bar == end - 1 and rng.random() < 0.5:
            fill = fill_bar(meter, self.frame.parts, rng)
            first = min((h.at for h in fill), default=meter)
            hits = [h for h in hits if h.at < first] + fill
        if bar == start and rng.random() < 0.5:
            hits = [*hits, Hit(0.0, 1.0, 0.9, CRASH)]
        return [self.note(bar, h, 6, h.kind) for h in hits]

    def _harmony_notes(self, bar: int) -> list[Note]:
        frame, meter = self.frame, self.frame.meter
        notes: list[Note] = []
        for hit in self.bass:
            degree = self.degree(bar, hit.at)
            shift = {1: 4, 3: 2, 4: -1 if frame.rng.random() < 0.5 else 1}.get(hit.kind, 0)
            key = frame.key(degree + shift, 28) + (12 if hit.kind == 2 else 0)
            notes.append(self.note(bar, hit, 0, key))
        changes = np.arange(0, meter, self.chord_bars * meter if self.chord_bars < 1 else meter)
        chords = [h for h in self.chords if h.length < 0.9 * meter]
        if len(chords) < len(self.chords) or self.pad:
            length = meter / len(changes) * 0.98
            held = [Hit(float(c), length, 0.8) for c in changes]
            notes += [
                self.note(bar, h, 2 if self.pad else 1, key)
                for h in held
                for key in self.chord(bar, h.at, 52)
            ]
        notes += [self.note(bar, h, 1, key) for h in chords for key in self.chord(bar, h.at, 50)]
        for k in range(meter * self.arpeggio):
            at = k / self.arpeggio
            tones = self.chord(bar, at, 55)
            turn = k % self.arpeggio_span
            key = tones[turn % len(tones)] + 12 * (turn // len(tones))
            notes.append(self.note(bar, Hit(at, 0.9 / self.arpeggio, 0.75), 3, key))
        return notes

    def _melody_notes(self, start: int, end: int) -> list[Note]:
        if not self.melody:
            return []
        frame, rng = self.frame, self.frame.rng
        phrase = int(np.ceil(max(h.at + h.length for h in self.melody) / frame.meter))
        notes = []
        for first in range(start, end, max(1, phrase)):
            degree = int(rng.integers(0, 5))
            for hit in self.melody:
                # Repeats are varied a little.
                if rng.random() < 0.08 or first + hit.at / frame.meter >= end:
                    continue
                degree = int(np.clip(degree + hit.kind, -3, 9))
                if hit.at % frame.meter in self.strong and rng.random() < 0.7:
                    degree = self.degree(first, hit.at) + 2 * int(rng.integers(0, 3))
                notes.append(self.note(first, hit, 4, frame.key(degree, 60)))
        return notes
