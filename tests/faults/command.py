"""The command `tastecut` as a person runs it: a process of its own, whose words can be read."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 300.0


@dataclass(frozen=True)
class Done:
    """How a program ended; `code` is negative where a signal ended it, None where it hung."""

    code: int | None
    out: str
    err: str

    @property
    def data(self) -> dict[str, Any]:
        """Its JSON."""
        found: dict[str, Any] = json.loads(self.out)
        return found


def own_environment(home: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """An environment that touches nothing of the person who runs the suite."""
    return {
        **os.environ,
        "TASTECUT_HOME": str(home / "project"),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "QT_QPA_PLATFORM": "offscreen",
        "OMP_NUM_THREADS": "1",
        "PYTHONPATH": str(ROOT),
        **(more or {}),
    }


def command_line(
    *arguments: object, project: Path | None = None, as_json: bool = True
) -> list[str]:
    """The words of a call."""
    options = [] if project is None else ["--project", str(project)]
    return [
        sys.executable, "-m", "ml_core.cli", *options, *(["--json"] if as_json else []),
        *map(_text, arguments),
    ]  # fmt: skip


def tastecut(
    *arguments: object,
    home: Path,
    project: Path | None = None,
    as_json: bool = True,
    more: Mapping[str, str] | None = None,
    limit_s: float = LIMIT_S,
    memory_mib: int | None = None,
    prepare: Callable[[], None] | None = None,
) -> Done:
    """Run a verb to its end, or until it has hung for too long.

    Args:
        more: environment variables besides.
        memory_mib: of address space, as RLIMIT_AS.
        prepare: runs in the child before the command does.
    """

    def limit() -> None:
        if memory_mib is not None:
            resource.setrlimit(resource.RLIMIT_AS, (memory_mib << 20, memory_mib << 20))
        if prepare is not None:
            prepare()

    return run(
        command_line(*arguments, project=project, as_json=as_json),
        own_environment(home, more),
        limit_s,
        limit,
    )


def run(
    line: list[str],
    environment: Mapping[str, str],
    limit_s: float = LIMIT_S,
    prepare: Callable[[], None] | None = None,
) -> Done:
    """Run any program to its end, or kill it."""
    try:
        done = subprocess.run(
            line,
            check=False,
            capture_output=True,
            env=dict(environment),
            timeout=limit_s,
            preexec_fn=prepare,
            cwd=ROOT,
        )
    except subprocess.TimeoutExpired as hung:
        return Done(None, _words(hung.stdout), f"hung for {limit_s:.0f} s: {_words(hung.stderr)}")
    return Done(done.returncode, _words(done.stdout), _words(done.stderr))


def _words(said: bytes | None) -> str:
    return (said or b"").decode("utf-8", "replace")


def _text(argument: object) -> str:
    return argument if isinstance(argument, str) else str(argument)
