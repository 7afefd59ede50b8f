"""A second instance, raw writers and foreign locks."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from pathlib import Path

import children
from store_builder import answered, fill, pair
from verdicts import Ledger, NotPossibleHere, require, require_ratings, require_whole

from ml_core.errors import NotSavedError, UserError
from ml_core.paths import database_path
from ml_core.store import Store


def second_instance(folder: Path, rounds: int, seed: int) -> str:
    """Case 9, the store's part: a second writer is turned away until the first is gone."""
    rng = random.Random(seed)
    project, ledger = folder / "project", Ledger()
    for number in range(rounds):
        with children.running("rater.py", project, seed + number, "rating") as child:
            lines = children.read_until(child, "ok")
            try:
                Store.open(project).close()
            except UserError as error:
                require("another Tastecut" in str(error) and str(project) in str(error), str(error))
            else:
                raise AssertionError("two writers at once")
            with Store.open(project, write=False) as reader:
                require(reader.ratings.count(), "a reader sees no ratings")
            lines += children.kill_at_random(child, rng, most_lines=20, longest_s=0.01)
        ledger.read(lines)
        ledger.compare(project)  # Opens for writing: the dead hold no lock.
    return f"{rounds} times turned away, then let in"


def raw_writers(folder: Path, rounds: int, seed: int) -> str:
    """Case 10: two programs that know nothing of our lock write into the file meanwhile."""
    rng = random.Random(seed)
    project, ledger = folder / "project", Ledger()
    Store.open(project).close()
    for number in range(rounds):
        path = database_path(project)
        with (
            children.running("raw_writer.py", path, "first") as one,
            children.running("raw_writer.py", path, "second") as two,
            children.running("rater.py", project, seed + number, "changing") as rater,
        ):
            for writer in (one, two):
                children.read_until(writer, "writing")
            children.go_on_always(rater)
            lines = children.read_until(rater, "ok")
            lines += children.kill_at_random(rater, rng, most_lines=100, longest_s=0.02)
        ledger.read(lines)
        ledger.compare(project)
    return f"{ledger.n_acknowledged} acknowledged beside two writers, all found"


def foreign_lock(folder: Path, rounds: int, seed: int) -> str:
    """Case 11: another program holds the file; the same call is made until it lets go."""
    rng = random.Random(seed)
    project = folder / "project"
    refused = 0
    with Store.open(project, busy_timeout_s=0.05) as store:
        ratings = fill(store, 5)
        for _ in range(rounds):
            store.pairs.add([pair(rng)])
            (asked,) = store.pairs.waiting()
            with children.running("lock_holder.py", database_path(project)) as holder:
                children.read_until(holder, "held")
                for _ in range(3):
                    try:
                        store.ratings.add(answered(asked))
                    except NotSavedError as error:
                        require(str(database_path(project)) in str(error), str(error))
                        refused += 1
                    else:
                        raise AssertionError("written through a foreign lock")
                    require(store.pairs.waiting() == [asked], "the pair is gone")
                    require(store.ratings.current() == ratings, "reading does not work meanwhile")
            ratings.append(store.ratings.add(answered(asked))[1])
    require_ratings(project, ratings)
    return f"{refused} times refused, then saved"


def no_locks(folder: Path, rounds: int, seed: int) -> str:
    """Case 18: the system refuses every lock, as some network drives do."""
    if shutil.which("strace") is None:
        raise NotPossibleHere("there is no strace to refuse locks")
    warned = 0
    for number in range(rounds):
        project = folder / f"project {number}"
        command = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "inject=flock:error=ENOLCK"]
        child = [sys.executable, str(children.HERE / "short_session.py"), str(project), str(seed)]
        done = subprocess.run([*command, *child], capture_output=True, text=True, check=False)
        if "ptrace" in done.stderr:
            raise NotPossibleHere("strace may not trace here")
        require(done.returncode == 0, done.stderr)
        warned += "no locks" in done.stdout and str(project) in done.stdout
        require_whole(project)
        with Store.open(project) as store:
            require(store.ratings.count() == 5, "the ratings are not there")
    require(warned == rounds, f"{warned} warnings")
    return f"{rounds} times warned; rating went on"
