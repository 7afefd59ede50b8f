"""The layers of the design, checked on every import, and what the window may load."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.checks import result
from tests.turns import shared_folder

ROOT = Path(__file__).resolve().parents[2]
LONGEST_MODULE_LINES = 320
SLOW_OR_FORBIDDEN = ("torch", "scipy", "librosa", "safetensors", "matplotlib")


def run_python(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_every_import_keeps_to_the_layers(pytestconfig: pytest.Config) -> None:
    checked = result(shared_folder(pytestconfig), "layers")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert " 0 broken" in checked.stdout


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
