"""What `tastecut presets` takes: a word for what is done, and its options."""

from __future__ import annotations

import argparse
from pathlib import Path

from ml_core.cli.argument_types import lengths, seconds
from ml_core.cli.export.options import add_sound_options


def add_preset_verbs(presets: argparse.ArgumentParser) -> None:
    """List them without a word; the other words change them."""
    presets.set_defaults(does="list")
    words = presets.add_subparsers(dest="does", metavar="WHAT")

    def word(name: str, said: str) -> argparse.ArgumentParser:
        made = words.add_parser(name, help=said, description=said)
        for option in ("--project", "--taste"):
            made.add_argument(option, default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        made.add_argument(
            "--json", action="store_true", default=argparse.SUPPRESS, help="print one JSON object"
        )
        return made

    word("list", "list your presets")
    save = word("save", "add a preset, or change what is given of one")
    save.add_argument("name", metavar="NAME")
    save.add_argument(
        "--length",
        type=_length,
        metavar="S or LO-HI",
        help='a length, a range, or "any": as your taste says',
    )
    add_sound_options(save)
    delete = word("delete", "delete presets; restore brings shipped ones back")
    delete.add_argument("names", nargs="+", metavar="NAME")
    for name, said in (("rename", "call a preset otherwise"), ("copy", "add a copy of a preset")):
        made = word(name, said)
        made.add_argument("name", metavar="NAME")
        made.add_argument("new_name", metavar="NEW")
    word("restore", "bring the shipped presets back as they were; your own stay")
    taken = word("import", "add the presets of a file; none of yours is changed")
    taken.add_argument("file", type=Path, metavar="FILE.json")
    given = word("export", "write presets to a new file")
    given.add_argument("file", type=Path, metavar="FILE.json")
    given.add_argument("names", nargs="*", metavar="NAME", help="else all")


def _length(text: str) -> tuple[float, float] | str:
    """One length, a range, or "any"."""
    if text.casefold() in ("any", "none"):
        return "any"
    if "-" in text:
        return lengths(text)
    one = seconds(text)
    return one, one
