"""Child processes that are killed, held up or given too little."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def command(script: str, *arguments: object) -> list[str]:
    """The words that start a script of this folder; it must run in `ROOT`."""
    return [sys.executable, "-m", f"tests.faults.store.{script}", *map(str, arguments)]


def start(script: str, *arguments: object, **options: object) -> subprocess.Popen[str]:
    """A script of this folder as a child whose lines can be read."""
    return subprocess.Popen(  # type: ignore[call-overload, no-any-return]
        command(script, *arguments),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        **options,
    )


def read_until(child: subprocess.Popen[str], word: str) -> list[str]:
    """The child's lines up to the first that starts with a word.

    Raises:
        AssertionError: if the child ended before.
    """
    assert child.stdout is not None
    lines: list[str] = []
    for line in child.stdout:
        lines.append(line)
        if line.startswith(word):
            return lines
    raise AssertionError(f"the child ended without saying {word!r}: {lines[-3:]}")


def kill_at_random(
    child: subprocess.Popen[str], rng: random.Random, most_lines: int, longest_s: float
) -> list[str]:
    """Kill -9 after a random number of lines and a random time more; all that the child said."""
    assert child.stdout is not None
    lines = [child.stdout.readline() for _ in range(rng.randrange(most_lines))]
    # The lines fall between two calls; the time more puts the kill at any point within one.
    time.sleep(rng.uniform(0, longest_s))
    child.kill()
    lines += child.stdout.readlines()
    end(child)
    return lines


def go_on_always(child: subprocess.Popen[str]) -> None:
    """Let a rater go on after each refusal, now and later."""
    assert child.stdin is not None
    child.stdin.write("\n" * 10_000)
    child.stdin.flush()


def hold_at_random(
    child: subprocess.Popen[str], rng: random.Random, most_lines: int, longest_s: float
) -> list[str]:
    """Stop a child (SIGSTOP) like `kill_at_random` kills it; what it said so far."""
    assert child.stdout is not None
    lines = [child.stdout.readline() for _ in range(1 + rng.randrange(most_lines))]
    time.sleep(rng.uniform(0, longest_s))  # Any point within a call.
    child.send_signal(signal.SIGSTOP)
    state = Path(f"/proc/{child.pid}/stat")
    while state.read_text().rsplit(")", 1)[1].split()[0] != "T":
        time.sleep(0.001)  # A write that has begun ends before the process stops.
    return lines


def kill_held(child: subprocess.Popen[str]) -> list[str]:
    """Kill a held child; what it had said before."""
    assert child.stdout is not None
    child.kill()
    lines = child.stdout.readlines()
    end(child)
    return lines


def end(child: subprocess.Popen[str]) -> None:
    """Kill a child if it still runs, and close its pipes."""
    child.kill()
    child.wait()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with suppress(BrokenPipeError):
                pipe.close()


@contextmanager
def running(script: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """A child for the time of a block."""
    child = start(script, *arguments)
    try:
        yield child
    finally:
        end(child)
