"""What is said of a batch that has ended."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from editor_app.look.words import counted
from editor_app.notifier import About, Notifier
from editor_app.places.export.batch.songs import BatchSong

STOPPED = "Stopped. Edits that were finished are kept."

_NAMED_FAILURES = 2


def tell_ended(
    notifier: Notifier,
    songs: Sequence[BatchSong],
    notes: Sequence[str],
    out_dir: Path,
    n_stems: int = 0,
) -> None:
    """Say what was written, then what could not be, else what a person should know.

    Args:
        notifier: says it.
        songs: of the batch.
        notes: of files that were written.
        out_dir: where they are.
        n_stems: that were written beside them.
    """
    n_files = sum(len(song.files) for song in songs)
    failed = [f"{song.title}: {song.message}" for song in songs if song.state == "failed"]
    if n_files:
        others = f"; {len(failed)} could not be" if failed else ""
        stems = f" and {counted(n_stems, 'stem')}" if n_stems else ""
        notifier.status(f"{counted(n_files, 'edit')}{stems} exported to {out_dir}{others}.")
    if failed:
        named = " ".join(failed[:_NAMED_FAILURES])
        more = len(failed) - _NAMED_FAILURES
        rest = f" And {more} more." if more > 0 else ""
        notifier.banner("failed", f"Not exported: {named}{rest}", about=About.EXPORT)
    elif notes:
        others = f" And of {len(notes) - 1} more." if len(notes) > 1 else ""
        notifier.banner("doubtful", f"{notes[0]}{others}", about=About.EXPORT)
