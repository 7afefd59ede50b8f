"""The place "Export": choose songs, hear what your taste makes of them, write the files."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from editor_app import theme
from editor_app.actions import Actions
from editor_app.export_batch import ExportBatch
from editor_app.export_plans import N_ALTERNATIVES, ExportPlans
from editor_app.export_spans import ExportSpans
from editor_app.jobs import Jobs
from editor_app.notifier import Notifier
from editor_app.player import Player
from editor_app.session import Session
from editor_app.settings import Settings
from editor_app.views.export_alternatives import Alternatives
from editor_app.views.export_foot import ExportFoot
from editor_app.views.export_rules import ExportRules
from editor_app.views.export_song import ExportSong
from editor_app.views.export_songs import ExportSongs
from editor_app.views.place import Place, label
from editor_app.widgets.eliding_label import ElidingLabel
from editor_app.widgets.key_button import KeyButton
from ml_core.domain.edits import Edit, Limits
from ml_core.domain.requests import SongLayout
from ml_core.domain.songs import SongEntry
from ml_core.errors import UserError
from ml_core.units import clock

_LIST_PX, _GAP_PX = 224, 24
_NARROW_BELOW_PX = 1060
_SPAN_ACTIONS = {"lock_part": "lock", "forbid_part": "forbid", "clear_part": "clear"}
_SPAN_WORDS = {"lock": "always keep", "forbid": "never keep", "clear": "clear"}


class ExportView(Place):
    """One song is shown; all ticked ones are exported under the same rules."""

    def __init__(
        self,
        session: Session,
        jobs: Jobs,
        player: Player,
        actions: Actions,
        notifier: Notifier,
        settings: Settings,
    ) -> None:
        super().__init__("Export")
        self._session, self._player = session, player
        self._actions, self._notifier = actions, notifier
        self._is_here = False
        self._choices: dict[str, int] = {}
        self._spans = ExportSpans(session)
        self._plans = ExportPlans(session, jobs, notifier, self._limits)
        self._batch = ExportBatch(session, jobs, notifier)
        self._songs = ExportSongs(session, actions)
        self._desk = ExportSong(session, jobs, player, actions, notifier)
        self._alternatives = Alternatives(
            [actions[f"alternative_{n + 1}"] for n in range(N_ALTERNATIVES)]
        )
        self._rules = ExportRules()
        self._foot = ExportFoot(settings, actions["export"])
        self._build()
        self._connect()

    def _build(self) -> None:
        self._build_header()
        self._songs.setFixedWidth(_LIST_PX)
        middle = QHBoxLayout()
        middle.setSpacing(_GAP_PX)
        middle.addWidget(self._alternatives, 1)
        middle.addWidget(self._rules)
        main = QVBoxLayout()
        main.setSpacing(12)
        main.addWidget(self._desk)
        main.addLayout(middle, 1)
        main.addWidget(_line())
        main.addWidget(self._foot)
        row = QHBoxLayout()
        row.setSpacing(_GAP_PX)
        row.addWidget(self._songs)
        row.addLayout(main, 1)
        self.body.addLayout(row, 1)

    def _build_header(self) -> None:
        """The song's title stands over its timelines, beside the place's own title."""
        self._heading, self._becomes = ElidingLabel(), label("", "secondary")
        self._heading.setProperty("role", "title")
        self._hear = KeyButton("Hear", "play").bind(self._actions["play"])
        self._lock = KeyButton("Lock", "lock").bind(self._actions["lock_part"])
        self._forbid = KeyButton("Forbid", "crossed_circle").bind(self._actions["forbid_part"])
        clear = KeyButton("Clear").bind(self._actions["clear_part"])
        self.title.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        spacing = 16  # of the header's row
        self.facts.setFixedWidth(max(0, _LIST_PX - self.title.sizeHint().width() - spacing))
        song = QHBoxLayout()
        song.setContentsMargins(_GAP_PX - spacing, 0, 0, 0)
        song.setSpacing(8)
        song.addWidget(self._heading, 1)
        song.addWidget(self._becomes)
        song.addSpacing(8)
        for button in (self._lock, self._forbid, clear, self._hear):
            song.addWidget(button)
        self.header_right.addLayout(song, 1)
        row = self.header.layout()
        assert isinstance(row, QHBoxLayout)
        row.setStretchFactor(self.header_right, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Words of buttons go before the song's title does."""
        for button in (self._lock, self._forbid):
            button.show_words(self.width() >= theme.grown_px(_NARROW_BELOW_PX))
        super().resizeEvent(event)

    def _connect(self) -> None:
        self._songs.current_changed.connect(lambda _: self._show_song())
        self._songs.ticked.connect(self._on_ticked)
        self._plans.changed.connect(self._on_plan)
        self._rules.changed.connect(self._on_rules)
        self._spans.changed.connect(self._on_spans)
        self._session.changed.connect(self._on_changed)
        self._desk.prepared.connect(self._on_prepared)
        self._alternatives.chosen.connect(self._choose)
        self._actions["export"].triggered.connect(self._start)
        for action_id, verb in _SPAN_ACTIONS.items():
            self._actions[action_id].triggered.connect(lambda _=False, v=verb: self._set_span(v))
        self._player.playing_changed.connect(lambda _: self._show_play())

    # Coming and going

    def shown(self) -> None:
        """Show the songs as they are now, and what the taste makes of the current one."""
        self._is_here = True
        self._songs.read_songs()
        self._show_count()
        self._show_song()
        self._songs.take_keys()

    def hidden(self) -> None:
        """Fall silent; the player is another place's from now on."""
        self._is_here = False
        self._desk.let_go()
        self._plans.want([])

    def closed(self) -> None:
        """Remove the temporary files."""
        self._desk.close()

    def _on_changed(self, changes: frozenset[str]) -> None:
        if changes & {"songs", "brief", "checkpoints", "marks"}:
            self._on_rules()

    def _on_rules(self) -> None:
        """Other edits may be the best now, for every song."""
        self._choices.clear()
        self._plans.forget()
        self._songs.clear_facts()
        if self._is_here:
            self._songs.read_songs()
            self._show_count()
            self._show_song()

    def _on_spans(self, sha256: str) -> None:
        self._choices.pop(sha256, None)
        self._plans.forget(sha256)
        self._songs.show_fact(sha256, "")
        if self._is_here:
            self._show_song()

    def _limits(self, entry: SongEntry) -> Limits:
        return self._rules.limits(self._session.brief(), self._spans.of(entry.song.sha256))

    # The song that is shown

    def _entry(self) -> SongEntry | None:
        return self._session.song(self._songs.current) if self._songs.current else None

    def _show_song(self) -> None:
        """Show what is known of the current song, and have the rest found out."""
        if not self._is_here:
            return
        entry = self._entry()
        self._heading.setText(entry.song.title if entry is not None else "")
        sha256 = self._songs.current
        spans = self._spans.of(sha256)
        self._desk.song.show_spans(spans.locked, spans.forbidden)
        self._rules.show_spans(spans)
        if entry is None or self._plans.plan(sha256) is None:
            self._becomes.setText("Making the edit…" if entry is not None else "")
            self._desk.let_go()
            self._alternatives.show_found((), 0, 1)
            self._rules.say(None)
            self._alternatives.say("")
            if entry is None or self._desk.layout_of(sha256) is None:
                self._desk.clear()
        else:
            self._show_plan(entry)
        self._show_play()
        self._plans.want([sha256, *self._songs.ticked_songs()] if sha256 else [])

    def _on_plan(self, sha256: str) -> None:
        plan = self._plans.plan(sha256)
        if plan is None:
            return
        if plan.found:
            chosen = plan.found[self._chosen(sha256)]
            self._songs.show_fact(sha256, clock(chosen.edit.duration_s))
        else:
            self._songs.show_fact(sha256, "", plan.refusal)
        entry = self._entry()
        if self._is_here and entry is not None and sha256 == entry.song.sha256:
            self._show_plan(entry)
            self._show_play()

    def _show_plan(self, entry: SongEntry) -> None:
        sha256 = entry.song.sha256
        plan = self._plans.plan(sha256)
        if plan is None:
            return
        self._rules.say(plan.refusal)
        self._alternatives.say(plan.refusal)
        self._alternatives.show_found(plan.found, self._chosen(sha256), entry.song.n_samples)
        if plan.found:
            edit = plan.found[self._chosen(sha256)].edit
            self._becomes.setText(self._becomes_words(entry, edit))
            self._desk.show_edit(entry, edit)
            layout = self._desk.layout_of(sha256)
            if layout is not None:
                self._alternatives.explain(plan.found, layout)
        else:
            self._becomes.setText("No edit can be made")
            self._desk.clear_edit()

    def _becomes_words(self, entry: SongEntry, edit: Edit) -> str:
        words = f"{clock(entry.song.duration_s)} becomes {clock(edit.duration_s)}"
        wished_s = self._rules.wished_s
        if wished_s is not None and clock(wished_s) != clock(edit.duration_s):
            side = "over" if edit.duration_s > wished_s else "under"
            gap = clock(abs(edit.duration_s - wished_s))
            words += f", {gap} {side} your {clock(wished_s)}"
        return words

    def _on_prepared(self, layout: SongLayout) -> None:
        plan = self._plans.plan(layout.sha256)
        if plan is not None and layout.sha256 == self._songs.current:
            self._alternatives.explain(plan.found, layout)
        self._show_play()

    def _chosen(self, sha256: str) -> int:
        plan = self._plans.plan(sha256)
        n_found = len(plan.found) if plan is not None else 0
        return min(self._choices.get(sha256, 0), max(0, n_found - 1))

    def _choose(self, index: int) -> None:
        entry = self._entry()
        plan = None if entry is None else self._plans.plan(entry.song.sha256)
        if entry is not None and plan is not None and index < len(plan.found):
            self._choices[entry.song.sha256] = index
            self._on_plan(entry.song.sha256)

    def _set_span(self, verb: str) -> None:
        """Lock, forbid or clear what is selected, else the part at the play head."""
        sha256 = self._songs.current
        target = self._desk.target
        if verb == "clear" and self._desk.song.selection is None:
            entry = self._entry()
            target = None if entry is None else (0.0, entry.song.duration_s)
        if not self._is_here or not sha256 or target is None:
            return
        before = self._spans.of(sha256)
        after = getattr(before, verb)(target)
        name = f"{_SPAN_WORDS[verb]} {clock(target[0])} to {clock(target[1])}"
        try:
            self._spans.set_spans(sha256, after, name)
        except UserError as error:
            self._notifier.user_error(error)

    def _show_play(self) -> None:
        if not self._is_here:
            return
        is_playing = self._player.is_playing
        self._hear.set_words("Pause" if is_playing else "Hear", "pause" if is_playing else "play")
        reason = "" if self._desk.is_loaded else "The edit is not ready yet"
        self._actions.allow(["play"], reason)

    # Exporting

    def _on_ticked(self) -> None:
        self._show_count()
        self._plans.want([self._songs.current, *self._songs.ticked_songs()])

    def _show_count(self) -> None:
        n_ticked, n_songs = len(self._songs.ticked_songs()), self._songs.n_songs
        self.facts.setText(f"{n_ticked} of {n_songs} chosen")
        self._foot.show_count(max(1, n_ticked))
        self._actions.allow(["export"], "" if n_songs else "No song is ready yet")

    def _start(self) -> None:
        if not self._is_here or self._batch.is_busy:
            return
        wanted = self._songs.ticked_songs() or [self._songs.current]
        entries = [e for e in (self._session.song(sha) for sha in wanted if sha) if e is not None]
        if entries:
            self._batch.start(
                entries, self._limits, self._choices, self._foot.folder, self._foot.file_format
            )


def _line() -> QWidget:
    made = QFrame()
    made.setObjectName("rule")
    made.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    made.setFixedHeight(1)
    return made
