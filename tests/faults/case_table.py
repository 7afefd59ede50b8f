"""All cases of the suite: how each is injected, and how often."""

from __future__ import annotations

from tests.faults.case import Case
from tests.faults.store import damage_cases, disk_cases, kill_cases, locking_cases

CASES = (
    Case(1, "killed while rating", "kill -9 at random moments", kill_cases.rating, 8, 200),
    Case(2, "power cut", "image of a loop-mounted disk", disk_cases.power_cut, 2, 50),
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
)
