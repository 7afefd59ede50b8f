"""The window stopped, closed, ended and broken while it works."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

from ml_core.paths import database_path
from tests.faults.command import ROOT, Done, own_environment
from tests.faults.ledger import Ledger
from tests.faults.requiring import require
from tests.faults.store import children
from tests.faults.studio import Studio, open_studio, write_song
from tests.faults.verdicts import Verdict
from tests.faults.window.driver import Driver, descendants, state_of, wait_until

# What a person's closed lid or a debugger does.
STOPPED_S = 60.0
SHORT_STOP_S = 2.0


def stopped(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 43: the window and its workers held by SIGSTOP for a minute, then SIGCONT."""
    studio = open_studio(verdict)
    with Driver(verdict, studio.project) as window:
        window.rate(2)
        for number in range(rounds):
            if number % 2:  # Every other time while it trains.
                window.tell("train", "training")
            everyone = [window.process.pid, *descendants(window.process.pid)]
            _hold(everyone, STOPPED_S)
            window.rate(1)
        told = window.tell("state", "state")
        require(not told["dialog"], told["dialog"])
        window.close()
    return f"{rounds} times held for {STOPPED_S:.0f} s: rated on, nothing lost"


def rater_stopped(verdict: Verdict, seed: int, seconds: float = SHORT_STOP_S) -> None:
    """The store's part of case 43: a rater is held at any moment, and goes on."""
    project = verdict.folder / "project"
    ledger = Ledger()
    with children.running("rater", project, seed, "changing") as child:
        lines = children.read_until(child, "ok")
        lines += children.hold_at_random(child, random.Random(seed), 20, 0.01)
        time.sleep(seconds)
        child.send_signal(signal.SIGCONT)
        lines += children.read_until(child, "ok")
        lines += children.kill_at_random(child, random.Random(seed), 5, 0.01)
    ledger.read(lines)
    verdict.ledger_holds(ledger, project)


def _hold(pids: list[int], seconds: float) -> None:
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    wait_until(lambda: all(state_of(pid) == "T" for pid in pids), "everyone stopped")
    time.sleep(seconds)
    for pid in pids:
        os.kill(pid, signal.SIGCONT)


def closed_at_work(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 44: closed while training, analysing and exporting."""
    studio = open_studio(verdict)
    another = write_song(verdict.folder / "another.flac", 7)
    verdict.watch(another)
    orders = (("train", "training"), (f"add {another}", "analysing"), ("export", "exporting"))
    for number in range(rounds):
        with Driver(verdict, studio.project) as window:
            window.rate(1)
            window.tell(*orders[number % len(orders)])
            below = descendants(window.process.pid)
            window.close()
            left = [pid for pid in below if Path(f"/proc/{pid}").exists() and state_of(pid) != "Z"]
            require(not left, f"processes stay: {left}")
    return f"{rounds} times closed at work: no process stays, nothing lost"


def exceptions(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 45: an exception in a slot and in a thread is shown, and rating goes on."""
    studio = open_studio(verdict)
    with Driver(verdict, studio.project) as window:
        for number in range(rounds):
            where = ("slot", "thread")[number % 2]
            told = window.tell(f"fault {where}", "state")
            require(f"a fault of ours in a {where}" in told["dialog"], str(told))
            if number < 3:
                window.rate(1)
        told = window.tell("close", "closed")
        window.process.wait(60)
        code = window.process.returncode
        require(code == 0, f"exit code {code}")
        verdict.counts["exit code"] += 1
        window.compare()
    return f"{rounds} exceptions shown with details, rated on"


def terminated(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 46: SIGTERM at random moments of the app itself."""
    studio, rng = open_studio(verdict), random.Random(seed)
    for _ in range(rounds):
        app = start_app(verdict, studio)
        wait_until(partial(_is_catching, app.pid), "the app has started")
        time.sleep(rng.uniform(0, 3.0))
        app.send_signal(rng.choice([signal.SIGTERM, signal.SIGINT]))
        out, errors = app.communicate(timeout=90)
        verdict.ended(Done(app.returncode, out, errors))
        require(not errors.strip(), errors)
        verdict.whole(studio.project)
    return f"{rounds} times ended cleanly"


def start_app(
    verdict: Verdict, studio: Studio, more: dict[str, str] | None = None
) -> subprocess.Popen[str]:
    """The app as a person starts it, without a screen."""
    return subprocess.Popen(
        [sys.executable, "-m", "editor_app.app", "--project", str(studio.project)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=own_environment(verdict.folder / "home", more),
        cwd=ROOT,
    )


def _is_catching(pid: int) -> bool:
    """Whether a process catches SIGTERM by now."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except FileNotFoundError:
        return True
    caught = next(int(line.split()[1], 16) for line in lines if line.startswith("SigCgt"))
    return bool(caught >> (signal.SIGTERM - 1) & 1)


def second_window(verdict: Verdict) -> None:
    """The window's part of case 9: a second start raises the first and ends."""
    studio = open_studio(verdict)
    with Driver(verdict, studio.project) as window:
        window.rate(1)
        second = start_app(verdict, studio)
        out, errors = second.communicate(timeout=90)
        verdict.ended(Done(second.returncode, out, errors))
        window.rate(1)
        window.close()


def locked_window(verdict: Verdict) -> None:
    """The window's part of cases 6 and 11: a key is visibly refused, the pair stays, then saves."""
    studio = open_studio(verdict)
    with Driver(verdict, studio.project) as window:
        window.rate(1)
        window.tell("wait pair", "shown")
        with children.running("lock_holder", database_path(studio.project)) as holder:
            children.read_until(holder, "held")
            told = window.tell("rate")
            require(told["word"] == "kept" and told["still"], str(told))
            verdict.told(told["words"], "ot saved")
            told = window.tell("state", "state")
            require(not told["dialog"], told["dialog"])
        window.rate(2)
        window.close()
