"""The library: its songs, what each is used for, and what was corrected of beats and bars."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from editor_app.look.foreign import song_title
from editor_app.project.undo import History
from ml_core.domain.adding import LookOutcome, LookRequest, MatchRequest, ReadRequest
from ml_core.domain.corrections import Corrections
from ml_core.domain.ratings import Comparison, Rating
from ml_core.domain.songs import Song, SongEntry, SongStatus, SongUse
from ml_core.store.records.corrections import SongGrid
from ml_core.store.sqlite.changes import Changes
from ml_core.store.store import Store
from ml_core.store.whereabouts import look_request, present_state, read_request

_USE_NAMES: dict[SongUse, str] = {
    "rate": "use for rating",
    "compare": "keep aside for comparing",
    "out": "leave out",
}


class Songs:
    """The songs of the project.

    Args:
        tell: says what was written, after the commit.
    """

    def __init__(self, store: Store, history: History, tell: Callable[[Changes], None]) -> None:
        self._store, self._history, self._tell = store, history, tell
        self._read: dict[str, SongEntry] | None = None
        self._lost = LookOutcome()

    def all(self) -> list[SongEntry]:
        """The library, in the order songs were added."""
        return list(self._by_hash().values())

    def shown(self) -> list[SongEntry]:
        """The library, with what was last found of its files: some are gone, some are others."""
        return [present_state(entry, self._lost) for entry in self.all()]

    def note_found(self, found: LookOutcome) -> None:
        """Keep where songs are now, and which of them are gone or changed."""
        is_news = (found.gone, found.changed) != (self._lost.gone, self._lost.changed)
        self._lost = found
        changes = self._store.sounds.note_seen(found.seen)
        self._tell(changes | frozenset({"songs"}) if is_news else changes)

    def read_request(self, named: Sequence[str], goes_on: bool) -> ReadRequest:
        """Asks for files to be read as songs."""
        return read_request(self._store, named, goes_on)

    def look_request(self) -> LookRequest:
        """Asks where the songs are, and whether their files are what they were."""
        return look_request(self._store)

    def match_request(self) -> MatchRequest:
        """Asks which of the songs that are new are recordings of others."""
        return self._store.sounds.to_match()

    def set_recordings(self, firsts: Mapping[int, int]) -> None:
        """Keep which songs are one recording."""
        self._tell(self._store.sounds.set_recordings(firsts))

    def get(self, sha256: str) -> SongEntry | None:
        """A song of the library by its content; None if it was removed."""
        return self._by_hash().get(sha256)

    def title(self, pair: Comparison | Rating) -> str:
        """The title of the song of a pair; a plain word if the song was removed."""
        return self.title_of(pair.sha256)

    def title_of(self, sha256: str) -> str:
        """The title of a song; a plain word if it was removed."""
        entry = self.get(sha256)
        return song_title(entry.song) if entry is not None else "a removed song"

    def ready(self, *uses: SongUse) -> list[SongEntry]:
        """Analysed songs of the given uses, of any without one."""
        return [e for e in self.all() if e.status == "ready" and (not uses or e.use in uses)]

    def forget(self) -> None:
        """Read the library anew: it was written."""
        self._read = None

    def _by_hash(self) -> dict[str, SongEntry]:
        """The library by hash, read once after each change: a rating asks for many songs."""
        if self._read is None:
            self._read = {entry.song.sha256: entry for entry in self._store.songs.listed()}
        return self._read

    def add(self, song: Song, status: SongStatus = "waiting", message: str = "") -> SongEntry:
        """Put a song into the library; one with the same content is the same song."""
        changes, entry = self._store.songs.add(song, status, message)
        self._tell(changes)
        return entry

    def add_all(self, songs: Sequence[Song]) -> None:
        """Put songs into the library that are to be analysed, all of them or none."""
        changes, _ = self._store.songs.add_all(songs)
        self._tell(changes)

    def set_status(
        self,
        sha256: str,
        status: SongStatus,
        message: str = "",
        tempo_bpm: float | None = None,
        meter: int | None = None,
    ) -> None:
        """Say what became of a song's analysis."""
        self._tell(self._store.songs.set_status(sha256, status, message, tempo_bpm, meter))

    def set_use(self, entries: Sequence[SongEntry], use: SongUse) -> None:
        """Say what songs are used for, of all or of none; can be taken back."""
        before = {entry.song.sha256: entry.use for entry in entries}

        def work() -> Callable[[], None]:
            self._tell(self._store.songs.change(dict.fromkeys(before, use)))
            return lambda: self._tell(self._store.songs.change(before))

        what = song_title(entries[0].song) if len(entries) == 1 else f"{len(entries)} songs"
        self._history.do(f"“{_USE_NAMES[use]}”, {what}", work)

    def separate(self, entries: Sequence[SongEntry]) -> None:
        """Count songs as recordings of their own, whatever they sound like; can be taken back."""
        ids = [entry.id for entry in entries]

        def work() -> Callable[[], None]:
            changes, before = self._store.sounds.separate(ids)
            self._tell(changes)
            return lambda: self.set_recordings(before)

        what = song_title(entries[0].song) if len(entries) == 1 else f"{len(entries)} songs"
        self._history.do(f"“not the same recording”, {what}", work)

    def remove(self, entries: Sequence[SongEntry], still_teach: bool = True) -> None:
        """Take songs out of the library, all or none; can be taken back.

        Args:
            still_teach: whether tastes go on learning from their ratings, which stay in any case.
        """
        hashes = [entry.song.sha256 for entry in entries]

        def work() -> Callable[[], None]:
            self._tell(self._store.songs.change({}, hashes, still_teach))
            return lambda: self._tell(self._store.songs.restore(hashes))

        what = song_title(entries[0].song) if len(entries) == 1 else f"{len(entries)} songs"
        verb = "remove" if still_teach else "remove with ratings"
        self._history.do(f"“{verb}”, {what}", work)

    def corrections(self) -> dict[str, Corrections]:
        """What was corrected of beats and bars, by song; songs without any are left out."""
        return {sha: e.corrections for sha, e in self._by_hash().items() if e.corrections}

    def change_grid(self, sha256: str, grid: SongGrid) -> Callable[[], None]:
        """Keep a song's corrections with what they give; returns what takes that back.

        Raises:
            UserError: if they can't be stored.
        """
        before = self._store.corrections.grid(sha256)
        self._tell(self._store.corrections.set_grid(sha256, grid))
        return lambda: self._tell(self._store.corrections.set_grid(sha256, before))
