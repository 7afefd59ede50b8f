"""A virtual card on which scenes are played one after another, all in one capture.

What takes time is done once: the card, the capture that settles, the process that plays.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

from tests.editor_app.sound.captured import sound_scenes
from tests.editor_app.sound.captured.virtual_card import RATE_HZ, Recorder, VirtualCard

LIMIT_S = 120.0
# Whatever else runs on this machine may starve the card for a moment; it then inserts silence.
# A fault of ours shows every time.
ATTEMPTS = 4


class Stage:
    """A card that is recorded, and a process that plays to it.

    Args:
        folder: for the card, and for the lanes that are played.
    """

    def __init__(self, folder: Path, rate_hz: int = RATE_HZ) -> None:
        (folder / "card").mkdir()
        self.card = VirtualCard(folder / "card", rate_hz)
        self.card.start()
        self._recorder = Recorder(self.card)
        self._player = start_player(self.card, folder)

    def wait_until_ready(self) -> None:
        """Wait until a scene can be played."""
        assert listen(self._player) == "ready"
        self._recorder.settle()

    def play(self, scene: str) -> tuple[dict[str, Any], np.ndarray]:
        """Play a scene; what it says it did, and what was captured of it."""
        for _ in range(ATTEMPTS):
            with self._recorder.capture() as capture:
                say(self._player, scene)
                told = listen(self._player)
                assert listen(self._player) == "closed"
            sound = capture.sound
            if sound.any(axis=1).all():
                break
        return told, sound

    def close(self) -> None:
        """Turn all off."""
        self._player.communicate(timeout=LIMIT_S)
        self._recorder.stop()
        self.card.stop()


def start_player(card: VirtualCard, folder: Path) -> subprocess.Popen[str]:
    """A process that plays scenes to a card, as it is told."""
    own = {"PYTHONPATH": ":".join(sys.path), "SCENE_RATE_HZ": str(card.rate_hz)}
    return subprocess.Popen(
        [sys.executable, sound_scenes.__file__, str(folder)],
        env=card.environment | own,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def say(player: subprocess.Popen[str], line: str) -> None:
    """Tell the process that plays what to play."""
    assert player.stdin is not None
    player.stdin.write(line + "\n")
    player.stdin.flush()


def listen(player: subprocess.Popen[str]) -> Any:
    """What the process that plays says next.

    Raises:
        RuntimeError: it has ended.
    """
    assert player.stdout is not None
    line = player.stdout.readline()
    if not line:
        raise RuntimeError("the process that plays has ended")
    return json.loads(line)
