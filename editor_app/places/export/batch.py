"""Exports several songs: each one's edit is asked for, then all files are written in one job."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from editor_app.look.foreign import song_title
from editor_app.look.words import counted
from editor_app.notifier import About
from editor_app.places.export.checks import check_request
from editor_app.places.export.files.stems_told import stems_note
from editor_app.places.export.plans import N_ALTERNATIVES
from editor_app.work.jobs import Failure, Job
from editor_app.work.library import tell_failure
from editor_app.workspace import Workspace
from ml_core.domain.by_hand import CheckEditRequest
from ml_core.domain.edits import Edit, Limits
from ml_core.domain.files.choices import AS_AT_FIRST, FileChoices
from ml_core.domain.files.exporting import EditToWrite, ExportRequest, ExportResult
from ml_core.domain.files.formats import write_format
from ml_core.domain.files.stems import FindStemsRequest, StemsFound
from ml_core.domain.requests import Delivered, DeliverRequest
from ml_core.domain.songs import SongEntry
from ml_core.domain.tasks import CHECK_EDIT, DELIVER, EXPORT, FIND_STEMS

_NAMED_FAILURES = 2
_NO_STEMS = StemsFound((), ())


@dataclass(frozen=True, slots=True)
class _Wish:
    """One song of a batch: the edit that is to be made, or the person's own that is checked."""

    title: str
    asked: DeliverRequest | CheckEditRequest
    chosen: int

    def written(self, edit: Edit, stems: StemsFound) -> EditToWrite:
        song = self.asked.song
        own = stems.of(song.path)
        return EditToWrite(song, edit, Path(song.path).stem, exact_s=song.limits.exact_s, stems=own)


@dataclass(frozen=True, slots=True)
class _Order:
    """All that a batch was started with: what is changed after is the next one's."""

    wishes: tuple[_Wish, ...]
    cache_dir: str
    out_dir: Path
    file_format: str
    files: FileChoices = AS_AT_FIRST


