"""The state of Export: which songs are written, under which rules, and what becomes of each."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from editor_app.places.export.batch.batch import ExportBatch
from editor_app.places.export.checks import HandChecks, check_request
from editor_app.places.export.choices import ExportChoices
from editor_app.places.export.hand.hand_changes import HandEdit, HandEdits
from editor_app.places.export.plans import ExportPlans, Plan
from editor_app.places.export.set_rules import SetRules
from editor_app.places.export.spans import ExportSpans, SongSpans, Span
from editor_app.places.export.words import becomes_words, lasts_words
from editor_app.workspace import Workspace
from ml_core.domain.by_hand import EditChange
from ml_core.domain.edits import Edit, Limits
from ml_core.domain.requests import Delivered
from ml_core.domain.songs import SongEntry
from ml_core.errors import UserError


class ExportModel(QObject):
    """One song is looked at; all ticked ones are exported under the same rules.

    Attributes:
        is_here: whether the place is shown.
        songs: what can be exported, by title.
        current: SHA-256 of the song that is looked at; empty without one.
        rules: what is set for all songs.
        span_store: what is set on each song.
        hands, choices: what was changed by hand, and which edit stands.
        batch: the export that is under way.
    """

    songs_changed = Signal()
    """Other songs can be exported."""

    ticked_changed = Signal()
    """Other songs are ticked, or of another number."""

    song_changed = Signal()
    """Another song is looked at, or its edits are to be found out anew."""

    plan_changed = Signal()
    """What becomes of the song that is looked at is known, or another edit."""

    fact_changed = Signal(str)
    """SHA-256 of the song whose `fact` may be another; empty where none is known any more."""

    counted_changed = Signal()
    """Whether the edit `counts` may be another."""

    checked = Signal()
    """Whether the edit that is looked at keeps the rules is known now."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._project, self._notifier = workspace.project, workspace.notifier
        self.is_here = False
        self.songs: tuple[SongEntry, ...] = ()
        self.current = ""
        self.rules = SetRules()
        self._ticks: set[str] = set()
        self.span_store = ExportSpans(workspace.project)
        self._plans = ExportPlans(workspace, self.limits)
        self.hands = HandEdits(workspace)
        self.choices = ExportChoices(self._plans, self.hands)
        self._checks = HandChecks(workspace.jobs, workspace.notifier)
        self.batch = ExportBatch(workspace)
        self._plans.changed.connect(self._tell_plan)
        self.hands.changed.connect(lambda _: self.batch.forget_failures())
        self.hands.changed.connect(self._tell_plan)
        self.span_store.changed.connect(self._on_spans)
        self._checks.told.connect(self.checked)
        workspace.project.changed.connect(self._on_changed)

    # Coming and going

    def enter(self) -> None:
        """The place is shown: read the songs again, and have the current one's edits found."""
        self.is_here = True
        self._refresh()
        self.batch.look()

    def leave(self) -> None:
        """Another place is shown: have no more edits found."""
        self.is_here = False
        self._plans.want([])

    def _refresh(self) -> None:
        self._read_songs()
        self.ticked_changed.emit()
        self._tell_song()

    def _on_changed(self, changes: frozenset[str]) -> None:
        if "ratings" in changes:
            self.counted_changed.emit()
        if self._plans.concerns(changes):
            self._forget_all()

    # Songs

    def _read_songs(self) -> None:
        """Take the ready songs; ticks and the current song stay."""
        entries = [entry for entry in self._project.songs.all() if entry.status == "ready"]
        entries.sort(key=lambda entry: entry.song.title.casefold())
        found = [entry.song.sha256 for entry in entries]
        if found == [entry.song.sha256 for entry in self.songs]:
            return
        self.songs = tuple(entries)
        self._ticks &= set(found)
        if self.current not in found:
            self.current = found[0] if found else ""
        self.songs_changed.emit()

    @property
    def entry(self) -> SongEntry | None:
        """The song that is looked at."""
        return self._project.songs.get(self.current) if self.current else None

    def look_at(self, sha256: str) -> None:
        """Make a song the current one; empty for none."""
        self.current = sha256
        self._tell_song()

    def _tell_song(self) -> None:
        if self.is_here:
            self.song_changed.emit()
            self._plans.want([self.current, *self.ticked_songs()] if self.current else [])

    def tick(self, sha256: str, is_ticked: bool) -> None:
        """Choose a song to be exported, or leave it out again."""
        if is_ticked != (sha256 in self._ticks):
            self._ticks ^= {sha256}
            self.ticked_changed.emit()
            self._plans.want([self.current, *self.ticked_songs()])

    def ticked_songs(self) -> list[str]:
        """SHA-256 of each ticked song, in the order of `songs`."""
        songs = (entry.song.sha256 for entry in self.songs)
        return [sha256 for sha256 in songs if sha256 in self._ticks]

    def fact(self, sha256: str) -> tuple[str, str]:
        """(length of a song's edit, why there is none); both are empty while it is not known."""
        plan = self._plans.plan(sha256)
        if plan is None:
            return "", ""
        edit = self.choices.edit(sha256)
        return ("", plan.refusal) if edit is None else (lasts_words(edit, self.rules), "")

    # Rules

    def set_rules(self, rules: SetRules) -> None:
        """Set the rules of all songs; other edits may be the best then."""
        self.rules = rules
        self.batch.forget_failures()
        self._forget_all()

    def _forget_all(self) -> None:
        self.choices.forget()
        self._plans.forget()
        self.fact_changed.emit("")
        if self.is_here:
            self._refresh()

    @property
    def spans(self) -> SongSpans:
        """What must always or never be heard of the song that is looked at."""
        return self.span_store.of(self.current)

    def _on_spans(self, sha256: str) -> None:
        self.batch.forget_failures()
        self.choices.forget(sha256)
        self._plans.forget(sha256)
        self.fact_changed.emit(sha256)
        self._tell_song()

    def limits(self, entry: SongEntry) -> Limits:
        """The rules in force for a song."""
        return self.rules.limits(self._project.brief.get(), self.span_store.of(entry.song.sha256))

    def broken(self) -> tuple[str | None, bool]:
        """(why not all rules are met, whether that is said of an edit changed by hand).

        The first is empty if all are met, None until it is known; what is not known is found out.
        """
        entry, plan, hand = self.entry, self.plan, self.hands.of(self.current)
        if entry is None or plan is None:
            return None, False
        if hand is None:
            return plan.refusal, False
        request = check_request(self._project, entry, hand.changed, self.limits(entry))
        return self._checks.broken(request), True

    # What becomes of the song that is looked at

    @property
    def plan(self) -> Plan | None:
        """Its edits as proposed; None while they are not known."""
        return self._plans.plan(self.current)

    @property
    def found(self) -> tuple[Delivered, ...]:
        """Its alternatives as they are now, changed by hand or not."""
        return self.choices.found(self.current)

    @property
    def chosen(self) -> int:
        """Which of its alternatives is chosen, or was changed by hand."""
        return self.choices.index(self.current)

    @property
    def edit(self) -> Edit | None:
        """What would be exported of it; None where no edit can be made, or none is known."""
        return self.choices.edit(self.current)

    @property
    def note(self) -> str:
        """What changes by hand made of the alternative that is chosen; empty without any."""
        return self.choices.note(self.current)

    def becomes(self) -> str:
        """What becomes of it, in a line; empty without a song."""
        entry, edit = self.entry, self.edit
        if entry is None:
            return ""
        if self.plan is None:
            return "Making the edit…"
        if edit is None:
            return "No edit can be made"
        return becomes_words(entry.song.duration_s, edit, self.rules)

    def _tell_plan(self, sha256: str) -> None:
        self.fact_changed.emit(sha256)
        if self.is_here and sha256 == self.current and self.plan is not None:
            self.plan_changed.emit()

    def choose(self, index: int) -> None:
        """Choose an alternative; changes by hand of another one are taken back."""
        plan = self.plan
        if plan is None or index >= len(plan.found):
            return
        self.choices.choose(self.current, index)
        if not self.take_back():
            self._tell_plan(self.current)

    def take(self, edit: Edit) -> None:
        """Make one of the map's edits the edit; an alternative is chosen as by its key."""
        try:
            self.choices.take(self.current, edit)
        except UserError as error:
            self._notifier.user_error(error)
        self._tell_plan(self.current)

    # Changes by hand

    @property
    def own(self) -> HandEdit | None:
        """The edit as changed by hand or chosen, beside the proposal; None where that stands."""
        return self.choices.own(self.current)

    @property
    def is_changed(self) -> bool:
        """Whether it was changed by hand."""
        return self.own is not None and self.hands.of(self.current) is not None

    @property
    def proposed(self) -> Edit | None:
        """The edit that changes by hand are made of at first; None without one."""
        return self.choices.proposed(self.current)

    def change(self, change: EditChange) -> None:
        """Change the edit that is looked at; nothing while none is known."""
        entry, proposed = self.entry, self.proposed
        if self.is_here and entry is not None and self.plan is not None and proposed is not None:
            self.hands.change(entry, proposed, change)

    def change_span(self, span_s: Span | None, keep: bool) -> None:
        """Cut a stretch, in seconds of the song, out of its edit, or bring it back."""
        if span_s is not None:
            self.change(EditChange("bring back" if keep else "cut", span_s=span_s))

    def take_back(self) -> bool:
        """Let the proposal stand again; whether anything had been changed by hand."""
        if not self.is_changed:
            return False
        try:
            self.hands.take_back(self.current)
        except UserError as error:
            self._notifier.user_error(error)
        return True

    @property
    def counts(self) -> bool:
        """Whether `own` counts as a rating, as the store says."""
        return self.own is not None and self.hands.counts(self.own)

    def count(self) -> None:
        """Count `own` as a rating, or no longer."""
        if self.own is not None:
            self.hands.count(self.own)

    # Exporting

    def export(self, out_dir: Path, file_format: str) -> None:
        """Write the ticked songs' edits, or the current one's; nothing while a batch is busy."""
        if not self.is_here:
            return
        wanted = self.ticked_songs() or [self.current]
        found = [self._project.songs.get(sha256) for sha256 in wanted if sha256]
        entries = [entry for entry in found if entry is not None]
        if entries:
            chosen, by_hand = self.choices.by_song, self.hands.edits(wanted)
            self.batch.start(entries, self.limits, chosen, by_hand, out_dir, file_format)
