"""Training that runs out of memory, is killed, meets a full disk or ratings that say nothing."""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file

from tests.faults.command import ROOT, Done, command_line, own_environment, run
from tests.faults.requiring import require
from tests.faults.store import disks
from tests.faults.studio import open_studio
from tests.faults.verdicts import Verdict

EFFORT = ("train", "--device", "cpu", "--epochs", "12", "--episodes", "48")
LITTLE = ("train", "--device", "cpu", "--epochs", "2", "--episodes", "8")


def models_of(project: Path, data: dict[str, Any]) -> list[dict[str, np.ndarray]]:
    """The tensors of what a training made."""
    names = (data["checkpoints"]["best"], data["checkpoints"]["final"])
    return [load_file(project / "models" / f"{name}.safetensors") for name in names]


def require_same(one: list[dict[str, np.ndarray]], other: list[dict[str, np.ndarray]]) -> None:
    """Two trainings made the same models, to the bit."""
    for a, b in zip(one, other, strict=True):
        require(a.keys() == b.keys(), "other tensors")
        for name, values in a.items():
            require(np.array_equal(values, b[name]), f"{name} differs")


def no_memory(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 48: the card's memory is full at load, forward and step."""
    studio = open_studio(verdict)
    again = Path(shutil.copytree(studio.project, verdict.folder / "again"))
    plain = verdict.tastecut(*EFFORT, project=again)
    expected = models_of(again, plain.data)
    for number in range(rounds):
        fault = ("load", "forward", "step")[number % 3]
        project = Path(shutil.copytree(studio.project, verdict.folder / f"round {number}"))
        words = [sys.executable, "-m", "tests.faults.learning.trainer", fault]
        line = [*words, *command_line(*EFFORT, project=project)[3:]]
        done = run(line, own_environment(verdict.folder / "home"))
        verdict.ended(done)
        notes = " ".join(done.data["notes"])
        require("memory" in notes, f"{fault}: it does not say so: {done.out[-600:]}")
        verdict.told(notes, "memory")
        require_same(models_of(project, done.data), expected)
    return f"{rounds} times full: went on on the processor, said so, same model to the bit"


def killed(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 49: cancelled or killed at any moment, then resumed."""
    studio, rng = open_studio(verdict), random.Random(seed)
    whole = Path(shutil.copytree(studio.project, verdict.folder / "whole"))
    began = time.monotonic()
    expected = models_of(whole, verdict.tastecut(*EFFORT, project=whole).data)
    usual_s = time.monotonic() - began
    n_ended = 0
    for number in range(rounds):
        project = Path(shutil.copytree(studio.project, verdict.folder / f"round {number}"))
        for _ in range(2):
            child = subprocess.Popen(
                command_line(*EFFORT, "--resume", project=project),
                env=own_environment(verdict.folder / "home"),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                cwd=ROOT,
            )
            time.sleep(rng.uniform(0.2, 0.9) * usual_s)
            child.send_signal(signal.SIGINT if number % 2 else signal.SIGKILL)
            said = child.communicate()
            if child.returncode == 0:
                n_ended += 1
                break
            if number % 2:
                verdict.ended(Done(child.returncode, *said), (0, 2))
        data = (
            json.loads(said[0])
            if child.returncode == 0
            else verdict.tastecut(*EFFORT, "--resume", project=project).data
        )
        require_same(models_of(project, data), expected)
        left = list((project / "models").glob(".*")) + list((project / "models").glob("unfin*"))
        require(not left, f"left: {left}")
    return f"{rounds} resumed trainings equal the uninterrupted one ({n_ended} had ended before)"


def full_disk(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 50: no room for a checkpoint; the previous one is used on."""
    rng = random.Random(seed)
    for number in range(rounds):
        with disks.small_disk(verdict.folder / f"disk {number}", 60_000) as disk:
            studio = open_studio(verdict, disk)
            first = verdict.tastecut(*LITTLE, project=studio.project).data
            active = verdict.tastecut("history", project=studio.project).data["active"]
            filler = disk / "filler"
            disks.leave_free(filler, 4_096 * rng.randrange(12))
            verdict.refused(*LITTLE, project=studio.project)
            require(not list((studio.project / "models").glob(".*")), "half a model is left")
            now = verdict.tastecut("history", project=studio.project).data["active"]
            require(now == active, "another model is active")
            best = first["checkpoints"]["best"]
            filler.unlink()
            verdict.tastecut("activate", best, project=studio.project)
            out = verdict.folder / f"out {number}"
            verdict.tastecut("export", "1", "--out", out, project=studio.project)
            verdict.tastecut(*LITTLE, project=studio.project)
            verdict.whole(studio.project)
            verdict.forget(studio.project)  # Its disk goes now.
    return f"{rounds} times refused; the model before is usable, and training works again"


def answer_all(
    verdict: Verdict, project: Path, pairs: Path, answers: list[str], *more: object
) -> None:
    """Answer every pair of a folder."""
    asked = json.loads((pairs / "pairs.json").read_text(encoding="utf-8"))["pairs"]
    rows = [
        {"pair": pair["id"], "answer": answers[place % len(answers)]}
        for place, pair in enumerate(asked)
    ]
    file = pairs / "answers.json"
    file.write_text(json.dumps(rows), encoding="utf-8")
    rated = verdict.tastecut(*more, "rate", "--from", file, project=project)
    require(rated.data["accepted"] == len(rows), rated.out)


def nothing_said(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 53: 0 ratings, 1 rating, all ties, contradictory ones, a loss that is no number."""
    studio = open_studio(verdict)
    project = studio.project
    verdict.tastecut(*LITTLE, project=project)
    told = []
    for number in range(rounds):
        for name, n_pairs, answers in (
            ("none", 0, []), ("one", 1, ["A"]), ("ties", 6, ["tie"]), ("both ways", 8, ["A", "B"]),
        ):  # fmt: skip
            taste = f"{name} {number}"
            verdict.tastecut("tastes", "--add", taste, project=project)
            if n_pairs:
                pairs = verdict.folder / f"pairs {taste}"
                wanted = ("propose", "--pairs", n_pairs, "--out", pairs)
                verdict.tastecut("--taste", taste, *wanted, project=project)
                answer_all(verdict, project, pairs, answers, "--taste", taste)
            done = verdict.tastecut("--taste", taste, *LITTLE, project=project, code=None)
            if done.code == 2:
                verdict.told(done.err.strip().splitlines()[-1])
            told.append(f"{name}: {'refused' if done.code else 'learned'}")
            verdict.tastecut("--taste", taste, "taste", project=project, code=None)
            _require_numbers(done)
    before = verdict.tastecut("history", project=project).data
    words = [sys.executable, "-m", "tests.faults.learning.trainer", "nan"]
    done = run(
        [*words, *command_line(*LITTLE, project=project)[3:]],
        own_environment(verdict.folder / "home"),
    )
    verdict.ended(done, (2,))
    verdict.told(done.err.strip().splitlines()[-1])
    after = verdict.tastecut("history", project=project).data
    require(after["active"] == before["active"], "the old model does not stay")
    verdict.tastecut("export", "1", "--out", verdict.folder / "out", project=project)
    return "; ".join(dict.fromkeys(told)) + "; NaN: refused, the old model stays"


def _require_numbers(done: Done) -> None:
    require("NaN" not in done.out and "Infinity" not in done.out, f"no numbers: {done.out[:400]}")
