"""What the dialog of finished edits says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from editor_app.look.words import counted
from ml_core.domain.edits import Edit
from ml_core.domain.files.found_edits import EitherPlace, FoundEdit
from ml_core.domain.files.found_words import nothing_new, same_edit
from ml_core.domain.finished_edits import FinishedEdit
from ml_core.paths import printable_name

_MINUTE_S = 60


def time_words(seconds: float) -> str:
    """Seconds as m:ss.hh: borders are told to a hundredth."""
    minutes, hundredths = divmod(round(max(0.0, seconds) * 100), _MINUTE_S * 100)
    return f"{minutes}:{hundredths / 100:05.2f}"


def piece_rows(found: FoundEdit) -> list[tuple[str, tuple[float, float] | None]]:
    """A line for each piece of the edit in order, with its seconds of the song.

    What is not of the song has none. A part that could be another place has a line of its own.
    """
    rows: list[tuple[float, str, tuple[float, float] | None]] = []
    for at_s, (start_s, end_s) in zip(found.at_s, found.kept_s, strict=True):
        place = f"{_span((start_s, end_s))} of the song"
        rows.append((at_s[0], f"{_span(at_s)} plays {place}", (start_s, end_s)))
    rows += [(at_s[0], f"{_span(at_s)} is not of this song", None) for at_s in found.unknown]
    rows += [(one.at_s[0], _either_words(one), one.song_s) for one in found.either]
    return [(words, piece) for _, words, piece in sorted(rows, key=lambda row: row[0])]


def reasons(
    found: Iterable[FoundEdit], known: Iterable[FinishedEdit], rated: Sequence[Edit] = ()
) -> list[str]:
    """Why each can't be learned from, a sentence; empty where it can.

    One that is the same as another before it is refused, too.
    """
    told: list[str] = []
    kept, before = list(known), list[FinishedEdit]()
    for one in found:
        if one.refusal:
            told.append(one.refusal)
            continue
        edit = one.finished(printable_name(one.file), False, False)
        reason = nothing_new(one, edit, rated)
        if reason:
            told.append(reason)
            continue
        same = same_edit(edit, kept)
        if same is not None:
            out = ", and left out: Which ones in Your taste brings it back" * same.is_left_out
            told.append(f"It is kept already{out}.")
        else:
            is_twice = same_edit(edit, before) is not None
            told.append("It is the same as another of these files." if is_twice else "")
        before.append(edit)
    return told


def file_words(found: FoundEdit, reason: str) -> str:
    """A file in the list: its name, and how many pieces or that it can't be used."""
    name = printable_name(found.file)
    if reason:
        return f"{name}  ·  can't be learned from"
    return f"{name}  ·  {counted(len(found.spans), 'piece')}"


def _span(span: tuple[float, float]) -> str:
    return f"{time_words(span[0])}–{time_words(span[1])}"


def _either_words(one: EitherPlace) -> str:
    places = f"{_span(one.song_s)} or {_span(one.other_s)} of the song"
    return f"{_span(one.at_s)} could be either place: {places}"
