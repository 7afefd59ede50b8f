"""Tells a window in another process what to do, and reads what it says."""

from __future__ import annotations

import json
import select
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ml_core.store import Store
from tests.faults.command import ROOT, Done, own_environment
from tests.faults.requiring import require
from tests.faults.verdicts import Verdict

LIMIT_S = 150.0


class Driver:
    """A window on a project; every answer it acknowledges is kept for the verdict.

    Attributes:
        acknowledged: pair and answer of each rating that the window said it had saved.
    """

    def __init__(
        self, verdict: Verdict, project: Path, environment: Mapping[str, str] | None = None
    ) -> None:
        self.verdict, self.project = verdict, project
        self.acknowledged: dict[int, str] = {}
        folder = verdict.folder / "desk"
        folder.mkdir(exist_ok=True)
        self.errors = (folder / "errors.txt").open("w+b")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.window.session", str(project), str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            env=own_environment(verdict.folder / "home", environment),
            cwd=ROOT,
        )
        self.hear("ready")

    def tell(self, order: str, word: str = "", limit_s: float = LIMIT_S) -> dict[str, Any]:
        """Give an order, and wait for its answer, which may have to begin with a word."""
        self.send(order)
        return self.hear(word, limit_s)

    def send(self, order: str) -> None:
        """Give an order without waiting."""
        assert self.process.stdin is not None
        self.process.stdin.write(order.encode() + b"\n")
        self.process.stdin.flush()

    def hear(self, word: str = "", limit_s: float = LIMIT_S) -> dict[str, Any]:
        """The next answer.

        Raises:
            AssertionError: it is another one, or none comes in time.
        """
        assert self.process.stdout is not None
        require(
            select.select([self.process.stdout], [], [], limit_s)[0],
            f"the window says nothing for {limit_s:.0f} s",
        )
        line = self.process.stdout.readline().decode()
        said, _, facts = line.partition(" ")
        require(line and said.startswith(word), f"{word} expected: {line!r} {self.said_wrong()}")
        answer = {"word": said, **json.loads(facts)}
        if said == "ok":
            self.acknowledged[answer["pair"]] = answer["answer"]
        for pair, changed in answer.get("answers", {}).items():
            self.acknowledged[int(pair)] = changed
        return answer

    def rate(self, n_times: int = 1) -> None:
        """Answer so many pairs; each must be saved."""
        for _ in range(n_times):
            self.tell("rate", "ok")

    def close(self) -> None:
        """Close as a person does; the window must end cleanly and leave no worker."""
        told = self.tell("close", "closed")
        require(not any(told["alive"]), "a worker lives on")
        self.wait()

    def wait(self, codes: tuple[int, ...] = (0,)) -> None:
        """Wait for the end of the process, which must be clean, and compare the ratings."""
        code = self.process.wait(LIMIT_S)
        self.verdict.ended(Done(code, "", self.said_wrong()), codes)
        self.end()
        self.compare()

    def compare(self) -> None:
        """Every acknowledged rating is in the project."""
        self.verdict.whole(self.project)
        with Store.open(self.project, write=False) as store:
            found = {r.comparison_id: r.answer for r in store.ratings.current()}
        lost = {k: v for k, v in self.acknowledged.items() if found.get(k) != v}
        require(not lost, f"acknowledged ratings are lost: {lost}")
        self.verdict.counts["ratings"] += len(self.acknowledged)

    def said_wrong(self) -> str:
        """What came on standard error."""
        if self.errors.closed:
            return ""
        self.errors.seek(0)
        return self.errors.read().decode("utf-8", "replace")[-2_000:]

    def end(self) -> None:
        """End it whatever it does; ending twice is harmless."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self.errors):
            if pipe is not None:
                pipe.close()

    def __enter__(self) -> Driver:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()


def state_of(pid: int) -> str:
    """The letter of a process' state: T is stopped."""
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]


def descendants(pid: int) -> list[int]:
    """Processes that a process has started, and theirs."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += [int(child), *descendants(int(child))]
    return found


def wait_until(is_so: Any, what: str, limit_s: float = LIMIT_S) -> None:
    """Wait until something is so."""
    until = time.monotonic() + limit_s
    while not is_so():
        require(time.monotonic() < until, what)
        time.sleep(0.05)
