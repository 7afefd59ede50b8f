"""The place "Export": choose songs, hear what your taste makes of them, write the files."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from editor_app.look import theme
from editor_app.places.export.alternatives import Alternatives
from editor_app.places.export.batch import ExportBatch
from editor_app.places.export.checks import HandChecks, check_request
from editor_app.places.export.choices import ExportChoices
from editor_app.places.export.foot import ExportFoot
from editor_app.places.export.hand_changes import HandEdits
from editor_app.places.export.hand_line import ByHandLine
from editor_app.places.export.header import ExportHeader
from editor_app.places.export.plans import N_ALTERNATIVES, ExportPlans
from editor_app.places.export.rules import ExportRules
from editor_app.places.export.song import ExportSong
from editor_app.places.export.songs import ExportSongs
from editor_app.places.export.spans import ExportSpans, Span
from editor_app.places.export.words import becomes_words
from editor_app.places.place import Place
from editor_app.widgets.labels import rule
from editor_app.workspace import Workspace
from ml_core.domain.edits import Limits
from ml_core.domain.playing import SongLayout
from ml_core.domain.songs import SongEntry
from ml_core.errors import UserError
from ml_core.units import clock

_LIST_PX, _GAP_PX = 224, 24
_NARROW_BELOW_PX = 1060
_SPAN_ACTIONS = {"lock_part": "lock", "forbid_part": "forbid", "clear_part": "clear"}
_BY_HAND = {"cut_part": False, "bring_back_part": True}


class ExportPage(Place):
    """One song is shown; all ticked ones are exported under the same rules."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__("Export")
        project, actions = workspace.project, workspace.actions
        self._project, self._player = project, workspace.player
        self._actions, self._notifier = actions, workspace.notifier
        self._is_here = False
        self._spans = ExportSpans(project)
        self._plans = ExportPlans(workspace, self._limits)
        self._hands = HandEdits(workspace)
        self._choices = ExportChoices(self._plans, self._hands)
        self._checks = HandChecks(workspace.jobs, workspace.notifier)
        self._batch = ExportBatch(workspace)
        self._songs = ExportSongs(project, actions)
        self._desk = ExportSong(workspace)
        self._alternatives = Alternatives(
            [actions[f"alternative_{n + 1}"] for n in range(N_ALTERNATIVES)]
        )
        self._by_hand = ByHandLine(workspace, self._hands)
        self._song_header = ExportHeader(actions)
        self._rules = ExportRules()
        self._foot = ExportFoot(workspace.settings, actions["export"])
        self._build()
        self._connect()

    def _build(self) -> None:
        self._song_header.stand_in(self, _LIST_PX, _GAP_PX)
        self._songs.setFixedWidth(_LIST_PX)
        middle = QHBoxLayout()
        middle.setSpacing(_GAP_PX)
        middle.addWidget(self._alternatives, 1)
        middle.addWidget(self._rules)
        main = QVBoxLayout()
        main.setSpacing(8)
        main.addWidget(self._desk)
        main.addWidget(self._by_hand)
        main.addLayout(middle, 1)
        main.addWidget(rule())
        main.addWidget(self._foot)
        row = QHBoxLayout()
        row.setSpacing(_GAP_PX)
        row.addWidget(self._songs)
        row.addLayout(main, 1)
        self.body.addLayout(row, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Words of buttons go before the song's title does."""
        self._song_header.show_words(self.width() >= theme.grown_px(_NARROW_BELOW_PX))
        super().resizeEvent(event)

    def _connect(self) -> None:
        self._songs.current_changed.connect(lambda _: self._show_song())
        self._songs.ticked.connect(self._on_ticked)
        self._plans.changed.connect(self._on_plan)
        self._rules.changed.connect(self._on_rules)
        self._spans.changed.connect(self._on_spans)
        self._hands.changed.connect(self._on_hand)
        self._checks.told.connect(self._show_rules)
        self._project.changed.connect(self._on_changed)
        self._desk.prepared.connect(self._on_prepared)
        self._alternatives.chosen.connect(self._choose)
        self._desk.song.flipped.connect(
            lambda at: self._change(at, not self._desk.song.is_kept(at))
        )
        for action_id, keep in _BY_HAND.items():
            self._actions[action_id].triggered.connect(
                lambda _=False, keep=keep: self._change(self._desk.target, keep)
            )
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
        if self._plans.concerns(changes):
            self._on_rules()

    def _on_rules(self) -> None:
        """Other edits may be the best now, for every song."""
        self._choices.forget()
        self._plans.forget()
        self._songs.clear_facts()
        if self._is_here:
            self._songs.read_songs()
            self._show_count()
            self._show_song()

    def _on_spans(self, sha256: str) -> None:
        self._choices.forget(sha256)
        self._plans.forget(sha256)
        self._songs.show_fact(sha256, "")
        if self._is_here:
            self._show_song()

    def _limits(self, entry: SongEntry) -> Limits:
        return self._rules.limits(self._project.brief.get(), self._spans.of(entry.song.sha256))

    # The song that is shown

    def _entry(self) -> SongEntry | None:
        return self._project.songs.get(self._songs.current) if self._songs.current else None

    def _show_song(self) -> None:
        """Show what is known of the current song, and have the rest found out."""
        if not self._is_here:
            return
        entry = self._entry()
        self._song_header.show_title(entry.song.title if entry is not None else "")
        sha256 = self._songs.current
        spans = self._spans.of(sha256)
        self._desk.song.show_spans(spans.locked, spans.forbidden)
        self._rules.show_spans(spans)
        if entry is None or self._plans.plan(sha256) is None:
            self._song_header.say("Making the edit…" if entry is not None else "")
            self._desk.let_go()
            self._alternatives.show_found((), 0, 1)
            self._by_hand.show_edit()
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
        edit = self._choices.edit(sha256)
        if edit is None:
            self._songs.show_fact(sha256, "", plan.refusal)
        else:
            self._songs.show_fact(sha256, clock(edit.duration_s))
        entry = self._entry()
        if self._is_here and entry is not None and sha256 == entry.song.sha256:
            self._show_plan(entry)
            self._show_play()

    def _show_plan(self, entry: SongEntry) -> None:
        sha256 = entry.song.sha256
        plan = self._plans.plan(sha256)
        if plan is None:
            return
        chosen = self._choices.index(sha256)
        self._alternatives.say(plan.refusal)
        note = self._choices.note(sha256)
        self._alternatives.show_found(plan.found, chosen, entry.song.n_samples, note)
        self._by_hand.show_edit(sha256, plan.found, chosen)
        self._show_rules()
        edit = self._choices.edit(sha256)
        if edit is None:
            self._song_header.say("No edit can be made")
            self._desk.clear_edit()
            return
        wished_s = self._rules.wished_s
        self._song_header.say(becomes_words(entry.song.duration_s, edit, wished_s))
        self._desk.show_edit(entry, edit, self._limits(entry))
        layout = self._desk.layout_of(sha256)
        if layout is not None:
            self._alternatives.explain(plan.found, layout)

    def _show_rules(self) -> None:
        """Say whether the edit that is shown keeps the rules."""
        entry = self._entry()
        plan = None if entry is None else self._plans.plan(entry.song.sha256)
        if entry is None or plan is None:
            return
        hand = self._hands.of(entry.song.sha256)
        if hand is None:
            self._rules.say(plan.refusal)
        else:
            request = check_request(self._project, entry, hand.changed, self._limits(entry))
            self._rules.say(self._checks.broken(request), is_by_hand=True)

    def _on_prepared(self, layout: SongLayout) -> None:
        plan = self._plans.plan(layout.sha256)
        if plan is not None and layout.sha256 == self._songs.current:
            self._alternatives.explain(plan.found, layout)
        self._show_play()

    def _choose(self, index: int) -> None:
        sha256 = self._songs.current
        plan = self._plans.plan(sha256)
        if plan is None or index >= len(plan.found):
            return
        self._choices.choose(sha256, index)
        if not self._by_hand.take_back():
            self._on_plan(sha256)

    # Changes by hand

    def _change(self, span_s: Span | None, keep: bool) -> None:
        """Cut a stretch out of the edit that is shown, or bring it back."""
        entry = self._entry()
        if not self._is_here or entry is None or span_s is None:
            return
        proposed = self._choices.proposed(entry.song.sha256)
        if proposed is not None and self._plans.plan(entry.song.sha256) is not None:
            self._hands.change(entry, proposed, span_s, keep)

    def _on_hand(self, sha256: str) -> None:
        self._songs.show_fact(sha256, "")
        self._on_plan(sha256)

    def _set_span(self, verb: str) -> None:
        """Lock, forbid or clear what is selected, else the part at the play head."""
        sha256 = self._songs.current
        target = self._desk.target
        if verb == "clear" and self._desk.song.selection is None:
            entry = self._entry()
            target = None if entry is None else (0.0, entry.song.duration_s)
        if not self._is_here or not sha256 or target is None:
            return
        try:
            self._spans.apply(sha256, verb, target)
        except UserError as error:
            self._notifier.user_error(error)

    def _show_play(self) -> None:
        if not self._is_here:
            return
        self._song_header.show_playing(self._player.is_playing)
        reason = "" if self._desk.is_loaded else "The edit is not ready yet"
        self._actions.allow(["play", *_BY_HAND], reason)

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
        entries = [
            e for e in (self._project.songs.get(sha) for sha in wanted if sha) if e is not None
        ]
        if entries:
            by_hand = self._hands.edits(wanted)
            where = self._foot.folder, self._foot.file_format
            self._batch.start(entries, self._limits, self._choices.by_song, by_hand, *where)
