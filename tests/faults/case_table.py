"""All cases of the suite: how each is injected, and how often."""

from __future__ import annotations

from tests.faults.case import Case
from tests.faults.export import originals_cases, writing_cases
from tests.faults.learning import model_cases, training_cases
from tests.faults.songs import reading_cases
from tests.faults.store import damage_cases, disk_cases, kill_cases, locking_cases
from tests.faults.window import window_cases

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
    Case(20, "killed while exporting", "kill -9 within the writing", writing_cases.killed, 0, 64),
    Case(21, "full disk while exporting", "tmpfs of 16-48 KB", writing_cases.full_disk, 0, 12),
    Case(22, "read-only folder", "read-only mount", writing_cases.read_only_folder, 0, 4),
    Case(23, "names that are taken", "links, letter case", originals_cases.taken_names, 0, 4),
    Case(24, "cancelled batch", "SIGINT within four songs", writing_cases.cancelled, 0, 8),
    Case(25, "ten minutes of OGG", "a thread of 512 KB stack", writing_cases.long_ogg, 0, 2),
    Case(26, "a WAV over 4 GiB", "4 GiB written", writing_cases.beyond_four_gigabytes, 0, 1),
    Case(27, "source moved", "the file moved", originals_cases.moved_source, 0, 2),
    Case(28, "source changed", "another song by its name", originals_cases.changed_source, 0, 2),
    Case(29, "replace refused", "EACCES (strace)", writing_cases.replace_refused, 0, 3),
    Case(30, "NaN and Inf", "a float WAV that holds them", reading_cases.no_numbers, 0, 3),
    Case(31, "hollow files", "0 bytes, 0 frames, 1 sample", reading_cases.hollow, 0, 3),
    Case(32, "channels and rates", "1-64 channels, 8-192 kHz", reading_cases.shapes, 0, 2),
    Case(33, "no song, no beat", "ten kinds of sound", reading_cases.kinds_of_sound, 0, 1),
    Case(34, "truncated MP3", "cut at random", reading_cases.truncated_mp3, 0, 6),
    Case(35, "truncated files", "five formats cut at random", reading_cases.truncated, 0, 3),
    Case(36, "names that lie", "text, folder, pipe, link", reading_cases.wrong_names, 0, 1),
    Case(37, "mutants of sound files", "six formats, RLIMIT_AS", reading_cases.damaged, 0, 200),
    Case(38, "odd names", "Unicode, 249 bytes, not UTF-8", reading_cases.odd_names, 0, 1),
    Case(39, "three hours", "RLIMIT_AS of 1.5 GiB", reading_cases.three_hours, 0, 1),
    Case(40, "too short", "jingles; all forbidden", reading_cases.too_short, 0, 8),
    Case(43, "stopped for a minute", "SIGSTOP 60 s, SIGCONT", window_cases.stopped, 0, 2),
    Case(44, "closed at work", "closed within three jobs", window_cases.closed_at_work, 0, 3),
    Case(45, "exceptions", "raised in a slot, a thread", window_cases.exceptions, 0, 4),
    Case(46, "SIGTERM", "at random moments", window_cases.terminated, 0, 6),
    Case(48, "memory full", "at load, forward, step", training_cases.no_memory, 0, 3),
    Case(49, "training killed", "SIGKILL, SIGINT at random", training_cases.killed, 0, 6),
    Case(50, "no room for a model", "tmpfs filled to 0-44 KB", training_cases.full_disk, 0, 2),
    Case(51, "malicious pickles", "in a model's place", model_cases.malicious, 0, 2),
    Case(52, "mutants of a model", "bits, cuts, more bytes", model_cases.mutants, 0, 300),
    Case(
        53,
        "ratings that say nothing",
        "0, 1, ties, NaN",
        training_cases.nothing_said,
        0,
        1,
    ),
)
