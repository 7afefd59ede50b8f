"""Edit graphs for a task's songs, from the cache that analysis filled."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from ml_core.domain.requests import SongTask
from ml_core.edits.edit_graph import EditGraph
from ml_core.edits.graph_cache import load_or_build
from ml_core.progress import Progress


@lru_cache(maxsize=64)
def graph(cache_dir: str, sha256: str) -> EditGraph:
    """The song's edit graph; the last 64 are kept in memory (about 5 MB each).

    Raises:
        UserError: if the song has not been analysed.
    """
    return load_or_build(cache_dir, sha256)


def graphs(cache_dir: str, songs: Iterable[SongTask], progress: Progress) -> dict[str, EditGraph]:
    """Edit graphs by song hash."""
    found = {}
    for song in songs:
        progress.check()
        found[song.sha256] = graph(cache_dir, song.sha256)
    return found
