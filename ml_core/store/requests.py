"""What a task is asked, read from the store: the window and the command build it here alike."""

from __future__ import annotations

from collections.abc import Collection

from ml_core import paths
from ml_core.domain.comparing import CompareRequest, ComparisonFilesRequest, ReportRequest
from ml_core.domain.edits import Limits
from ml_core.domain.models import (
    BASE_REF,
    COMPARISON_PAIRS,
    Checkpoint,
    ComparisonReport,
    ComparisonSession,
    ModelRef,
)
from ml_core.domain.ratings import Rating, counting
from ml_core.domain.requests import (
    DeliverRequest,
    DeviceChoice,
    ProposeRequest,
    SongTask,
    TrainRequest,
)
from ml_core.domain.songs import SongEntry, SongRef, SongUse
from ml_core.domain.tasting import TasteRequest
from ml_core.errors import UserError
from ml_core.paths import printable_name
from ml_core.store.compared_songs import (
    learned_in_session,
    no_song_to_compare_on,
    songs_to_compare,
)
from ml_core.store.store import Store
from ml_core.store.told_certainty import told_certainty
from ml_core.store.whereabouts import is_file, present_path, present_song


def ready_songs(store: Store, *uses: SongUse) -> list[SongEntry]:
    """Analysed songs of the given uses, in the order they were added."""
    return [e for e in store.songs.listed() if e.status == "ready" and (not uses or e.use in uses)]


def song_ref(entry: SongEntry) -> SongRef:
    """The song as a task reads it."""
    song = entry.song
    return SongRef(
        song.sha256, present_path(entry), corrections=entry.corrections, sound=song.sound
    )


def missing_songs(store: Store, *uses: SongUse) -> list[SongEntry]:
    """Songs of the given uses whose files have all gone; nothing can be heard of them."""
    return [e for e in ready_songs(store, *uses) if not is_file(present_path(e))]


def _present_songs(store: Store, use: SongUse) -> list[SongEntry]:
    """Analysed songs of a use that are there.

    Raises:
        UserError: if there are some, but all of their files have gone.
    """
    entries, missing = ready_songs(store, use), missing_songs(store, use)
    if entries and len(missing) == len(entries):
        raise UserError(
            f"{printable_name(missing[0].song.path)} can't be found, nor any other song.",
            "Put the songs back, or add them from where they are now.",
        )
    gone = {entry.id for entry in missing}
    return [entry for entry in entries if entry.id not in gone]


def song_task(store: Store, entry: SongEntry, limits: Limits | None = None) -> SongTask:
    """The song with its limits; without `limits` those of the brief."""
    return SongTask(
        entry.song.sha256,
        present_path(entry),
        Limits.from_brief(store.settings.brief()) if limits is None else limits,
        corrections=entry.corrections,
        sound=entry.song.sound,
    )


def _tasks(store: Store, entries: list[SongEntry]) -> tuple[SongTask, ...]:
    limits = Limits.from_brief(store.settings.brief())
    return tuple(song_task(store, entry, limits) for entry in entries)


def model_ref(store: Store, checkpoint: Checkpoint | None) -> ModelRef:
    """A checkpoint as a task reads it; None is the base policy."""
    if checkpoint is None:
        return BASE_REF
    file = paths.models_dir(store.project_dir) / checkpoint.file_name
    return ModelRef(checkpoint.id, str(file), checkpoint.sha256)


def active_model(store: Store) -> ModelRef:
    """The checkpoint that is in use."""
    return model_ref(store, store.models.active())


def propose_request(
    store: Store, n_pairs: int, seed: int | None = None, with_repeats: bool = True
) -> ProposeRequest:
    """Asks for pairs of songs that are not reserved.

    Raises:
        UserError: if no song can be rated.
    """
    entries = _present_songs(store, "rate")
    if not entries:
        raise UserError("There is no song to rate yet.", "Add songs and let them be analysed.")
    ratings = tuple(store.ratings.current(include_skips=True))
    asked = tuple(store.pairs.asked())
    return ProposeRequest(
        cache_dir=str(paths.cache_dir(store.project_dir)),
        songs=_tasks(store, entries),
        n_pairs=n_pairs,
        # Fresh each time, yet the same store asked again gives the same pairs.
        seed=len(asked) if seed is None else seed,
        model=active_model(store),
        ratings=ratings,
        asked=asked,
        marks=tuple(store.marks.current()),
        with_repeats=with_repeats,
        by_eye=store.by_eye.teaches,
    )


