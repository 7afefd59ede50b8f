"""The verb edits: what the window's map of edits shows."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import Any

from ml_core.cli.export.limits import export_limits, ready_song
from ml_core.cli.finding import find_again
from ml_core.cli.output import complain_outdated, open_project, show, watch
from ml_core.domain.mapping import MappedEdit
from ml_core.domain.requests import MATCH_UNKNOWN
from ml_core.store.requests import map_request
from ml_core.units import clock


def edits(arguments: argparse.Namespace) -> None:
    """Print many possible edits of a song under the rules given."""
    from ml_core.pipeline.edit_map.finding import map_song

    find_again(arguments)
    with open_project(arguments, write=False) as store, watch(arguments) as progress:
        complain_outdated(store)
        song = ready_song(store.songs.find(arguments.song), arguments.song)
        limits = export_limits(store, arguments, song)
        request = map_request(store, song, limits, arguments.seed)
        found = map_song(replace(request, n_edits=arguments.map), progress)
    data = {
        "song": song.song.path,
        "duration_s": song.song.duration_s,
        "edits": [_fields(one) for one in found],
    }
    lines = [_line(one) for one in found]
    if len(found) < arguments.map:
        lines.append(f"The song holds no more than {len(found)} edits that differ.")
    show(arguments, data, lines)


def _fields(one: MappedEdit) -> dict[str, Any]:
    delivered = one.delivered
    return {
        "kept": delivered.edit.seconds,
        "duration_s": delivered.edit.duration_s,
        "loudness": one.loudness,
        "match": delivered.match,
        "utility": delivered.utility,
        "utility_sd": delivered.utility_sd,
        "joins": delivered.edit.n_joins,
        "mean_join_cost": delivered.mean_join_cost,
        "intro_kept": one.intro_kept,
        "ending_kept": one.ending_kept,
        "singing_kept": one.singing_kept,
    }


def _line(one: MappedEdit) -> str:
    edit, match = one.delivered.edit, one.delivered.match
    joins = "1 join" if edit.n_joins == 1 else f"{edit.n_joins} joins"
    facts = [clock(edit.duration_s), f"louder than {one.loudness:.0%} of the song", joins]
    return ", ".join([*facts, match] if match and match != MATCH_UNKNOWN else facts)
