"""How long a lost output takes to sound again, inside the window's process: `bench_sound` runs it.

The card takes nothing for a while, or goes and comes; the times begin when it is back. Beside each,
a new process opens a bare stream on the same card: what that takes is the card's own.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtTest import QTest

from editor_app.sound.player import Player
from tests.editor_app.sound.captured.virtual_card import VirtualCard
from tests.screenshots.desk import Desk

N_TIMES = 4
# As in the issue: long enough that the stream is given up.
SILENT_S = 4.0
LIMIT_S = 20.0

Do = Callable[[VirtualCard], None]
KINDS: dict[str, tuple[Do, Do]] = {
    "suspended": (lambda card: card.suspend(True), lambda card: card.suspend(False)),
    "unplugged": (VirtualCard.unplug, VirtualCard.plug),
}


def lost(desk: Desk) -> dict[str, Any]:
    """Seconds from the card's return to sound, by what had happened to it."""
    card = VirtualCard(Path(os.environ["ALSA_CONFIG_PATH"]).parent)
    player, found = desk.window.player, {}
    player.play()
    for kind, (take, give) in KINDS.items():
        own_s, bare_s = [], []
        for _ in range(N_TIMES):
            QTest.qWait(1500)
            take(card)
            QTest.qWait(round(1000 * SILENT_S))
            assert not player.available, f"{kind}: not noticed"
            lost_at = player.heads.position()
            give(card)
            own, bare = _seconds(player, lost_at, card)
            own_s.append(own)
            bare_s.append(bare)
        found[kind] = {"back_s": own_s, "bare_s": bare_s}
    player.pause()
    QTest.qWait(300)
    return found


def _seconds(player: Player, lost_at: int, card: VirtualCard) -> tuple[float, float]:
    """From now to our sound, beyond the place where it was lost, and to that of a bare stream."""
    start_s, own_s, bare_s = time.monotonic(), 0.0, 0.0
    bare = card.bare_stream()
    while not (own_s and bare_s):
        now_s = time.monotonic() - start_s
        if not own_s and player.heads.position() > lost_at:
            own_s = now_s
        if not bare_s and bare.poll() is not None:
            bare_s = now_s
        assert now_s < LIMIT_S, "no sound again"
        QTest.qWait(5)
    return own_s, bare_s
