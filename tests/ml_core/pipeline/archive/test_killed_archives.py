"""A kill in the middle of saving or opening leaves nothing under a final name."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.ml_core.pipeline.archive.project_builder import build, open_, save, tables

HERE = Path(__file__).resolve()


def killed(verb: str, archive: Path, project: Path) -> list[Any]:
    """(whether it stood under its final name, all names there) after each kill."""
    done = subprocess.run(
        [sys.executable, str(HERE.with_name("killed_children.py")), verb, archive, project],
        cwd=HERE.parents[4],
        env={"PYTHONPATH": str(HERE.parents[4]), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    seen: list[Any] = json.loads(done.stdout)
    assert len(seen) >= 4, "it was killed at many places"
    return seen


def test_fault_54_a_kill_while_saving_leaves_no_archive(tmp_path: Path) -> None:
    project, out = tmp_path / "project", tmp_path / "out"
    out.mkdir()
    build(project, tmp_path / "music")
    before = tables(project)
    for is_there, names in killed("save", out / "all.tastecut", project):
        assert not is_there
        assert all(name.startswith(".tastecut-") for name in names)
    opened = open_(out / "all.tastecut", out / "new")
    assert opened.is_open and not opened.not_found
    assert tables(project) == before


def test_fault_54_a_kill_while_opening_leaves_no_half_project(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    build(tmp_path / "project", tmp_path / "music")
    save(tmp_path / "project", tmp_path / "all.tastecut", with_songs=True)
    for is_there, names in killed("open", tmp_path / "all.tastecut", out / "new"):
        assert not is_there
        assert len(names) <= 1, "the next one removes what was left"
    assert [path.name for path in out.iterdir()] == ["new"]
    same = ("song_paths",)
    assert tables(out / "new", same) == tables(tmp_path / "project", same)
