"""The layers that pyproject.toml states, checked on every import, and what the window may load."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from editor_app.keys.place_table import PLACE_TABLE, PLACES
from tests.architecture.checks import result
from tests.turns import shared_folder

ROOT = Path(__file__).resolve().parents[2]
LONGEST_MODULE_LINES = 320
MOST_MODULES = 20
SLOW_OR_FORBIDDEN = ("torch", "scipy", "librosa", "safetensors", "matplotlib")


def run_python(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_every_import_keeps_to_the_layers(pytestconfig: pytest.Config) -> None:
    checked = result(shared_folder(pytestconfig), "layers")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert " 0 broken" in checked.stdout


def contract(name: str) -> dict[str, Any]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    return next(one for one in contracts if one["name"] == name)


def test_the_table_of_places_is_what_the_contract_and_the_folders_say() -> None:
    stated = contract("Places do not know each other")
    assert stated["exhaustive"] and stated["containers"] == ["editor_app.places"]
    assert stated["layers"][0].split(" | ") == list(PLACES)
    folders = {path.parent.name for path in (ROOT / "editor_app" / "places").glob("*/page.py")}
    assert folders == set(PLACES)
    for spec in PLACE_TABLE:
        tree = ast.parse((ROOT / (spec.module.replace(".", "/") + ".py")).read_text("utf-8"))
        assert spec.page in {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
        for later in spec.later:
            file = f"{later.replace('.', '/')}.py"
            assert (ROOT / "editor_app" / "places" / spec.name / file).is_file()


@pytest.mark.parametrize("place", PLACES)
def test_the_state_of_a_place_knows_no_widget(place: str) -> None:
    """Neither Qt's, nor ours, nor its own page."""
    model = ROOT / "editor_app" / "places" / place / "model.py"
    imported = set()
    for node in ast.walk(ast.parse(model.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            imported |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
        elif isinstance(node, ast.Import):
            imported |= {name.name for name in node.names}
    seen = ("PySide6.QtWidgets", "PySide6.QtGui", "editor_app.widgets", "editor_app.frame")
    allowed = "editor_app.widgets.model_index"  # A type of Qt's item models, no widget.
    wrong = {name for name in imported if name.startswith(seen) and not name.startswith(allowed)}
    assert wrong == set()
    assert f"editor_app.places.{place}.page" not in imported


def test_no_folder_holds_more_than_one_can_keep_in_mind() -> None:
    counts = Counter(path.parent for path in modules() if path.name != "__init__.py")
    assert {folder: n for folder, n in counts.items() if n > MOST_MODULES} == {}


def modules() -> list[Path]:
    found = [path for top in ("ml_core", "editor_app") for path in (ROOT / top).rglob("*.py")]
    assert found
    return sorted(found)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_stay_short_enough_to_read(path: Path) -> None:
    n_lines = len(path.read_text(encoding="utf-8").splitlines())
    assert n_lines <= LONGEST_MODULE_LINES, f"{n_lines} lines: it has more than one job"


def loaded_after(statement: str) -> set[str]:
    listing = f"import sys; {statement}; print(*sorted(m.split('.')[0] for m in sys.modules))"
    done = run_python(listing)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_the_windows_process_loads_nothing_that_stalls_it() -> None:
    if not (ROOT / "editor_app" / "app.py").is_file():
        pytest.skip("the window is not built yet")
    loaded = loaded_after("import editor_app.app")
    assert "PySide6" in loaded
    assert loaded.isdisjoint(SLOW_OR_FORBIDDEN), loaded & set(SLOW_OR_FORBIDDEN)


def test_the_command_starts_without_torch_or_qt() -> None:
    loaded = loaded_after("import ml_core.cli")
    assert loaded.isdisjoint({*SLOW_OR_FORBIDDEN, "PySide6"})


def test_an_export_loads_no_torch_before_anything_was_learned() -> None:
    """It would double the memory of each process of a batch, and take a second to load."""
    listing = "import sys, ml_core.pipeline.song_export; print(*sys.modules)"
    done = run_python(listing)
    assert done.returncode == 0, done.stderr
    assert {"torch", "scipy.signal", "scipy.stats"}.isdisjoint(done.stdout.split())
