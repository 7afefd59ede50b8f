"""Full, read-only and failing disks, and a power cut."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable

from ml_core.domain.ratings import Rating
from ml_core.errors import NotSavedError, UserError
from ml_core.paths import backups_dir
from ml_core.store import Store
from tests.faults.ledger import Ledger
from tests.faults.requiring import require
from tests.faults.store import children, disks
from tests.faults.store.store_builder import answered, fill, filled_project, pair, song
from tests.faults.verdicts import Verdict


def rate_until_refused(
    store: Store, rng: random.Random, most: int
) -> tuple[list[Rating], UserError]:
    """Rate until a rating is refused; the kept ones and the sentence that refused.

    The refused pair must stay where it was.
    """
    kept = []
    for _ in range(most):
        asked = store.pairs.waiting()[0]
        try:
            kept.append(store.ratings.add(answered(asked, rng.choice(["A", "B"])))[1])
        except NotSavedError as error:
            require(store.pairs.waiting()[0] == asked, "the refused pair is gone")
            require(store.ratings.of_pair(asked.id) is None, "the refused rating is there")
            return kept, error
    raise AssertionError(f"{most} ratings, and none was refused")


def refused_then_saved(
    store: Store, rng: random.Random, mend: Callable[[], None]
) -> tuple[list[Rating], UserError]:
    """Rate until refused, mend the disk, and make the same call again."""
    kept, sentence = rate_until_refused(store, rng, 3_000)
    asked = store.pairs.waiting()[0]
    mend()
    kept.append(store.ratings.add(answered(asked, "tie"))[1])
    return kept, sentence


def full_disk(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 6: with a little more room left in each round."""
    rng = random.Random(seed)
    refused = 0
    for number in range(rounds):
        with disks.small_disk(verdict.folder / f"disk-{number}", 1_500) as disk:
            filler = disk / "filler"
            with Store.open(disk / "project") as store:
                store.pairs.add([pair(rng) for _ in range(300)])
                disks.leave_free(filler, 4_096 * (number % 24))
                kept, sentence = refused_then_saved(store, rng, filler.unlink)
                verdict.told(sentence, "full", disk)
                require(store.ratings.current() == kept, "the ratings differ")
                refused += 1
            verdict.ratings_are(disk / "project", kept)
    return f"{refused} times refused, then saved"


def file_size_limit(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 7."""
    refused = 0
    for number in range(rounds):
        project = verdict.folder / f"project {number}"
        with children.running("limited_rater", project, seed + number) as child:
            lines = children.read_until(child, "end")
        ledger = Ledger()
        ledger.read(lines)
        require(any(line.startswith("refused Not saved") for line in lines), "not refused")
        require(lines[-2].startswith("ok"), "not saved after the limit was lifted")
        verdict.ledger_holds(ledger, project)
        for line in lines:
            if line.startswith("refused "):
                verdict.told(line.removeprefix("refused "), project)
        refused += sum(line.startswith("refused") for line in lines)
    return f"{refused} times refused, then saved"


def read_only_disk(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 8: the system remounts a failing disk read-only under the open project."""
    rng = random.Random(seed)
    for number in range(rounds):
        image, point = verdict.folder / "image", verdict.folder / f"disk-{number}"
        with disks.disk_image(image, point, 24):
            project = point / "project"
            with Store.open(project) as store:
                store.pairs.add([pair(rng) for _ in range(50)])
                ratings = [
                    store.ratings.add(answered(asked))[1]
                    for asked in store.pairs.waiting()[: rng.randrange(1, 20)]
                ]
                disks.remount_read_only(point)
                kept, sentence = rate_until_refused(store, rng, 1)
                require(not kept, "saved on a read-only disk")
                verdict.told(sentence, project)
                require(store.ratings.current() == ratings, "ratings can't be read any more")
            try:
                Store.open(project).close()
            except UserError as error:
                verdict.told(error, project)
            else:
                raise AssertionError("opened for writing on a read-only disk")
            with Store.open(project, write=False) as store:
                require(store.ratings.current() == ratings, "a read-only project can't be read")
        with disks.mounted(image, point):
            verdict.ratings_are(project, ratings)
            with Store.open(project) as store:
                ratings += fill(store, 3)
            verdict.ratings_are(project, ratings)
    return f"{rounds} times refused; nothing lost, and goes on once mended"


def full_backup_folder(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 19."""
    for number in range(rounds):
        project = verdict.folder / f"project {number}"
        with Store.open(project) as store:
            store.songs.add(song(0), "ready")
            ratings = fill(store, 20, seed)
        with disks.small_disk(backups_dir(project), 16):
            with Store.open(project) as store:
                require(len(store.warnings) == 1, str(store.warnings))
                verdict.told(store.warnings[0], backups_dir(project))
                ratings += fill(store, 5, seed + 1)
            require(not list(backups_dir(project).iterdir()), "half a backup is left")
        verdict.ratings_are(project, ratings)
    return f"{rounds} times warned; rating went on"


def power_cut(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 2: the disk's image is copied at random moments, as if the power went then.

    What the system still holds in memory is not in the image. The rater is held (SIGSTOP) while
    the image is copied, since a copy takes longer than a cut.
    """
    rng = random.Random(seed)
    ledger = Ledger()
    image, copy = verdict.folder / "image", verdict.folder / "copy"
    with disks.disk_image(image, verdict.folder / "disk", 24) as disk:
        filled_project(disk / "project", 20)
        for number in range(rounds):
            child = children.start("rater", disk / "project", seed + number, "changing")
            lines = children.hold_at_random(child, rng, most_lines=60, longest_s=0.02)
            shutil.copyfile(image, copy)
            lines += children.kill_held(child)
            ledger.read(lines)
            in_memory = ledger.copy()
            with disks.mounted(copy, verdict.folder / "after"):
                verdict.ledger_holds(ledger, verdict.folder / "after" / "project")
            verdict.ledger_holds(in_memory, disk / "project")
            ledger = in_memory
    return f"{ledger.n_acknowledged} acknowledged, all found"
