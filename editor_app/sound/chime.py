"""A short sound of our own that tells of the end of something long."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from editor_app.sound.player import Player

NOTES_HZ = (659.26, 880.0)
"""E5 and A5, one after the other: a rising fourth."""
NOTE_S = 0.16
LEVEL = 0.12
"""Of full scale, before the volume: well below music at the same setting."""


def chime_sound(rate_hz: int, volume: float) -> NDArray[np.float32]:
    """Both notes, each dying away, as float32 (n, 2).

    Args:
        rate_hz: of the output device.
        volume: 0..1; its square is the factor, as for music.
    """
    at_s = np.arange(round(NOTE_S * rate_hz)) / rate_hz
    swell = np.minimum(1.0, at_s / 0.005) * np.exp(-at_s / 0.06)
    notes = [np.sin(2 * np.pi * hz * at_s) * swell for hz in NOTES_HZ]
    # The last one rings on; both end at silence.
    tail_s = at_s + NOTE_S
    tail = np.sin(2 * np.pi * NOTES_HZ[-1] * tail_s) * np.exp(-tail_s / 0.06)
    tail *= np.linspace(1.0, 0.0, len(tail))
    sound = LEVEL * volume**2 * np.concatenate([*notes, tail])
    return np.repeat(sound.astype(np.float32)[:, None], 2, axis=1)


def chime(player: Player) -> object | None:
    """Play it beside whatever the player does; nothing where there is no sound.

    Returns:
        What holds the sound while it plays: keep it until the next one.
    """
    stream = player.device.stream
    if stream is None:
        return None
    try:
        return stream.play(chime_sound(stream.sample_rate_hz, player.volume))
    except RuntimeError:  # The device takes no orders just now.
        return None
