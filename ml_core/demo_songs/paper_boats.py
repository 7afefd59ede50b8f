"""The second demo song: a waltz, 96 a minute, D major, plucked strings, flute and brushes."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from ml_core.demo_songs import drums, tones
from ml_core.demo_songs.mixing import Mix, Stereo
from ml_core.demo_songs.score import Note, chord, melody, voice_chords
from ml_core.demo_songs.truth import DemoTruth, truth_of

METER = 3
TEMPO_BPM = 96.0
START_S = 0.15
TAIL_S = 5.0

PLAN = (
    ("intro", 4),
    ("verse", 8),
    ("verse", 8),
    ("chorus", 8),
    ("verse", 8),
    ("chorus", 8),
    ("bridge", 8),
    ("chorus", 8),
    ("outro", 4),
)

_CHORDS = {
    "intro": "D G D A",
    "verse": "D D/F# G A D Bm Em A",
    "chorus": "G A F#m Bm G A D D7",
    "bridge": "Bm F#m G D Em F#7 Bm A7",
    "outro": "G A D G",
}

_MELODIES = {
    "verse": """
        F#5:2 E5:1 | D5:1 E5:1 F#5:1 | G5:2 F#5:1 | E5:3 |
        F#5:2 A5:1 | B5:1 A5:1 F#5:1 | G5:1.5 F#5:.5 E5:1 | E5:2 -:1""",
    "chorus": """
        B5:2 D6:1 | C#6:1 A5:2 | A5:2 C#6:1 | B5:1 F#5:2 |
        G5:1 A5:1 B5:1 | A5:1.5 G5:.5 E5:1 | F#5:2 E5:1 | D5:2 -:1""",
    "bridge": """
        D5:3 | C#5:2 A4:1 | B4:3 | A4:2 F#4:1 |
        G4:1 B4:1 E5:1 | F#5:2 E5:1 | D5:2 C#5:1 | E5:3""",
    "outro": "B5:2 D6:1 | C#6:1 A5:2 | F#5:2 E5:1 | D5:1 E5:1 G5:1",
    "intro": "-:3 | -:1 B5:.5 D6:.5 B5:1 | -:3 | -:1 E6:.5 C#6:.5 A5:1",
}

_LEFT_STRINGS = partial(tones.strings, detune_cents=7.0)
_RIGHT_STRINGS = partial(tones.strings, detune_cents=10.0)


def synthesize() -> tuple[Stereo, DemoTruth]:
    """The song, float32 (n_samples, 2) at 44.1 kHz, and its truth."""
    n_bars = sum(bars for _, bars in PLAN)
    mix = Mix(n_bars * METER + 1, 60.0 / TEMPO_BPM, START_S, TAIL_S)
    bar, turns = 0, dict.fromkeys(_CHORDS, 0)
    symbols = [symbol for label, _ in PLAN for symbol in _CHORDS[label].split()]
    voicings = voice_chords([chord(symbol) for symbol in symbols], 54, 72)
    for label, bars in PLAN:
        starts = [float(METER * (bar + k)) for k in range(bars)]
        turn = turns[label]
        _play_guitar(mix, label, turn, starts, voicings[bar : bar + bars])
        _play_bass(mix, label, turn, starts)
        _play_strings(mix, label, turn, starts, voicings[bar : bar + bars])
        _play_drums(mix, label, turn, starts)
        _play_melody(mix, label, turn, starts[0])
        bar, turns[label] = bar + bars, turn + 1
    _play_ending(mix, float(n_bars * METER))
    audio = mix.finish(room_s=1.9, seed=23)
    duration_s = len(audio) / tones.RATE_HZ
    return audio, truth_of(PLAN, METER, TEMPO_BPM, START_S, duration_s, closing_beats=1)


def _play_guitar(
    mix: Mix, label: str, turn: int, starts: list[float], voicings: list[tuple[int, ...]]
) -> None:
    """Chords on two and three; broken chords in the intro, the bridge and the later verses."""
    for start, voicing in zip(starts, voicings, strict=True):
        if label in ("intro", "bridge") or (label == "verse" and turn == 2):
            ladder = [*voicing, voicing[0] + 12, voicing[-1], voicing[1]]
            notes = [
                Note(start + k / 2, 1.2, ladder[k % len(ladder)], (0.95, 0.7)[k % 2])
                for k in range(6)
            ]
        else:
            notes = [
                # Strummed: each string a little after the one below.
                Note(start + beat + 0.018 * k, 0.8, midi, velocity)
                for beat, velocity in ((1, 0.75), (2, 0.65))
                for k, midi in enumerate(voicing)
            ]
        mix.play(notes, tones.guitar, -15.0, pan=-0.4, room=0.2)


