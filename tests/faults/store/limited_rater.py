"""A child process whose files may not grow past a limit, which is lifted when it is reached."""

from __future__ import annotations

import random
import resource
import sys
from pathlib import Path

from ml_core.errors import NotSavedError
from ml_core.paths import database_path
from ml_core.store import Store
from tests.faults.store.rater import rate, say
from tests.faults.store.store_builder import pair

ROUNDS = 5


def main(project: str, seed: int) -> None:
    rng = random.Random(seed)
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    with Store.open(project) as store:
        store.pairs.add([pair(rng) for _ in range(200)])
        for _ in range(ROUNDS):
            size = database_path(Path(project)).stat().st_size
            limit = size + rng.randrange(8_192)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, unlimited[1]))
            refused = False
            while not refused:
                try:
                    rate(store, store.pairs.waiting()[0], "open", "A")
                except NotSavedError as error:
                    refused = True
                    resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
                    say("refused", error)
            rate(store, store.pairs.waiting()[0], "open", "B")
    say("end")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
