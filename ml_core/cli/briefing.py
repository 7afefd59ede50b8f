"""The verb about what the edits are for."""

from __future__ import annotations

import argparse

from ml_core.cli.finding import find_again
from ml_core.cli.fits import count_fits, fits_json, notes, see_what_fits
from ml_core.cli.output import open_project, show
from ml_core.domain.edits import Brief
from ml_core.errors import UserError
from ml_core.foreign_text import shown_text
from ml_core.store.fit_words import brief_rule
from ml_core.store.whereabouts import present_path, present_state

OWN_NAME = "A length of my own"


def brief(arguments: argparse.Namespace) -> None:
    """Set the lengths that edits keep if that was asked, then say which songs they fit."""
    chosen = _chosen(arguments)
    if chosen is not None:
        with open_project(arguments) as store:
            store.settings.set_brief(chosen)
    where = find_again(arguments)
    fits = see_what_fits(arguments)
    with open_project(arguments, write=False) as store:
        current = store.settings.brief()
        count = count_fits(store, fits, where)
        entries = [present_state(entry, where) for entry in store.songs.listed()]
    misfits = [
        (entry, fits[entry.song.sha256].misfit)
        for entry in entries
        if entry.song.sha256 in fits and fits[entry.song.sha256].misfit
    ]
    data = fits_json(count, current) | {
        "misfits": [{"song": present_path(entry), "reason": why} for entry, why in misfits]
    }
    lines = [f"{brief_rule(current)} {count.words}".strip()]
    lines += [f"  {shown_text(entry.song.title)}: {why}" for entry, why in misfits]
    show(arguments, data, lines + notes(count))


def _chosen(arguments: argparse.Namespace) -> Brief | None:
    """The brief that was asked for; None for none.

    Raises:
        UserError: if the lengths make no sense.
    """
    low, high = arguments.shortest, arguments.longest
    if arguments.any_length:
        if low is not None or high is not None:
            raise UserError("--any-length goes with no length.", "Leave one of them out.")
        return Brief()
    if low is None and high is None:
        return None
    try:
        return Brief(OWN_NAME, low, high)
    except ValueError as error:
        raise UserError(
            "The shortest length is above the longest, or one of them is 0.",
            "Give both as lengths, the shortest first.",
        ) from error
