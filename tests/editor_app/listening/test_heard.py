"""What counts as heard, against what a sound card was really given."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from editor_app.listening.heard import Heard
from editor_app.settings import Settings
from editor_app.sound.device import SoundDevice
from editor_app.sound.player import Player
from ml_core.domain.edits import Edit
from ml_core.domain.ratings import HEARD_S, Rating
from ml_core.edits.differing import differing
from tests.editor_app.sound.fake_output import RATE_HZ, STEP, FakeOutput, edit_of, let_play, pair_of

N_SONG = 40 * RATE_HZ
A = edit_of((0, 10 * RATE_HZ), (20 * RATE_HZ, 30 * RATE_HZ))
B = edit_of((0, 15 * RATE_HZ), (22 * RATE_HZ, 30 * RATE_HZ))


class Desk:
    """A pair that is played by chance, and what the card was given of each side."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.output = FakeOutput()
        self.player = Player(device=SoundDevice(open_stream=lambda *_: self.output))
        self.player.device.open()
        self.player.volume = 1.0
        self.pair = pair_of(folder, N_SONG, A, B)
        self.player.load(self.pair, (A, B))
        self.heard = Heard(self.player, settings)

    def turn(self, seconds: float) -> None:
        let_play(self.player, self.output, seconds)

    def go(self, rng: random.Random) -> None:
        """One thing that a listener, or the cable, may do."""
        player, what = self.player, rng.randrange(10)
        if what < 2:
            player.toggle()
        elif what < 4:
            player.switch(rng.choice(("A", "B", "A", "B", "song")))
        elif what < 7:
            player.seek(rng.randrange(7 * RATE_HZ, 16 * RATE_HZ))
            player.play()
        elif what == 7:
            player.volume = rng.choice((0.0, 1.0, 1.0))
        elif what == 8:
            self.heard.keep(1)  # Another pair, or another place, and back.
            player.load(self.pair, (A, B))
        else:
            self.output.runs.clear()
            player.device.lose()
            player.play()
            player.device._look()  # It is back.
        self.turn(rng.uniform(0.05, 2.0))

    def given_s(self, side: str) -> float:
        """Seconds that the card was given of a side where it differs; fades count for both."""
        sound = self.output.sound
        own, other = (sound[:, k] for k in ((0, 1) if side == "A" else (1, 0)))
        place = np.rint(own / STEP).astype(np.int64) - 1
        steady = np.append(np.diff(place) == 1, False)
        alone = (own > 0) & (other == 0)
        is_fading = (own > 0) & (own != other) & ~(steady & alone)
        counts = _places(*((A, B) if side == "A" else (B, A)))[np.clip(place, 0, N_SONG - 1)]
        return float(np.sum(is_fading | (steady & alone & counts)) / RATE_HZ)


def _places(edit: Edit, other: Edit) -> NDArray[np.bool_]:
    """Of each of the song's samples, whether it counts where the edit plays it."""
    of_lane = np.concatenate([np.arange(start, end) for start, end in edit.spans])
    found = np.zeros(N_SONG, np.bool_)
    for start, end in differing(edit, other):
        found[of_lane[start:end]] = True
    return found


@pytest.fixture
def desk(qapp: object, tmp_path: Path, settings: Settings) -> Iterator[Desk]:
    made = Desk(tmp_path, settings)
    yield made
    made.player._let_go()


@pytest.mark.parametrize("seed", range(6))
def test_fault_66_no_answer_is_heard_with_a_side_unheard(desk: Desk, seed: int) -> None:
    rng = random.Random(seed)
    n_heard = 0
    for _ in range(30):
        desk.go(rng)
        seconds = desk.heard.seconds(1, is_loaded=True)
        rating = Rating(1, A, B, "A", heard_a_s=seconds["A"], heard_b_s=seconds["B"])
        for side in "AB":
            assert seconds[side] <= desk.given_s(side) + 1e-9
        if rating.hearing == "heard":
            n_heard += 1
            assert min(desk.given_s(side) for side in "AB") >= HEARD_S
        assert (desk.heard.missing(seconds, is_comparing=True) == "") == (rating.hearing == "heard")
    assert n_heard > 0 or seed not in (2, 4), "in some of these, answers are heard"


def test_fault_66_what_both_edits_share_and_the_original_are_no_sides(desk: Desk) -> None:
    desk.player.play()
    desk.turn(8.0)  # 0:00 to 0:08 is the same in both.
    desk.player.switch("song")
    desk.turn(5.0)
    seconds = desk.heard.seconds(1, is_loaded=True)
    assert seconds == {"A": 0.0, "B": 0.0}
    desk.player.seek(9 * RATE_HZ, "A")
    desk.turn(2.5)
    assert desk.heard.seconds(1, is_loaded=True)["A"] > HEARD_S
    assert desk.heard.missing(desk.heard.seconds(1, is_loaded=True)) == (
        "Listen to B where they differ"
    )
