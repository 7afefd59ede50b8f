"""The fault suite: `python -m tests.faults [NUMBER...] [--rounds N] [--seed S] [--json FILE]`.

Injects each fault for real and prints a table: case, how it was injected, rounds, outcome, seconds.
A case has passed only by the verdict of `verdicts.py`. Ends with 1 if one has failed.
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from tests.faults.case import Outcome, attempt
from tests.faults.case_table import CASES


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.faults",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("numbers", nargs="*", type=int, help="cases; all without")
    parser.add_argument("--rounds", type=int, help="instead of each case's own number")
    parser.add_argument("--short", action="store_true", help="few rounds of each")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the outcomes here too")
    options = parser.parse_args()
    unknown = set(options.numbers) - {case.number for case in CASES}
    if unknown:
        parser.error(f"there is no case {min(unknown)}")
    print("| case | injected how | rounds | outcome | s |\n|---|---|---|---|---|", flush=True)
    outcomes: list[Outcome] = []
    for case in CASES:
        if options.numbers and case.number not in options.numbers:
            continue
        usual = max(1, case.short_rounds) if options.short else case.long_rounds
        rounds = options.rounds or usual
        outcomes.append(attempt(case, rounds, options.seed, options.short))
        print(outcomes[-1].row, flush=True)
        if options.json is not None:  # After each: what was found is kept if the machine stops.
            _write(options.json, outcomes, options.seed)
    count = {
        state: sum(one.state == state for one in outcomes)
        for state in ("passed", "failed", "skipped")
    }
    words = ", ".join(f"{n} {state}" for state, n in count.items())
    print(f"\n{len(outcomes)} cases: {words}.", flush=True)
    return 1 if count["failed"] else 0


def _write(file: Path, outcomes: list[Outcome], seed: int) -> None:
    data = {"schema": 1, "seed": seed, "cases": [one.record for one in outcomes]}
    file.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
