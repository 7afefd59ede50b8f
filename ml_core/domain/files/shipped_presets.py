"""The presets that everybody has at first.

Lengths: what the kinds of platforms that they are named for took in 2025: stories with up to 15 s
of music, short vertical videos of up to 90 s, short videos with music of up to 60 s. Loudness: AES
TD1008 (2021) and what streaming services tell of their players, -14 LUFS with true peaks of -1 dBTP
at most; -16 LUFS of podcasts; EBU R 128 (2023) for broadcasts, -23 LUFS and -1 dBTP. Where a kind
of platform publishes no loudness, that of streaming.
"""

from __future__ import annotations

from ml_core.domain.files.presets import Preset

_ONLINE_LUFS, _PODCAST_LUFS, _BROADCAST_LUFS = -14.0, -16.0, -23.0
_NAME = "{name} (%s {length})"

SHIPPED = (
    Preset("Story", (15.0, 15.0), _ONLINE_LUFS, pattern=_NAME % "story"),
    Preset("Reel", (30.0, 90.0), _ONLINE_LUFS, pattern=_NAME % "reel"),
    Preset("Short video", (15.0, 60.0), _ONLINE_LUFS, pattern=_NAME % "short"),
    Preset("Radio edit", (180.0, 210.0), _BROADCAST_LUFS, pattern=_NAME % "radio edit"),
    Preset("Broadcast spot", (30.0, 30.0), _BROADCAST_LUFS, pattern=_NAME % "spot"),
    Preset("Podcast bed", (30.0, 60.0), _PODCAST_LUFS, pattern=_NAME % "bed"),
    Preset("Streaming", None, _ONLINE_LUFS, file_format="flac", pattern=_NAME % "edit"),
)
