"""Keeps pairs ready ahead of the person: proposes them, makes their sound, and keeps both."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from editor_app.listening.own_folder import own_folder
from editor_app.project.project import Project
from editor_app.work.jobs import Failure, Job, Jobs
from ml_core.domain.edits import Limits
from ml_core.domain.playing import PreparedPair, PreparePairRequest
from ml_core.domain.ratings import Comparison
from ml_core.domain.tasks import PREPARE_PAIR, PROPOSE
from ml_core.errors import UserError
from ml_core.store.requests import song_ref
from ml_core.store.sqlite.changes import ALL

# Pairs are proposed in small batches, since active choice needs fresh answers. The pairs of a batch
# differ. Chosen so, 24 pairs taught as much of simulated listeners as 48 at random.
_BATCH = 8
# Ask for more while there is still this much to listen to: a proposal takes seconds.
_REFILL_BELOW = 4
# How many pairs are ready to be heard: the one shown and the next two, should one be skipped.
_READY_AHEAD = 3
_FORGET_LATER_MS = 700
# Pairs that were answered are kept for going back, unless the songs are so long that they fill the
# disk: three hours of stereo are 4 GB.
_MOST_BYTES = 2_000_000_000
_BYTES_A_SAMPLE = 8


class PairSupply(QObject):
    """The queue of open pairs, and what of it can be heard by now.

    Args:
        sample_rate_hz: asks what rate the output wants now.
    """

    changed = Signal()
    """The queue or what is ready of it has changed."""

    failed = Signal(int, object)
    """(id of the pair or 0 for the proposal, Failure)."""

    def __init__(self, project: Project, jobs: Jobs, sample_rate_hz: Callable[[], int]) -> None:
        super().__init__()
        self._project, self._jobs = project, jobs
        self._sample_rate_hz = sample_rate_hz
        self._folder = own_folder(project.cache_dir, "pairs")
        self._queue: list[Comparison] = []
        self._reopened: set[int] = set()
        self._ready: dict[int, PreparedPair] = {}
        self._making: dict[int, Job[PreparedPair]] = {}
        self._refused: dict[int, Failure] = {}
        self._wanted = 0
        self._proposing: Job[list[Comparison]] | None = None
        self._refusal: UserError | None = None
        self._is_active = False
        # Removing files takes as long as painting, so it waits until the next pair is shown.
        self._forgetting = QTimer(self)
        self._forgetting.setSingleShot(True)
        self._forgetting.setInterval(_FORGET_LATER_MS)
        self._forgetting.timeout.connect(self._forget_old)
        project.ratings.reopened.connect(self._reopened.add)
        project.changed.connect(self._on_changed)

    @property
    def queue(self) -> list[Comparison]:
        """Pairs to be asked, in order."""
        return self._queue

    @property
    def is_proposing(self) -> bool:
        """Whether new pairs are being looked for."""
        return self._proposing is not None

    @property
    def refusal(self) -> UserError | None:
        """Why no pairs can be looked for; None if they can."""
        return self._refusal

    def prepared(self, comparison: Comparison) -> PreparedPair | None:
        """What is to be heard of a pair; None while it is not ready."""
        pair = self._ready.get(comparison.id)
        return pair if pair is None or self._fits(pair) else None

    def failure(self, comparison: Comparison) -> Failure | None:
        """Why a pair can't be heard; None if it can, or it is not known yet."""
        return self._refused.get(comparison.id)

    def start(self) -> None:
        """Begin to keep pairs ready; where that has begun, look again."""
        self._is_active = True
        self.refresh()

    def refresh(self) -> None:
        """Look again, as after the output wants another rate."""
        for comparison_id, job in list(self._making.items()):
            if job.request.sample_rate_hz != self._sample_rate_hz():
                del self._making[comparison_id]
                job.cancel()
        if self._is_active:
            self._refresh()

    def want(self, comparison: Comparison) -> None:
        """Make one pair ready before all others, wherever it stands."""
        self._wanted = comparison.id
        self._make(comparison, is_urgent=True)

    def try_again(self, comparison: Comparison) -> None:
        """Make a pair anew that could not be made, as when its file is back."""
        self._refused.pop(comparison.id, None)
        self._ready.pop(comparison.id, None)
        self.want(comparison)

    def close(self) -> None:
        """Make nothing more, and remove what was made to be heard."""
        self._is_active = False
        self._forgetting.stop()
        for job in list(self._making.values()):
            job.cancel()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _on_changed(self, changes: frozenset[str]) -> None:
        if changes == ALL:
            self._forget_taste()
        if self._is_active and changes & {"comparisons", "ratings", "songs", "brief"}:
            self._refresh()

    def _forget_taste(self) -> None:
        """Drop the proposal under way, since another taste was chosen."""
        job, self._proposing, self._refusal = self._proposing, None, None
        self._reopened.clear()
        if job is not None:
            job.cancel()

    def _refresh(self) -> None:
        self._queue = self._open_pairs()
        if len(self._queue) < _REFILL_BELOW:
            self._propose()
        self.changed.emit()
        for at, comparison in enumerate(self._queue[:_READY_AHEAD]):
            self._make(comparison, is_urgent=at == 0)
        self._forgetting.start()

    def _open_pairs(self) -> list[Comparison]:
        """Waiting pairs that keep the brief, and any pair whose answer was taken back."""
        limits = Limits.from_brief(self._project.brief.get())
        pairs = self._project.pairs.open()
        return [pair for pair in pairs if pair.id in self._reopened or self._keeps(pair, limits)]

    def _keeps(self, pair: Comparison, limits: Limits) -> bool:
        entry = self._project.songs.get(pair.sha256)
        if entry is None or entry.status != "ready":
            return False
        low, high = limits.duration_range_s(entry.song.duration_s)
        # A share to keep is one of the song's music, of which a file with silence has less.
        low = min(low, limits.shortest_s or 0.0)
        # Half a second: edits start a little before the bar, rules are in whole bars.
        return all(low - 0.5 <= edit.duration_s <= high + 0.5 for edit in (pair.a, pair.b))

    # Proposing

    def _propose(self) -> None:
        if self._proposing is not None or not self._is_active:
            return
        try:
            request = self._project.requests.propose(self._batch())
        except UserError as error:
            self._refusal = error
            return
        self._refusal = None
        job = self._jobs.ask(PROPOSE, request)
        self._proposing = job
        job.done.connect(lambda pairs: self._on_proposed(job, pairs))
        job.failed.connect(lambda failure: self._on_proposal_failed(job, failure))
        job.finished.connect(lambda: self._on_proposal_over(job))

    def _batch(self) -> int:
        """How many pairs to propose.

        While songs are still analysed, no more than are ready: else all were of the first one.
        """
        entries = [entry for entry in self._project.songs.all() if entry.use == "rate"]
        n_ready = sum(entry.status == "ready" for entry in entries)
        is_waiting = any(entry.status == "waiting" for entry in entries)
        return max(1, min(_BATCH, n_ready)) if is_waiting else _BATCH

    def _on_proposed(self, job: Job[list[Comparison]], comparisons: list[Comparison]) -> None:
        if job is not self._proposing:
            return
        self._proposing = None
        if not comparisons:
            self._refusal = UserError(
                "No new pair is left for these songs.",
                "Add songs, or choose another length for the edits.",
            )
            self.changed.emit()
            return
        try:
            self._project.pairs.add(comparisons)
        except UserError as error:
            self._refusal = error
            self.changed.emit()

    def _on_proposal_failed(self, job: Job[list[Comparison]], failure: Failure) -> None:
        if job is not self._proposing:
            return
        self._refusal = UserError(failure.message, failure.remedy)
        self.failed.emit(0, failure)

    def _on_proposal_over(self, job: Job[list[Comparison]]) -> None:
        if job is self._proposing:
            self._proposing = None
        self.changed.emit()

    # Making pairs to be heard

    def _make(self, comparison: Comparison, is_urgent: bool) -> None:
        if comparison.id in self._making or comparison.id in self._refused:
            return
        if self.prepared(comparison) is not None:
            return
        entry = self._project.songs.get(comparison.sha256)
        if entry is None:
            return
        request = PreparePairRequest(
            cache_dir=self._project.cache_dir,
            song=song_ref(entry),
            edits=(comparison.a, comparison.b),
            sample_rate_hz=self._sample_rate_hz(),
            out_dir=str(self._folder),
        )
        job = self._jobs.ask(PREPARE_PAIR, request, is_urgent)
        self._making[comparison.id] = job
        job.done.connect(lambda pair: self._on_made(comparison.id, pair))
        job.failed.connect(lambda failure: self._on_not_made(comparison.id, failure))
        job.finished.connect(lambda: self._on_making_over(comparison.id, job))

    def _on_making_over(self, comparison_id: int, job: Job[PreparedPair]) -> None:
        if self._making.get(comparison_id) is job:
            del self._making[comparison_id]

    def _on_made(self, comparison_id: int, pair: PreparedPair) -> None:
        self._making.pop(comparison_id, None)
        self._ready[comparison_id] = pair
        if self._fits(pair):
            self.changed.emit()
        else:  # the output has changed meanwhile
            self.refresh()

    def _on_not_made(self, comparison_id: int, failure: Failure) -> None:
        self._making.pop(comparison_id, None)
        self._refused[comparison_id] = failure
        self.failed.emit(comparison_id, failure)
        self.changed.emit()

    def _fits(self, pair: PreparedPair) -> bool:
        return pair.song.sample_rate_hz == self._sample_rate_hz()

    def _forget_old(self) -> None:
        """Keep the newest pairs only: each song is some 80 MB of samples on the disk."""
        while len(self._ready) > 2 * _READY_AHEAD or self._n_bytes() > _MOST_BYTES:
            ahead = {self._wanted, *(pair.id for pair in self._queue[:_READY_AHEAD])}
            oldest = next((one for one in self._ready if one not in ahead), None)
            if oldest is None:
                return
            gone = self._ready.pop(oldest)
            still = {file for pair in self._ready.values() for file in _files(pair)}
            if any(job.request.song.sha256 == gone.layout.sha256 for job in self._making.values()):
                # The pair that is being made finds the song there, and counts on it.
                still |= {gone.song.file, gone.song.peaks_file}
            for file in set(_files(gone)) - still:
                # Where the player still reads a file, some systems refuse: it goes at the end.
                with contextlib.suppress(OSError):
                    Path(file).unlink()

    def _n_bytes(self) -> int:
        """Bytes of all that is ready; what several pairs share counts once."""
        audios = [audio for pair in self._ready.values() for audio in (pair.song, *pair.edits)]
        return _BYTES_A_SAMPLE * sum({audio.file: audio.n_samples for audio in audios}.values())


def _files(pair: PreparedPair) -> list[str]:
    prepared = (pair.song, *pair.edits)
    return [file for one in prepared for file in (one.file, one.peaks_file) if file]
