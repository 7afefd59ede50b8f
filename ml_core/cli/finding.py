"""Where the library's songs are now: looked up before a verb works with them."""

from __future__ import annotations

import argparse

from ml_core.cli.output import watch
from ml_core.domain.adding import LookOutcome
from ml_core.errors import UserError
from ml_core.pipeline.reading.looking import look_for_songs, match_recordings
from ml_core.store import Store
from ml_core.store.whereabouts import look_request, needs_look


def find_again(arguments: argparse.Namespace) -> LookOutcome:
    """Look for songs that were moved, retagged or replaced, and keep what was found.

    Nothing is read where every file is as it was. Where another Tastecut holds the project, what
    was found is used by that one alone.

    Raises:
        UserError: if the project can't be opened.
    """
    with Store.open(arguments.project, write=False) as store:
        if not needs_look(store):
            return LookOutcome()
        request = look_request(store)
    with watch(arguments) as progress:
        found = look_for_songs(request, progress)
    if found.seen:
        try:
            with Store.open(arguments.project) as store, watch(arguments) as progress:
                store.sounds.note_seen(found.seen)
                matched = match_recordings(store.sounds.to_match(), progress)
                store.sounds.set_recordings(matched)
        except UserError:  # It is open in a window, say, which looks by itself.
            return found
    return found
