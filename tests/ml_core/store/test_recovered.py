"""A crash or a kill is told at the next start, once, with what is there."""

from __future__ import annotations

from pathlib import Path

from ml_core.cli import main
from ml_core.paths import models_dir, unfinished_training
from ml_core.store import Store
from tests.faults.store import children
from tests.faults.store.store_builder import filled_project


def kill_a_rater(project: Path) -> None:
    child = children.start("rater", project, 1, "rating")
    children.read_until(child, "ok")
    child.kill()
    children.end(child)


def test_a_kill_is_told_once_with_what_is_here(project: Path) -> None:
    filled_project(project, 5)
    kill_a_rater(project)
    unfinished_training(models_dir(project)).parent.mkdir()
    unfinished_training(models_dir(project)).touch()
    with Store.open(project) as store:
        n = store.ratings.count()
        assert store.recovered == (
            f"Tastecut ended unexpectedly the last time. All {n} ratings are here; an unfinished "
            "training can be gone on with."
        )
        assert store.warnings == []
    with Store.open(project) as store:
        assert store.recovered == ""


def test_a_refused_second_writer_and_a_reader_leave_the_note_alone(project: Path) -> None:
    filled_project(project, 2)
    kill_a_rater(project)
    Store.open(project, write=False).close()
    with Store.open(project) as store:
        assert store.recovered.startswith("Tastecut ended unexpectedly")


def test_the_command_says_it_in_one_line(project: Path, capsys) -> None:
    filled_project(project, 2)
    kill_a_rater(project)
    assert main(["backup", "--project", str(project)]) == 0
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1 and "ratings are here." in said[0]
    assert main(["backup", "--project", str(project)]) == 0
    assert capsys.readouterr().err == ""
