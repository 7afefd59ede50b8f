"""Which songs fit what the edits are for: found out before a verb works with them."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from ml_core import paths
from ml_core.cli.output import watch
from ml_core.domain.adding import LookOutcome
from ml_core.domain.edits import Brief
from ml_core.domain.requests import FitRequest, SongFit
from ml_core.domain.songs import SongEntry
from ml_core.edits.graph.version import made_with
from ml_core.errors import UserError
from ml_core.progress import Progress
from ml_core.store import Store
from ml_core.store.fit_words import FitCount
from ml_core.store.requests import ready_songs, song_task
from ml_core.store.whereabouts import present_state


def see_what_fits(arguments: argparse.Namespace) -> dict[str, SongFit]:
    """Find out which songs fit where that is not known yet, and keep it.

    Where another Tastecut holds the project, what was found is for this call alone.

    Returns:
        what is known of each song, by its hash.
    """
    with _quietly_open(arguments, write=False) as store, watch(arguments) as progress:
        brief, known = store.settings.brief(), store.fits.known()
        found = found_fits(store, progress)
    if found:
        with suppress(UserError), _quietly_open(arguments, write=True) as store:
            store.fits.note(brief, found)
    return known | {fit.sha256: fit for fit in found}


@contextmanager
def _quietly_open(arguments: argparse.Namespace, write: bool) -> Iterator[Store]:
    """The project, whose warnings are left to the verb itself."""
    with Store.open(arguments.project, write=write) as store:
        if arguments.taste is not None:
            store.tastes.work_in(store.tastes.find(arguments.taste))
        yield store


def note_what_fits(store: Store, progress: Progress) -> None:
    """The same in an open project."""
    store.fits.note(store.settings.brief(), found_fits(store, progress))


def found_fits(store: Store, progress: Progress) -> list[SongFit]:
    """What there is to know of songs of which it is not known yet."""
    known = store.fits.known()
    open_ = [e for e in ready_songs(store) if not _is_known(e, known.get(e.song.sha256))]
    if not open_:
        return []
    # Only now: a list of songs of which all is known need not wait for it.
    from ml_core.pipeline.fitting import song_fits

    songs = tuple(song_task(store, entry) for entry in open_)
    return song_fits(FitRequest(str(paths.cache_dir(store.project_dir)), songs), progress)


def _is_known(entry: SongEntry, fit: SongFit | None) -> bool:
    return fit is not None and fit.made_with == made_with(entry.corrections)


def count_fits(store: Store, fits: Mapping[str, SongFit], where: LookOutcome) -> FitCount:
    """How many songs fit; those whose files have gone are none.

    Args:
        fits: what is known of each song, by its hash.
        where: what was last found of the songs' files.
    """
    entries = [present_state(entry, where) for entry in store.songs.listed()]
    return FitCount.of(entries, fits, store.learned.songs())


def fits_json(count: FitCount, brief: Brief) -> dict[str, Any]:
    """The brief and how many songs fit it, as the command's JSON shows them."""
    return {
        "brief": {
            "name": brief.name,
            "shortest_s": brief.shortest_s,
            "longest_s": brief.longest_s,
        },
        "fits": {
            "songs": count.n_songs,
            "fit": count.n_fit,
            "to_compare_on": count.n_reserved,
            "unknown": count.n_unknown,
        },
        "notes": notes(count),
    }


def notes(count: FitCount) -> list[str]:
    """What the person should know of the songs that fit; none where all is well."""
    return [f"{count.warning} {count.remedy}"] if count.warning else []
