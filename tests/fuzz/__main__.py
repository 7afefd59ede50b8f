"""Fuzzing of every reader: `python -m tests.fuzz [READER...] [--seconds N] [--seed S]`.

It makes its own corpus: a valid file of each reader (a project's database, filled rating files as
CSV and JSON, records of edits, projects of other tools, lists of pairs, a model, a tagged song of
each format), and of each as many mutants as the time allows, by bytes and by what the format is
made of. Each is read in a process of its own with limits on memory and time. A table tells how many
were read and refused.
Hangs, crashes, tracebacks, partial imports and messages that are no sentence are faults: each is
printed with the number that makes the same mutant again, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from tests.fuzz.fuzzing import fuzz
from tests.fuzz.readers import READERS


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.fuzz",
        description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    parser.add_argument("readers", nargs="*", metavar="READER", help=f"of: {', '.join(READERS)}")
    parser.add_argument("--seconds", type=float, default=20.0, help="for each reader")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="folder for the mutants that were faults")
    options = parser.parse_args()
    unknown = set(options.readers) - set(READERS)
    if unknown:
        parser.error(f"there is no reader {', '.join(sorted(unknown))}")
    print("| reader | mutants | read | refused | faults |\n|---|---|---|---|---|", flush=True)
    faults: list[str] = []
    for name in options.readers or READERS:
        with tempfile.TemporaryDirectory(prefix="tastecut-fuzz-") as folder:
            told = fuzz(name, Path(folder), options.seconds, options.seed, keep=options.keep)
        faults += told.faults
        cells = (name, told.n_mutants, told.n_read, told.n_refused, len(told.faults))
        print(f"| {' | '.join(map(str, cells))} |", flush=True)
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
