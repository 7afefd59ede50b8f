"""A folder of awkward songs, added by the command, and what it says of each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from tests.faults.requiring import require
from tests.faults.verdicts import Verdict

RATE_HZ = 16_000


class Library:
    """Files that a case makes, and the project that they are added to."""

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict
        self.folder = verdict.folder / "awkward"
        self.folder.mkdir()
        self.project = verdict.folder / "project"
        verdict.injects(self.folder)

    def add(self, *paths: Path, **limits: Any) -> dict[str, dict[str, Any]]:
        """Add files (all of the folder without); each file's row by its name.

        The files must stay as they are, and the command must end cleanly.
        """
        self.verdict.watch(self.folder)
        named = paths or tuple(sorted(self.folder.iterdir()))
        done = self.verdict.tastecut("add", *named, project=self.project, code=None, **limits)
        if not done.out.strip():  # Nothing at all could be done: one sentence says why.
            words = done.err.strip().splitlines()[-1]
            return {path.name: {"status": "failed", "message": words} for path in named}
        return {Path(row["path"]).name: row for row in done.data["songs"]}

    def ready(self, rows: dict[str, dict[str, Any]], *names: str) -> None:
        """These became songs."""
        for name in names:
            require(rows.get(name, {}).get("status") == "ready", f"{name}: {rows.get(name)}")

    def refused(self, rows: dict[str, dict[str, Any]], *names: str) -> None:
        """These did not, and a sentence names the file and what helps."""
        for name in names:
            row = rows.get(name, {})
            require(row.get("status") == "failed", f"{name}: {row}")
            self.verdict.told(str(row["message"]), Path(name).stem[:20])

    def export(self, row: dict[str, Any], **more: Any) -> Path:
        """An edit of a song as a file."""
        wanted = ("export", row["id"], "--out", self.verdict.folder / "out", "--keep", "0.2-0.9")
        done = self.verdict.tastecut(*wanted, project=self.project, **more)
        return Path(done.data["files"][0])


def tune(duration_s: float = 24.0, rate_hz: int = RATE_HZ, seed: int = 0) -> NDArray[np.float32]:
    """Beats and chords, mono float32 below full scale."""
    rng = np.random.default_rng(seed)
    n = int(duration_s * rate_hz)
    out = np.zeros(n + rate_hz)
    t = np.arange(rate_hz) / rate_hz
    hit = rng.standard_normal(rate_hz) * np.exp(-t * 25)
    for beat in range(int(duration_s * 2)):
        at = beat * rate_hz // 2
        pitch = 110 * 2 ** ((0, 5, 7, 3)[beat // 4 % 4] / 12)
        out[at : at + rate_hz] += np.exp(-t * 3) * np.sin(2 * np.pi * pitch * t)
        out[at : at + rate_hz] += (0.8 if beat % 4 == 0 else 0.3) * hit
    out = out[:n]
    return (0.6 * out / np.abs(out).max()).astype(np.float32)


def save(
    path: Path, audio: NDArray[np.floating], rate_hz: int = RATE_HZ, subtype: str = ""
) -> Path:
    """Write a file, in blocks, by libsndfile."""
    n_channels = 1 if audio.ndim == 1 else audio.shape[1]
    how = {"subtype": subtype} if subtype else {}
    with soundfile.SoundFile(str(path), "w", rate_hz, n_channels, **how) as file:
        for start in range(0, len(audio), 20_000):
            file.write(audio[start : start + 20_000])
    return path
