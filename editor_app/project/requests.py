"""What tasks are asked, built from what the project holds."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ml_core.domain.archiving import SaveArchiveRequest
from ml_core.domain.comparing import CompareRequest, ComparisonFilesRequest, ReportRequest
from ml_core.domain.early_end import MOST_PAIRS
from ml_core.domain.edits import Edit, Limits
from ml_core.domain.files.found_edits import FindEditsRequest
from ml_core.domain.files.own_edits import EditedSongsRequest, OwnEditRequest
from ml_core.domain.files.stems import FindStemsRequest
from ml_core.domain.mapping import MapRequest
from ml_core.domain.models import (
    COMPARISON_PAIRS,
    ComparisonReport,
    ComparisonSession,
    ModelRef,
)
from ml_core.domain.requests import (
    DeliverRequest,
    DeviceChoice,
    ProposeRequest,
    SongTask,
    TrainRequest,
)
from ml_core.domain.songs import SongEntry
from ml_core.domain.tasting import ExplainRequest, TasteRequest
from ml_core.errors import UserError
from ml_core.store import archive_request, compare_requests, explaining, own_edits, requests
from ml_core.store.compared_songs import (
    ComparedSongs,
    no_song_to_compare_on,
    songs_to_compare,
)
from ml_core.store.store import Store
from ml_core.store.whereabouts import present_song


class Requests:
    """One method for each task that asks about the whole project; it says what can't be asked."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def song(self, entry: SongEntry, limits: Limits | None = None) -> SongTask:
        """A song as tasks need it; without `limits` those of the brief."""
        return requests.song_task(self._store, entry, limits)

    def propose(self, n_pairs: int) -> ProposeRequest:
        """Asks for pairs to rate.

        Raises:
            UserError: if no song can be rated.
        """
        return requests.propose_request(self._store, n_pairs)

    def train(self, device: DeviceChoice = "auto", resume: bool = False) -> TrainRequest:
        """Asks for training on every current rating.

        Raises:
            UserError: if there is nothing to learn from.
        """
        return requests.train_request(self._store, device, resume=resume)

    def taste(self) -> TasteRequest:
        """Asks what the current ratings say."""
        return requests.taste_request(self._store)

    def deliver(self, entry: SongEntry, limits: Limits, n_alternatives: int) -> DeliverRequest:
        """Asks for the edits that the model in use makes of a song."""
        return requests.deliver_request(self._store, entry, limits, n_alternatives=n_alternatives)

    def model(self, checkpoint: str) -> ModelRef | None:
        """A checkpoint as tasks read it, by its id; None where there is none any more."""
        found = (one for one in self._store.models.all() if one.id == checkpoint)
        return next((requests.model_ref(self._store, one) for one in found), None)

    def map(self, entry: SongEntry, limits: Limits) -> MapRequest:
        """Asks for many edits of a song, spread over lengths and loudness."""
        return requests.map_request(self._store, entry, limits)

    def stems(self, folder: str, entries: Sequence[SongEntry]) -> FindStemsRequest:
        """Asks which files below a folder are stems of which song."""
        return requests.stems_request(self._store, folder, entries)

    def edited_songs(self, files: Sequence[str], looked_at: str = "") -> EditedSongsRequest:
        """Asks which songs of the library files from other tools are edits of."""
        return own_edits.edited_songs_request(self._store, files, looked_at)

    def own_edit(self, entry: SongEntry, file: str, limits: Limits) -> OwnEditRequest:
        """Asks for a song's edit as a file from another tool holds it."""
        return own_edits.own_edit_request(self._store, entry, file, limits)

    def find_edits(self, entry: SongEntry, files: Sequence[str]) -> FindEditsRequest:
        """Asks where finished edits, sound files, are found in a song."""
        return FindEditsRequest(present_song(entry), tuple(files))

    def explain(
        self, entry: SongEntry, edit: Edit, limits: Limits | None = None, checkpoint: str = ""
    ) -> ExplainRequest | None:
        """Asks why a checkpoint, by default the one in use, likes an edit; None for the base."""
        return explaining.explain_request(self._store, entry, edit, limits, checkpoint)

    def compared_songs(self, present: Collection[str]) -> ComparedSongs:
        """The songs that a comparison begun now would be on.

        Args:
            present: hashes of the songs whose files are there.
        """
        return songs_to_compare(self._store, lambda entry: entry.song.sha256 in present)

    def no_song_to_compare_on(self) -> UserError:
        """Why there is none, where `compared_songs` finds none."""
        return no_song_to_compare_on(self._store)

    def compare(self, ends_early: bool) -> tuple[CompareRequest, ComparisonSession]:
        """Asks for blind pairs of the model in use and the newest, with the session to keep.

        Args:
            ends_early: whether it ends as soon as its answers show something.

        Raises:
            UserError: if there is nothing to compare.
        """
        n_pairs = MOST_PAIRS if ends_early else COMPARISON_PAIRS
        return compare_requests.compare_request(self._store, n_pairs, ends_early=ends_early)

    def report(self, session: ComparisonSession) -> ReportRequest:
        """Asks for a session's verdict."""
        return compare_requests.report_request(self._store, session)

    def comparison_files(
        self, session: ComparisonSession, report: ComparisonReport, out_dir: str
    ) -> ComparisonFilesRequest:
        """Asks for a session's pairs as files.

        Raises:
            UserError: if a song of it was removed.
        """
        return compare_requests.comparison_files_request(self._store, session, report, out_dir)

    def archive(self, target: str, with_songs: bool, overwrite: bool) -> SaveArchiveRequest:
        """Asks for the project as one file. Its copy of the database is dropped in the end."""
        return archive_request.make_archive_request(
            self._store, target, with_songs, overwrite, copies_now=False
        )

    def songs_bytes(self) -> int:
        """Size of the songs' own files, as far as they are there."""
        return archive_request.songs_bytes(self._store)
