"""What the tasks of a blind comparison are asked, read from the store."""

from __future__ import annotations

from ml_core import paths
from ml_core.domain.comparing import CompareRequest, ComparisonFilesRequest, ReportRequest
from ml_core.domain.models import (
    BASE,
    COMPARISON_PAIRS,
    Checkpoint,
    ComparisonReport,
    ComparisonSession,
)
from ml_core.errors import UserError
from ml_core.store.compared_songs import (
    learned_in_session,
    no_song_to_compare_on,
    songs_to_compare,
)
from ml_core.store.requests import model_ref, newest_checkpoint, song_tasks
from ml_core.store.store import Store
from ml_core.store.whereabouts import present_song


def compare_request(
    store: Store, n_pairs: int = COMPARISON_PAIRS, seed: int = 0, ends_early: bool = False
) -> tuple[CompareRequest, ComparisonSession]:
    """Asks for blind pairs of the active policy and the newest one, with the session to store.

    The songs are those that the taste has never learned from, see `songs_to_compare`; where there
    are none, those that it has, and the session says so.

    Args:
        n_pairs: the most that it may have where it ends early.
        ends_early: whether it ends as soon as its answers show something.

    Raises:
        UserError: if nothing new was trained, or no song is there that the brief fits.
    """
    old, new = _policies(store)
    chosen = songs_to_compare(store)
    if not chosen.entries:
        raise no_song_to_compare_on(store)
    request = CompareRequest(
        cache_dir=str(paths.cache_dir(store.project_dir)),
        songs=song_tasks(store, list(chosen.entries)),
        n_pairs=n_pairs,
        seed=seed,
        old=model_ref(store, old),
        new=model_ref(store, new),
        marks=tuple(store.marks.current()),
    )
    is_new = chosen.never_learned_from
    wanted = ComparisonSession(request.old.id, new.id, n_pairs, is_new, seed, ends_early=ends_early)
    return request, wanted


def begun_session(store: Store) -> ComparisonSession | None:
    """The comparison of the active policy and the newest one that was begun; None before.

    Raises:
        UserError: if nothing new was trained.
    """
    old, new = _policies(store)
    ids = (BASE if old is None else old.id, new.id)
    return next((one for one in store.sessions.all() if (one.old, one.new) == ids), None)


def _policies(store: Store) -> tuple[Checkpoint | None, Checkpoint]:
    """(active, newest); the first is None for the start.

    Raises:
        UserError: if there is nothing to compare.
    """
    old, new = store.models.active(), newest_checkpoint(store)
    if new is None:
        raise UserError("There is nothing to compare yet.", "Rate some pairs and train first.")
    if old is not None and old.id == new.id:
        raise UserError(
            "The newest training is in use already, so there is nothing to compare.",
            "Rate more pairs and train again.",
        )
    return old, new


def report_request(store: Store, session: ComparisonSession) -> ReportRequest:
    """Asks for the verdict of a comparing session."""
    comparisons = tuple(store.pairs.of_session(session.id))
    asked = {comparison.id for comparison in comparisons}
    answers = store.ratings.current(include_skips=True, for_training=False)
    return ReportRequest(
        cache_dir=str(paths.cache_dir(store.project_dir)),
        session=session,
        comparisons=comparisons,
        ratings=tuple(rating for rating in answers if rating.comparison_id in asked),
    )


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
