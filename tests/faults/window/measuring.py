"""What a process holds: memory, files, threads, and lanes that it has mapped."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from ml_core.paths import database_path
from tests.faults.window.driver import descendants

_KB_A_MB = 1024


@dataclass(frozen=True)
class Reading:
    """One moment of a session.

    Attributes:
        n_ratings: given so far.
        window_mb: resident memory of the window's process.
        workers_mb: of its workers together.
        handles: open files of the window.
        threads: of the window.
        lanes: files of lanes that the window has mapped.
        lane_files: files of lanes in the cache.
        database_kb: with its log.
        journal_kb: of files beside the database that hold ratings once more.
    """

    minute: float
    n_ratings: int
    window_mb: float
    workers_mb: float
    handles: int
    threads: int
    lanes: int
    lane_files: int
    database_kb: float
    journal_kb: float

    @property
    def facts(self) -> dict[str, float]:
        """By name."""
        return {name: round(value, 1) for name, value in asdict(self).items()}


def read(pid: int, project: Path, minute: float, n_ratings: int) -> Reading:
    """Measure a window and its workers."""
    base = database_path(project)
    files = [base, Path(f"{base}-wal"), Path(f"{base}-shm")]
    others = [one for one in project.iterdir() if one.is_file() and "journal" in one.name]
    return Reading(
        minute,
        n_ratings,
        _status_kb(pid, "VmRSS") / _KB_A_MB,
        sum(_status_kb(one, "VmRSS") for one in descendants(pid)) / _KB_A_MB,
        len(list(Path(f"/proc/{pid}/fd").iterdir())),
        _status_kb(pid, "Threads"),
        len(_mapped_lanes(pid)),
        len(list((project / "cache").rglob("*.f32"))),
        sum(one.stat().st_size for one in files if one.exists()) / 1024,
        sum(one.stat().st_size for one in others) / 1024,
    )


def _mapped_lanes(pid: int) -> set[str]:
    maps = Path(f"/proc/{pid}/maps").read_text(errors="replace").splitlines()
    return {line.split(maxsplit=5)[5] for line in maps if ".f32" in line}


def _status_kb(pid: int, name: str) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except FileNotFoundError:  # It has just ended.
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(f"{name}:")), 0)
