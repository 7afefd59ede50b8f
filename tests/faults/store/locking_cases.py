"""A second instance, raw writers and foreign locks."""

from __future__ import annotations

import random
import shutil

from ml_core.errors import NotSavedError, UserError
from ml_core.paths import database_path
from ml_core.store import Store
from tests.faults.command import own_environment, run
from tests.faults.ledger import Ledger
from tests.faults.requiring import NotPossibleHere, require
from tests.faults.store import children
from tests.faults.store.store_builder import answered, fill, pair
from tests.faults.verdicts import Verdict


def second_instance(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 9, the store's part: a second writer is turned away until the first is gone."""
    rng = random.Random(seed)
    project, ledger = verdict.folder / "project", Ledger()
    for number in range(rounds):
        with children.running("rater", project, seed + number, "rating") as child:
            lines = children.read_until(child, "ok")
            try:
                Store.open(project).close()
            except UserError as error:
                verdict.told(error, "another Tastecut", project)
            else:
                raise AssertionError("two writers at once")
            with Store.open(project, write=False) as reader:
                require(reader.ratings.count(), "a reader sees no ratings")
            lines += children.kill_at_random(child, rng, most_lines=20, longest_s=0.01)
        ledger.read(lines)
        verdict.ledger_holds(ledger, project)  # Opens for writing: the dead hold no lock.
    return f"{rounds} times turned away, then let in"


def raw_writers(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 10: two programs that know nothing of our lock write into the file meanwhile."""
    rng = random.Random(seed)
    project, ledger = verdict.folder / "project", Ledger()
    Store.open(project).close()
    for number in range(rounds):
        path = database_path(project)
        with (
            children.running("raw_writer", path, "first") as one,
            children.running("raw_writer", path, "second") as two,
            children.running("rater", project, seed + number, "changing") as rater,
        ):
            for writer in (one, two):
                children.read_until(writer, "writing")
            children.go_on_always(rater)
            lines = children.read_until(rater, "ok")
            lines += children.kill_at_random(rater, rng, most_lines=100, longest_s=0.02)
        ledger.read(lines)
        verdict.ledger_holds(ledger, project)
    return f"{ledger.n_acknowledged} acknowledged beside two writers, all found"


def foreign_lock(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 11: another program holds the file; the same call is made until it lets go."""
    rng = random.Random(seed)
    project = verdict.folder / "project"
    refused = 0
    with Store.open(project, busy_timeout_s=0.05) as store:
        ratings = fill(store, 5)
        for _ in range(rounds):
            store.pairs.add([pair(rng)])
            (asked,) = store.pairs.waiting()
            with children.running("lock_holder", database_path(project)) as holder:
                children.read_until(holder, "held")
                for _ in range(3):
                    try:
                        store.ratings.add(answered(asked))
                    except NotSavedError as error:
                        verdict.told(error, database_path(project))
                        refused += 1
                    else:
                        raise AssertionError("written through a foreign lock")
                    require(store.pairs.waiting() == [asked], "the pair is gone")
                    require(store.ratings.current() == ratings, "reading does not work meanwhile")
            ratings.append(store.ratings.add(answered(asked))[1])
    verdict.ratings_are(project, ratings)
    return f"{refused} times refused, then saved"


def no_locks(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 18: the system refuses every lock, as some network drives do."""
    if shutil.which("strace") is None:
        raise NotPossibleHere("there is no strace to refuse locks")
    warned = 0
    for number in range(rounds):
        project = verdict.folder / f"project {number}"
        command = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "inject=flock:error=ENOLCK"]
        child = children.command("short_session", project, seed)
        done = run([*command, *child], own_environment(verdict.folder / "home"))
        if "ptrace" in done.err:
            raise NotPossibleHere("strace may not trace here")
        verdict.ended(done)
        warned += "no locks" in done.out and str(project) in done.out
        verdict.whole(project)
        with Store.open(project) as store:
            require(store.ratings.count() == 5, "the ratings are not there")
    require(warned == rounds, f"{warned} warnings")
    return f"{rounds} times warned; rating went on"
