"""A join heard over and over from 4 s before it, also while it is moved."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from editor_app.listening.own_folder import FewFiles
from editor_app.places.export.song import ExportSong
from editor_app.work.jobs import Job
from editor_app.workspace import Workspace
from ml_core.domain.edits import Edit
from ml_core.domain.mapping import HearRequest
from ml_core.domain.playing import PreparedAudio
from ml_core.domain.tasks import HEAR_PLACE
from ml_core.edits.hand.hearing import around_join

# What is made lasts so much longer than what is repeated: the loop's fade needs it.
_LOOP_FADE_S = 0.05

Wanted = tuple[Edit, int]
"""An edit, and which of its joins."""


class JoinHearing(QObject):
    """Has the player for a while. As the join moves, what plays goes on in the moved one."""

    changed = Signal()
    """It began, or it is over."""

    def __init__(self, workspace: Workspace, desk: ExportSong) -> None:
        super().__init__()
        self._jobs, self._player, self._desk = workspace.jobs, workspace.player, desk
        self._wanted: Wanted | None = None
        self._made: Wanted | None = None
        self._join_at = 0
        self._job: Job[PreparedAudio] | None = None
        self._files = FewFiles()
        workspace.player.playing_changed.connect(self._on_playing)

    @property
    def is_on(self) -> bool:
        """Whether a join is heard, or about to be."""
        return self._wanted is not None

    def start(self, edit: Edit, join: int) -> None:
        """Hear a join of an edit of the song that is shown."""
        if self._desk.is_loaded:
            self._wanted, self._made = (edit, join), None
            self._ask()
            self.changed.emit()

    def follow(self, edit: Edit, join: int) -> None:
        """The join lies elsewhere now, or another one is meant: hear that, if any is heard."""
        if self.is_on and (edit, join) != self._wanted:
            self._wanted = (edit, join)
            self._ask()

    def stop(self) -> None:
        """Fall silent, and give the player back."""
        if not self.is_on:
            return
        was_made = self._made is not None
        self._wanted = self._made = None
        if was_made and self._desk.is_lent:
            self._desk.end_loan()
        self.changed.emit()

    def _ask(self) -> None:
        """Have the stretch around the join made; one at a time, the last one wished for next."""
        lent = self._desk.loaned
        if self._wanted is None or self._job is not None or lent is None:
            return
        pair, out_dir = lent
        wanted = edit, join = self._wanted
        if edit.sha256 != pair.layout.sha256:
            self.stop()
            return
        stretch, at = around_join(edit, join)
        job = self._jobs.ask(HEAR_PLACE, HearRequest(pair.song, stretch, out_dir))
        self._job = job
        job.done.connect(lambda made: self._play(wanted, stretch, at, made))
        job.failed.connect(lambda _: self.stop())
        job.finished.connect(lambda: self._on_finished(wanted))

    def _on_finished(self, asked: Wanted) -> None:
        self._job = None
        if self._wanted != asked:
            self._ask()

    def _play(self, wanted: Wanted, stretch: Edit, at: int, made: PreparedAudio) -> None:
        self._files.keep(made.file)
        if self._wanted is None:
            return
        edit, join = wanted
        rate_hz = made.sample_rate_hz
        join_at = round(at * rate_hz / edit.sample_rate_hz)
        start_s = (edit.join_samples[join] - at) / edit.sample_rate_hz
        if self._made is not None:  # The place before the join, or after it, stays the same.
            self._desk.renew(made, stretch, start_s, join_at - self._join_at)
        elif self._desk.lend(made, stretch, start_s):
            self._player.set_loop((0, made.n_samples - round(_LOOP_FADE_S * rate_hz)), "A")
            self._player.play()
        self._made, self._join_at = wanted, join_at
        if not self._player.is_playing:  # Without a device nothing is heard.
            self.stop()

    def _on_playing(self, is_playing: bool) -> None:
        if not is_playing and self._made is not None:
            # After the player has told everybody else.
            QTimer.singleShot(0, self._end)

    def _end(self) -> None:
        if self._made is not None and not (self._player.is_playing and self._desk.is_lent):
            self.stop()
