"""Which songs fit the brief of a taste, as far as it was found out.

Kept among the named values, one for each song and pair of lengths: it can be found out again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence

from ml_core.domain.edits import Brief
from ml_core.domain.requests import SongFit, corrections_named
from ml_core.store.song_facts.learned_songs import Rows
from ml_core.store.sqlite.codec import (
    UNREADABLE,
    brief_from_text,
    canonical,
    corrections_from_text,
)
from ml_core.untrusted_json import parse_json

_PREFIX = "fit/"


def brief_of(rows: Rows, taste: int) -> Brief:
    """The brief of a taste; the one without lengths until one is set, or where it is damaged."""
    found = rows("SELECT brief FROM tastes WHERE id = ? AND brief IS NOT NULL", (taste,))
    try:
        return brief_from_text(found[0]["brief"]) if found else Brief()
    except ValueError:
        return Brief()


def known_fits(rows: Rows, brief: Brief) -> dict[int, SongFit]:
    """What was found under the lengths of a brief, by the song's id.

    What was found with other corrections of a song's bars is not among it.
    """
    name = _name(brief)
    found = rows(
        "SELECT songs.id, songs.sha256, settings.value, k.corrections FROM settings "
        "JOIN songs ON songs.id = CAST(substr(settings.name, ?) AS INTEGER) "
        "LEFT JOIN song_corrections AS k ON k.song_id = songs.id "
        "WHERE settings.name >= ? AND settings.name < ?",
        (len(name) + 1, name, f"{name}:"),  # No digit comes after the colon.
    )
    fits = {}
    for row in found:
        try:
            made_with, misfit = parse_json(row["value"])
            fit = SongFit(row["sha256"], str(made_with), str(misfit))
        except UNREADABLE:
            continue
        if corrections_named(fit.made_with) == corrections_from_text(row["corrections"]).key:
            fits[row["id"]] = fit
    return fits


def misfits(rows: Rows, brief: Brief) -> dict[int, str]:
    """Why each song that does not fit a brief does not, by the song's id."""
    return {one: fit.misfit for one, fit in known_fits(rows, brief).items() if fit.misfit}


def note_fits(connection: sqlite3.Connection, brief: Brief, fits: Sequence[SongFit]) -> None:
    """Keep what was found under the lengths of a brief."""
    for fit in fits:
        connection.execute(
            "INSERT OR REPLACE INTO settings SELECT ? || id, ? FROM songs WHERE sha256 = ?",
            (_name(brief), canonical([fit.made_with, fit.misfit]), fit.sha256),
        )


def forget_fits(connection: sqlite3.Connection, but: Collection[Brief]) -> None:
    """Drop what was found under lengths that nobody asks for any more."""
    kept = "".join(" AND name NOT GLOB ?" for _ in but)
    connection.execute(
        f"DELETE FROM settings WHERE name GLOB '{_PREFIX}*'{kept}",
        [f"{_name(brief)}*" for brief in but],
    )


def _name(brief: Brief) -> str:
    """Of the values under a brief's lengths, before the song's id."""
    low, high = (
        "" if length_s is None else repr(float(length_s))
        for length_s in (brief.shortest_s, brief.longest_s)
    )
    return f"{_PREFIX}{low}-{high}/"
