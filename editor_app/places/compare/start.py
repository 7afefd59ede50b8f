"""Before a comparison: what it asks for, on which songs, and the button that begins it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from editor_app.keys.actions import Actions
from editor_app.listening.song_overviews import SongOverviews
from editor_app.look.foreign import song_title
from editor_app.look.words import counted
from editor_app.places.compare.song_list import SongList, SongRow
from editor_app.project.project import Project
from editor_app.settings import Settings
from editor_app.widgets.eliding_label import ElidingLabel
from editor_app.widgets.key_button import KeyButton
from editor_app.widgets.labels import label
from editor_app.work.jobs import Jobs
from ml_core.domain.early_end import MOST_PAIRS, USUAL_PAIRS
from ml_core.domain.models import COMPARISON_PAIRS
from ml_core.store.compared_songs import ComparedSongs

_PAIR_S = 45
"""About how long a pair takes, said beforehand."""
_TEXT_PX = 720
NO_SOUND = "There is no sound now. A comparison is by ear."


class StartPanel(QWidget):
    """Says whether there is something to compare, how it will go, and on which songs."""

    def __init__(self, project: Project, actions: Actions, jobs: Jobs, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._project, self._actions = project, actions
        self._overviews = SongOverviews(project, jobs)
        self._words = label("", "heading")
        self._facts = label("", "secondary")
        self._facts.setWordWrap(True)
        self._facts.setMaximumWidth(_TEXT_PX)
        self._start = KeyButton("Start comparing", kind="primary").bind(actions["compare"])
        self._to = KeyButton("Your taste").bind(actions["place_taste"])
        self._songs = self._song_panel()
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._start)
        buttons.addWidget(self._to)
        buttons.addStretch(1)
        left = QVBoxLayout()
        left.setSpacing(12)
        left.addWidget(self._words)
        left.addWidget(self._facts)
        left.addWidget(self._plan_panel())
        self._early = QCheckBox("End as soon as the answers show something")
        self._early.setChecked(settings.comparison_ends_early)
        self._early.toggled.connect(self._on_early)
        left.addWidget(self._early)
        left.addSpacing(4)
        left.addLayout(buttons)
        left.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 8, 0, 0)
        row.setSpacing(24)
        row.addLayout(left, 2)
        row.addWidget(self._songs, 3)

    def _plan_panel(self) -> QFrame:
        """How a comparison goes, as names with values."""
        self._plan = QFrame()
        self._plan.setObjectName("panel")
        grid = QGridLayout(self._plan)
        grid.setContentsMargins(16, 16, 16, 16)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(12)
        grid.setColumnStretch(1, 1)
        self._values = []
        for row, name in enumerate(("Pairs", "Songs", "Time", "Result")):
            value = label("", "secondary")
            value.setWordWrap(True)
            grid.addWidget(label(name, "name"), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, row, 1)
            self._values.append(value)
        return self._plan

    def _song_panel(self) -> QWidget:
        """The songs with their waveforms, and which ones were left out."""
        self._heading = label("", "heading")
        self.list = SongList(self._overviews)
        self._left_out = ElidingLabel()
        self._left_out.setProperty("role", "small")
        panel = QWidget()
        column = QVBoxLayout(panel)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._heading)
        column.addWidget(self.list, 1)
        column.addWidget(self._left_out)
        return panel

    def _on_early(self, is_on: bool) -> None:
        self._settings.comparison_ends_early = is_on
        self._show_plan(self._chosen())

    def close_down(self) -> None:
        """Ask for no more waveforms."""
        self._overviews.close()

    def show_state(self, is_making: bool, has_sound: bool = True) -> None:
        """Read again what there is to compare.

        Args:
            is_making: whether the pairs are being made.
            has_sound: whether there is an output: a comparison is by ear.
        """
        newest = self._project.models.newest()
        active = self._project.models.active()
        facts, can = "", False
        chosen = None
        if is_making:
            words, facts = "Making the pairs…", "This takes some seconds."
        elif newest is None:
            words = "Nothing to compare yet"
            facts = "Rate some pairs and train first. Then you can hear whether it helped."
        elif active is not None and active.id == newest.id:
            words = "The newest taste is in use"
            facts = "Rate more pairs and train again; then old and new can be compared."
        else:
            chosen = self._chosen()
            can = bool(chosen.entries)
            words = "Is your new taste better?"
            if not can:
                why = self._project.requests.no_song_to_compare_on()
                words, facts = why.message, why.remedy
            elif not has_sound:
                facts = f"{NO_SOUND} It can start once sound is back."
        if chosen is not None and can:
            self._show_plan(chosen)
            self._show_songs(chosen)
        self._words.setText(words)
        self._facts.setText(facts)
        self._facts.setVisible(bool(facts))
        self._plan.setVisible(can)
        self._early.setVisible(can)
        self._songs.setVisible(can or is_making)
        self._start.setVisible(can)
        self._to.setVisible(not can and not is_making)
        self._actions.allow(["compare"], (facts if can else words) or "")

    def _chosen(self) -> ComparedSongs:
        shown = self._project.songs.shown()
        present = {entry.song.sha256 for entry in shown if entry.status == "ready"}
        return self._project.requests.compared_songs(present)

    def _show_plan(self, chosen: ComparedSongs) -> None:
        ends_early = self._early.isChecked()
        minutes = round((USUAL_PAIRS if ends_early else COMPARISON_PAIRS) * _PAIR_S / 60)
        if ends_early:
            most = round(MOST_PAIRS * _PAIR_S / 60)
            pairs = (
                f"At most {MOST_PAIRS} of old against new, blind. A clear difference is often "
                f"shown after {USUAL_PAIRS}."
            )
            time = f"About {minutes} to {most} minutes. You can stop and go on at any time."
            result = "Shown at the end, not before. It may be that no difference is shown."
        else:
            pairs = f"{COMPARISON_PAIRS} of old against new, blind. The number is fixed beforehand."
            time = f"About {minutes} minutes. You can stop and go on at any time."
            result = "Shown after the last pair. It may be that no difference is shown."
        songs = counted(len(chosen.entries), "song")
        if chosen.never_learned_from:
            where = f"{songs} that it has never learned from."
        else:
            where = (
                "Those it has learned from, since there is no other that fits. The result will "
                "say so. New songs would prove more."
            )
        for value, text in zip(self._values, (pairs, where, time, result), strict=True):
            value.setText(text)

    def _show_songs(self, chosen: ComparedSongs) -> None:
        songs = counted(len(chosen.entries), "song")
        known = "never learned from" if chosen.never_learned_from else "learned from"
        self._heading.setText(f"{songs} that it has {known}")
        self.list.show_songs(
            [
                SongRow(entry, reason.words if reason is not None else "")
                for entry in chosen.entries
                for reason in [chosen.reasons.get(entry.song.sha256)]
            ]
        )
        told = [f"{song_title(entry.song)} ({_plain(why)})" for entry, why in chosen.left_out]
        self._left_out.setText(f"Kept aside, but not among them: {', '.join(told)}" if told else "")
        self._left_out.setVisible(bool(told))


def _plain(why: str) -> str:
    """A reason as part of a sentence."""
    return why[:1].lower() + why[1:].rstrip(".")
