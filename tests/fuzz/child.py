"""Makes mutants and reads them, within limits, until the time is over or one of them ends it.

Prints a line before each, "begin NUMBER", and one after it: "read", "refused SENTENCE" or "fault
WHAT".

Usage: python child.py READER FOLDER SEED FIRST COUNT SECONDS
"""

from __future__ import annotations

import random
import resource
import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.fuzz.readers import READERS, verdict

SECONDS_A_FILE = 20


def main(name: str, folder: Path, seed: int, first: int, count: int, seconds: float) -> None:
    """Read the mutants with the numbers from `first` on."""
    reader = READERS[name]
    valid = (folder / "valid").read_bytes()
    work = folder / f"work {first}"
    work.mkdir()
    reader.prepare(work)
    limit = reader.mebibytes << 20
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    until_s = time.monotonic() + seconds
    for number in range(first, first + count):
        if time.monotonic() > until_s:
            break
        file = folder / f"mutant{reader.suffix}"
        rng = random.Random(f"{seed} {name} {number}")
        file.write_bytes(reader.mutate(valid, rng, work))
        print("begin", number, flush=True)
        signal.alarm(SECONDS_A_FILE)  # Not handled: an endless loop ends this process.
        print(verdict(reader, file, work), flush=True)
        signal.alarm(0)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), *map(int, sys.argv[3:6]), float(sys.argv[6]))
