"""What there is to say when a project is opened: of its disk, and of a run that was cut short."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from ml_core.paths import models_dir, unfinished_training
from ml_core.store.file.file_system import network_file_system
from ml_core.store.sqlite.rating_rows import COUNT_ALL


def recovered(connection: sqlite3.Connection, project_dir: Path) -> str:
    """What to say after a crash or a kill: what is there, and what can be gone on with."""
    (n_ratings,) = connection.execute(COUNT_ALL).fetchone()
    ratings = "The one rating is here" if n_ratings == 1 else f"All {n_ratings} ratings are here"
    if not n_ratings:
        (n_answers,) = connection.execute("SELECT count(*) FROM current_ratings").fetchone()
        ratings = "All your answers are here" if n_answers else "Nothing had been rated"
    unfinished = ""
    if unfinished_training(models_dir(project_dir)).exists():
        unfinished = "; an unfinished training can be gone on with"
    return f"Tastecut ended unexpectedly the last time. {ratings}{unfinished}."


def place_warnings(project_dir: Path, has_locks: bool) -> list[str]:
    """What to say of the disk that a project lies on."""
    kind = network_file_system(project_dir)
    if kind is not None:
        return [
            f"The project {project_dir} is on a network drive ({kind}), where ratings are less "
            "safe: keep it on a disk of this computer."
        ]
    if not has_locks:
        return [
            f"The disk with {project_dir} has no locks: never open the project twice at once, or "
            "keep it on another disk."
        ]
    return []
