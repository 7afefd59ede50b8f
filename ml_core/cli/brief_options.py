"""Options of the verb "brief": what the edits are for."""

from __future__ import annotations

import argparse

from ml_core.cli.argument_types import seconds


def add_brief_options(brief: argparse.ArgumentParser) -> None:
    """Lengths that the brief asks for."""
    brief.add_argument("--shortest", type=seconds, default=None, metavar="S")
    brief.add_argument("--longest", type=seconds, default=None, metavar="S")
    brief.add_argument("--any-length", action="store_true", help="ask for no length")
