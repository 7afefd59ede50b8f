"""Options of backup and restore where a whole project is one file."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_to_backup(backup: argparse.ArgumentParser) -> None:
    """Saving a project as one file."""
    backup.add_argument(
        "--archive",
        type=Path,
        metavar="FILE.tastecut",
        help="save ratings, models, corrections, edits and analyses as one file",
    )
    backup.add_argument(
        "--with-songs", action="store_true", help="with --archive: put the songs into the file too"
    )
    backup.add_argument(
        "--overwrite", action="store_true", help="with --archive: replace a file of that name"
    )


def add_to_restore(restore: argparse.ArgumentParser) -> None:
    """Opening such a file."""
    restore.add_argument(
        "--songs",
        nargs="+",
        default=[],
        metavar="FOLDER",
        help="where the songs of FILE.tastecut are looked for; they are known by their content",
    )
    restore.add_argument(
        "--without-damaged",
        action="store_true",
        help="leave out what is damaged in FILE.tastecut, if its ratings are whole",
    )
