"""The wheel: everything that runs and everything it shows is inside."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("pyproject.toml", "README.md", "LICENSE", "ml_core", "editor_app", "resources")


def test_a_wheel_holds_all_modules_resources_and_commands(tmp_path: Path) -> None:
    source = tmp_path / "source"  # a copy: building leaves files behind
    source.mkdir()
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(
                ROOT / part, source / part, ignore=shutil.ignore_patterns("__pycache__")
            )
        else:
            shutil.copy(ROOT / part, source)
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index"]
    made = subprocess.run(
        [*pip, "--no-build-isolation", "--wheel-dir", str(tmp_path), str(source)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        inside = archive.namelist()
        (commands,) = (n for n in inside if n.endswith("entry_points.txt"))
        starts = archive.read(commands).decode()
    for top in ("ml_core", "editor_app"):
        for module in (ROOT / top).rglob("*.py"):
            assert module.relative_to(ROOT).as_posix() in inside
    # The screenshots are the README's: the app shows none of them.
    shown = [path for path in (ROOT / "resources").rglob("*") if path.parent.name != "screenshots"]
    for resource in (path for path in shown if path.is_file()):
        wanted = f"share/tastecut/{resource.relative_to(ROOT).as_posix()}"
        assert any(name.endswith(wanted) for name in inside), wanted
    assert "tastecut = ml_core.cli:main" in starts
    assert "tastecut-window = editor_app.app:main" in starts
