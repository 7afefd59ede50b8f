"""Which song is meant, and what its edit has to keep to."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from ml_core.cli.export.chosen_songs import WILD
from ml_core.domain.edits import Limits
from ml_core.domain.songs import SongEntry
from ml_core.edits.exact.lengths import MOST_STRETCH
from ml_core.edits.limits.checks import NoSuchLength
from ml_core.errors import UserError
from ml_core.store import Store
from ml_core.store.whereabouts import present_path
from ml_core.units import clock

LEAST_S = 0.001


def song_path(entry: SongEntry | None, text: str) -> str:
    """Absolute path of a song that was named, as far as it is known."""
    return str(Path(text).absolute()) if entry is None else present_path(entry)


def ready_song(entry: SongEntry | None, text: str) -> SongEntry:
    """The analysed song that `text` names.

    Raises:
        UserError: if there is none, or it can't be used.
    """
    if entry is None:
        raise _not_found(text)
    if entry.status != "ready":
        why = entry.message or "It has not been analysed yet."
        raise UserError(f"{entry.song.title} can't be used. {why}")
    return entry


def _not_found(text: str) -> UserError:
    """Why a song that was named is none: a name, a pattern and a folder miss differently."""
    path = Path(text)
    if path.is_dir():
        return UserError(
            f"None of your songs that can be used lies in {text}.",
            "Add what is in it first: tastecut add PATH",
        )
    if WILD & set(text) and not path.exists():
        return UserError(
            f"None of your songs that can be used matches {text}.",
            "A pattern is compared with paths, file names and titles; see tastecut songs.",
        )
    return UserError(f"{text} is not among your songs.", "Add it first: tastecut add PATH")


def require_exact(arguments: argparse.Namespace) -> None:
    """Refuse an exact length that can't be made here.

    Raises:
        UserError: if no length is given, or what stretches is missing.
    """
    from ml_core.edits.exact.stretching import require_stretcher

    if arguments.duration is None:
        raise UserError("--exact needs a length.", "Add --duration with its seconds.")
    require_stretcher()


def export_limits(store: Store, arguments: argparse.Namespace, entry: SongEntry) -> Limits:
    """Hard limits from the options; without a length, those of the brief."""
    _require_rules_that_agree(arguments)
    limits = Limits.from_brief(store.settings.brief())
    song_s = entry.song.duration_s
    if arguments.cut_least:
        limits = Limits(None, None, 0.0, 1.0)
    if arguments.keep is not None:
        limits = Limits(None, None, *arguments.keep)
    if arguments.length is not None:
        limits = Limits(*arguments.length, *(arguments.keep or (0.0, 1.0)))
    if arguments.duration is not None:
        wished_s = arguments.duration
        if arguments.exact and not 0 < wished_s <= song_s * (1.0 + MOST_STRETCH):
            raise NoSuchLength(
                f"{entry.song.title} lasts {clock(song_s)}, so no edit of it can last "
                f"{clock(wished_s)}.",
                "Ask for a shorter edit.",
                (song_s,),
            )
        # No length at all is refused by the song's own edits too, which know the shortest.
        limits = Limits.lasting(max(wished_s, LEAST_S), *(arguments.keep or (0.0, 1.0)))
    joins = [(max(join), 0.0) for join in arguments.never_join]
    for start_s, _ in [*arguments.lock, *arguments.forbid, *joins]:
        if start_s >= song_s:
            raise UserError(
                f"{entry.song.title} ends at {clock(song_s)}, before {clock(start_s)}.",
                "Give times within the song.",
            )
    return replace(
        limits,
        keep_intro=arguments.keep_intro,
        keep_ending=arguments.keep_ending,
        shortest_segment_bars=arguments.shortest_piece,
        longest_segment_bars=arguments.longest_piece,
        never_joins=tuple(arguments.never_join),
        cut_least=arguments.cut_least,
        rough_joins=arguments.rough_joins,
        locked=tuple((start, min(end, song_s)) for start, end in arguments.lock),
        forbidden=tuple((start, min(end, song_s)) for start, end in arguments.forbid),
        exact_s=arguments.duration if arguments.exact else None,
    )


def _require_rules_that_agree(arguments: argparse.Namespace) -> None:
    shortest, longest = arguments.shortest_piece, arguments.longest_piece
    if longest is not None and longest < shortest:
        raise UserError(
            f"No piece is {_bars(shortest)} or more and {_bars(longest)} or less.",
            "Make --longest-piece no shorter than --shortest-piece.",
        )
    if arguments.duration is not None and arguments.length is not None:
        raise UserError(
            "--duration asks for one length and --length for a range.", "Leave one of them out."
        )
    if not arguments.cut_least:
        return
    if any(one is not None for one in (arguments.duration, arguments.length, arguments.keep)):
        raise UserError(
            "--cut-least keeps as much as it can, so no length can be asked for with it.",
            "Leave out --duration, --length and --keep, or --cut-least.",
        )
    if not (arguments.forbid or arguments.never_join or longest):
        raise UserError(
            "--cut-least leaves out what is forbidden, and nothing is.",
            "Say what with --forbid.",
        )


def _bars(n: int) -> str:
    return "1 bar" if n == 1 else f"{n} bars"