def _play_bass(mix: Mix, label: str, turn: int, starts: list[float]) -> None:
    if label == "intro":
        return
    for index, (start, symbol) in enumerate(zip(starts, _CHORDS[label].split(), strict=True)):
        root = 28 + (chord(symbol).bass - 4) % 12
        notes = [Note(start, 1.8, root)]
        if label == "chorus" or turn > 0:
            notes.append(Note(start + 2, 0.8, root + 7 if index % 2 else root + 12, 0.7))
        mix.play(notes, tones.upright_bass, -10.0, pan=0.05, room=0.05)


def _play_strings(
    mix: Mix, label: str, turn: int, starts: list[float], voicings: list[tuple[int, ...]]
) -> None:
    if label in ("intro", "outro") or (label == "verse" and turn == 0):
        return
    level_db = {"chorus": -21.0 + turn, "bridge": -20.0}.get(label, -26.0)
    for start, voicing in zip(starts, voicings, strict=True):
        notes = [Note(start, METER, midi) for midi in voicing]
        for side, section in ((-0.7, _LEFT_STRINGS), (0.7, _RIGHT_STRINGS)):
            mix.play(notes, section, level_db, pan=side, room=0.4)


def _play_drums(mix: Mix, label: str, turn: int, starts: list[float]) -> None:
    if label in ("intro", "bridge") or (label == "verse" and turn == 0):
        return
    full = label == "chorus"
    kicks = [(start, 1.0) for start in starts]
    if full:
        kicks += [(start + 2.5, 0.55) for start in starts[1::2]]
    mix.hit(drums.kick(soft=True), kicks, -10.0 if full else -12.5, room=0.04)
    strokes = [(start + beat, (0.8, 0.7)[beat - 1]) for start in starts for beat in (1, 2)]
    mix.hit(drums.brush(), strokes, -9.0 if full else -11.5, pan=0.15, room=0.15)
    if full or label == "outro":
        shakes = [
            (start + k / 2, (0.9, 0.5, 0.75, 0.5, 0.75, 0.6)[k])
            for start in starts
            for k in range(6)
        ]
        mix.hit(drums.shaker(), shakes, -14.5, pan=0.45)
    if full:
        mix.hit(drums.crash(), [(starts[0], 0.8)], -21.0, pan=-0.3, room=0.3)
        fill = [(starts[-1] + 1 + k / 2, 0.5 + 0.12 * k) for k in range(4)]
        for (beat, velocity), pitch_hz in zip(fill, (174.0, 147.0, 123.0, 98.0), strict=True):
            mix.hit(drums.tom(pitch_hz), [(beat, velocity)], -15.0, pan=0.2, room=0.15)


def _play_melody(mix: Mix, label: str, turn: int, start: float) -> None:
    tune = melody(_MELODIES[label], start)
    if label == "intro":
        mix.play(tune, tones.music_box, -15.0, pan=0.3, room=0.5)
        return
    if label == "bridge":
        low = [replace(note, velocity=0.9 * note.velocity) for note in tune]
        for side, section in ((-0.25, _LEFT_STRINGS), (0.25, _RIGHT_STRINGS)):
            mix.play(low, section, -14.0, pan=side, room=0.4)
        return
    mix.play(tune, tones.flute, -12.0 if label == "chorus" else -13.0, pan=0.1, room=0.3)
    if turn > 0:  # a music box doubles what has been heard before
        doubled = [replace(note, velocity=0.6 * note.velocity) for note in tune]
        mix.play(doubled, tones.music_box, -17.5, pan=0.4, room=0.45)
    if label == "chorus" and turn == 2:
        below = [replace(note, midi=note.midi - 12, velocity=0.8) for note in tune]
        mix.play(below, tones.flute, -17.0, pan=-0.3, room=0.35)


def _play_ending(mix: Mix, at: float) -> None:
    """One last broken chord from a downbeat on, left to ring."""
    chord_tones = (50, 57, 62, 66, 69, 74)
    rolled = [Note(at + 0.06 * k, 5.0, midi, 0.9) for k, midi in enumerate(chord_tones)]
    mix.play(rolled, tones.guitar, -13.0, pan=-0.2, room=0.3)
    mix.play([Note(at, 4.0, 38)], tones.upright_bass, -10.0, room=0.1)
    mix.play([Note(at, 3.5, 74)], tones.flute, -15.0, pan=0.1, room=0.4)
    mix.play([Note(at + 0.4, 3.0, 86)], tones.music_box, -16.0, pan=0.35, room=0.5)
    for side, section in ((-0.7, _LEFT_STRINGS), (0.7, _RIGHT_STRINGS)):
        mix.play([Note(at, 4.5, midi) for midi in (54, 62, 69)], section, -23.0, side, 0.4)
