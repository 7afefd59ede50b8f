"""The first demo song: four beats a bar, 116 a minute, G major, synthesizers and drums."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from ml_core.demo_songs import drums, tones
from ml_core.demo_songs.mixing import Mix, Stereo
from ml_core.demo_songs.score import Note, chord, melody, pitch_class, voice_chords
from ml_core.demo_songs.truth import DemoTruth, truth_of

METER = 4
TEMPO_BPM = 116.0
START_S = 0.12
TAIL_S = 5.2

PLAN = (
    ("intro", 4),
    ("verse", 8),
    ("chorus", 8),
    ("verse", 8),
    ("chorus", 8),
    ("bridge", 8),
    ("chorus", 8),
    ("outro", 4),
)

_CHORDS = {
    "intro": "Em Cmaj7 Em Cmaj7",
    "verse": "Em C G D Em C G D",
    "chorus": "C G D Em C G Am7 D",
    "bridge": "Am7 Bm7 Cmaj7 D Am7 Bm7 Cmaj7 Dsus4",
    "outro": "C G D Em",
}

_MELODIES = {
    "verse": """
        -:.5 E4:.5 G4:.5 A4:.5 B4:1.5 A4:.5 | G4:1 E4:1.5 -:.5 D4:.5 E4:.5 |
        -:.5 D4:.5 G4:.5 A4:.5 B4:1.5 D5:.5 | A4:2.5 -:1.5 |
        -:.5 E4:.5 G4:.5 A4:.5 B4:1 D5:1 | E5:1.5 D5:.5 B4:1 G4:1 |
        -:.5 B4:.5 A4:.5 G4:.5 A4:1 B4:1 | A4:1.5 F#4:.5 A4:2""",
    "chorus": """
        E5:1.5 D5:.5 E5:1 G5:1 | D5:2.5 B4:.5 D5:1 |
        A4:1 D5:1 F#5:1.5 E5:.5 | E5:1 B4:1 -:2 |
        E5:1.5 D5:.5 E5:1 G5:1 | B5:1.5 A5:.5 G5:1 D5:1 |
        C5:1 E5:1 A5:1.5 G5:.5 | F#5:1.5 E5:.5 D5:2""",
    "bridge": """
        E5:3 D5:1 | F#5:3 E5:1 | G5:2 B5:2 | A5:4 |
        E5:2 C5:2 | D5:2 F#5:2 | G5:1 F#5:1 E5:1 B4:1 | D5:3 -:1""",
    "outro": "E5:1.5 D5:.5 E5:1 G5:1 | D5:2.5 B4:.5 D5:1 | A4:1 D5:1 F#5:1.5 E5:.5 | E5:2 -:2",
}
_ANSWERS = "-:12 | -:2.5 A5:.5 F#5:.5 D5:.5 | -:12 | -:2 D5:.5 F#5:.5 A5:1"
"""What a second voice puts where the second verse's tune holds: 8 bars."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One section as it stands in the song: `turn` counts those of the same label from 0."""

    label: str
    turn: int
    start_beats: float
    n_bars: int

    @property
    def bars(self) -> list[float]:
        """Where each bar starts, in beats."""
        return [self.start_beats + METER * bar for bar in range(self.n_bars)]

    @property
    def is_last_chorus(self) -> bool:
        """Whether everything plays."""
        return self.label == "chorus" and self.turn == 2


def _parts() -> list[_Part]:
    parts, at, turns = [], 0, dict.fromkeys(_CHORDS, 0)
    for label, n_bars in PLAN:
        parts.append(_Part(label, turns[label], float(at), n_bars))
        turns[label] += 1
        at += n_bars * METER
    return parts


def synthesize() -> tuple[Stereo, DemoTruth]:
    """The song, float32 (n_samples, 2) at 44.1 kHz, and its truth."""
    parts = _parts()
    n_beats = sum(bars for _, bars in PLAN) * METER
    mix = Mix(n_beats + 1, 60.0 / TEMPO_BPM, START_S, TAIL_S)
    kicks = [beat for part in parts for beat in _kicks(part)] + [float(n_beats)]
    _play_drums(mix, parts, kicks)
    _play_harmony(mix, parts)
    _play_melodies(mix, parts)
    _play_ending(mix, float(n_beats))
    audio = mix.finish(kicks, duck_db=5.0, seed=11)
    duration_s = len(audio) / tones.RATE_HZ
    return audio, truth_of(PLAN, METER, TEMPO_BPM, START_S, duration_s, closing_beats=1)


