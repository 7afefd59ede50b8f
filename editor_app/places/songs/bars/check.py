"""The panel under the library: do the bars fit the music, and putting them right where not."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from editor_app.places.songs.bars.allowing import BarState, allow
from editor_app.places.songs.bars.buttons import BarCheckButtons
from editor_app.places.songs.bars.by_hand import ByHand
from editor_app.places.songs.bars.corrector import BarCorrector, Change, reset
from editor_app.places.songs.bars.doubts import doubts, marked_bars, verdict
from editor_app.places.songs.bars.going import BarSteps
from editor_app.places.songs.bars.head import BarCheckHead
from editor_app.places.songs.bars.picture import BarPicture
from editor_app.places.songs.bars.strip import SongStrip
from editor_app.places.songs.bars.tapping import Tapping
from editor_app.places.songs.preview import SongPreview
from editor_app.sound.player import Player
from editor_app.workspace import Workspace
from ml_core.domain.bar_check import BarCheck
from ml_core.domain.corrections import Corrections
from ml_core.domain.songs import SongEntry

_PAD_PX, _PAD_Y_PX, _GAP_PX = 16, 8, 6
# Songs that the arrow keys run past are not looked up.
_LOOK_AFTER_MS = 120
_EASY: dict[str, tuple[Change, str]] = {
    "tempo_double": (Corrections.doubled, "tempo ×2"),
    "tempo_halve": (Corrections.halved, "tempo ÷2"),
    "bars_earlier": (lambda now: now.shifted(-1), "bars a beat earlier"),
    "bars_later": (lambda now: now.shifted(1), "bars a beat later"),
}


class BarCheckPanel(QWidget):
    """Shows one song's beats and bars; empty and hidden without one.

    Signals:
        fits: the person said that the bars fit, as found or as corrected.
    """

    fits = Signal()

    def __init__(self, workspace: Workspace, preview: SongPreview) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.corrector = BarCorrector(workspace)
        self._project, self._preview = workspace.project, preview
        self._marked: tuple[int, ...] = ()
        self._actions, self._notifier = workspace.actions, workspace.notifier
        self._tapping = Tapping(self)
        self._entry: SongEntry | None = None
        self._is_here, self._is_open = False, True
        self._look = QTimer(self)
        self._look.setSingleShot(True)
        self._look.setInterval(_LOOK_AFTER_MS)
        self._look.timeout.connect(lambda: self.corrector.show(self._entry))
        self._build(workspace)
        self._connect(workspace.player)
        self._show_state()

    # Building

    def _build(self, workspace: Workspace) -> None:
        self.head = BarCheckHead(workspace.jobs, self._actions)
        self._picture = BarPicture()
        self._steps = BarSteps(self._preview, self._picture)
        self._strip = SongStrip()
        self.by_hand = ByHand(self._picture, self._steps, self._actions, self._correct)
        self._buttons = BarCheckButtons(self._actions)
        column = QVBoxLayout(self)
        column.setContentsMargins(_PAD_PX, _PAD_Y_PX, _PAD_PX, _PAD_Y_PX)
        column.setSpacing(_GAP_PX)
        column.addWidget(self.head)
        column.addWidget(self._strip)
        column.addWidget(self._picture, 1)
        column.addWidget(self._buttons)

    def _connect(self, player: Player) -> None:
        for action_id, (change, what) in _EASY.items():
            self._actions[action_id].triggered.connect(
                lambda _=False, change=change, what=what: self._correct(change, what)
            )
        self._on("reset_bars", self._reset)
        self._on("play_clicks", self._toggle_clicks)
        self._on("tap_beat", self._tap_beat)
        self._on("bars_fit", self._confirm)
        self._on("choose_meter", self._buttons.choose_meter)
        self._on("bar_back", lambda: self._steps.step(-1))
        self._on("bar_on", lambda: self._steps.step(1))
        self._on("doubtful_bar", lambda: self._steps.to_next_of(self._doubts))
        self._on("line_earlier", lambda: self.by_hand.nudge(-1))
        self._on("line_later", lambda: self.by_hand.nudge(1))
        self._on("line_snap", self.by_hand.snap)
        self._on("stretch_more", lambda: self.by_hand.grow(1))
        self._on("stretch_less", lambda: self.by_hand.grow(-1))
        self._on("type_tempo", self._buttons.type_tempo)
        self._buttons.meter_chosen.connect(self.by_hand.set_meter)
        self._buttons.tempo_typed.connect(self.by_hand.set_tempo)
        self.by_hand.changed.connect(self._show_words)
        self._strip.sought.connect(self._steps.seek)
        self._picture.turned.connect(lambda: self._strip.show_view(*self._picture.view_s))
        self.head.tempi.wanted.connect(self._hear_tempo)
        self._tapping.changed.connect(self._show_words)
        self._tapping.ended.connect(self._on_tapped)
        self.corrector.changed.connect(self._show_state)
        self._preview.changed.connect(self._show_playing)
        self._project.changed.connect(self._on_changed)
        self._project.trials.changed.connect(self._on_trials)
        player.moved.connect(self._show_head)

    def _on(self, action_id: str, work: Callable[[], object]) -> None:
        def when_here() -> None:
            if self._is_here and self._entry is not None:
                work()

        self._actions[action_id].triggered.connect(when_here)

    # What is shown

    def set_here(self, is_here: bool) -> None:
        """Take the keys, or leave them to another place."""
        self._is_here = is_here
        if not is_here:
            self._tapping.end()

    def set_open(self, is_open: bool) -> None:
        """Check the songs that are chosen from now on, or none until it is opened again."""
        self._is_open = is_open
        self._show_state()

    def show_song(self, entry: SongEntry | None) -> bool:
        """Check this song, or none; true where the panel has come up for it."""
        entry = entry if self._is_open else None
        comes_up = entry is not None and self._entry is None
        before, now = (None if one is None else one.song.sha256 for one in (self._entry, entry))
        self._entry = entry
        self.setVisible(entry is not None)
        self.head.show_song(entry)
        self._steps.show_song("" if now is None else now)
        if now not in (None, before):
            self._tapping.end()
            self._look.start()
        else:
            self._look.stop()
            self.corrector.show(entry)
        if before is not None and before != now:
            self._leave(before)
        self._show_state()
        return comes_up

    @property
    def is_trying(self) -> bool:
        """Whether corrections of the song that is shown are tried and not kept yet."""
        entry = self._entry
        return entry is not None and self._project.trials.of(entry.song.sha256) is not None

    @property
    def _check(self) -> BarCheck | None:
        """The grid of the very song that is shown; None until it is known."""
        check, entry = self.corrector.check, self._entry
        is_its = (
            check is not None and entry is not None and (check.layout.sha256 == entry.song.sha256)
        )
        return check if is_its else None

    @property
    def _doubts(self) -> tuple[int, ...]:
        return () if self._check is None else doubts(self._check, self._marked)

    def _leave(self, sha256: str) -> None:
        """Put a trial back that nobody said fits; undo brings it again."""
        if self.corrector.put_back(sha256):
            title = self._project.songs.title_of(sha256)
            self._notifier.status(f"{title} is as it was. Undo brings your trial back.", False)

    def _on_changed(self, changes: frozenset[str]) -> None:
        if "marks" in changes:
            self._show_state()

    def _on_trials(self) -> None:
        if not self._look.isActive():
            self.corrector.show(self._entry)
        self._show_state()

    def close_down(self) -> None:
        """Leave nothing behind."""
        self._look.stop()
        self.corrector.close()

    def _show_state(self) -> None:
        check = self._check
        self._marked = () if check is None else marked_bars(check, self._project.marks.all())
        wave = None if check is None else self.corrector.wave
        self._picture.show_song(check, wave, frozenset(self._marked))
        self._strip.show_song(check, wave, self._doubts)
        self._strip.show_view(*self._picture.view_s)
        layout = None if check is None else check.layout
        self.by_hand.show_grid(layout)
        if check is not None:
            self.head.tempi.show_tempi(check.tempi_bpm, check.layout.tempo_bpm)
        else:
            self.head.tempi.show_tempi((), 0.0)
        self._preview.set_grid(layout)
        if layout is not None:
            self._buttons.show_grid(layout)
        state = BarState(self._entry, check, self._is_open, self.is_trying, bool(self._doubts))
        self._buttons.allow_meter(*allow(self._actions, state))
        self._show_words()
        self._show_playing()
        self._show_head()

    def _show_words(self) -> None:
        entry, check = self._entry, self._check
        if entry is None:
            return
        words = self._tapping.words or self.by_hand.words
        if self.corrector.is_working:
            words = "moving beats and bars…"
        elif check is not None and not check.layout.has_beat and not self._tapping.words:
            words = "tap the beat if you feel one"
        icon, doubt = (
            verdict(check, self._marked, self.is_trying)
            if check is not None
            else ("clock", "Looking at the song")
        )
        if self.corrector.has_failed and not self._look.isActive():
            fitting = "These corrections no longer fit: reset them"
            icon, doubt = "triangle", fitting if entry.corrections else "It can't be looked at now"
        self.head.say(words, (icon, doubt))

    def _show_playing(self) -> None:
        is_sounding = self._entry is not None and (
            self._preview.sounding == self._entry.song.sha256
        )
        has_clicks = is_sounding and self._preview.has_clicks
        self._buttons.show_playing(has_clicks)
        if not is_sounding:
            self._tapping.end()

    def _show_head(self) -> None:
        if self._entry is not None and self.isVisible():
            self._steps.follow()
            self._strip.set_head(self._picture.head_s)

    # What the person does

    def _correct(self, change: Change, what: str) -> None:
        if self._is_here and self._entry is not None:
            self.corrector.show(self._entry)
            self.corrector.correct(change, what)

    def _reset(self) -> None:
        """Put a trial back; without one, take back what is stored."""
        entry = self._entry
        if entry is not None and not self.corrector.put_back(entry.song.sha256):
            self.corrector.show(entry)
            self.corrector.correct(reset, "reset the bars", is_kept=True)

    def _confirm(self) -> None:
        if self._entry is not None:
            self.corrector.show(self._entry)
            self.corrector.correct(Corrections.confirmed, "the bars fit", is_kept=True)
        self.fits.emit()

    def _hear_tempo(self, which: str) -> None:
        """Play one of two likely tempi with its clicks; the other one than shown is a trial."""
        if which == "slower":
            self._correct(Corrections.halved, "tempo ÷2")
        elif which == "faster":
            self._correct(Corrections.doubled, "tempo ×2")
        if self._entry is not None:
            self._preview.hear_clicks(self._entry)

    def _toggle_clicks(self) -> None:
        if self._entry is not None:
            self._preview.toggle_clicks(self._entry)

    def _tap_beat(self) -> None:
        entry = self._entry
        if entry is None:
            return
        at_s = self._preview.at_s(entry.song.sha256)
        if at_s is None or self._preview.sounding != entry.song.sha256:
            self._notifier.status("Play the song first, then tap on each beat.", False)
        else:
            self._tapping.tap(at_s)

    def _on_tapped(self, taps_s: tuple[float, ...]) -> None:
        entry = self._entry
        if entry is None or not taps_s:
            self._notifier.status("Four taps or more in a row give a tempo.", False)
            return
        rate = entry.song.sample_rate_hz
        taps = tuple(round(tap_s * rate) for tap_s in taps_s)
        self.by_hand.set_taps(taps)