def train_request(
    store: Store,
    device: DeviceChoice = "auto",
    epochs: int = 150,
    episodes: int = 300,
    resume: bool = False,
    seed: int | None = None,
) -> TrainRequest:
    """Asks for training on every current rating.

    Raises:
        UserError: if there is no rating or no song to learn from.
    """
    by_eye = store.by_eye.teaches
    rated = {rating.sha256 for rating in store.ratings.counting()}
    if not rated:
        raise _nothing_to_learn(store)
    entries = [
        e
        for e in ready_songs(store)
        if e.use == "rate" or (e.use != "out" and e.song.sha256 in rated)
    ] + _teaching_removed(store, rated)
    ratings = _used_ratings(store)
    if not entries or not counting(ratings, by_eye):
        raise UserError(
            "No rated song is left to learn from.", "Put a rated song back to use, or rate more."
        )
    return TrainRequest(
        cache_dir=str(paths.cache_dir(store.project_dir)),
        models_dir=str(paths.models_dir(store.project_dir)),
        songs=_tasks(store, entries),
        ratings=ratings,
        seed=len(store.models.all()) if seed is None else seed,
        device=device,
        epochs=epochs,
        episodes=episodes,
        known=told_certainty(store, newest_checkpoint(store)),
        parent=active_model(store),
        resume=resume,
        marks=tuple(store.marks.current()),
        by_eye=by_eye,
    )


def _nothing_to_learn(store: Store) -> UserError:
    if store.ratings.count_by_eye():
        return UserError(
            "All of the ratings were given by eye, and these don't teach.",
            "Rate pairs by ear, or let these teach: in Your taste, or by tastecut train --by-eye.",
        )
    return UserError("There is nothing to learn from yet.", "Rate some pairs first.")


def _teaching_removed(store: Store, rated: Collection[str]) -> list[SongEntry]:
    """Rated songs off the list that still teach: their analysis may be there all the same."""
    return [
        entry
        for entry in store.songs.removed(still_teach=True)
        if entry.status == "ready" and entry.use != "out" and entry.song.sha256 in rated
    ]


def _used_ratings(store: Store) -> tuple[Rating, ...]:
    """Current ratings, skips included, of songs that were not left out."""
    entries = store.songs.listed() + store.songs.removed(still_teach=True)
    left_out = {e.song.sha256 for e in entries if e.use == "out"}
    left_out |= {e.song.sha256 for e in store.songs.removed(still_teach=False)}
    return tuple(r for r in store.ratings.current(include_skips=True) if r.sha256 not in left_out)


def newest_checkpoint(store: Store) -> Checkpoint | None:
    """The best checkpoint of the newest training; None before any."""
    best = [checkpoint for checkpoint in store.models.all() if checkpoint.kind == "best"]
    return best[-1] if best else None


def compare_request(
    store: Store, n_pairs: int = COMPARISON_PAIRS, seed: int = 0
) -> tuple[CompareRequest, ComparisonSession]:
    """Asks for blind pairs of the active policy and the newest one, with the session to store.

    The songs are those that the taste has never learned from, see `songs_to_compare`; where there
    are none, those that it has, and the session says so.

    Raises:
        UserError: if nothing new was trained, or no song is there that the brief fits.
    """
    new = newest_checkpoint(store)
    old = store.models.active()
    if new is None:
        raise UserError("There is nothing to compare yet.", "Rate some pairs and train first.")
    if old is not None and old.id == new.id:
        raise UserError(
            "The newest training is in use already, so there is nothing to compare.",
            "Rate more pairs and train again.",
        )
    chosen = songs_to_compare(store)
    if not chosen.entries:
        raise no_song_to_compare_on(store)
    request = CompareRequest(
        cache_dir=str(paths.cache_dir(store.project_dir)),
        songs=_tasks(store, list(chosen.entries)),
        n_pairs=n_pairs,
        seed=seed,
        old=model_ref(store, old),
        new=model_ref(store, new),
        marks=tuple(store.marks.current()),
    )
    is_new = chosen.never_learned_from
    return request, ComparisonSession(request.old.id, new.id, n_pairs, is_new, seed)


def deliver_request(
    store: Store,
    entry: SongEntry,
    limits: Limits | None = None,
    seed: int = 0,
    n_alternatives: int = 1,
) -> DeliverRequest:
    """Asks for what the active policy delivers for a song."""
    return DeliverRequest(
        cache_dir=str(paths.cache_dir(store.project_dir)),
        song=song_task(store, entry, limits),
        seed=seed,
        model=active_model(store),
        n_alternatives=n_alternatives,
        marks=tuple(store.marks.current()),
    )


def taste_request(store: Store) -> TasteRequest:
    """Asks what the current ratings say."""
    # What training learns from: songs that were left out have no say.
    ratings = _used_ratings(store)
    newest = newest_checkpoint(store)
    return TasteRequest(
        cache_dir=str(paths.cache_dir(store.project_dir)),
        songs=_tasks(
            store,
            ready_songs(store, "rate", "compare")
            + _teaching_removed(store, {rating.sha256 for rating in ratings}),
        ),
        ratings=ratings,
        previous_ratings=0 if newest is None else newest.n_ratings,
        trained_hash="" if newest is None else newest.dataset_hash,
        by_eye=store.by_eye.teaches,
        trained_accuracy={} if newest is None else newest.metrics.get("held_out_accuracy", {}),
        trained_told={} if newest is None else newest.metrics.get("told", {}),
        known=told_certainty(store, newest_checkpoint(store)),
    )


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