def _kicks(part: _Part) -> Iterator[float]:
    for index, bar in enumerate(part.bars):
        if part.label == "chorus" or (part.label == "outro" and index < 2):
            yield from (bar, bar + 1, bar + 2, bar + 3)
        elif part.label == "verse":
            yield from (bar, bar + 2, bar + 2.5) if index % 2 else (bar, bar + 2)
        elif part.label == "bridge" and index >= 4:
            yield from (bar, bar + 2)
        elif part.label in ("intro", "outro") and index >= 2:
            yield bar


def _play_drums(mix: Mix, parts: list[_Part], kicks: list[float]) -> None:
    mix.hit(drums.kick(), [(beat, 1.0) for beat in kicks], -7.5, room=0.02)
    for part in parts:
        _play_hats(mix, part)
        _play_back_beat(mix, part)
        if part.label in ("chorus", "bridge", "outro") or part.turn > 0:
            mix.hit(drums.crash(), [(part.start_beats, 1.0)], -15.0, pan=0.25, room=0.2)
        if part.label in ("intro", "bridge") or part.label == "verse":
            swell = drums.riser(round(4 * mix.beat_s, 4))
            at = part.start_beats + part.n_bars * METER - 4
            mix.hit(swell, [(at, 1.0)], -16.0, room=0.3)


def _play_hats(mix: Mix, part: _Part) -> None:
    closed: list[tuple[float, float]] = []
    opened: list[tuple[float, float]] = []
    for index, bar in enumerate(part.bars):
        if part.label == "chorus":
            opened += [(bar + k + 0.5, 0.8) for k in range(METER)]
            closed += [(bar + k / 4, (0.75, 0.35, 0.0, 0.45)[k % 4]) for k in range(16)]
        elif part.label == "verse":
            closed += [(bar + k / 2, (1.0, 0.55)[k % 2]) for k in range(8)]
            if part.turn > 0:
                closed += [(bar + k / 2 + 0.25, 0.35) for k in range(8)]
        elif part.label != "bridge" or index >= 4:
            closed += [(bar + k / 2, (0.7, 0.4)[k % 2]) for k in range(8)]
    mix.hit(drums.hat(), closed, -13.0, pan=0.3)
    mix.hit(drums.hat(is_open=True), opened, -14.5, pan=0.3)
    if part.label == "chorus" or part.turn > 0:
        shakes = [
            (bar + k / 4, (0.9, 0.5, 0.7, 0.5)[k % 4]) for bar in part.bars for k in range(16)
        ]
        mix.hit(drums.shaker(), shakes, -16.0, pan=-0.4)


def _play_back_beat(mix: Mix, part: _Part) -> None:
    if part.label in ("intro", "outro"):
        return
    bars = part.bars[4:] if part.label == "bridge" else part.bars
    back = [(bar + beat, 1.0) for bar in bars for beat in (1, 3)]
    mix.hit(drums.snare(), back, -8.0 if part.label == "chorus" else -9.5, room=0.18)
    if part.label == "chorus":
        mix.hit(drums.clap(), back, -12.0, pan=-0.1, room=0.25)
    last = part.bars[-1]
    fill = [(last + 3 + k / 4, 0.45 + 0.15 * k) for k in range(4)]
    if part.label == "verse":
        mix.hit(drums.snare(), fill, -13.0, room=0.15)
    else:
        for (beat, velocity), pitch_hz in zip(fill, (196.0, 165.0, 131.0, 98.0), strict=True):
            mix.hit(drums.tom(pitch_hz), [(beat, velocity)], -9.0, pan=(pitch_hz - 140) / 160)


def _play_harmony(mix: Mix, parts: list[_Part]) -> None:
    symbols = [symbol for part in parts for symbol in _CHORDS[part.label].split()]
    voicings = iter(voice_chords([chord(symbol) for symbol in symbols], 55, 74))
    for part in parts:
        for bar, symbol in zip(part.bars, _CHORDS[part.label].split(), strict=True):
            tones_now = next(voicings)
            _play_pad(mix, part, bar, tones_now)
            _play_arpeggio(mix, part, bar, tones_now)
            _play_bass(mix, part, bar, 28 + (chord(symbol).bass - 4) % 12)


def _play_pad(mix: Mix, part: _Part, bar: float, voicing: tuple[int, ...]) -> None:
    notes = [Note(bar, METER, midi) for midi in voicing]
    level_db = {"verse": -23.0, "chorus": -20.0, "bridge": -19.0}.get(part.label, -20.0)
    for side, detune in ((-0.8, _LEFT_PAD), (0.8, _RIGHT_PAD)):
        mix.play(notes, detune, level_db, pan=side, room=0.35, ducked=True)
    if part.label == "chorus":
        places = (0.5, 1.5, 2.5, 3.5) if part.turn < 2 else (0.5, 1.25, 1.5, 2.5, 3.25, 3.5)
        for place in places:
            stabs = [Note(bar + place, 0.3, midi + 12, 0.8) for midi in voicing]
            mix.play(stabs, tones.stab, -24.0, pan=-0.15, room=0.25, ducked=True)


