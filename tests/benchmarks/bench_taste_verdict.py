"""How often the comparison promotes: policies that are alike, and one that is truly better.

    python tests/benchmarks/bench_taste_verdict.py [--runs 200] [--ties 0.2] [--out FILE.json]

Answers are drawn as a listener would give them, and go through the very report that the app makes.
"""

from __future__ import annotations

import argparse
import json
import sys
from itertools import product
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from ml_core.domain.comparing import ReportRequest
from ml_core.domain.early_end import MOST_PAIRS
from ml_core.domain.edits import Edit, Origin
from ml_core.domain.models import COMPARISON_PAIRS, ComparisonSession
from ml_core.domain.ratings import Answer, Comparison, Rating
from ml_core.training.comparing.compare import report

CASES = (("identical", 0.5), ("slightly better", 0.65), ("clearly better", 0.8))


def one_verdict(
    true_win: float, ties: float, rng: np.random.Generator, ends_early: bool
) -> tuple[str, int]:
    """(verdict, answers) of one comparison whose listener prefers the new policy so often."""
    edits = [Edit("0" * 64, 44_100, ((0, 44_100 * length),)) for length in (60, 61)]
    pairs, answers = [], []
    n_pairs = MOST_PAIRS if ends_early else COMPARISON_PAIRS
    for number in range(1, n_pairs + 1):
        new_is_a = bool(rng.random() < 0.5)
        pair = Comparison(edits[0], edits[1], "check", Origin("old"), Origin("new"), id=number)
        pairs.append(pair.swapped() if new_is_a else pair)
        new_wins = bool(rng.random() < true_win)
        answer: Answer = "tie" if rng.random() < ties else "A" if new_wins == new_is_a else "B"
        shown = pairs[-1]
        answers.append(Rating(number, shown.a, shown.b, answer, id=number))
    session = ComparisonSession("old", "new", n_pairs, True, 0, ends_early=ends_early)
    found = report(ReportRequest("", session, tuple(pairs), tuple(answers)))
    return found.verdict, found.n


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--ties", type=float, nargs="+", default=[0.0, 0.2])
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    rows = []
    columns = f"{'true win':>9}{'ties':>6}{'promoted':>10}{'refused':>9}{'answers':>9}"
    print(f"{'policies':<18}{'end':<7}{columns}")
    for (name, true_win), ends_early in product(CASES, (False, True)):
        for ties in arguments.ties:
            rng = np.random.default_rng([round(100 * true_win), round(100 * ties)])
            found = [one_verdict(true_win, ties, rng, ends_early) for _ in range(arguments.runs)]
            verdicts = [verdict for verdict, _ in found]
            promoted, worse = (verdicts.count(v) / arguments.runs for v in ("better", "worse"))
            answers = float(np.median([n for _, n in found]))
            end = "early" if ends_early else "fixed"
            rows.append({"case": name, "true_win": true_win, "ties": ties, "end": end})
            rows[-1] |= {"promoted": promoted, "refused": worse, "answers": answers}
            told = f"{true_win:9.2f}{ties:6.2f}{promoted:10.3f}{worse:9.3f}{answers:9.0f}"
            print(f"{name:<18}{end:<7}{told}")
    if arguments.out:
        arguments.out.write_text(json.dumps({"runs": arguments.runs, "rows": rows}, indent=1))


if __name__ == "__main__":
    main()
