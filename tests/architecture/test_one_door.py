"""The window reads and writes the store through its project alone."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def around_the_project(source: str) -> list[int]:
    """Lines that reach for the store past the project: its class, or another object's `store`."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ml_core.store"):
            found += [node.lineno for name in node.names if name.name in ("Store", "store")]
        if isinstance(node, ast.Attribute) and node.attr in ("store", "_store"):
            is_own = isinstance(node.value, ast.Name) and node.value.id == "self"
            found += [] if is_own and node.attr == "_store" else [node.lineno]
    return found


def outside_the_project() -> list[Path]:
    window = ROOT / "editor_app"
    found = [path for path in window.rglob("*.py") if window / "project" not in path.parents]
    assert found
    return sorted(found)


@pytest.mark.parametrize(
    "line",
    [
        "from ml_core.store.store import Store",
        "from ml_core.store import Store",
        "from ml_core.store import store",
        "ratings = self._project.store.ratings.current()",
        "ratings = self._project._store.ratings.current()",
        "songs = window.project.songs._store.songs.listed()",
    ],
)
def test_a_way_around_the_project_is_seen(line: str) -> None:
    assert around_the_project(line) == [1]


@pytest.mark.parametrize(
    "path", outside_the_project(), ids=lambda path: str(path.relative_to(ROOT))
)
def test_nothing_outside_the_project_reaches_for_the_store(path: Path) -> None:
    assert around_the_project(path.read_text(encoding="utf-8")) == []
