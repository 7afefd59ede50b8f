"""Hostile tags and names in the window (the window's half of case 64)."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WALK = "tests/editor_app/frame/test_foreign_text.py"
_LONGEST_S = 300


def foreign_text(folder: Path, rounds: int, seed: int) -> str:
    """Case 64: a window over songs, tastes and folders with hostile names, walked widget by widget.

    Each round opens windows in a process of its own. None of its texts may be markup, hold a
    control character, or turn our words round.
    """
    n_walks = 0
    for number in range(rounds):
        home = folder / f"home {number}"
        home.mkdir()
        command = [sys.executable, "-m", "pytest", "-n", "0", "-k", "fault_64", WALK]
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "TASTECUT_HOME": str(home)},
            capture_output=True,
            text=True,
            timeout=_LONGEST_S,
            check=False,
        )
        passed = re.search(r"(\d+) passed", done.stdout)
        if done.returncode or passed is None:
            raise AssertionError(f"seed {seed}: {done.stdout[-3000:]}")
        n_walks += int(passed[1])
    return f"{n_walks} walks over all widgets, nothing but plain text"
