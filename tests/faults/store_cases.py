"""The store's cases of the fault suite: how each is injected, and how often in the long form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import damage_cases
import disk_cases
import journal_cases
import kill_cases
import locking_cases
import recovery_cases

Run = Callable[[Path, int, int], str]
"""Runs a case in an empty folder, so many rounds, from a seed; tells the outcome in words.
Raises AssertionError if the verdict fails, NotPossibleHere if the fault can't be injected."""


@dataclass(frozen=True)
class Case:
    """One case of the suite."""

    number: int
    name: str
    injected: str
    run: Run
    short_rounds: int
    long_rounds: int


CASES = (
    Case(1, "killed while rating", "kill -9 at random moments", kill_cases.rating, 8, 200),
    Case(2, "power cut", "image of a loop-mounted disk", disk_cases.power_cut, 2, 100),
    Case(3, "killed during undo", "kill -9 at random moments", kill_cases.changing, 6, 200),
    Case(4, "killed while migrating", "kill -9 within the step", kill_cases.migration, 3, 60),
    Case(5, "killed while backing up", "kill -9 at random moments", kill_cases.backup, 4, 60),
    Case(6, "full disk", "tmpfs filled to 0-92 KB", disk_cases.full_disk, 3, 72),
    Case(7, "file size limit", "RLIMIT_FSIZE", disk_cases.file_size_limit, 1, 20),
    Case(8, "disk turns read-only", "ext4 error while open", disk_cases.read_only_disk, 1, 20),
    Case(9, "second instance", "a second writer", locking_cases.second_instance, 2, 40),
    Case(10, "raw writers", "two more sqlite3 programs", locking_cases.raw_writers, 1, 20),
    Case(11, "foreign lock", "BEGIN IMMEDIATE elsewhere", locking_cases.foreign_lock, 2, 20),
    Case(12, "damaged file", "four kinds in turn", damage_cases.damaged_file, 4, 200),
    Case(13, "flipped bit", "one bit in a rating's row", damage_cases.flipped_bit, 12, 400),
    Case(14, "lost log", "-wal deleted or foreign", damage_cases.lost_log, 2, 60),
    Case(15, "newer version", "user_version raised", damage_cases.newer_version, 1, 10),
    Case(18, "no locks", "flock fails (strace)", locking_cases.no_locks, 1, 5),
    Case(19, "backup folder full", "tmpfs of 16 KB", disk_cases.full_backup_folder, 1, 20),
    Case(69, "lost database", "eleven ways in turn", journal_cases.lost_store, 5, 70),
    Case(71, "a person's own files", "22 of them in the folder", recovery_cases.own_files, 1, 40),
)
