"""The place "Export": choose songs, hear what your taste makes of them, write the files."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from editor_app.actions import Actions
from editor_app.export_batch import ExportBatch
from editor_app.jobs import Failure, Job, Jobs
from editor_app.library import tell_failure
from editor_app.notifier import Notifier
from editor_app.player import Player
from editor_app.session import Session
from editor_app.settings import Settings
from editor_app.views.export_rules import ExportRules
from editor_app.views.export_songs import ExportSongs
from editor_app.views.place import Place, label
from editor_app.widgets.kept_timelines import KeptEdit, KeptSong
from editor_app.widgets.key_button import KeyButton
from editor_app.widgets.pair_picture import pair_picture
from editor_app.words import counted
from ml_core.domain.requests import Delivered, PreparedPair, PreparePairRequest
from ml_core.errors import UserError
from ml_core.store.requests import deliver_request
from ml_core.units import clock

_LIST_PX = 224
_N_ALTERNATIVES = 3
_FORMATS = (
    ("WAV, as the source", "wav"),
    ("FLAC, as the source", "flac"),
    ("MP3", "mp3"),
    ("Ogg Vorbis", "ogg"),
    ("Opus", "opus"),
    ("AIFF, as the source", "aiff"),
)


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
        self._session, self._jobs, self._player = session, jobs, player
        self._actions, self._notifier, self._settings = actions, notifier, settings
        self._folder = Path(tempfile.mkdtemp(prefix="tastecut-"))
        self._found: list[Delivered] = []
        self._chosen = 0
        self._pair: PreparedPair | None = None
        self._is_loaded = False
        self._is_here = False
        self._asked: Job | None = None
        self._choices: dict[str, int] = {}
        self._batch = ExportBatch(session, jobs, notifier)
        self._build()
        self._connect()
        self.destroyed.connect(lambda: shutil.rmtree(self._folder, ignore_errors=True))

    # Building

    def _build(self) -> None:
        self._songs = ExportSongs(self._session, self._actions)
        self._songs.setFixedWidth(_LIST_PX)
        self._heading, self._facts = label("", "title"), label("", "secondary")
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(self._heading)
        head.addWidget(self._facts, 1)
        self._hear = KeyButton("Hear", "play").bind(self._actions["play"])
        head.addWidget(self._hear)
        self._song, self._edit = KeptSong(), KeptEdit()
        self._rules = ExportRules()
        self._rules.setFixedWidth(312)
        self._options = QVBoxLayout()
        self._options.setSpacing(8)
        middle = QHBoxLayout()
        middle.setSpacing(24)
        alternatives = QVBoxLayout()
        alternatives.setSpacing(8)
        alternatives.addWidget(label("Alternatives", "heading"))
        alternatives.addLayout(self._options)
        alternatives.addStretch(1)
        middle.addLayout(alternatives, 1)
        middle.addWidget(self._rules)
        main = QVBoxLayout()
        main.setSpacing(12)
        main.addLayout(head)
        main.addWidget(self._song)
        main.addWidget(self._edit)
        main.addLayout(middle, 1)
        main.addWidget(_line())
        main.addLayout(self._foot())
        row = QHBoxLayout()
        row.setSpacing(24)
        row.addWidget(self._songs)
        row.addLayout(main, 1)
        self.body.addLayout(row, 1)
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self._choose)

    def _foot(self) -> QHBoxLayout:
        self._format = QComboBox()
        self._format.setAccessibleName("Format")
        for words, name in _FORMATS:
            self._format.addItem(words, name)
        self._format.setCurrentIndex(max(0, self._format.findData(self._settings.export_format)))
        self._out = KeyButton("", "folder")
        self._out.setAccessibleName("Folder")
        self._out.clicked.connect(self._choose_folder)
        self._export = KeyButton("Export", kind="primary", height_px=48)
        self._export.bind(self._actions["export"])
        left = QVBoxLayout()
        left.setSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._format)
        row.addWidget(self._out)
        row.addStretch(1)
        left.addLayout(row)
        words = "Tags and cover are kept. Your songs are never changed, and nothing is overwritten."
        left.addWidget(label(words, "small"))
        foot = QHBoxLayout()
        foot.setSpacing(16)
        foot.addLayout(left, 1)
        foot.addWidget(self._export)
        self._show_folder()
        return foot

    def _connect(self) -> None:
        self._songs.current_changed.connect(lambda _: self._ask())
        self._songs.ticked.connect(self._show_count)
        self._rules.changed.connect(self._on_rules)
        self._session.changed.connect(self._on_changed)
        self._actions["play"].triggered.connect(self._toggle)
        self._actions["export"].triggered.connect(self._start)
        self._player.moved.connect(self._move_heads)
        self._player.playing_changed.connect(lambda _: self._show_play())
        self._song.sought.connect(self._seek_song)
        self._edit.sought.connect(self._seek_edit)

    # Coming and going

    def shown(self) -> None:
        """Show the songs as they are now, and ask again what the taste makes of the current one."""
        self._is_here = True
        self._songs.read_songs()
        self._show_count()
        self._ask()
        self._songs.take_keys()

    def hidden(self) -> None:
        """Fall silent."""
        self._is_here = False
        self._is_loaded = False
        self._player.pause()

    def _on_changed(self, changes: frozenset[str]) -> None:
        if self._is_here and changes & {"songs", "brief", "checkpoints", "marks"}:
            self._songs.read_songs()
            self._choices.clear()
            self._ask()

    def _on_rules(self) -> None:
        self._choices.clear()
        self._ask()

    # The song that is shown

    def _ask(self) -> None:
        """Have the edit of the current song made; the answer may be overtaken."""
        if not self._is_here:
            return
        entry = self._session.song(self._songs.current) if self._songs.current else None
        self._clear(entry.song.title if entry is not None else "")
        if entry is None or entry.status != "ready":
            return
        limits = self._rules.limits(self._session.brief())
        store = self._session.store
        request = deliver_request(store, entry, limits, n_alternatives=_N_ALTERNATIVES)
        self._facts.setText("Making the edit…")
        job = self._jobs.ask("deliver", request)
        self._asked = job
        job.done.connect(lambda found: self._on_delivered(job, found))
        job.failed.connect(lambda failure: self._on_refused(job, failure))

    def _clear(self, title: str) -> None:
        self._heading.setText(title)
        self._facts.setText("")
        self._found, self._pair, self._is_loaded = [], None, False
        self._asked = None
        self._player.unload()
        self._song.show_song(None)
        self._edit.show_edit(None, 1.0)
        self._show_options()
        self._rules.say("")
        self._show_play()

    def _on_delivered(self, job: Job, found: list[Delivered]) -> None:
        if job is self._asked:
            self._found = found
            self._chosen = min(self._choices.get(self._songs.current, 0), len(found) - 1)
            self._show_options()
            self._prepare()

    def _on_refused(self, job: Job, failure: Failure) -> None:
        if job is not self._asked:
            return
        if failure.is_user_error:
            self._facts.setText("No edit keeps all rules")
            self._rules.say(f"{failure.message} {failure.remedy}".strip())
        else:
            tell_failure(self._notifier, failure)

    def _prepare(self) -> None:
        entry = self._session.song(self._songs.current)
        if entry is None:
            return
        request = PreparePairRequest(
            cache_dir=self._session.cache_dir,
            path=entry.song.path,
            sha256=entry.song.sha256,
            edits=(self._found[self._chosen].edit,),
            sample_rate_hz=self._player.sample_rate_hz,
            out_dir=str(self._folder),
        )
        job = self._jobs.ask("prepare_pair", request)
        self._asked = job
        job.done.connect(lambda pair: self._on_prepared(job, pair))
        job.failed.connect(lambda failure: self._on_refused(job, failure))

    def _on_prepared(self, job: Job, pair: PreparedPair) -> None:
        if job is not self._asked or not self._is_here:
            return
        edit = self._found[self._chosen].edit
        # The picture of a pair, with the one edit on both sides: "A" is what is shown.
        both = PreparedPair(pair.song, (pair.edits[0], pair.edits[0]), pair.gain, pair.layout)
        picture = pair_picture(both, edit, edit)
        self._pair = pair
        self._song.show_song(picture.song)
        self._edit.show_edit(picture.lanes["A"], picture.song.duration_s)
        self._facts.setText(
            f"{clock(picture.song.duration_s)} becomes {clock(edit.duration_s)}, "
            f"{counted(edit.n_joins, 'join')}"
        )
        self._rules.say("")
        try:
            self._is_loaded = self._player.load(pair, (edit,))
        except UserError as error:
            self._notifier.user_error(error)
        self._show_play()

    # Alternatives

    def _show_options(self) -> None:
        while (item := self._options.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for button in self._group.buttons() if hasattr(self, "_group") else ():
            self._group.removeButton(button)
        for index, one in enumerate(self._found):
            edit = one.edit
            words = f"{clock(edit.duration_s)}, {counted(edit.n_joins, 'join')}"
            button = QRadioButton(f"{words}  ·  {_ordinal(index)}")
            button.setChecked(index == self._chosen)
            self._group.addButton(button, index)
            self._options.addWidget(button)

    def _choose(self, index: int) -> None:
        if index != self._chosen and index < len(self._found):
            self._chosen = index
            self._choices[self._songs.current] = index
            self._player.unload()
            self._is_loaded = False
            self._prepare()

    # Listening

    def _toggle(self) -> None:
        if self._is_here and self._is_loaded:
            self._player.toggle()

    def _show_play(self) -> None:
        is_playing = self._is_here and self._player.is_playing
        self._hear.set_words("Pause" if is_playing else "Hear", "pause" if is_playing else "play")
        if self._is_here:
            self._actions.allow(["play"], "" if self._is_loaded else "The edit is not ready yet")

    def _move_heads(self) -> None:
        if self._is_here and self._is_loaded and self._player.lanes:
            rate = self._player.sample_rate_hz
            self._song.set_head(self._player.position("song") / rate)
            self._edit.set_head(self._player.position("A") / rate)

    def _seek_song(self, at_s: float) -> None:
        if self._is_loaded:
            self._player.seek_song(round(at_s * self._player.sample_rate_hz))

    def _seek_edit(self, at_s: float) -> None:
        if self._is_loaded:
            self._player.seek(round(at_s * self._player.sample_rate_hz), "A")

    # Exporting

    def _show_count(self) -> None:
        n_ticked, n_songs = len(self._songs.ticked_songs()), self._songs.n_songs
        self.facts.setText(f"{n_ticked} of {counted(n_songs, 'song')} chosen")
        n_edits = max(1, n_ticked)
        self._export.set_words(f"Export {counted(n_edits, 'edit')}")
        reason = "" if n_songs else "No song is ready yet"
        self._actions.allow(["export"], reason)

    def _start(self) -> None:
        if not self._is_here:
            return
        wanted = self._songs.ticked_songs() or [self._songs.current]
        entries = [e for e in (self._session.song(sha) for sha in wanted if sha) if e is not None]
        if entries:
            self._batch.start(
                entries,
                self._rules.limits(self._session.brief()),
                self._choices,
                Path(self._settings.export_folder),
                str(self._format.currentData()),
            )
            self._settings.export_format = str(self._format.currentData())

    def _choose_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(
            self, "Where to put the edits", self._settings.export_folder
        )
        if folder:
            self._settings.export_folder = folder
            self._show_folder()

    def _show_folder(self) -> None:
        folder = Path(self._settings.export_folder)
        self._out.set_words(f"{folder.parent.name}/{folder.name}" if folder.name else str(folder))
        self._out.setToolTip(f"{folder}: choose another folder")


def _ordinal(index: int) -> str:
    return "best match" if index == 0 else "an alternative"


def _line() -> QWidget:
    made = QFrame()
    made.setObjectName("rule")
    made.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    made.setFixedHeight(1)
    return made
