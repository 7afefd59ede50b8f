"""The song that is looked at in Export: what is kept of it, its edit, and hearing it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from editor_app.listening.own_folder import own_folder
from editor_app.listening.pair_picture import lane_picture, pair_picture
from editor_app.notifier import About
from editor_app.places.export.hand.joined_edit import JoinedEdit
from editor_app.places.export.hand.joined_song import JoinedSong
from editor_app.places.export.join_words import audit_line, join_words
from editor_app.places.export.kept_song import Span
from editor_app.places.export.painting.part_keys import PartKeys
from editor_app.places.export.said import SaidOfEdit
from editor_app.work.jobs import Job
from editor_app.work.library import tell_failure
from editor_app.workspace import Workspace
from ml_core.domain.audits import AuditedEdit, AuditRequest
from ml_core.domain.edits import Edit, Limits
from ml_core.domain.playing import PreparedAudio, PreparedPair, PreparePairRequest, SongLayout
from ml_core.domain.songs import SongEntry
from ml_core.domain.tasks import AUDIT_JOINS, PREPARE_PAIR
from ml_core.errors import UserError
from ml_core.own_files import remove_sound
from ml_core.store.requests import song_ref

# What is moved step by step is made anew, and listened to, once it rests so long.
SETTLE_MS = 400


class ExportSong(QWidget):
    """The two timelines, wired to the player while the place is shown; they take all the height.

    Attributes:
        said: what is said of the edit; the page places it.
        is_lent: whether the player has something else for a moment, see `lend`.
    """

    prepared = Signal(object)
    """SongLayout: the song's parts are known, its edit can be heard."""

    audited = Signal(object)
    """AuditedEdit: how much the joins of the edit that is shown stand out."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        actions = workspace.actions
        self._project, self._jobs = workspace.project, workspace.jobs
        self._player, self._notifier = workspace.player, workspace.notifier
        self._folder = own_folder(workspace.project.cache_dir, "export")
        self._asked: Job[PreparedPair] | None = None
        self._is_loaded = self.is_lent = False
        self._plays_next = False
        self._pair: PreparedPair | None = None
        self._paired: Edit | None = None
        self._loan_at_s: float | None = None
        self._rest_s: tuple[str, float] = ("A", 0.0)
        self._layout: SongLayout | None = None
        self._shown: tuple[SongEntry, Edit, Limits] | None = None
        self.song, self.edit = JoinedSong(), JoinedEdit()
        self.said = SaidOfEdit(workspace.jobs)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for timeline, least_px, share in ((self.song, 72, 3), (self.edit, 54, 2)):
            timeline.setMinimumHeight(least_px)
            timeline.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
            column.addWidget(timeline, share)
        self.song.sought.connect(lambda at_s: self.seek("song", at_s))
        self.edit.sought.connect(lambda at_s: self.seek("A", at_s))
        workspace.player.moved.connect(self._move_heads)
        workspace.player.device.changed.connect(self._on_device)
        actions["play"].triggered.connect(self._toggle)
        self._settling = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settling.timeout.connect(self._settle)
        self._part_keys = PartKeys(actions, self)

    @property
    def is_loaded(self) -> bool:
        """Whether the edit that is shown can be heard."""
        return self._is_loaded

    @property
    def target(self) -> Span | None:
        """What is selected, else the part at the play head."""
        return self.song.selection or self.song.part_at(self.head_s)

    def layout_of(self, sha256: str) -> SongLayout | None:
        """The song's parts, if it is this song that is shown."""
        layout = self._layout
        return layout if layout is not None and layout.sha256 == sha256 else None

    def clear_edit(self) -> None:
        """Show the song without an edit, and fall silent."""
        self.let_go()
        self._shown = None
        self._plays_next = False
        self.said.clear()
        self.edit.show_edit(None, 1.0)
        self.edit.set_head(None)

    def clear(self) -> None:
        """Show nothing, and fall silent."""
        self.clear_edit()
        self._layout = None
        self.song.show_song(None)
        self.song.set_head(None)

    def let_go(self) -> None:
        """Leave the player to others; the picture stays."""
        self._asked = None
        self._settling.stop()
        if self._is_loaded:
            self._plays_next = self._player.is_playing and not self.is_lent
            self._is_loaded = self.is_lent = False
            self._player.unload()

    def take_back(self) -> None:
        """Have the edit that is shown ready to be heard, after others had the player."""
        if self._shown is not None and not self._is_loaded and self._asked is None:
            self.show_edit(*self._shown)

    def show_edit(self, entry: SongEntry, edit: Edit, limits: Limits) -> None:
        """Have an edit made to be seen, heard and explained; what plays goes on with it.

        Args:
            entry: the song.
            edit: of it.
            limits: the rules in force, which say what is usual for the song.
        """
        self.let_go()
        self._shown = (entry, edit, limits)
        self._settle()

    def show_moved(self, entry: SongEntry, edit: Edit, limits: Limits) -> None:
        """As `show_edit`, where it is changed step by step: what plays goes on until it is made."""
        if not self._is_loaded or self.layout_of(entry.song.sha256) is None:
            self.show_edit(entry, edit, limits)
            return
        self._asked = None
        self._shown = (entry, edit, limits)
        self.preview(edit)
        self.said.say_of_joins("")
        self._settling.start()

    def preview(self, edit: Edit) -> None:
        """Show an edit of the song before it is made: its waveform is the song's."""
        pair, picture = self._pair, self.song.picture
        if pair is not None and picture is not None:
            spans_s = tuple((start, end) for start, end in edit.seconds)
            lane = lane_picture("A", pair.layout, None, edit, picture.peak, wave=picture.wave)
            self.song.show_kept(spans_s)
            self.edit.show_edit(lane, picture.duration_s, spans_s)

    def _settle(self) -> None:
        """Have the edit that is shown made."""
        assert self._shown is not None
        entry, edit, limits = self._shown
        request = PreparePairRequest(
            cache_dir=self._project.cache_dir,
            song=song_ref(entry),
            edits=(edit,),
            sample_rate_hz=self._player.sample_rate_hz,
            out_dir=str(self._folder),
        )
        job = self._jobs.ask(PREPARE_PAIR, request)
        self._asked = job
        job.done.connect(lambda pair: self._on_prepared(job, pair, edit))
        job.failed.connect(lambda failure: tell_failure(self._notifier, failure, About.HEARING))
        self.said.say_of_joins("")
        self.said.why.ask(self._project.requests.explain(entry, edit, limits))
        if edit.n_joins == 0:
            self.said.say_of_joins("No join")
        # Behind all else: what is to be heard comes first, and without an answer nothing is said.
        audit = AuditRequest(self._project.cache_dir, song_ref(entry), edit)
        listening = self._jobs.ask(AUDIT_JOINS, audit, is_urgent=False)
        listening.done.connect(lambda found: self._on_audited(job, found))

    def _on_device(self) -> None:
        """A device of another rate needs the edit made for it."""
        if self._is_loaded and self._shown is not None and not self._player.fits_device:
            self.show_edit(*self._shown)

    def _on_audited(self, asked_with: Job[PreparedPair], found: AuditedEdit) -> None:
        if asked_with is self._asked:
            self.said.say_of_joins(audit_line(found))
            self.edit.tell_joins(join_words(found))
            self.audited.emit(found)

    def close(self) -> bool:
        """Make nothing more, and remove the temporary files."""
        if self._asked is not None:
            self._asked.cancel()
        remove_sound(self._folder)
        return super().close()

    def _on_prepared(self, job: Job[PreparedPair], pair: PreparedPair, edit: Edit) -> None:
        if job is not self._asked:
            return
        # The picture of a pair, with the one edit on both sides: "A" is what is shown.
        both = PreparedPair(pair.song, (pair.edits[0], pair.edits[0]), pair.gain, pair.layout)
        try:
            picture = pair_picture(both, edit, edit)
            self._is_loaded = self._load(pair, edit)
            self._pair, self._paired = pair, edit
        except UserError as error:
            self._notifier.user_error(error, About.HEARING)
            return
        self._notifier.withdraw(About.HEARING)
        self._layout = layout = pair.layout
        bars_s = tuple(edge / layout.sample_rate_hz for edge in layout.bar_edges_samples)
        self.song.show_song(picture.song, bars_s)
        self.edit.show_edit(picture.lanes["A"], picture.song.duration_s)
        self._move_heads()
        self.prepared.emit(pair.layout)
        pixels = self.song.timeline_px * self.devicePixelRatioF()
        self._player.show_pixels_of(picture.song.duration_s / pixels)
        if self._is_loaded and self._plays_next:
            self._player.play()
        self._plays_next = False

    def _load(self, pair: PreparedPair, edit: Edit) -> bool:
        """Give the player an edit: whatever has it goes on in the edit that it plays."""
        if not self._is_loaded or pair.song.sample_rate_hz != self._player.sample_rate_hz:
            return self._player.load(pair, (edit,))
        if not self.is_lent:
            self._player.exchange(pair, (edit,))
        return True

    # Listening

    @property
    def loaned(self) -> tuple[PreparedPair, str] | None:
        """What is loaded and the folder of its files, for what is lent; None while nothing is."""
        if not self._is_loaded or self._pair is None:
            return None
        return self._pair, str(self._folder)

    def lend(self, sound: PreparedAudio, edit: Edit, at_s: float | None = None) -> bool:
        """Have the player play another edit of the song for a moment; whether it can.

        Args:
            sound, edit: what was made to be heard, and what it was made from.
            at_s: where it lies in the edit that is shown; None where it is of another one.
        """
        if self._pair is None or not self._is_loaded:
            return False
        if not self.is_lent:
            lane = self._player.heads.lane
            self._rest_s = lane, self._player.heads.position() / self._player.sample_rate_hz
        self.is_lent, self._loan_at_s = True, at_s
        try:
            self._is_loaded = self._player.load(replace(self._pair, edits=(sound,)), (edit,))
        except UserError:  # Its file is gone: nothing is heard, all else stays.
            self.end_loan()
            return False
        self._player.seek(0, "A")
        return self._is_loaded

    def renew(self, sound: PreparedAudio, edit: Edit, at_s: float, by: int) -> None:
        """Go on in another edit without a gap, `by` samples further; else as `lend`."""
        if self.is_lent and self._pair is not None:
            try:
                self._player.exchange(replace(self._pair, edits=(sound,)), (edit,), by)
            except UserError:
                return
            self._loan_at_s = at_s

    @property
    def is_held(self) -> bool:
        """Whether what is lent goes on until it is ended."""
        return self.is_lent and self._loan_at_s is not None

    def end_loan(self) -> None:
        """Load what is looked at again, where it rested."""
        if self.is_lent and self._pair is not None and self._paired is not None:
            self.is_lent = False
            lane, at_s = self._rest_s
            self._is_loaded = self._player.load(self._pair, (self._paired,))
            self._player.seek(round(at_s * self._player.sample_rate_hz), lane)

    def _toggle(self) -> None:
        if self.isVisible() and self.is_lent:
            was_held = self.is_held
            self.end_loan()
            if was_held:  # What was heard over and over falls silent; the next time all is heard.
                return
        if self.isVisible() and self._is_loaded:
            self._player.toggle()

    def _move_heads(self) -> None:
        if self.isVisible() and self._is_loaded and self._player.heads.lanes:
            rate_hz = self._player.sample_rate_hz
            self.song.set_head(self.head_s)
            before_s = self._loan_at_s if self.is_lent else 0.0
            if before_s is not None:
                self.edit.set_head(before_s + self._player.heads.position("A") / rate_hz)

    @property
    def head_s(self) -> float:
        """Where the song's head is, in seconds of the song."""
        if not self._is_loaded or not self._player.heads.lanes:
            return 0.0
        return self._player.heads.position("song") / self._player.sample_rate_hz

    def seek(self, lane: str, at_s: float) -> None:
        """Go to a second of the song, or of the edit, "A"."""
        if not self._is_loaded:
            return
        at = round(at_s * self._player.sample_rate_hz)
        if lane == "song":
            self._player.seek_song(at)
        else:
            self._player.seek(at, lane)
        self._move_heads()
