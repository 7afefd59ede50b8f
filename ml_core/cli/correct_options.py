"""Options of the verb "correct", and the places they take."""

from __future__ import annotations

import argparse

from ml_core.cli.argument_types import span
from ml_core.units import parse_clock


def add_correct_options(correct: argparse.ArgumentParser) -> None:
    """All that can be said of a song's beats and bars."""
    correct.add_argument("song", metavar="SONG")
    correct.add_argument("--reset", action="store_true", help="first take all corrections back")
    correct.add_argument(
        "--tap",
        metavar="FILE-OR-TIMES",
        help='times of at least four beats in a row: "12.1,12.6,13.1,13.6", or a file of them',
    )
    tempo = correct.add_mutually_exclusive_group()
    tempo.add_argument("--double", action="store_true", help="twice as many beats")
    tempo.add_argument("--halve", action="store_true", help="half as many beats")
    correct.add_argument(
        "--meter", type=int, choices=range(2, 8), metavar="M", help="beats a bar, 2 to 7"
    )
    correct.add_argument(
        "--shift", type=int, default=0, metavar="N", help="start bars N beats later (or earlier)"
    )
    correct.add_argument(
        "--stretch",
        type=span,
        metavar="S-E",
        help="give this stretch, from bar line to bar line, a tempo or meter of its own",
    )
    correct.add_argument(
        "--stretch-tempo", type=float, default=0.0, metavar="BPM", help="its beats a minute"
    )
    correct.add_argument(
        "--stretch-meter", type=int, choices=range(2, 8), default=0, metavar="M", help="beats a bar"
    )
    correct.add_argument(
        "--stretch-tap", metavar="FILE-OR-TIMES", help="times of its beats, as with --tap"
    )
    correct.add_argument(
        "--move",
        type=moved_place,
        action="append",
        default=[],
        metavar="FROM=TO",
        help="move a bar line; later ones follow up to the next that was moved; may be repeated",
    )
    correct.add_argument(
        "--move-one",
        type=moved_place,
        action="append",
        default=[],
        metavar="FROM=TO",
        help="move a bar line alone",
    )
    correct.add_argument(
        "--from",
        dest="kept_file",
        metavar="FILE",
        help="first take the corrections that `correct --json` printed into a file",
    )
    correct.add_argument("--fits", action="store_true", help="the bars fit as they are")


def moved_place(text: str) -> tuple[float, float]:
    """Two times in seconds from "FROM=TO"."""
    before, sign, after = text.partition("=")
    if not sign:
        raise argparse.ArgumentTypeError(f"{text!r} is no move; write FROM=TO in seconds")
    try:
        return parse_clock(before), parse_clock(after)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} holds no two times in seconds") from error
