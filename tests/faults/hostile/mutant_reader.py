"""Reads a damaged file of ratings or a damaged database as the command does, in this process."""

from __future__ import annotations

import shutil
from pathlib import Path

from ml_core.errors import UserError
from ml_core.paths import database_path
from ml_core.pipeline.rating_files.feedback import read_filled
from ml_core.store import Store
from tests.faults.ledger import answers_in
from tests.faults.requiring import require


def read(file: Path, project: Path, room: Path) -> str:
    """The sentence that refused it; empty where it was read.

    Raises:
        AssertionError: if ratings came back that are not the project's.
    """
    try:
        if file.suffix != ".sqlite3":
            read_filled(file)
            return ""
        with Store.open(project, write=False) as store:
            truth = set(answers_in(store))
        room.mkdir(exist_ok=True)
        shutil.copyfile(file, database_path(room))
        try:
            with Store.open(room) as store:
                require(set(answers_in(store)) <= truth, "a wrong rating was believed")
        finally:
            shutil.rmtree(room)
    except UserError as error:
        return str(error)
    return ""
