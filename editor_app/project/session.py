"""The open project, as the window sees it: reads and writes the store, and tells what changed.

Only the window's thread may use it. Every write has been committed when its method returns;
`changed` then names what to read again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal

from editor_app.project.hand_ratings import HandRatings, utc_now
from ml_core.domain.corrections import Corrections
from ml_core.domain.edits import Brief
from ml_core.domain.ratings import (
    Answer,
    Comparison,
    Mark,
    MarkKind,
    Rating,
    RatingSource,
)
from ml_core.domain.songs import Song, SongEntry, SongStatus, SongUse
from ml_core.store.records.corrections import SongGrid

_ANSWER_NAMES: dict[tuple[Answer, int], str] = {
    ("A", 1): "A is better",
    ("A", 2): "A is much better",
    ("B", 1): "B is better",
    ("B", 2): "B is much better",
    ("tie", 1): "tie",
    ("skip", 1): "skip",
}

_USE_NAMES: dict[SongUse, str] = {
    "rate": "use for rating",
    "compare": "keep aside for comparing",
    "out": "leave out",
}


class Session(HandRatings):
    """Everything that is read from and written to the open project."""

    reopened = Signal(int)
    """Id of a pair whose answer was taken back: it is the one to show."""

    # Songs

    def songs(self) -> list[SongEntry]:
        """The library, in the order songs were added."""
        return list(self._by_hash().values())

    def add_song(self, song: Song, status: SongStatus = "waiting", message: str = "") -> SongEntry:
        """Put a song into the library; one with the same content is the same song."""
        changes, entry = self.store.songs.add(song, status, message)
        self._tell(changes)
        return entry

    def set_song_status(
        self,
        sha256: str,
        status: SongStatus,
        message: str = "",
        tempo_bpm: float | None = None,
        meter: int | None = None,
    ) -> None:
        """Say what became of a song's analysis."""
        self._tell(self.store.songs.set_status(sha256, status, message, tempo_bpm, meter))

    def set_song_use(self, entries: Sequence[SongEntry], use: SongUse) -> None:
        """Say what songs are used for; can be taken back."""
        before = {entry.song.sha256: entry.use for entry in entries}

        def work() -> Callable[[], None]:
            self._set_uses(dict.fromkeys(before, use))
            return lambda: self._set_uses(before)

        what = entries[0].song.title if len(entries) == 1 else f"{len(entries)} songs"
        self.history.do(f"“{_USE_NAMES[use]}”, {what}", work)

    def remove_songs(self, entries: Sequence[SongEntry], still_teach: bool = True) -> None:
        """Take songs out of the library; can be taken back.

        Args:
            still_teach: whether tastes go on learning from their ratings, which stay in any case.
        """

        def work() -> Callable[[], None]:
            for entry in entries:
                self._tell(self.store.songs.remove(entry.song.sha256, still_teach))
            return lambda: self._restore(entries)

        what = entries[0].song.title if len(entries) == 1 else f"{len(entries)} songs"
        verb = "remove" if still_teach else "remove with ratings"
        self.history.do(f"“{verb}”, {what}", work)

    def _set_uses(self, uses: dict[str, SongUse]) -> None:
        for sha256, use in uses.items():
            self._tell(self.store.songs.set_use(sha256, use))

    def _restore(self, entries: Sequence[SongEntry]) -> None:
        for entry in entries:
            self.add_song(entry.song, entry.status, entry.message)
            self.set_song_status(
                entry.song.sha256, entry.status, entry.message, entry.tempo_bpm, entry.meter
            )

    def corrections(self) -> dict[str, Corrections]:
        """What was corrected of beats and bars, by song; songs without any are left out."""
        return {sha: e.corrections for sha, e in self._by_hash().items() if e.corrections}

    def set_song_grid(self, sha256: str, grid: SongGrid, what: str) -> None:
        """Keep a song's corrections with what they give; can be taken back.

        Args:
            sha256: the song.
            grid: as it is from now on.
            what: was corrected, for the menu.
        """
        before = self.store.corrections.grid(sha256)

        def work() -> Callable[[], None]:
            self._tell(self.store.corrections.set_grid(sha256, grid))
            return lambda: self._tell(self.store.corrections.set_grid(sha256, before))

        entry = self.song(sha256)
        title = "" if entry is None else f", {entry.song.title}"
        self.history.do(f"“{what}”{title}", work)

    # The brief

    def brief(self) -> Brief:
        """What the edits are for."""
        return self.store.settings.brief()

    def set_brief(self, brief: Brief) -> None:
        """Say what the edits are for; can be taken back."""
        before = self.brief()

        def work() -> Callable[[], None]:
            self._tell(self.store.settings.set_brief(brief))
            return lambda: self._tell(self.store.settings.set_brief(before))

        self.history.do(f"“{brief.name}”", work)

    # Pairs and ratings

    def open_comparisons(self) -> list[Comparison]:
        """Pairs that wait for an answer, in order."""
        return self.store.pairs.waiting()

    def add_comparisons(self, comparisons: Sequence[Comparison]) -> list[Comparison]:
        """Keep proposed pairs; returns them with their ids."""
        changes, kept = self.store.pairs.add(list(comparisons))
        self._tell(changes)
        return kept

    def rate(
        self,
        comparison: Comparison,
        answer: Answer,
        strength: int = 1,
        heard_s: tuple[float | None, float | None] = (None, None),
        source: RatingSource = "ear",
    ) -> Rating:
        """Store an answer; it is on the disk when this returns. Can be taken back.

        Raises:
            NotSavedError: the answer is not stored and the pair is still open.
        """
        rating = Rating(
            comparison_id=comparison.id,
            a=comparison.a,
            b=comparison.b,
            answer=answer,
            strength=strength,
            heard_a_s=heard_s[0],
            heard_b_s=heard_s[1],
            source=source,
            reason=comparison.reason,
            repeat_of=comparison.repeat_of,
        )
        before = self.store.ratings.of_pair(comparison.id)
        kept: list[Rating] = []

        def work() -> Callable[[], None]:
            kept.append(self._keep(rating))
            if before is None:
                return lambda: self._withdraw(kept[-1])
            return lambda: self._give_back(before)

        name = f"“{_ANSWER_NAMES[answer, strength]}”, {self.title(comparison)}"
        self.history.do(name, work)
        return kept[-1]

    def _withdraw(self, rating: Rating) -> None:
        changes = self.store.ratings.withdraw(rating.id)
        self.reopened.emit(rating.comparison_id)
        self._tell(changes)

    def rating_of(self, comparison: Comparison) -> Rating | None:
        """The answer that counts for a pair; None while it is open."""
        return self.store.ratings.of_pair(comparison.id)

    def comparison(self, comparison_id: int) -> Comparison | None:
        """A pair that was kept, answered or not; None if there is none."""
        return self.store.pairs.find(comparison_id)

    def last_ratings(self, n: int) -> list[Rating]:
        """The newest current answers, newest first."""
        return self.store.ratings.last(n)

    def rating_count(self) -> int:
        """How many answers say something of taste: skips do not."""
        return self.store.ratings.count()

    def marks(self) -> list[Mark]:
        """Faults that were heard and not taken back, oldest first."""
        return self.store.marks.current()

    def add_mark(
        self,
        comparison: Comparison,
        kind: MarkKind,
        side: str = "",
        source_samples: tuple[int, int] = (-1, -1),
    ) -> None:
        """Keep a fault that was heard, apart from taste; can be taken back."""

        def work() -> Callable[[], None]:
            changes, mark = self.store.marks.add(
                Mark(
                    comparison.id,
                    comparison.sha256,
                    kind,
                    side,
                    source_samples[0],
                    source_samples[1],
                    utc_now(),
                )
            )
            self._tell(changes)
            return lambda: self._tell(self.store.marks.withdraw(mark.id))

        words = "bad join" if kind == "bad_join" else "both are bad"
        self.history.do(f"“{words}”, {self.title(comparison)}", work)
