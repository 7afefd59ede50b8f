"""What a comparison is asked to leave in a folder."""

from __future__ import annotations

from ml_core.domain.comparing import ComparisonFilesRequest
from ml_core.domain.models import ComparisonReport, ComparisonSession
from ml_core.errors import UserError
from ml_core.store.compared_songs import learned_in_session
from ml_core.store.store import Store
from ml_core.store.whereabouts import present_song


def comparison_files_request(
    store: Store,
    session: ComparisonSession,
    report: ComparisonReport,
    out_dir: str,
    blind: bool = False,
) -> ComparisonFilesRequest:
    """Asks for a comparison as files.

    Raises:
        UserError: if a song of it was removed.
    """
    comparisons = tuple(store.pairs.of_session(session.id))
    songs = {e.song.sha256: present_song(e) for e in store.songs.listed()}
    if any(comparison.sha256 not in songs for comparison in comparisons):
        raise UserError("A song of this comparison was removed.", "Add it again.")
    return ComparisonFilesRequest(
        session,
        report,
        comparisons,
        songs,
        out_dir,
        blind,
        project_id=str(store.settings.get("project_id", "")),
        learned=learned_in_session(store, session),
        released=tuple(sha for sha in store.sessions.released(session.id) if sha in songs),
    )
