"""An output that plays on demand, and lanes whose every sample tells where it is from."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from editor_app.sound.player import Player
from editor_app.sound.timeline import Audio
from ml_core.domain.edits import Edit
from ml_core.domain.playing import PreparedAudio, PreparedPair, SongLayout
from ml_core.units import db_to_gain

RATE_HZ = 8000
STEP = 2.0**-20  # one sample further; exact in float32 for lanes of a million samples
SHA256 = "ab" * 32


class FakeRun:
    def __init__(self, buffer: Audio) -> None:
        self.buffer, self.done_samples = buffer, 0


class FakeOutput:
    """Takes what is written exactly when the test says so, in blocks as a device does."""

    def __init__(self, rate_hz: int = RATE_HZ, latency_samples: int = 400) -> None:
        self.sample_rate_hz, self.latency_samples = rate_hz, latency_samples
        self.device_name = "Fake"
        self.runs: list[FakeRun] = []
        self.taken: list[Audio] = []
        self.is_closed = False
        self.has_ended = self.is_stalled = False

    def beats(self) -> bool:
        return not self.is_stalled

    def play(self, buffer: Audio) -> FakeRun:
        run = FakeRun(buffer)
        self.runs.append(run)
        return run

    def end(self, run: FakeRun) -> None:
        if run in self.runs:
            self.runs.remove(run)

    def close(self) -> None:
        self.is_closed = True

    def advance(self, n_samples: int, block_samples: int = 64) -> None:
        for _ in range(0, n_samples, block_samples):
            block = np.zeros((block_samples, 2), np.float32)
            for run in list(self.runs):
                piece = run.buffer[run.done_samples : run.done_samples + block_samples]
                block[: len(piece)] += piece
                run.done_samples += len(piece)
                if run.done_samples == len(run.buffer):
                    self.runs.remove(run)
            self.taken.append(block)

    @property
    def sound(self) -> Audio:
        """All that the device has taken, float32 (n, 2)."""
        return np.concatenate(self.taken) if self.taken else np.zeros((0, 2), np.float32)


def ramp(n_samples: int, channel: int, first: int = 0) -> Audio:
    """A lane whose sample i is (first + i + 1) * STEP in one channel."""
    lane = np.zeros((n_samples, 2), np.float32)
    lane[:, channel] = (first + np.arange(n_samples) + 1) * STEP
    return lane


def places(sound: Audio) -> np.ndarray:
    """The sample numbers that a sound of ramps shows, channels added; -1 where silent."""
    return np.rint(sound.sum(axis=1) / STEP).astype(np.int64) - 1


def edit_of(*spans: tuple[int, int]) -> Edit:
    return Edit(SHA256, RATE_HZ, spans)


def pair_of(
    folder: Path, n_samples: int, *edits: Edit, rate_hz: int = RATE_HZ, gain: float = 1.0
) -> PreparedPair:
    """A song that is a ramp in both channels, and edits of it: A left only, B right only."""
    song = ramp(n_samples, 0) + ramp(n_samples, 1)

    def put(name: str, audio: Audio, joins: tuple[int, ...]) -> PreparedAudio:
        file = folder / f"{name}.f32"
        audio.tofile(file)
        return PreparedAudio(str(file), len(audio), rate_hz, joins)

    made = []
    for channel, (name, edit) in enumerate(zip("AB", edits, strict=False)):
        audio = np.concatenate([song[start:end] for start, end in edit.spans])
        audio[:, 1 - channel] = 0
        made.append(put(name, audio, edit.join_samples))
    layout = SongLayout(SHA256, rate_hz, n_samples, (0, n_samples), (), (), 120.0, 4, 1.0, True)
    return PreparedPair(put("song", song, ()), tuple(made), gain, layout)


def half_level_gain() -> float:
    """The gain that the first volume turns into exactly one half (no rounding in the ramps)."""
    return db_to_gain(0.0) / 2


def let_play(player: Player, output: FakeOutput, seconds: float) -> None:
    """Let the device play, with the player's timers running as they would."""
    for _ in range(round(seconds * RATE_HZ / 256)):
        output.advance(256)
        player._sounding._tick()
        while player._sounding.playback is not None and player._sounding.playback.fill():
            pass
