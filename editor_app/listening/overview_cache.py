"""Small waveforms kept in the project's cache, so that the library shows at once next time."""

from __future__ import annotations

import contextlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ml_core.domain.playing import SongLayout, SongOverview
from ml_core.own_files import make_private_folder, touch_private
from ml_core.untrusted_json import parse_json

# Three decimals are far below a pixel of a waveform 28 px high.
_DECIMALS = 3
# Of what is kept: 2 draws the channels over each other. In their mean, which was kept before, those
# that cancel are a blank line.
_VERSION = 2


class OverviewCache:
    """One small JSON file a song; what can't be read counts as missing."""

    def __init__(self, cache_dir: str) -> None:
        self._folder = Path(cache_dir) / "overviews"

    def load(self, sha256: str, key: str = "") -> SongOverview | None:
        """The overview that was kept; None if there is none, or an older or damaged one.

        Args:
            sha256: of the song.
            key: of the corrections of its bars, see `Corrections.key`.
        """
        try:
            data = parse_json(self._file(sha256, key).read_bytes())
            version, drawn, layout = data
            if version != _VERSION:
                return None
            columns = tuple((float(low), float(high), float(rms)) for low, high, rms in drawn)
            return SongOverview(sha256, columns, _layout(layout))
        except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError):
            return None

    def save(self, overview: SongOverview, key: str = "") -> None:
        """Keep an overview; where the disk refuses, it is simply made again."""
        layout = None if overview.layout is None else asdict(overview.layout)
        columns = [[round(value, _DECIMALS) for value in column] for column in overview.columns]
        with contextlib.suppress(OSError):
            make_private_folder(self._folder)
            text = json.dumps([_VERSION, columns, layout], separators=(",", ":"))
            file = self._file(overview.sha256, key)
            touch_private(file)
            file.write_text(text, encoding="utf-8")

    def forget(self, sha256: str) -> None:
        """Make it anew next time, as after another analysis."""
        with contextlib.suppress(OSError):
            for file in self._folder.glob(f"{sha256}*.json"):
                file.unlink(missing_ok=True)

    def _file(self, sha256: str, key: str) -> Path:
        return self._folder / ".".join(filter(None, (sha256, key, "json")))


def _layout(data: dict[str, Any] | None) -> SongLayout | None:
    if data is None:
        return None
    tuples = {
        "bar_edges_samples": tuple(data["bar_edges_samples"]),
        "beat_samples": tuple(data["beat_samples"]),
        "sections": tuple((start, end, label) for start, end, label in data["sections"]),
    }
    return SongLayout(**(data | tuples))
