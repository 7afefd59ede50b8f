"""Style, types and layers: one job that runs beside the other tests and leaves its results.

Run as `python -m tests.architecture.checks FOLDER`. Nothing is kept between runs: what a cache
says of a file is no proof.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 240.0
FOLDER = "checks"

_LAYERS = "from importlinter.cli import lint_imports as l; raise SystemExit(l(no_cache=True))"
_MYPY = ("-m", "mypy", "--cache-dir", os.devnull)
CHECKS: dict[str, tuple[str, ...]] = {
    "types": _MYPY,
    "types of the set-up script": (*_MYPY, "--strict", "packaging/start.py"),
    "layers": ("-c", _LAYERS),
    "style": ("-m", "ruff", "check", "--no-cache", "--output-format", "concise", "."),
}


class Checked(NamedTuple):
    """How a check ended."""

    returncode: int
    stdout: str
    stderr: str


def check(name: str) -> Checked:
    """Run one check."""
    done = subprocess.run(
        [sys.executable, *CHECKS[name]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return Checked(done.returncode, done.stdout, done.stderr)


def start(folder: Path, *inherited: int) -> subprocess.Popen[bytes]:
    """Start the job; `folder` is shared by the tests, `inherited` are files left open to it."""
    folder = folder / FOLDER
    folder.mkdir()
    command = [sys.executable, "-m", "tests.architecture.checks", str(folder)]
    return subprocess.Popen(command, cwd=ROOT, pass_fds=inherited)


def result(folder: Path | None, name: str) -> Checked:
    """What the job says of one check, once it has; without a job, the check is made now.

    Raises:
        TimeoutError: the job does not end.
    """
    if folder is None:
        return check(name)
    file = folder / FOLDER / name
    until_s = time.monotonic() + LIMIT_S
    while not file.exists():
        if time.monotonic() > until_s:
            raise TimeoutError(f"the check of {name} has not ended")
        time.sleep(0.05)
    return Checked(*json.loads(file.read_text()))


def main(folder: Path) -> None:
    """Make all checks, one after another."""
    for name in CHECKS:
        unfinished = folder / "unfinished"
        unfinished.write_text(json.dumps(check(name)))
        unfinished.replace(folder / name)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