_LEFT_PAD = partial(tones.pad, detune_cents=6.0)
_RIGHT_PAD = partial(tones.pad, detune_cents=8.5)


def _play_arpeggio(mix: Mix, part: _Part, bar: float, voicing: tuple[int, ...]) -> None:
    """Broken chords in sixteenths, upwards then back; from the second verse on in verses too."""
    if part.label == "verse" and part.turn == 0:
        return
    ladder = [*voicing, voicing[0] + 12]
    order = [*range(len(ladder)), *range(len(ladder) - 2, 0, -1)]
    step = 0.5 if part.label in ("bridge", "outro") else 0.25
    notes = [
        Note(bar + k * step, step, ladder[order[k % len(order)]] + 12, (1.0, 0.6, 0.75, 0.6)[k % 4])
        for k in range(int(METER / step))
    ]
    if part.label == "intro":  # grows from bar to bar
        share = (bar - part.start_beats + METER) / (part.n_bars * METER)
        notes = [replace(note, velocity=note.velocity * (0.3 + 0.7 * share)) for note in notes]
    level_db = -22.0 if part.label == "verse" else -19.5
    mix.play(notes, tones.pluck, level_db, pan=0.45, room=0.3, echo=0.3)


def _play_bass(mix: Mix, part: _Part, bar: float, midi: int) -> None:
    if part.label == "intro":
        return
    if part.label == "chorus":
        steps = [(k / 2, 0.45, 12 if k % 4 == 3 else 0) for k in range(8)]
    elif part.label == "verse":
        steps = [(0, 1.4, 0), (1.5, 0.45, 0), (2, 0.9, 0), (3, 0.45, 12), (3.5, 0.45, 7)]
        if part.turn == 0:
            steps = steps[:3]
    else:
        steps = [(0, 3.8, 0)]
    notes = [Note(bar + at, length, midi + up) for at, length, up in steps]
    mix.play(
        notes,
        tones.synth_bass,
        -15.0 if part.label in ("verse", "outro") else -14.0,
        room=0.0,
        ducked=True,
    )


def _play_melodies(mix: Mix, parts: list[_Part]) -> None:
    for part in parts:
        if part.label == "intro":
            continue
        tune = melody(_MELODIES[part.label], part.start_beats)
        if part.label == "bridge":
            mix.play(tune, tones.music_box, -13.0, pan=-0.1, room=0.5, echo=0.3)
            continue
        level_db = -15.5 if part.label == "chorus" else -14.0
        mix.play(tune, tones.lead, level_db, room=0.28, echo=0.12, late_s=0.004)
        if part.label == "chorus" and part.turn > 0:
            above = [replace(note, midi=note.midi + 12, velocity=0.6) for note in tune]
            mix.play(above, tones.music_box, -20.0, pan=0.2, room=0.4)
        if part.is_last_chorus:
            mix.play(_thirds_below(tune), tones.lead, -20.0, pan=-0.35, room=0.3)
        if part.label == "verse" and part.turn > 0:
            answers = melody(_ANSWERS, part.start_beats)
            mix.play(answers, tones.music_box, -17.0, pan=0.35, room=0.45, echo=0.25)


def _thirds_below(tune: list[Note]) -> list[Note]:
    """A second voice two steps of G major lower."""
    scale = [pitch_class(name) for name in ("G", "A", "B", "C", "D", "E", "F#")]
    voice = []
    for note in tune:
        midi, steps = note.midi, 2
        while steps:
            midi -= 1
            steps -= midi % 12 in scale
        voice.append(replace(note, midi=midi))
    return voice


def _play_ending(mix: Mix, at: float) -> None:
    """One last chord on a downbeat, left to ring."""
    voicing = (55, 62, 67, 69, 71)
    ring = 6.5
    for side, detune in ((-0.8, 6.0), (0.8, 8.5)):
        dying = partial(tones.pad, detune_cents=detune, decay_s=1.1)
        mix.play([Note(at, ring, midi) for midi in voicing], dying, -18.0, side, 0.4)
    mix.play([Note(at, ring, 31)], tones.synth_bass, -14.0, room=0.0)
    mix.play([Note(at, ring, 79), Note(at, ring, 83)], tones.music_box, -14.0, room=0.5)
    mix.play([Note(at, 2.5, 71)], tones.lead, -16.0, room=0.4)
    mix.hit(drums.crash(), [(at, 1.0)], -14.0, room=0.3)
