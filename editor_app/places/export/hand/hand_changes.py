"""Edits that were changed by hand, beside what was proposed; kept with the project."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from editor_app.places.export.hand.change_words import change_words, nothing_words
from editor_app.project.undo import Operation
from editor_app.work.jobs import Job
from editor_app.work.library import tell_failure
from editor_app.workspace import Workspace
from ml_core.domain.by_hand import ChangeEditRequest, EditChange
from ml_core.domain.edits import Edit
from ml_core.domain.files.own_edits import OwnEditRead
from ml_core.domain.songs import SongEntry
from ml_core.domain.tasks import CHANGE_EDIT
from ml_core.errors import UserError
from ml_core.paths import printable_name
from ml_core.store.own_edits import SETTING, own_edit_json, own_edit_key, own_edits_kept
from ml_core.units import clock


@dataclass(frozen=True, slots=True)
class HandEdit:
    """What a person made of an edit, and the edit that was proposed.

    Attributes:
        is_taken: whether it is one of the map's, as it was found there.
        came_from: name of the other tool's file that it was read from; empty for none.
        left_out: what of that file is no piece of it, a sentence each.
    """

    proposed: Edit
    changed: Edit
    is_taken: bool = False
    came_from: str = ""
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Wish:
    key: str
    entry: SongEntry
    proposed: Edit
    change: EditChange


class HandEdits(QObject):
    """One for each song and taste; each change can be taken back, and outlasts the window."""

    changed = Signal(str)
    """SHA-256 of the song whose edit was changed by hand."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._project, self._jobs = workspace.project, workspace.jobs
        self._notifier = workspace.notifier
        self._edits: dict[str, HandEdit] = {
            key: HandEdit(
                Edit.from_json(data["proposed"]),
                Edit.from_json(data["changed"]),
                bool(data.get("is_taken", False)),
                str(data.get("came_from", "")),
                tuple(map(str, data.get("left_out", ()))),
            )
            for key, data in own_edits_kept(workspace.project.values.get(SETTING, None)).items()
        }
        self._waiting: list[_Wish] = []
        self._job: Job[Edit] | None = None

    def of(self, sha256: str) -> HandEdit | None:
        """A song's edit as changed by hand; None where the proposal stands."""
        return self._edits.get(self._key(sha256))

    def edits(self, songs: Iterable[str]) -> dict[str, Edit]:
        """By hash, the edits of those songs that were changed by hand."""
        hands = {sha256: self.of(sha256) for sha256 in songs}
        return {sha256: hand.changed for sha256, hand in hands.items() if hand is not None}

    def change(self, entry: SongEntry, proposed: Edit, change: EditChange) -> None:
        """Change a song's edit.

        Changes are made one after the other, each of what the last one gave.

        Args:
            entry: the song.
            proposed: the edit as proposed; changed where nothing was changed by hand before.
            change: a stretch left out or let be heard, or a join moved or healed.
        """
        self._waiting.append(_Wish(self._key(entry.song.sha256), entry, proposed, change))
        self._next()

    def put(self, sha256: str, proposed: Edit, changed: Edit, name: str) -> None:
        """Let an edit that is known already stand in the place of the one proposed.

        Args:
            sha256: of the song.
            proposed: as for `change`.
            changed: what a person made of the edit as it is now.
            name: of this change, as undo shows it.

        Raises:
            UserError: if the disk refuses.
        """
        key = self._key(sha256)
        before = self._edits.get(key)
        proposed = proposed if before is None else before.proposed
        hand = None if changed.spans == proposed.spans else HandEdit(proposed, changed)
        self._set(key, sha256, hand, name)

    def take(self, sha256: str, proposed: Edit, taken: Edit) -> None:
        """Let an edit of the map stand in the place of the one proposed.

        Raises:
            UserError: if the disk refuses.
        """
        hand = HandEdit(proposed, taken, is_taken=True)
        self._set(self._key(sha256), sha256, hand, f"take {clock(taken.duration_s)} from the map")

    def bring_in(self, read: OwnEditRead) -> bool:
        """Let an edit from another tool stand in the place of the one proposed.

        It counts as a rating where it is cut otherwise. Both are one step of the history. Returns
        whether it is another than stood there.

        Raises:
            UserError: if the disk refuses; neither is kept then.
        """
        if read.proposed is None or read.edit is None:
            return False
        name, sha256 = printable_name(read.file), read.edit.sha256
        hand = HandEdit(read.proposed, read.edit, came_from=name, left_out=read.left_out)
        key = self._key(sha256)
        before = self._edits.get(key)
        if hand == before and self.counts(hand) == read.is_news:
            return False
        ratings = self._project.hand_ratings
        count = ratings.counting(hand.proposed, hand.changed) if read.is_news else _nothing

        def work() -> Callable[[], None]:
            self._keep(key, sha256, hand)
            try:
                uncount = count()
            except UserError:
                self._keep(key, sha256, before)
                raise

            def back() -> None:
                uncount()
                self._keep(key, sha256, before)

            return back

        self._project.history.do(f"“take {name}”", work)
        return True

    def take_back(self, sha256: str) -> None:
        """Let the proposal stand again.

        Raises:
            UserError: if the disk refuses.
        """
        self._set(self._key(sha256), sha256, None, "back to the proposal")

    def dropping(self, sha256: str) -> Operation:
        """What takes all changes of a song's edit back, as part of another step."""
        key = self._key(sha256)
        before = self._edits.get(key)

        def work() -> Callable[[], None]:
            self._keep(key, sha256, None)
            return lambda: self._keep(key, sha256, before)

        return work

    def counts(self, pair: HandEdit) -> bool:
        """Whether an edit counts as a rating, better than the one proposed; as the store says."""
        return self._project.hand_ratings.of(pair.proposed, pair.changed) is not None

    def count(self, pair: HandEdit) -> None:
        """Count an edit as a rating, or no longer; either can be taken back."""
        ratings = self._project.hand_ratings
        try:
            rating = ratings.of(pair.proposed, pair.changed)
            if rating is None:
                was_kept_aside = self._is_kept_aside(pair)
                ratings.add(pair.proposed, pair.changed)
                words = "Saved as a rating: your edit is better than the proposal."
                if was_kept_aside and not self._is_kept_aside(pair):
                    words += " The song is no longer kept aside for comparing."
                self._notifier.status(words)
            else:
                ratings.withdraw(rating)
                self._notifier.status("No longer counted as a rating.")
        except UserError as error:
            self._notifier.user_error(error)

    def _is_kept_aside(self, pair: HandEdit) -> bool:
        entry = self._project.songs.get(pair.changed.sha256)
        return entry is not None and entry.use == "compare"

    def _next(self) -> None:
        if self._job is not None or not self._waiting:
            return
        wish = self._waiting.pop(0)
        hand = self._edits.get(wish.key)
        request = ChangeEditRequest(
            self._project.cache_dir,
            self._project.requests.song(wish.entry),
            wish.proposed if hand is None else hand.changed,
            wish.change,
        )
        job = self._jobs.ask(CHANGE_EDIT, request)
        self._job = job
        job.done.connect(lambda edit: self._take(wish, edit))
        job.failed.connect(lambda failure: tell_failure(self._notifier, failure))
        job.finished.connect(self._on_finished)

    def _on_finished(self) -> None:
        self._job = None
        self._next()

    def _take(self, wish: _Wish, edit: Edit) -> None:
        # Another taste may be in use by now: the change is the one's it was made in.
        before = self._edits.get(wish.key)
        proposed = wish.proposed if before is None else before.proposed
        if edit.spans == (proposed if before is None else before.changed).spans:
            self._notifier.status(nothing_words(wish.change))
            return
        name = change_words(wish.change)
        hand = None if edit.spans == proposed.spans else HandEdit(proposed, edit)
        try:
            self._set(wish.key, wish.entry.song.sha256, hand, name)
        except UserError as error:
            self._notifier.user_error(error)

    def _set(self, key: str, sha256: str, hand: HandEdit | None, name: str) -> None:
        before = self._edits.get(key)
        if hand == before:
            return

        def work() -> Callable[[], None]:
            self._keep(key, sha256, hand)
            return lambda: self._keep(key, sha256, before)

        self._project.history.do(f"“{name}”", work)

    def _keep(self, key: str, sha256: str, hand: HandEdit | None) -> None:
        kept = {name: one for name, one in self._edits.items() if name != key}
        if hand is not None:
            kept[key] = hand
        data = {
            name: own_edit_json(one.proposed, one.changed, one.came_from, one.left_out)
            | ({"is_taken": True} if one.is_taken else {})
            for name, one in kept.items()
        }
        self._project.values.set(SETTING, data)
        self._edits = kept
        self.changed.emit(sha256)

    def _key(self, sha256: str) -> str:
        """Tastes propose different edits, so each has its own."""
        return own_edit_key(self._project.tastes.current.id, sha256)


def _nothing() -> Callable[[], None]:
    """A part of a step that does nothing, and is taken back by nothing."""
    return lambda: None
