"""The place "Export": choose songs, hear what your taste makes of them, write the files."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from editor_app.look.foreign import song_title
from editor_app.places.export.after.after_export import AfterExport
from editor_app.places.export.alternatives import Alternatives
from editor_app.places.export.batch.corner import BatchCorner
from editor_app.places.export.brought.bringing import BringingEdits
from editor_app.places.export.files.dialog import FilesDialog
from editor_app.places.export.finished.adding import AddingFinished
from editor_app.places.export.foot import ExportFoot, chosen_words
from editor_app.places.export.hand.hand_line import BUTTON_PX, ByHandLine
from editor_app.places.export.hand.join_bar import JoinBar
from editor_app.places.export.hand.join_tools import JoinTools
from editor_app.places.export.hand.offers import RatingOffers
from editor_app.places.export.header import ExportHeader
from editor_app.places.export.map.hearing import MapHearing
from editor_app.places.export.map.maps import EditMaps
from editor_app.places.export.map.panel import EditMapPanel
from editor_app.places.export.map.proposals import Proposals, share_height
from editor_app.places.export.model import ExportModel
from editor_app.places.export.painting.tools import SpanTools
from editor_app.places.export.plans import N_ALTERNATIVES
from editor_app.places.export.presets.use import PresetUse
from editor_app.places.export.rules import ExportRules
from editor_app.places.export.song import ExportSong
from editor_app.places.export.songs import ExportSongs
from editor_app.places.place import Place
from editor_app.widgets.button_row import ButtonRow, RowButton
from editor_app.widgets.labels import rule
from editor_app.widgets.timeline_widget import GUTTER_PX
from editor_app.work.dropped_kinds import parted
from editor_app.workspace import Workspace

_GAP_PX = 24
# The list takes a fifth of the width between these: longer titles are read in a wide window.
_LIST_PX, _LIST_SHARE = (224, 336), 0.2
# Hear the edit and change it | what every edit of the song must keep to.
_TOOLS = (
    (
        RowButton("play", "Hear", "play", all_words=("Hear", "Pause"), goes=6),
        RowButton("cut_part", "Cut out", goes=4),
        RowButton("bring_back_part", "Bring back", goes=5),
        RowButton("next_join", "Joins", goes=0, name="Take the next join"),
    ),
    (
        RowButton("paint_lock", "Lock", "lock", goes=1),
        RowButton("paint_forbid", "Forbid", "crossed_circle", goes=2),
        RowButton("clear_part", "Clear", goes=3),
    ),
)
_BY_HAND = {"cut_part": False, "bring_back_part": True}


class ExportPage(Place):
    """One song is shown; all ticked ones are exported under the same rules."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__("Export")
        actions = workspace.actions
        self._player, self._actions = workspace.player, actions
        self._settings = workspace.settings
        self._model = ExportModel(workspace)
        self._songs = ExportSongs(actions)
        self._desk = ExportSong(workspace)
        self._alternatives = Alternatives(
            [actions[f"alternative_{n + 1}"] for n in range(N_ALTERNATIVES)]
        )
        self._span_tools = SpanTools(workspace, self._model, self._desk)
        self._hearing = MapHearing(workspace, self._desk)
        self._map = EditMapPanel(
            EditMaps(workspace, self._model), self._hearing, self._model, workspace.settings
        )
        self._proposals = Proposals(self._alternatives, self._map, actions["edit_map"])
        self._by_hand = ByHandLine(actions, self._model)
        self._song_header = ExportHeader(self)
        self._toolbar = ButtonRow(_TOOLS, actions)
        self._bar = JoinBar(self._toolbar, actions)
        self._joins = JoinTools(
            workspace, self._model, self._desk, self._bar, self._songs.take_keys
        )
        self._rules = ExportRules()
        self._presets = PresetUse(workspace, self._rules)
        self._foot = ExportFoot(
            workspace.settings,
            self._presets.box,
            *(actions[name] for name in ("export", "recent_exports", "file_choices")),
        )
        self._below = BatchCorner(
            self._model.batch, self._foot, actions, lambda: bool(self._model.songs)
        )
        self._files: FilesDialog | None = None
        self._offers = RatingOffers(workspace, self._model)
        self._after = AfterExport(workspace, self._desk, self)
        self._bringing = BringingEdits(workspace, self._model, self._songs.reveal, self)
        self._finished = AddingFinished(workspace, self)
        self._build()
        self._connect()

    def _build(self) -> None:
        tools = QHBoxLayout()
        tools.setContentsMargins(GUTTER_PX, 0, 0, 0)
        tools.addWidget(self._bar)
        said = QHBoxLayout()
        said.setContentsMargins(GUTTER_PX, 0, 0, 0)
        said.setSpacing(_GAP_PX)
        said.addStrut(BUTTON_PX)
        said.addWidget(self._desk.said, 2)
        said.addWidget(self._by_hand, 3)
        middle = QHBoxLayout()
        middle.setSpacing(_GAP_PX)
        middle.addWidget(self._proposals, 1)
        middle.addWidget(self._rules)
        main = QVBoxLayout()
        main.setSpacing(8)
        main.addWidget(self._desk, 1)
        main.addLayout(tools)
        main.addLayout(said)
        main.addLayout(middle)
        self._main, self._middle = main, middle
        main.addWidget(rule())
        main.addWidget(self._below)
        row = QHBoxLayout()
        row.setSpacing(_GAP_PX)
        row.addWidget(self._songs)
        row.addLayout(main, 1)
        self.body.addLayout(row, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """The list is wider in a wide window, and the song's title begins where it ends."""
        least, most = _LIST_PX
        list_px = min(max(least, round(_LIST_SHARE * self.width())), most)
        self._songs.setFixedWidth(list_px)
        self._song_header.align(list_px + _GAP_PX)
        self._make_room(self._proposals.shows_map)
        super().resizeEvent(event)

    def _connect(self) -> None:
        model, song = self._model, self._desk.song
        self._songs.current_changed.connect(model.look_at)
        self._songs.ticked.connect(model.tick)
        self._rules.changed.connect(self._on_rules)
        self._alternatives.chosen.connect(model.choose)
        self._map.taken.connect(lambda mapped: model.take(mapped.delivered.edit))
        self._proposals.switched.connect(self._make_room)
        song.flipped.connect(lambda at: model.change_span(at, not song.is_kept(at)))
        for action_id, keep in _BY_HAND.items():
            self._actions[action_id].triggered.connect(
                lambda _=False, keep=keep: model.change_span(self._desk.target, keep)
            )
        self._actions["export"].triggered.connect(self._export)
        self._actions["file_choices"].triggered.connect(lambda _: self._choose_files())
        model.songs_changed.connect(self._show_songs)
        model.ticked_changed.connect(self._show_count)
        model.song_changed.connect(self._show_song)
        model.plan_changed.connect(self._show_plan)
        model.fact_changed.connect(self._show_fact)
        model.checked.connect(self._show_rules)
        model.batch.written.connect(self._after.remember)
        model.batch.ended.connect(self._after.tell)
        self._desk.prepared.connect(self._on_prepared)
        self._player.playing_changed.connect(lambda _: self._show_play())

    # Coming and going

    def shown(self) -> None:
        """Show the songs as they are now, and what the taste makes of the current one."""
        self._model.enter()
        self._proposals.come()
        self._songs.take_keys()

    def hidden(self) -> None:
        """Fall silent; the player is another place's from now on."""
        self._proposals.go()
        self._span_tools.put_away()
        self._joins.leave()
        self._offers.close()
        self._model.leave()
        self._after.leave()
        self._desk.let_go()

    def closed(self) -> None:
        """Remove the temporary files; an export that is under way is gone on with later."""
        self._model.batch.close()
        self._after.close()
        self._desk.close()

    def take_dropped(self, paths: Sequence[str], *, is_in_front: bool) -> list[str]:
        """Take edits from other tools; those dropped here are of the song that is looked at."""
        edits, others = parted(paths)
        self._bringing.bring(edits, self._model.current if is_in_front else "")
        is_asked = is_in_front and not edits
        return self._finished.ask(others, self._model.entry) if is_asked else others

    def command(self, action_id: str) -> None:
        """Have edits chosen that are to be brought in, or learned from."""
        if action_id == "bring_edits":
            self._bringing.choose()
        elif action_id == "add_finished":
            self._finished.choose(self._model.entry)

    def _on_rules(self) -> None:
        rules = self._rules.rules
        self._model.set_rules(rules)
        self._show_set_ends()

    def _show_set_ends(self) -> None:
        """Show on the waveform which ends of the song a rule keeps."""
        rules = self._model.rules
        self._desk.song.show_rules(keeps_intro=rules.keep_intro, keeps_ending=rules.keep_ending)

    def _make_room(self, is_map: bool) -> None:
        share_height(self._main, self._middle, self._desk, is_map)

    # The songs

    def _show_songs(self) -> None:
        model = self._model
        self._songs.show_songs(model.songs, set(model.ticked_songs()), model.current)

    def _show_fact(self, sha256: str) -> None:
        if sha256:
            self._songs.show_fact(sha256, *self._model.fact(sha256))
        else:
            self._songs.clear_facts()

    def _show_count(self) -> None:
        n_songs = len(self._model.songs)
        beside_title, on_button = chosen_words(len(self._model.ticked_songs()), n_songs)
        self.facts.setText(beside_title)
        self._foot.say(on_button)
        self._below.show_batch()

    # The song that is looked at

    def _show_song(self) -> None:
        """Show what is known of the current song, and that the rest is being found out."""
        entry, spans = self._model.entry, self._model.spans
        self._song_header.show_title(song_title(entry.song) if entry is not None else "")
        self._desk.song.show_spans(spans.locked, spans.forbidden)
        self._rules.show_spans(spans)
        if entry is not None and self._model.plan is not None:
            self._show_plan()
            return
        self._song_header.say(self._model.becomes())
        self._desk.let_go()
        self._alternatives.show_found((), 0, 1)
        self._by_hand.show_edit()
        self._bringing.show_edit()
        self._show_rules()
        self._alternatives.say("")
        if entry is None or self._desk.layout_of(self._model.current) is None:
            self._desk.clear()
        self._show_play()

    def _show_plan(self) -> None:
        """Show what becomes of the current song, and whether it keeps the rules."""
        entry, plan, edit = self._model.entry, self._model.plan, self._model.edit
        if entry is None or plan is None:
            return
        n_samples, note = entry.song.n_samples, self._model.note
        self._alternatives.say(plan.refusal)
        self._alternatives.show_found(self._model.found, self._model.chosen, n_samples, note)
        self._by_hand.show_edit()
        self._bringing.show_edit()
        self._show_rules()
        self._song_header.say(self._model.becomes())
        if edit is None:
            self._desk.clear_edit()
        else:
            in_hand = self._joins.joins.selected is not None
            show = self._desk.show_moved if in_hand else self._desk.show_edit
            show(entry, edit, self._model.limits(entry))
            self._explain()
        self._joins.show()
        self._show_play()

    def _explain(self) -> None:
        """Say what sets the alternatives apart, once the song's parts are known."""
        plan, layout = self._model.plan, self._desk.layout_of(self._model.current)
        if plan is not None and layout is not None:
            self._alternatives.explain(self._model.found, layout)

    def _show_rules(self) -> None:
        """Say whether the edit that is shown keeps the rules."""
        refusal, is_by_hand = self._model.broken()
        self._rules.say(refusal, is_by_hand)

    def _on_prepared(self) -> None:
        self._show_set_ends()
        self._explain()
        self._show_play()

    def _show_play(self) -> None:
        if not self._model.is_here:
            return
        words, icon = ("Pause", "pause") if self._player.is_playing else ("Hear", "play")
        self._toolbar.buttons["play"].set_words(words, icon)
        reason = "" if self._desk.is_loaded else "The edit is not ready yet"
        self._actions.allow(["play", *_BY_HAND], reason)

    # What is done

    def _choose_files(self) -> None:
        """Bring up the page of how files are written, which is made when it is first wanted."""
        if self._files is None:
            self._files = FilesDialog(self._settings, self.window())
        self._files.come_up()

    def _export(self) -> None:
        self._offers.begin()
        self._model.export(self._foot.folder, self._foot.file_format)
