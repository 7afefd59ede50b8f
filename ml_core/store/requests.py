"""What a task is asked, read from the store: the window and the command build it here alike."""

from __future__ import annotations

from collections.abc import Sequence

from ml_core import paths
from ml_core.domain.edits import Limits
from ml_core.domain.files.stems import FindStemsRequest, StemSong
from ml_core.domain.finished_edits import teaching
from ml_core.domain.mapping import MapRequest
from ml_core.domain.models import (
    BASE_REF,
    Checkpoint,
    ModelRef,
)
from ml_core.domain.ratings import Comparison, Rating, counting
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
from ml_core.store.store import Store
from ml_core.store.teaching import (
    nothing_to_learn,
    teaching_removed,
    used_edits,
    used_ratings,
)
from ml_core.store.told_certainty import told_certainty
from ml_core.store.whereabouts import is_file, present_path


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


def song_tasks(store: Store, entries: list[SongEntry]) -> tuple[SongTask, ...]:
    """The songs as tasks read them, each with the limits of the brief."""
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
        songs=song_tasks(store, entries),
        n_pairs=n_pairs,
        # Fresh each time, yet the same store asked again gives the same pairs.
        seed=len(asked) if seed is None else seed,
        model=active_model(store),
        ratings=ratings,
        asked=asked,
        marks=tuple(store.marks.current()),
        with_repeats=with_repeats,
        by_eye=store.by_eye.teaches,
        n_before_training=_n_before_training(store, ratings, asked),
        edits=used_edits(store),
    )


def _n_before_training(
    store: Store, ratings: tuple[Rating, ...], asked: tuple[Comparison, ...]
) -> int:
    """How many of the pairs had been asked when the newest training learned from the ratings."""
    newest = newest_checkpoint(store)
    if newest is None:
        return 0
    # A training keeps how many ratings it had; those of its songs came first.
    known = counting(ratings, store.by_eye.teaches)[: newest.n_ratings]
    last = max((rating.comparison_id for rating in known), default=0)
    return sum(pair.id <= last for pair in asked)


def train_request(
    store: Store,
    device: DeviceChoice = "auto",
    epochs: int = 150,
    episodes: int = 300,
    resume: bool = False,
    seed: int | None = None,
) -> TrainRequest:
    """Asks for training on every current rating and finished edit.

    Raises:
        UserError: if there is no rating, and too few finished edits, or no song to learn from.
    """
    by_eye = store.by_eye.teaches
    counted, edits = store.ratings.counting(), used_edits(store)
    taught = teaching(edits, sum(rating.answer != "tie" for rating in counted))
    rated = {rating.sha256 for rating in counted} | {edit.sha256 for edit in taught}
    if not rated:
        raise nothing_to_learn(store)
    entries = [
        e
        for e in ready_songs(store)
        if e.use == "rate" or (e.use != "out" and e.song.sha256 in rated)
    ] + teaching_removed(store, rated)
    ratings = used_ratings(store)
    if not entries or not (counting(ratings, by_eye) or taught):
        raise UserError(
            "No rated song is left to learn from.", "Put a rated song back to use, or rate more."
        )
    return TrainRequest(
        cache_dir=str(paths.cache_dir(store.project_dir)),
        models_dir=str(paths.models_dir(store.project_dir)),
        songs=song_tasks(store, entries),
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
        edits=edits,
    )


def newest_checkpoint(store: Store) -> Checkpoint | None:
    """The best checkpoint of the newest training; None before any."""
    best = [checkpoint for checkpoint in store.models.all() if checkpoint.kind == "best"]
    return best[-1] if best else None


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


def map_request(store: Store, entry: SongEntry, limits: Limits, seed: int = 0) -> MapRequest:
    """Asks for many edits of a song, as the active policy and its taste see them."""
    return MapRequest(
        cache_dir=str(paths.cache_dir(store.project_dir)),
        song=song_task(store, entry, limits),
        seed=seed,
        model=active_model(store),
        marks=tuple(store.marks.current()),
    )


def stems_request(store: Store, folder: str, entries: Sequence[SongEntry]) -> FindStemsRequest:
    """Asks which files below a folder are stems of these songs."""
    asked = {entry.song.sha256 for entry in entries}
    others = [entry for entry in ready_songs(store) if entry.song.sha256 not in asked]
    return FindStemsRequest(folder, _stem_songs(entries), _stem_songs(others))


def _stem_songs(entries: Sequence[SongEntry]) -> tuple[StemSong, ...]:
    by_path = {present_path(entry): entry.song for entry in entries}
    return tuple(
        StemSong(path, song.n_samples, song.sample_rate_hz) for path, song in by_path.items()
    )


def taste_request(store: Store) -> TasteRequest:
    """Asks what the current ratings say."""
    # What training learns from: songs that were left out have no say.
    ratings, edits = used_ratings(store), used_edits(store)
    taught = {rating.sha256 for rating in ratings} | {edit.sha256 for edit in edits}
    newest = newest_checkpoint(store)
    return TasteRequest(
        cache_dir=str(paths.cache_dir(store.project_dir)),
        songs=song_tasks(
            store,
            ready_songs(store, "rate", "compare") + teaching_removed(store, taught),
        ),
        ratings=ratings,
        previous_ratings=0 if newest is None else newest.n_ratings,
        trained_hash="" if newest is None else newest.dataset_hash,
        by_eye=store.by_eye.teaches,
        trained_accuracy={} if newest is None else newest.metrics.get("held_out_accuracy", {}),
        trained_told={} if newest is None else newest.metrics.get("told", {}),
        edits=edits,
        known=told_certainty(store, newest_checkpoint(store)),
    )
