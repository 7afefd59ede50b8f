"""The panel under the library: do the bars fit the music, and putting them right where not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from editor_app import icons, theme
from editor_app.actions import Actions
from editor_app.bar_corrector import BarCorrector, Change, reset
from editor_app.jobs import Jobs
from editor_app.notifier import Notifier
from editor_app.player import Player
from editor_app.session import Session
from editor_app.views.place import label
from editor_app.views.song_preview import SongPreview
from editor_app.views.tapping import Tapping
from editor_app.widgets.bar_picture import BarPicture
from editor_app.widgets.eliding_label import ElidingLabel
from editor_app.widgets.key_button import KeyButton
from ml_core.domain.bar_check import BarCheck
from ml_core.domain.corrections import METER_RANGE, Corrections
from ml_core.domain.songs import DOUBTFUL_WARNING, SongEntry

_PAD_PX = 16
# Songs that the arrow keys run past are not looked up.
_LOOK_AFTER_MS = 120
_NO_SONG = "Choose one song first"
_NO_BEAT = "No steady beat was found: tap it first"
_EASY: dict[str, tuple[Change, str]] = {
    "tempo_double": (Corrections.doubled, "tempo ×2"),
    "tempo_halve": (Corrections.halved, "tempo ÷2"),
    "bars_earlier": (lambda now: now.shifted(-1), "bars a beat earlier"),
    "bars_later": (lambda now: now.shifted(1), "bars a beat later"),
    "reset_bars": (reset, "reset the bars"),
}


class BarCheckPanel(QWidget):
    """Shows one song's beats and bars; empty and hidden without one.

    Signals:
        fits: the person said that the bars fit, or that they do now.
    """

    fits = Signal()

    def __init__(
        self,
        session: Session,
        jobs: Jobs,
        player: Player,
        actions: Actions,
        notifier: Notifier,
        preview: SongPreview,
    ) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.corrector = BarCorrector(session, jobs, notifier)
        self._actions, self._notifier = actions, notifier
        self._player, self._preview = player, preview
        self._tapping = Tapping(self)
        self._entry: SongEntry | None = None
        self._is_here = False
        self._look = QTimer(self)
        self._look.setSingleShot(True)
        self._look.setInterval(_LOOK_AFTER_MS)
        self._look.timeout.connect(lambda: self.corrector.show(self._entry))
        self._build(actions)
        self._connect(actions, player)
        self._show_state()

    # Building

    def _build(self, actions: Actions) -> None:
        self._title = label("Do the bars fit the music?", "heading")
        self._facts = ElidingLabel()
        self._facts.setProperty("role", "secondary")
        self._sign = QLabel()
        self._doubt = label()
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._title)
        head.addSpacing(8)
        head.addWidget(self._facts, 1)
        head.addWidget(self._sign)
        head.addWidget(self._doubt)
        self._picture = BarPicture()
        column = QVBoxLayout(self)
        column.setContentsMargins(_PAD_PX, 12, _PAD_PX, _PAD_PX)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self._picture)
        column.addLayout(self._make_buttons(actions))

    def _make_buttons(self, actions: Actions) -> QHBoxLayout:
        self._play = KeyButton("Play with clicks", "play").bind(actions["play_clicks"])
        double = KeyButton("Tempo ×2").bind(actions["tempo_double"])
        halve = KeyButton("Tempo ÷2").bind(actions["tempo_halve"])
        earlier = KeyButton("Bars earlier", "chevron_left").bind(actions["bars_earlier"])
        later = KeyButton("Bars later", "chevron_right").bind(actions["bars_later"])
        self._tap = KeyButton("Tap").bind(actions["tap_beat"])
        self._reset = KeyButton("Reset", "undo").bind(actions["reset_bars"])
        self._fit_button = KeyButton("It fits", "tick").bind(actions["bars_fit"])
        self._tempo = label("", "secondary")
        self._meter = QComboBox()
        self._meter.setAccessibleName("Beats a bar")
        low, high = METER_RANGE
        for meter in range(low, high + 1):
            self._meter.addItem(f"{meter}/4", meter)
        row = QHBoxLayout()
        row.setSpacing(8)
        for one in (self._play, double, halve, earlier, later, self._tap):
            row.addWidget(one)
        row.addWidget(self._meter)
        row.addWidget(self._tempo)
        row.addStretch(1)
        row.addWidget(self._reset)
        row.addWidget(self._fit_button)
        self._short = {double: ("Tempo ×2", "×2"), halve: ("Tempo ÷2", "÷2")}
        self._first_to_go = (later, earlier, self._reset, self._play, self._fit_button)
        self._buttons = (
            self._play, double, halve, earlier, later, self._tap, self._reset, self._fit_button,
        )  # fmt: skip
        return row

    def _connect(self, actions: Actions, player: Player) -> None:
        for action_id, (change, what) in _EASY.items():
            actions[action_id].triggered.connect(
                lambda _=False, change=change, what=what: self._correct(change, what)
            )
        self._on(actions, "play_clicks", self._toggle_clicks)
        self._on(actions, "tap_beat", self._tap_beat)
        self._on(actions, "bars_fit", self._confirm)
        self._on(actions, "choose_meter", self._choose_meter)
        self._on(actions, "bar_back", lambda: self._step(-1))
        self._on(actions, "bar_on", lambda: self._step(1))
        self._on(actions, "doubtful_bar", self._to_doubtful_bar)
        self._meter.activated.connect(self._set_meter)
        self._picture.sought.connect(self._seek)
        self._tapping.changed.connect(self._show_words)
        self._tapping.ended.connect(self._on_tapped)
        self.corrector.changed.connect(self._show_state)
        self._preview.changed.connect(self._show_playing)
        player.moved.connect(self._show_head)

    def _on(self, actions: Actions, action_id: str, work: Callable[[], object]) -> None:
        def when_here() -> None:
            if self._is_here and self._entry is not None:
                work()

        actions[action_id].triggered.connect(when_here)

    # What is shown

    def set_here(self, is_here: bool) -> None:
        """Take the keys, or leave them to another place."""
        self._is_here = is_here
        if not is_here:
            self._tapping.end()

    def show_song(self, entry: SongEntry | None) -> None:
        """Check this song, or none."""
        is_other = (entry is None) != (self._entry is None) or (
            entry is not None
            and self._entry is not None
            and entry.song.sha256 != self._entry.song.sha256
        )
        self._entry = entry
        self.setVisible(entry is not None)
        if is_other and entry is not None:
            self._tapping.end()
            self._look.start()
        else:
            self._look.stop()
            self.corrector.show(entry)
        self._show_state()

    def close_down(self) -> None:
        """Leave nothing behind."""
        self._look.stop()
        self.corrector.close()

    def _show_state(self) -> None:
        entry, check = self._entry, self.corrector.check
        if check is not None and (entry is None or check.layout.sha256 != entry.song.sha256):
            check = None
        self._picture.show_song(check, None if check is None else self.corrector.wave)
        layout = None if check is None else check.layout
        self._preview.set_grid(layout)
        if layout is not None:
            self._meter.setCurrentIndex(self._meter.findData(layout.meter))
            self._tempo.setText(f"{layout.tempo_bpm:.0f} bpm" if layout.has_beat else "")
        self._allow()
        self._show_words()
        self._show_playing()
        self._show_head()
        self._fit()

    def _allow(self) -> None:
        entry, check = self._entry, self.corrector.check
        reason = _NO_SONG if entry is None or check is None else ""
        no_beat = reason or ("" if check is not None and check.layout.has_beat else _NO_BEAT)
        beat_actions = ("tempo_double", "tempo_halve", "bars_earlier", "bars_later", "choose_meter")
        self._actions.allow(beat_actions, no_beat)
        self._actions.allow(("play_clicks", "tap_beat"), reason)
        is_corrected = entry is not None and bool(entry.corrections)
        self._actions.allow(
            ["reset_bars"], reason or ("" if is_corrected else "Nothing was corrected")
        )
        is_confirmed = entry is not None and entry.corrections.is_confirmed
        self._actions.allow(
            ["bars_fit"], no_beat or ("You said so already" if is_confirmed else "")
        )
        has_doubt = check is not None and bool(check.doubtful_bars)
        self._actions.allow(
            ["doubtful_bar"], reason or ("" if has_doubt else "No bar is uncertain")
        )
        self._meter.setEnabled(not no_beat)
        self._meter.setToolTip(no_beat or self._actions.tip("choose_meter"))

    def _show_words(self) -> None:
        entry, check = self._entry, self.corrector.check
        if entry is None:
            return
        words = self._tapping.words or "a click on every beat, higher where a bar starts"
        if self.corrector.is_working:
            words = "moving beats and bars…"
        elif check is not None and not check.layout.has_beat and not self._tapping.words:
            words = "tap the beat if you feel one"
        self._facts.setText(f"{entry.song.title}  ·  {words}")
        icon, doubt = ("clock", "Looking at the song") if check is None else _verdict(check)
        ink = {"triangle": "doubtful", "tick": "good"}.get(icon, "secondary")
        hex_rgb: str = getattr(theme.current(), ink)
        ratio = self.devicePixelRatioF()
        self._sign.setPixmap(icons.pixmap(icon, hex_rgb, ratio=ratio))
        self._doubt.setText(doubt)

    def _show_playing(self) -> None:
        is_sounding = self._entry is not None and (
            self._preview.sounding == self._entry.song.sha256
        )
        has_clicks = is_sounding and self._preview.has_clicks
        self._play.set_words(
            "Pause" if has_clicks else "Play with clicks", "pause" if has_clicks else "play"
        )
        if not is_sounding:
            self._tapping.end()

    def _show_head(self) -> None:
        if self._entry is None or not self.isVisible():
            return
        at_s = self._preview.at_s(self._entry.song.sha256)
        if at_s is not None:
            self._picture.follow(at_s)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Drop words where room is short."""
        self._fit()
        super().resizeEvent(event)

    def _fit(self) -> None:
        """Shorten words, then drop them; key caps stay."""
        fixed = self._meter.sizeHint().width() + self._tempo.sizeHint().width()
        room = self.width() - 2 * _PAD_PX - fixed - 8 * (len(self._buttons) + 3)
        for button, (words, _) in self._short.items():
            button.set_words(words)
        worded = set(self._buttons)

        def needed() -> int:
            return sum(one.width_with_words(one in worded) for one in self._buttons)

        for button, (words, short) in self._short.items():
            if needed() > room:
                button.set_words(short)
                button.setAccessibleName(words)
        for button in self._first_to_go:
            if needed() <= room:
                break
            worded.discard(button)
        for button in self._buttons:
            button.show_words(button in worded)

    # What the person does

    def _correct(self, change: Change, what: str) -> None:
        if self._is_here and self._entry is not None:
            self.corrector.show(self._entry)
            self.corrector.correct(change, what)

    def _confirm(self) -> None:
        self._correct(Corrections.confirmed, "the bars fit")
        self.fits.emit()

    def _choose_meter(self) -> None:
        self._meter.setFocus()
        self._meter.showPopup()

    def _set_meter(self, index: int) -> None:
        meter: int = self._meter.itemData(index)
        self._correct(lambda now: now.with_meter(meter), f"{meter} beats a bar")

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
        self._correct(lambda now: now.tapped(taps), "tap the beat")

    def _seek(self, at_s: float) -> None:
        if self._entry is not None:
            self._preview.seek(self._entry.song.sha256, at_s)
            self._picture.follow(at_s)

    def _at_s(self) -> float:
        sha256 = "" if self._entry is None else self._entry.song.sha256
        at_s = self._preview.at_s(sha256)
        return self._picture.head_s or 0.0 if at_s is None else at_s

    def _step(self, bars: int) -> None:
        """Go a bar on or back; a little after a bar's start, back means the bar before."""
        starts_s = self._picture.bar_starts_s()
        if len(starts_s):
            now = int(np.searchsorted(starts_s, self._at_s() + 1e-3, side="right")) - 1
            self._seek(float(starts_s[min(max(now + bars, 0), len(starts_s) - 1)]))

    def _to_doubtful_bar(self) -> None:
        check, starts_s = self.corrector.check, self._picture.bar_starts_s()
        if check is None or not check.doubtful_bars:
            return
        doubtful_s = starts_s[list(check.doubtful_bars)]
        after = doubtful_s[doubtful_s > self._at_s() + 1e-3]
        self._seek(float(after[0] if len(after) else doubtful_s[0]))


def _verdict(check: BarCheck) -> tuple[str, str]:
    """Icon and words that say how sure the bars are."""
    if not check.layout.has_beat:
        return "info", "No steady beat was found"
    if check.corrections.is_confirmed:
        return "tick", "You said that the bars fit"
    if check.corrections.steps:
        return "pencil", "Corrected by you"
    n_doubtful, n_bars = len(check.doubtful_bars), len(check.layout.bar_edges_samples) - 1
    if n_doubtful:
        return "triangle", f"The first beat is uncertain in {n_doubtful} of {n_bars} bars"
    if DOUBTFUL_WARNING in check.warnings:
        return "triangle", "The bars are doubtful"
    return "tick", "No bar is uncertain"
