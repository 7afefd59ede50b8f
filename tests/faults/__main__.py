"""The fault suite's long form: `python -m tests.faults [NUMBER...] [--rounds N]`."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
os.environ.setdefault("OMP_NUM_THREADS", "1")

from store_cases import CASES, Case
from verdicts import NotPossibleHere


def run(case: Case, rounds: int, seed: int) -> tuple[bool, str]:
    """Whether the verdict held, and the outcome in words."""
    with tempfile.TemporaryDirectory(prefix="tastecut-faults-") as folder:
        try:
            return True, case.run(Path(folder), rounds, seed)
        except NotPossibleHere as reason:
            return True, f"not possible here: {reason}"
        except Exception:
            traceback.print_exc()
            return False, "FAILED"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("numbers", nargs="*", type=int, help="cases; all without")
    parser.add_argument("--rounds", type=int, help="instead of each case's own number")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print("| case | injected how | rounds | outcome | s |\n|---|---|---|---|---|", flush=True)
    failed = 0
    for case in CASES:
        if options.numbers and case.number not in options.numbers:
            continue
        rounds = options.rounds or case.long_rounds
        started = time.monotonic()
        held, outcome = run(case, rounds, options.seed)
        failed += not held
        seconds = time.monotonic() - started
        name = f"{case.number} {case.name}"
        print(f"| {name} | {case.injected} | {rounds} | {outcome} | {seconds:.0f} |", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
