"""A small project made by the command: short songs, pairs and ratings; made once, then copied."""

from __future__ import annotations

import atexit
import json
import shutil
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import soundfile

from ml_core.demo_songs.pieces import synthesize_test_song
from tests.faults.command import Done, tastecut
from tests.faults.requiring import require
from tests.faults.verdicts import Verdict

N_SONGS = 4
N_PAIRS = 12
N_RATED = 8
SONG_S = 26.0
_TEMPI = (120, 100, 132, 110)


@dataclass(frozen=True)
class Studio:
    """A project with songs of its own.

    Attributes:
        project: its folder.
        songs: the files of its songs, in one folder.
        pairs: the folder of pairs that wait for answers, as `propose` wrote it.
    """

    project: Path
    songs: tuple[Path, ...]
    pairs: Path


def open_studio(verdict: Verdict, at: Path | None = None) -> Studio:
    """A copy of the project and its songs within a verdict's folder, watched by it.

    Args:
        at: where the project lies instead, such as on a disk of its own.
    """
    made = _made()
    at = at or verdict.folder
    music = verdict.folder / "music"
    if not music.exists():
        shutil.copytree(made / "music", music)
    project = Path(shutil.copytree(made / "project", at / "studio project"))
    pairs = verdict.folder / "pairs"
    shutil.copytree(made / "pairs", pairs, dirs_exist_ok=True)
    _require_done(tastecut("add", music, home=verdict.folder / "home", project=project))
    verdict.watch(music)
    verdict.expect(project)
    return Studio(project, tuple(sorted(music.iterdir())), pairs)


def write_song(path: Path, number: int = 0, duration_s: float = SONG_S) -> Path:
    """A made-up song in the format of its name."""
    audio, rate_hz, _ = synthesize_test_song(duration_s, _TEMPI[number % 4], 4, seed=number)
    with soundfile.SoundFile(str(path), "w", rate_hz, audio.shape[1] if audio.ndim > 1 else 1) as f:
        for start in range(0, len(audio), 20_000):
            f.write(audio[start : start + 20_000])
    return path


def rate_all(pairs: Path, n_answers: int, target: Path) -> Path:
    """A file that answers the first pairs of a folder."""
    asked = json.loads((pairs / "pairs.json").read_text(encoding="utf-8"))["pairs"]
    rows = [
        {"pair": pair["id"], "answer": ("A", "B", "tie", "B")[place % 4]}
        for place, pair in enumerate(asked[:n_answers])
    ]
    target.write_text(json.dumps(rows), encoding="utf-8")
    return target


@cache
def _made() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="tastecut-studio-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "music").mkdir()
    for number in range(N_SONGS):
        write_song(folder / "music" / f"song {number}.flac", number)
    project, home = folder / "project", folder / "home"
    _require_done(tastecut("add", folder / "music", home=home, project=project))
    wanted = ("propose", "--pairs", N_PAIRS, "--out", folder / "pairs")
    _require_done(tastecut(*wanted, home=home, project=project))
    answers = rate_all(folder / "pairs", N_RATED, folder / "answers.json")
    rated = tastecut("rate", "--from", answers, home=home, project=project)
    _require_done(rated)
    require(rated.data["accepted"] == N_RATED, rated.out)
    return folder


def _require_done(done: Done) -> None:
    require(done.code == 0, f"the project could not be made: {done.err[-800:]}")
