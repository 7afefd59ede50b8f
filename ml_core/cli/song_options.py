"""Options of the verbs that say more of songs: what is corrected, and what the edits are for."""

from __future__ import annotations

import argparse

from ml_core.cli.argument_types import seconds


def add_to_correct(correct: argparse.ArgumentParser) -> None:
    """What can be corrected of a song."""
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
    correct.add_argument("--fits", action="store_true", help="the bars fit as they are")


def add_to_brief(brief: argparse.ArgumentParser) -> None:
    """Lengths that the brief asks for."""
    brief.add_argument("--shortest", type=seconds, default=None, metavar="S")
    brief.add_argument("--longest", type=seconds, default=None, metavar="S")
    brief.add_argument("--any-length", action="store_true", help="ask for no length")
