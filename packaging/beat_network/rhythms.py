"""Rhythms of the training scores: where in a bar each part plays, in beats from the bar's start."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

# Keys of the General MIDI drum kit.
KICKS, SNARES, CLOSED, OPEN, RIDE, CRASH = (35, 36), (37, 38, 39, 40), (42, 44), 46, 51, 49
TOMS, SHAKERS, CONGAS = (45, 47, 48, 50), (69, 70, 82), (62, 63, 64)
CLAVE, COWBELL, TAMBOURINE = 75, 56, 54
# How a bar of so many beats may fall into groups; the first of each group is strong.
GROUPINGS = {
    2: ((2,),),
    3: ((3,),),
    4: ((2, 2), (2, 2), (4,)),
    5: ((3, 2), (3, 2), (2, 3)),
    6: ((3, 3), (2, 2, 2), (4, 2)),
    7: ((4, 3), (2, 2, 3), (3, 4)),
}


@dataclass(frozen=True)
class Hit:
    """One stroke of a pattern: place in beats, length in beats, strength 0..1, kind or step."""

    at: float
    length: float
    strength: float
    kind: int = 0


def strong_beats(meter: int, rng: np.random.Generator) -> list[int]:
    """First beats of the groups of a bar."""
    options = GROUPINGS[meter]
    groups = options[rng.integers(len(options))]
    return [sum(groups[:k]) for k in range(len(groups))]


def _often(rng: np.random.Generator, chance: float) -> bool:
    return bool(rng.random() < chance)


def _kicks(meter: int, parts: int, strong: list[int], rng: np.random.Generator) -> list[float]:
    style = rng.choice(
        ["strong", "all", "one", "syncopated", "busy"], p=[0.35, 0.2, 0.1, 0.25, 0.1]
    )
    if style == "all":
        return [float(b) for b in range(meter)]
    places = [0.0] if style == "one" else [float(b) for b in strong]
    extra = {"syncopated": rng.integers(1, 3), "busy": rng.integers(2, 6)}.get(str(style), 0)
    grid = [b + p / parts for b in range(meter) for p in range(parts)]
    weights = np.array([0.2 if g % 1 == 0 else 1.0 if (g % 1) == 0.5 else 0.7 for g in grid])
    for place in rng.choice(grid, int(extra), p=weights / weights.sum(), replace=False):
        places.append(float(place))
        # A kick just before a strong beat often takes its place, save for the first.
        if style == "syncopated" and len(places) > 2 and _often(rng, 0.3) and places[1] > 0:
            places.pop(1)
    if _often(rng, 0.04):
        places = places[1:]  # reggae's one drop, and other bars that start without a kick
    return sorted(set(places))


def _snares(
    meter: int, parts: int, strong: list[int], bpm: float, rng: np.random.Generator
) -> list[float]:
    if meter == 4:
        if bpm > 115 and _often(rng, 0.25):
            places = [2.0]  # half time
        elif bpm < 100 and parts == 4 and _often(rng, 0.15):
            places = [0.5, 1.5, 2.5, 3.5]  # double time
        else:
            places = [1.0, 3.0]
    elif meter == 2:
        places = [1.0]
    elif meter == 3:
        places = [[1.0, 2.0], [2.0], [1.0]][rng.choice(3, p=[0.5, 0.3, 0.2])]
    else:
        weak = [b for b in range(meter) if b not in strong]
        count = rng.integers(1, min(3, len(weak)) + 1)
        places = sorted(float(b) for b in rng.choice(weak, count, replace=False))
    if _often(rng, 0.25):
        places.append(rng.integers(meter) + rng.integers(1, parts) / parts)
    return sorted(set(places))


def _cymbals(meter: int, parts: int, rng: np.random.Generator) -> list[tuple[float, float]]:
    """Places and strengths of the pattern that ticks through."""
    if parts == 3:
        style = rng.choice(["all", "shuffle", "beats", "none"], p=[0.5, 0.25, 0.15, 0.1])
        steps = {"all": (0, 1, 2), "shuffle": (0, 2), "beats": (0,), "none": ()}[str(style)]
    else:
        style = rng.choice(
            ["eighths", "sixteenths", "beats", "offbeats", "gallop", "none"],
            p=[0.42, 0.2, 0.12, 0.12, 0.06, 0.08],
        )
        steps = {
            "eighths": (0, 2),
            "sixteenths": (0, 1, 2, 3),
            "beats": (0,),
            "offbeats": (2,),
            "gallop": (0, 2, 3),
            "none": (),
        }[str(style)]
    accent = rng.uniform(0, 0.4) * (1 if _often(rng, 0.8) else -0.7)
    return [
        (b + s / parts, float(np.clip(0.65 + (accent if s == 0 else -accent / 2), 0.2, 1)))
        for b in range(meter)
        for s in steps
    ]


def drum_bar(meter: int, parts: int, bpm: float, rng: np.random.Generator) -> list[Hit]:
    """A bar for the drum kit; `kind` is the key."""
    strong = strong_beats(meter, rng)
    kit = rng.choice(["kit", "kit without snare", "percussion", "ticks"], p=[0.8, 0.06, 0.1, 0.04])
    hits: list[Hit] = []
    cymbal = int(rng.choice([*CLOSED, RIDE, RIDE, 42, 42, TAMBOURINE, *SHAKERS]))
    level = rng.uniform(0.4, 1.0)
    for at, strength in _cymbals(meter, parts, rng):
        open_now = cymbal == 42 and at % 1 == 0.5 and _often(rng, 0.1)
        hits.append(Hit(at, 0.2, strength * level, OPEN if open_now else cymbal))
    if kit == "ticks":
        return hits or [Hit(float(b), 0.2, 0.6, CLAVE) for b in range(meter)]
    if kit == "percussion":
        keys = rng.choice([*CONGAS, *TOMS, CLAVE, COWBELL, 60, 61, 65, 66], 3)
        grid = [b + p / parts for b in range(meter) for p in range(parts)]
        places = rng.choice(grid, rng.integers(2, len(grid) // 2 + 2), replace=False)
        hits += [Hit(float(at), 0.2, rng.uniform(0.4, 0.9), int(rng.choice(keys))) for at in places]
        return [*hits, Hit(0.0, 0.2, rng.uniform(0.6, 1.0), int(keys[0]))]
    kick = int(rng.choice(KICKS))
    hits += [
        Hit(at, 0.2, 1.0 if at == 0 else rng.uniform(0.7, 1.0), kick)
        for at in _kicks(meter, parts, strong, rng)
    ]
    if kit == "kit":
        snare = int(rng.choice(SNARES, p=[0.12, 0.5, 0.08, 0.3]))
        hits += [
            Hit(at, 0.2, 0.95 if at % 1 == 0 else rng.uniform(0.4, 0.9), snare)
            for at in _snares(meter, parts, strong, bpm, rng)
        ]
    return hits


def fill_bar(meter: int, parts: int, rng: np.random.Generator) -> list[Hit]:
    """A fill over the last one or two beats of a bar."""
    length = int(rng.integers(1, 3))
    keys = sorted(rng.choice([*TOMS, 38, 38, 40], 3), reverse=True)
    steps = [s for s in range(length * parts) if _often(rng, 0.75)]
    return [
        Hit(
            meter - length + s / parts,
            0.2,
            rng.uniform(0.6, 1.0),
            int(keys[s * 3 // (length * parts)]),
        )
        for s in steps
    ]


def bass_bar(meter: int, parts: int, rng: np.random.Generator) -> list[Hit]:
    """A bar of bass; `kind` is 0 root, 1 fifth, 2 octave, 3 third, 4 step towards the next."""
    half = 2 / 4 if parts == 4 else 2 / 3
    style = rng.choice(
        ["root", "root and fifth", "pulse", "walking", "octaves", "dotted", "random", "offbeat"],
        p=[0.2, 0.16, 0.18, 0.1, 0.1, 0.1, 0.12, 0.04],
    )
    strong = strong_beats(meter, rng)
    if style == "pulse":
        return _bass_pulse(meter, parts, rng)
    if style == "dotted":
        step = 0.75 if parts == 4 and _often(rng, 0.5) else 1.5 if parts == 4 else 2 / 3
        places = [float(p) for p in np.arange(0, meter, step)]
        return [Hit(p, step * 0.8, 0.85 + 0.15 * (p == 0), k % 2) for k, p in enumerate(places)]
    if style == "random":
        return _bass_random(meter, parts, rng)
    if style == "root":
        hits = [Hit(0.0, meter * rng.uniform(0.5, 1), 1.0)]
    elif style == "root and fifth":
        beats = strong if meter > 2 else [0, 1]
        hits = [Hit(float(b), 0.8, 1.0, k % 2) for k, b in enumerate(beats)]
    elif style == "walking":
        kinds = [0, *(int(k) for k in rng.choice([1, 2, 3], max(0, meter - 2))), 4][:meter]
        hits = [Hit(float(b), 0.9, 0.9, kind) for b, kind in enumerate(kinds)]
    elif style == "octaves":
        at = [(b, o) for b in range(meter) for o in (0, half)]
        hits = [Hit(b + o, 0.4, 1.0 - o / 3, 2 if o else 0) for b, o in at]
    else:
        hits = [Hit(b + half, 0.4, 0.9) for b in range(meter)]
    return hits


def _bass_pulse(meter: int, parts: int, rng: np.random.Generator) -> list[Hit]:
    steps = int(rng.choice([1, 2, parts]))
    steps = 3 if parts == 3 and steps > 1 else steps
    return [
        Hit(k / steps, 0.8 / steps, 1.0 if k % steps == 0 else 0.8) for k in range(meter * steps)
    ]


def _bass_random(meter: int, parts: int, rng: np.random.Generator) -> list[Hit]:
    grid = [b + p / parts for b in range(meter) for p in range(parts)]
    count = rng.integers(2, len(grid) // 2 + 1)
    places = {float(p) for p in rng.choice(grid, count, replace=False)}
    if _often(rng, 0.85):
        places.add(0.0)
    kinds = [0, 0, 0, 1, 2, 3]
    return [Hit(p, 0.35, rng.uniform(0.7, 1), int(rng.choice(kinds))) for p in sorted(places)]


def chord_bar(meter: int, parts: int, rng: np.random.Generator) -> list[Hit]:
    """A bar of chords."""
    half = 2 / 4 if parts == 4 else 2 / 3
    style = rng.choice(
        ["held", "beats", "backbeat", "offbeat", "strum", "syncopated", "chug", "after beat"],
        p=[0.25, 0.14, 0.08, 0.1, 0.13, 0.16, 0.08, 0.06],
    )
    if style in ("strum", "chug"):
        steps = parts if style == "chug" or parts == 3 or _often(rng, 0.3) else 2
        kept = [k for k in range(meter * steps) if k % steps == 0 or _often(rng, 0.8)]
        length = 0.3 if style == "chug" else 0.9
        return [Hit(k / steps, length / steps, 0.85 if k % steps == 0 else 0.6) for k in kept]
    if style == "syncopated":
        grid = [b + p / parts for b in range(meter) for p in range(parts)]
        places = {float(p) for p in rng.choice(grid, rng.integers(2, meter + 2), replace=False)}
        if _often(rng, 0.75):
            places.add(0.0)
        return [Hit(p, rng.uniform(0.2, 0.8), rng.uniform(0.6, 0.95)) for p in sorted(places)]
    beats = range(meter)
    if style == "held":
        hits = [Hit(0.0, meter * 0.98, 0.8)]
    elif style == "beats":
        hits = [Hit(float(b), rng.uniform(0.3, 0.9), 0.9 if b == 0 else 0.7) for b in beats]
    elif style == "backbeat":
        hits = [Hit(float(b), 0.3, 0.8) for b in range(1, meter, 2 if meter != 3 else 1)]
    elif style == "offbeat":
        hits = [Hit(b + half, 0.3, 0.8) for b in beats]
    else:  # after the beat, as in oom-pah
        hits = [Hit(float(b), 0.4, 0.75) for b in range(1, meter)]
    return hits


def melody_bars(meter: int, parts: int, n_bars: int, rng: np.random.Generator) -> list[Hit]:
    """A phrase of melody over some bars; `kind` is a step up or down the scale."""
    density = rng.uniform(0.25, 0.9)
    hits: list[Hit] = []
    at = float(rng.choice([0.0, 0.0, 0.0, -1.0, -0.5, 1.0, 1 / parts]))
    while at < n_bars * meter - 0.5:
        choices = [1 / parts, 2 / parts, 1.0, 2.0, 1.5 if parts == 4 else 1 + 1 / 3]
        weights = np.array([density**2, density, 0.8, 0.4 * (1 - density), 0.3])
        length = float(rng.choice(choices, p=weights / weights.sum()))
        # Off the grid of beats a long note is rarer.
        if at % 1 and length >= 1 and _often(rng, 0.6):
            length = 1 - at % 1
        on_beat = 0.15 if at % 1 == 0 else 0.0
        if not _often(rng, 0.12):
            step = int(np.clip(np.round(rng.normal(0, 2)), -5, 5))
            hits.append(Hit(at, length * 0.95, rng.uniform(0.65, 0.85) + on_beat, step))
        at = round(at + length, 6)
    return hits
