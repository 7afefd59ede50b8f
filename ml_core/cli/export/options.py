"""What `tastecut export` takes, in groups as its help lists them."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

from ml_core.cli.argument_types import (
    count,
    lengths,
    loudness,
    mapped,
    places,
    ratio_range,
    seconds,
    seed,
    span,
    true_peak,
)
from ml_core.domain.files.choices import HIGHEST_TRUE_PEAK_DB
from ml_core.domain.files.encodings import DEPTHS
from ml_core.domain.files.formats import WRITE_FORMATS
from ml_core.domain.files.name_pattern import FILE_PATTERN, NAME_FIELDS, TITLE_PATTERN
from ml_core.domain.files.tools import TOOLS
from ml_core.domain.mapping import MOST_MAPPED, N_MAPPED


def add_export_options(export: argparse.ArgumentParser) -> None:
    """Songs first, then one group after the other."""
    export.add_argument(
        "songs",
        nargs="*",
        metavar="SONG",
        help="an id, a path, a folder of songs, or a pattern over paths and titles",
    )
    export.add_argument("--all", action="store_true", help="all songs that can be used")
    export.add_argument("--out", type=Path, required=True, metavar="DIR")
    export.add_argument("--seed", type=seed, default=0, metavar="S")
    export.add_argument(
        "--alternatives", type=count, default=1, metavar="N", help="so many edits of each song"
    )
    export.add_argument(
        "--preset",
        metavar="NAME",
        help="length, loudness, format and name of a preset; single options win (see presets)",
    )
    _lengths(export.add_argument_group("length"))
    _rules(export.add_argument_group("rules that every edit keeps"))
    _files(export.add_argument_group("files"))
    _batches(export.add_argument_group("many songs"))
    _other_tools(export.add_argument_group("other tools"))


def add_edits_options(edits: argparse.ArgumentParser) -> None:
    """One song, and the rules of `export`."""
    edits.add_argument("song", metavar="SONG")
    edits.add_argument(
        "--map",
        type=mapped,
        default=N_MAPPED,
        metavar="N",
        help=f"how many edits at most, 1 to {MOST_MAPPED} (default {N_MAPPED})",
    )
    edits.add_argument("--seed", type=seed, default=0, metavar="S")
    _lengths(edits.add_argument_group("length"))
    _rules(edits.add_argument_group("rules that every edit keeps"))


def _lengths(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--duration", type=seconds, default=None, metavar="S")
    group.add_argument(
        "--length", type=lengths, default=None, metavar="LO-HI", help="last from LO to HI"
    )
    group.add_argument(
        "--exact",
        action="store_true",
        help="last --duration to 10 ms: stretched by 2 %% at most, at the same pitch",
    )
    group.add_argument("--keep", type=ratio_range, default=None, metavar="LO-HI")
    group.add_argument(
        "--rough-joins",
        action="store_true",
        help="allow joins that stand out where no edit of the length is without them; "
        "with --cut-least where less is cut with them",
    )


def _rules(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--keep-intro", action="store_true")
    group.add_argument("--keep-ending", action="store_true")
    group.add_argument("--lock", type=span, action="append", default=[], metavar="S-E")
    group.add_argument("--forbid", type=span, action="append", default=[], metavar="S-E")
    group.add_argument("--shortest-piece", type=count, default=1, metavar="BARS")
    group.add_argument("--longest-piece", type=count, default=None, metavar="BARS")
    group.add_argument(
        "--never-join",
        type=places,
        action="append",
        default=[],
        metavar="FROM-TO",
        help="a join never to make, as .edit.json names it: source_from_s-source_to_s",
    )
    group.add_argument(
        "--cut-least",
        action="store_true",
        help="leave out what is forbidden and as little else as can be",
    )


def _files(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--stems",
        type=Path,
        default=None,
        metavar="DIR",
        help="cut the songs' stems in DIR alike: files as long as the song to the sample",
    )
    add_sound_options(group)
    group.add_argument(
        "--title-pattern",
        metavar="TEXT",
        help=f'title in the tags (default: {_shown(TITLE_PATTERN)}; "" leaves the song\'s own)',
    )


def add_sound_options(group: argparse._ActionsContainer) -> None:
    """Format, quality, name and loudness; each None where it is not given."""
    group.add_argument("--format", choices=tuple(WRITE_FORMATS), help="default: wav")
    group.add_argument(
        "--depth",
        choices=tuple(DEPTHS),
        help="bits of a sample (default: as the song; dithered where they are fewer)",
    )
    group.add_argument(
        "--quality",
        type=_whole,
        metavar="Q",
        help="of variable bit rates: 0 to 9 of MP3, 0 the best; 0 to 10 of Ogg, 10 the best",
    )
    group.add_argument("--kbps", type=_whole, metavar="N", help="bit rate of mp3, opus and m4a")
    group.add_argument("--rate", type=_whole, metavar="HZ", help="sample rate, else the song's")
    group.add_argument("--channels", type=int, choices=(1, 2), help="mono or stereo, else as it is")
    group.add_argument(
        "--pattern",
        metavar="TEXT",
        help=f"names of files, of {_listed(NAME_FIELDS)} (default: {_shown(FILE_PATTERN)})",
    )
    group.add_argument(
        "--loudness",
        type=loudness,
        metavar="LUFS",
        help="loudness by one gain: -14, -16, -23, … or none (default)",
    )
    group.add_argument(
        "--true-peak",
        type=true_peak,
        metavar="DB",
        help=f"highest true peak with --loudness (default: {HIGHEST_TRUE_PEAK_DB:g} dBTP)",
    )


def _whole(text: str) -> int:
    """A whole number, 0 or more."""
    if not text.isdecimal() or len(text) > 7:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number")
    return int(text)


def _listed(fields: Iterable[str]) -> str:
    return ", ".join(f"{{{field}}}" for field in fields)


def _shown(pattern: str) -> str:
    return f'"{pattern}"'


def _other_tools(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--daw",
        default=None,
        metavar="TOOL,TOOL",
        help=f"write the edit for other tools too: {', '.join(TOOLS)}",
    )
    group.add_argument(
        "--no-residues",
        action="store_true",
        help="leave out the second track with what clips can't say of joins",
    )
    group.add_argument("--copy-audio", action="store_true", help="copy the audio into a DAWproject")


def _batches(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--jobs",
        type=count,
        default=None,
        metavar="N",
        help="so many songs at once (default: one for each core)",
    )
    group.add_argument(
        "--resume",
        action="store_true",
        help="leave out what an earlier export has written whole, asked for the same",
    )
    group.add_argument(
        "--log", type=Path, default=None, metavar="FILE", help="append a JSON line for each song"
    )
