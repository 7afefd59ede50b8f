#!/usr/bin/env python3
"""Write packaging/locks anew: every package that is installed, with the hashes of its files.

    python3 packaging/renew_locks.py

Run it after a change of `pyproject.toml` or of `constraints.txt`, which says the versions. It needs
the network: it installs uv, a resolver that finds the packages of all systems and Pythons at once,
into a folder of its own that is removed again.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import tomllib
import venv
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ROOT / "packaging" / "locks"
HEAD = (
    "# Written by packaging/renew_locks.py; `packaging/start.py` installs nothing else.\n"
    "# {words}\n"
)
WORDS = {
    "app": "What the app needs, without torch.",
    "test": "What the app and its tests need, without torch.",
    "torch": "torch with the libraries of its CUDA build, as the Python Package Index has them.",
}
OF_TORCH = ("nvidia-", "cuda-")
EXTRAS = ("--extra", "formats", "--extra", "exact", "--extra", "timelines")


def main() -> int:
    """Write the three locks; returns the exit code."""
    LOCKS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="tastecut-locks-") as folder:
        uv = _resolver(Path(folder))
        build = Path(folder) / "build.in"
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
        build.write_text("\n".join(project["build-system"]["requires"]), encoding="utf-8")
        app, torch = parted(_resolved(uv, build, EXTRAS))
        tests, _ = parted(_resolved(uv, build, (*EXTRAS, "--extra", "dev")))
    for name, blocks in (("app", app), ("test", tests), ("torch", torch)):
        text = HEAD.format(words=WORDS[name]) + "".join(blocks)
        (LOCKS / f"{name}.txt").write_text(text, encoding="utf-8")
        print(f"{LOCKS / name}.txt: {len(blocks)} packages")
    return 0


def _resolver(folder: Path) -> Path:
    venv.create(folder / "venv", with_pip=True)
    bin_dir = folder / "venv" / ("Scripts" if sys.platform == "win32" else "bin")
    subprocess.run([str(bin_dir / "python"), "-m", "pip", "install", "--quiet", "uv"], check=True)
    return bin_dir / "uv"


def _resolved(uv: Path, build: Path, options: Sequence[str]) -> str:
    """All packages with their hashes, for every system and Python that is supported."""
    command = [str(uv), "pip", "compile", "pyproject.toml", str(build), *options]
    command += ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-annotate"]
    command += ["--no-header", "--quiet", "--constraint", "packaging/constraints.txt"]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def parted(lock: str) -> tuple[list[str], list[str]]:
    """A lock's blocks, one a package, without those of torch; and those."""
    blocks: list[str] = []
    for line in lock.splitlines(keepends=True):
        if line[:1].isspace():
            blocks[-1] += line
        else:
            blocks.append(line)
    torch = [block for block in blocks if is_of_torch(block.partition("==")[0])]
    return [block for block in blocks if block not in torch], torch


def is_of_torch(name: str) -> bool:
    """Whether a package is torch or comes with its CUDA build alone."""
    return name in ("torch", "triton") or name.startswith(OF_TORCH)


if __name__ == "__main__":
    sys.exit(main())