class ExportBatch(QObject):
    """One batch at a time; what can't be exported is named, the others proceed."""

    written = Signal(list)
    """Paths of the files that a batch has written, once it has ended; none if it wrote none."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._project, self._jobs = workspace.project, workspace.jobs
        self._settings = workspace.settings
        self._notifier = workspace.notifier
        self._order = _Order((), workspace.project.cache_dir, Path(), "wav")
        self._waiting: Iterator[_Wish] = iter(())
        self._edits: list[EditToWrite] = []
        self._failed: list[str] = []
        self._own_notes: dict[str, str] = {}
        self._stems = _NO_STEMS
        self._job: Job[object] | None = None
        workspace.project.changed.connect(self._on_changed)

    @property
    def is_busy(self) -> bool:
        """Whether a batch is under way."""
        return self._job is not None

    def start(
        self,
        entries: Sequence[SongEntry],
        limits_of: Callable[[SongEntry], Limits],
        choices: Mapping[str, int],
        by_hand: Mapping[str, Edit],
        out_dir: Path,
        file_format: str,
    ) -> None:
        """Export the songs as everything stands now, whatever is changed meanwhile.

        Args:
            entries: the songs.
            limits_of: hard limits of a song's edit.
            choices: by the song's hash, which alternative was chosen; 0 where none was.
            by_hand: by the song's hash, its edit as changed by hand: written as it is; that
                it breaks a rule is noted, since either might be what the person forgot.
            out_dir: made if need be; nothing in it is overwritten.
            file_format: as the export task takes it.
        """
        if self.is_busy or not entries:
            return
        self.forget_failures()
        self._notifier.status("")  # That others were exported would stand beside "Not exported".
        # The model and the marks are one for all songs: reading them for each took 45 ms a song
        # after some twenty trainings.
        common = self._project.requests.deliver(entries[0], limits_of(entries[0]), n_alternatives=1)

        def wish(entry: SongEntry) -> _Wish:
            limits, hand = limits_of(entry), by_hand.get(entry.song.sha256)
            if hand is not None:
                check = check_request(self._project, entry, hand, limits)
                return _Wish(song_title(entry.song), check, 0)
            chosen = choices.get(entry.song.sha256, 0)
            song = self._project.requests.song(entry, limits)
            # Alternatives are sorted by their match: which is which depends on how many there are.
            n_asked = N_ALTERNATIVES if chosen else 1
            deliver = replace(common, song=song, n_alternatives=n_asked)
            return _Wish(song_title(entry.song), deliver, chosen)

        wishes = tuple(wish(entry) for entry in entries)
        files = self._settings.file_choices.as_far_as(write_format(file_format))
        self._order = _Order(wishes, self._project.cache_dir, out_dir, file_format, files)
        self._waiting, self._edits, self._failed = iter(wishes), [], []
        self._own_notes, self._stems = {}, _NO_STEMS
        if files.stems_dir:
            self._find_stems(self._project.requests.stems(files.stems_dir, entries))
        else:
            self._next()

    def forget_failures(self) -> None:
        """What the last batch could not write is to be written anew, or by other rules."""
        self._notifier.withdraw(About.EXPORT)

    def _on_changed(self, changes: frozenset[str]) -> None:
        if changes & {"brief", "checkpoints"}:  # By another taste there may be an edit.
            self.forget_failures()
        if "songs" not in changes or self.is_busy or not self._failed:
            return
        there = {entry.song.sha256 for entry in self._project.songs.all()}
        if not any(wish.asked.song.sha256 in there for wish in self._order.wishes):
            self.forget_failures()

    def _find_stems(self, request: FindStemsRequest) -> None:
        """Without the folder nothing is exported: stems were asked for."""
        job = self._job = self._jobs.start(FIND_STEMS, request, "Looking for stems")
        job.done.connect(self._on_stems)
        job.failed.connect(self._on_no_stems)
        job.cancelled.connect(self._stop)

    def _on_stems(self, found: StemsFound) -> None:
        self._stems = found
        self._next()

    def _on_no_stems(self, failure: Failure) -> None:
        if not failure.is_user_error:
            tell_failure(self._notifier, failure)
        self._failed.append(f"{failure.message} {failure.remedy}")
        self._job = None
        self._tell(())

    def _next(self) -> None:
        """Ask for the next song's edit, or write the files once all are there."""
        wish = next(self._waiting, None)
        if wish is None:
            self._write()
        elif isinstance(wish.asked, CheckEditRequest):
            self._check(wish, wish.asked)
        else:
            words = f"Making the edit of {wish.title}"
            job = self._jobs.start(DELIVER, wish.asked, words)
            self._watch(job, wish)
            job.done.connect(lambda found: self._take(wish, found))

    def _check(self, wish: _Wish, request: CheckEditRequest) -> None:
        """The rules may have been set after the edit was changed, or be out of sight."""
        job = self._jobs.start(CHECK_EDIT, request, f"Checking the edit of {wish.title}")
        self._watch(job, wish)
        job.done.connect(lambda broken: self._on_checked(wish, request.edit, broken))

    def _watch(self, job: Job[object], wish: _Wish) -> None:
        self._job = job
        job.failed.connect(lambda failure: self._refuse(wish, failure))
        job.cancelled.connect(self._stop)

    def _on_checked(self, wish: _Wish, by_hand: Edit, broken: str) -> None:
        if broken:
            note = f"{wish.title}, your own edit, was exported as it is: {broken}"
            self._own_notes[wish.asked.song.path] = note
        written = wish.written(by_hand, self._stems)
        # As it is: not stretched either, since its length may be what breaks a rule.
        self._edits.append(replace(written, exact_s=None) if broken else written)
        self._next()

    def _take(self, wish: _Wish, found: list[Delivered]) -> None:
        chosen = found[min(wish.chosen, len(found) - 1)].edit
        self._edits.append(wish.written(chosen, self._stems))
        self._next()

    def _refuse(self, wish: _Wish, failure: Failure) -> None:
        if not failure.is_user_error:
            tell_failure(self._notifier, failure)
        self._failed.append(f"{wish.title}: {failure.message}")
        self._next()

    def _write(self) -> None:
        if not self._edits:
            self._job = None
            self._tell(())
            return
        request = ExportRequest(
            tuple(self._edits),
            str(self._order.out_dir),
            self._order.cache_dir,
            self._order.file_format,
            self._order.files,
        )
        job = self._jobs.start(EXPORT, request, f"Exporting {counted(len(self._edits), 'edit')}")
        self._job = job
        job.done.connect(self._on_written)
        job.failed.connect(lambda failure: tell_failure(self._notifier, failure, About.EXPORT))
        job.cancelled.connect(self._stop)
        job.finished.connect(self._end)

    def _on_written(self, result: ExportResult) -> None:
        self._failed += [message for _, message in result.failed]
        failed = {path for path, _ in result.failed}
        own = [note for path, note in self._own_notes.items() if path not in failed]
        notes = [*own, *(sentence for _, sentence in result.notes)]
        missing = stems_note(self._stems, result.stems_failed) if result.files else ""
        self._tell(result.files, [*notes, *filter(None, [missing])], len(result.stems))
        self.written.emit([Path(file) for file in result.files])

    def _tell(self, files: Sequence[str], notes: Sequence[str] = (), n_stems: int = 0) -> None:
        if files:
            others = f"; {len(self._failed)} could not be" if self._failed else ""
            stems = f" and {counted(n_stems, 'stem')}" if n_stems else ""
            self._notifier.status(
                f"{counted(len(files), 'edit')}{stems} exported to {self._order.out_dir}{others}."
            )
        if notes and not self._failed:
            others = f" And of {len(notes) - 1} more." if len(notes) > 1 else ""
            self._notifier.banner("doubtful", f"{notes[0]}{others}", about=About.EXPORT)
        if self._failed:
            named = " ".join(self._failed[:_NAMED_FAILURES])
            more = len(self._failed) - _NAMED_FAILURES
            rest = f" And {more} more." if more > 0 else ""
            text = f"Not exported: {named}{rest}"
            self._notifier.banner("failed", text, about=About.EXPORT)

    def _stop(self) -> None:
        self._job = None
        self._notifier.status("Stopped. Edits that were finished are kept.")

    def _end(self) -> None:
        self._job = None
