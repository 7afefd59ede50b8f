"""Render random scores and keep their features: `python render.py --out DIR --soundfonts FILE...`.

Drums and the rest are rendered apart, so that training may mix them anew at every level. Needs the
library fluidsynth. Nothing rendered is kept but the features.
"""

from __future__ import annotations

import argparse
import ctypes
import ctypes.util
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from numpy.typing import NDArray
from parts import DRUM_CHANNEL, Note
from scores import Score, random_score

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from ml_core.analysis.spectra.reading import ANALYSIS_HZ, LOG_GAIN, read_spectra
from ml_core.progress import silent

# fluidsynth begins notes at multiples of 64 samples: 3 ms, about what people can't play better.
BLOCK_SAMPLES = 64
TAIL_S = 0.3

Floats = NDArray[np.float32]


class Synthesizer:
    """Plays notes with one soundfont, by fluidsynth's C interface."""

    def __init__(self, soundfont: Path) -> None:
        name = ctypes.util.find_library("fluidsynth") or "libfluidsynth.so.3"
        self._lib = ctypes.CDLL(name)
        for function in ("new_fluid_settings", "new_fluid_synth"):
            getattr(self._lib, function).restype = ctypes.c_void_p
        self._lib.fluid_settings_setnum.argtypes = [
            ctypes.c_void_p,
            ctypes.c_char_p,
            ctypes.c_double,
        ]
        self._lib.fluid_settings_setint.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
        settings = ctypes.c_void_p(self._lib.new_fluid_settings())
        self._lib.fluid_settings_setnum(settings, b"synth.sample-rate", float(ANALYSIS_HZ))
        self._lib.fluid_settings_setnum(settings, b"synth.gain", 0.4)
        self._lib.fluid_settings_setint(settings, b"synth.chorus.active", 0)
        self._synth = ctypes.c_void_p(self._lib.new_fluid_synth(settings))
        if self._lib.fluid_synth_sfload(self._synth, str(soundfont).encode(), 1) < 0:
            sys.exit(f"{soundfont} cannot be read")
        self._lib.fluid_synth_set_reverb.argtypes = [ctypes.c_void_p, *[ctypes.c_double] * 4]

    def play(self, notes: list[Note], duration_s: float, reverb: float, room: float) -> Floats:
        """Mono sound, float32 (n_samples,), of notes."""
        lib, synth = self._lib, self._synth
        lib.fluid_synth_system_reset(synth)
        lib.fluid_synth_set_reverb(synth, room, 0.3, 0.7, reverb)
        events = [(n.start_s, 1, n) for n in notes] + [(n.end_s, 0, n) for n in notes]
        events.sort(key=lambda e: (e[0], e[1]))
        n_blocks = int(duration_s * ANALYSIS_HZ / BLOCK_SAMPLES)
        sound = np.zeros((2, n_blocks * BLOCK_SAMPLES), np.float32)
        done = 0
        for at_s, is_start, note in events:
            block = min(round(at_s * ANALYSIS_HZ / BLOCK_SAMPLES), n_blocks)
            self._write(sound, done, block)
            done = max(done, block)
            if is_start:
                lib.fluid_synth_program_change(synth, note.channel, note.program)
                lib.fluid_synth_noteon(synth, note.channel, note.key, note.velocity)
            else:
                lib.fluid_synth_noteoff(synth, note.channel, note.key)
        self._write(sound, done, n_blocks)
        return sound.mean(axis=0)

    def _write(self, sound: Floats, first: int, last: int) -> None:
        if last <= first:
            return
        at, step = first * BLOCK_SAMPLES, 4
        left, right = (sound[c].ctypes.data + at * step for c in (0, 1))
        n = (last - first) * BLOCK_SAMPLES
        self._lib.fluid_synth_write_float(
            self._synth, n, ctypes.c_void_p(left), 0, 1, ctypes.c_void_p(right), 0, 1
        )


def stem_features(sound: Floats) -> dict[str, Floats]:
    """Mel magnitudes at a common level, chroma and bass at a level of their own, and the level."""
    spectra, _ = read_spectra([sound[:, None]], ANALYSIS_HZ, len(sound), silent())
    return {
        "mel": (np.expm1(spectra.logmel) / LOG_GAIN).astype(np.float16),
        "chroma": spectra.chroma.astype(np.float16),
        "bass": spectra.bass.astype(np.float16),
        "level": np.float32(np.sqrt(np.mean(np.square(sound, dtype=np.float64)))),
    }


def render(
    score: Score, synthesizer: Synthesizer, duration_s: float, rng: np.random.Generator
) -> dict:
    """Features of both stems, and the truth."""
    reverb, room = float(rng.choice([0.0, 0.2, 0.6, 1.0])), float(rng.uniform(0.2, 0.9))
    kept: dict[str, NDArray] = {}
    for name, is_drums in (("drums", True), ("rest", False)):
        notes = [n for n in score.notes if (n.channel == DRUM_CHANNEL) == is_drums]
        sound = synthesizer.play(notes, duration_s, reverb * (0.3 if is_drums else 1.0), room)
        if not is_drums and rng.random() < 0.15:  # an overdriven or crushed mix
            drive = rng.uniform(2, 8) / (np.abs(sound).max() + 1e-6)
            sound = np.tanh(drive * sound).astype(np.float32) / np.float32(drive)
        kept |= {f"{name}_{key}": value for key, value in stem_features(sound).items()}
    inside = score.beats_s < duration_s - 0.02
    return kept | {"beats_s": score.beats_s[inside], "position": score.position[inside]}


def main() -> None:
    """Render many."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--soundfonts", type=Path, nargs="+", required=True)
    parser.add_argument("--pieces", type=int, default=600)
    parser.add_argument("--first", type=int, default=0)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    synthesizers = [Synthesizer(font) for font in arguments.soundfonts]
    for number in range(arguments.first, arguments.first + arguments.pieces):
        rng = np.random.default_rng([number, 20260])
        duration_s = float(rng.uniform(24, 36))
        score = random_score(rng, duration_s)
        which = number % len(synthesizers)
        started = time.process_time()
        kept = render(score, synthesizers[which], duration_s, rng)
        np.savez(arguments.out / f"{number:05d}.npz", **kept)
        seconds = time.process_time() - started
        print(
            f"{number} {which} {score.style}, {len(score.notes)} notes, {seconds:.2f} s", flush=True
        )


if __name__ == "__main__":
    main()
