"""Case 71: whatever a person keeps in a project's folder is still there after everything."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

from ml_core.paths import backups_dir, cache_dir, database_path
from ml_core.store import Store
from ml_core.store.backup.copies import backups_in
from tests.faults.requiring import require
from tests.faults.store import children
from tests.faults.store.store_builder import filled_project
from tests.faults.verdicts import Verdict

OWN = (
    ".check-mine/notes.txt",
    ".check-0a1b2c3d/tastecut.sqlite3",
    ".tastecut-check-7-0123456789abcdef/thesis.txt",
    ".tastecut.sqlite3.old.partial",
    ".mine.partial",
    "notes.txt",
    "tastecut.sqlite3.mine",
    "tastecut.journal.mine",
    "backups/.holiday.partial",
    "backups/.holiday.partial-2",
    "backups/letter.txt",
    "backups/0001-2026-01-01-my own.sqlite3",
    "cache/listening/mix.wav",
    "cache/listening/pairs-1/poem.txt",
    "cache/listening-songs/lyrics.txt",
    "cache/left-over-mine/photo.jpg",
    "cache/bar-check/beats.txt",
    "cache/mine.spectra.npz",
    "models/readme.txt",
    "models/mine.part",
    "demo songs/my song.wav",
    "holiday/tastecut.lock",
)
"""A person's own files, some of them called much like ours."""

_TWO_DAYS_S = 48 * 3600


def own_files(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 71: kills, starts, backups and restores, among files that are somebody's own."""
    rng = random.Random(seed)
    for number in range(rounds):
        project = verdict.folder / f"project {number}"
        filled_project(project, 5)
        content = _put_own_files(project, rng)
        _put_left_over_sound(project)
        child = children.start("rater", project, seed + number, "changing")
        lines = children.read_until(child, "ok")
        lines += children.kill_at_random(child, rng, most_lines=30, longest_s=0.01)
        require(len(lines) > 1, "the rater hardly rated")
        _use_everything(project)
        verdict.whole(project)
        for name, data in content.items():
            require((project / name).is_file(), f"{name} was removed")
            require((project / name).read_bytes() == data, f"{name} was changed")
        shutil.rmtree(project)
    return f"{len(OWN)} files kept in each of {rounds} rounds"


def _put_own_files(project: Path, rng: random.Random) -> dict[str, bytes]:
    content = {}
    for name in OWN:
        file = project / name
        file.parent.mkdir(parents=True, exist_ok=True)
        content[name] = rng.randbytes(200)
        file.write_bytes(content[name])
        then_s = file.stat().st_mtime - _TWO_DAYS_S  # Old enough to look forgotten.
        os.utime(file, (then_s, then_s))
    return content


def _put_left_over_sound(project: Path) -> None:
    """What a window that was killed leaves behind."""
    cache = cache_dir(project)
    files = [
        cache / "listening" / f"pairs-{'0' * 32}" / "0123456789abcdef-48000.f32",
        cache / "listening" / f"pairs-{'0' * 32}" / "0123456789abcdef-48000.peaks.npz",
        cache / "listening-songs" / "0123456789abcdef-song-48000.partial",
        cache / f"left-over-{'1' * 32}" / f"export-{'2' * 32}" / "0123456789abcdef-44100.f32",
    ]
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(bytes(64))


def _use_everything(project: Path) -> None:
    """Start, back up, go back, and start again after the file was lost."""
    with Store.open(project) as store:
        store.backup()
    Store.restore(backups_in(backups_dir(project))[-1].path, project)
    database_path(project).write_bytes(b"nothing" * 100)
    Store.restore(backups_in(backups_dir(project))[0].path, project)
    Store.open(project).close()
