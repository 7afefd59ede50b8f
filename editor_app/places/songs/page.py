"""The place "Songs": the library, what each song is used for, and what the edits are for."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPoint, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from editor_app.keys.actions import Actions
from editor_app.listening.song_overviews import SongOverviews
from editor_app.look import theme
from editor_app.places.place import Place
from editor_app.places.songs import changing, model
from editor_app.places.songs.bars.check import BarCheckPanel
from editor_app.places.songs.brief_chooser import BriefChooser
from editor_app.places.songs.filter import SongFilter
from editor_app.places.songs.first_run import FirstRun
from editor_app.places.songs.foot import LibraryFoot
from editor_app.places.songs.library_words import library_facts
from editor_app.places.songs.menus import USES, song_menu, use_menu
from editor_app.places.songs.model import ROW_ROLE, Row, SongModel, needs_check, next_to_check
from editor_app.places.songs.preview import SongPreview
from editor_app.places.songs.progress import LibraryProgress
from editor_app.places.songs.split import TableAndCheck
from editor_app.places.songs.table import grow, leave_out, make_song_table
from editor_app.project.rating_pace import minutes_left, ratings_wanted
from editor_app.widgets.fields import FilterField
from editor_app.widgets.key_button import KeyButton
from editor_app.work.jobs import Job, Jobs
from editor_app.workspace import Workspace
from ml_core.domain.edits import Brief
from ml_core.domain.songs import SongEntry, SongUse
from ml_core.domain.tasks import ANALYSE_SONG
from ml_core.errors import UserError


class SongsPage(Place):
    """The library as a table; with no songs, how to get some."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__("Songs")
        project, actions, jobs = workspace.project, workspace.actions, workspace.jobs
        self._project, self._actions = project, actions
        self._notifier, self._settings = workspace.notifier, workspace.settings
        self._library = workspace.library
        self._model = SongModel(self)
        self._shown = SongFilter(self._model, self)
        self._overviews = SongOverviews(project, jobs)
        self._overviews.ready.connect(self._model.set_overview)
        self._preview = SongPreview(workspace)
        self._preview.changed.connect(lambda: self._model.set_sounding(self._preview.sounding))
        self._is_here = False
        self._entries: list[SongEntry] = []
        self._bars = BarCheckPanel(workspace, self._preview)
        self._bars.corrector.checked.connect(self._model.set_grid)
        self._bars.fits.connect(self._check_next)
        self._build(actions)
        self._connect(actions, jobs)
        self._open_check(self._settings.bar_check_open)
        self._show_songs()
        self._brief.show_brief(project.brief.get())

    # Building

    def _build(self, actions: Actions) -> None:
        self._filter = FilterField("Filter by title or artist", actions["find"])
        self._filter.setMinimumWidth(theme.grown_px(232))
        self._rate = KeyButton("Rate pairs", kind="primary").bind(actions["rate_pairs"])
        self.header_right.addWidget(self._filter)
        self.header_right.addWidget(KeyButton("Add songs…", "plus").bind(actions["add_songs"]))
        self.header_right.addWidget(self._rate)
        self._table = make_song_table(self._shown)
        self._foot = LibraryFoot(actions)
        self._brief = BriefChooser()
        self._split = TableAndCheck(self._table, self._bars, self._settings)
        library = QWidget()
        column = QVBoxLayout(library)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._brief)
        column.addWidget(self._split, 1)
        column.addWidget(self._foot)
        self.body.addWidget(LibraryProgress(self._library))
        self._first_run = FirstRun(actions)
        self._pages = QStackedLayout()
        # Added before it has pages: the first page of a stack outside a window shows as a window.
        self.body.addLayout(self._pages)
        self._pages.addWidget(self._first_run)
        self._pages.addWidget(library)

    def _connect(self, actions: Actions, jobs: Jobs) -> None:
        self._project.changed.connect(self._on_changed)
        self._filter.textChanged.connect(self._shown.set_words)
        self._brief.chosen.connect(self._set_brief)
        self._table.clicked.connect(self._on_click)
        self._table.doubleClicked.connect(lambda _: self._open_check(True))
        actions["check_bars"].triggered.connect(self._open_check)
        self._table.customContextMenuRequested.connect(self._show_menu)
        self._table.selectionModel().selectionChanged.connect(lambda *_: self._show_note())
        self._table.verticalScrollBar().valueChanged.connect(self._look_later)
        self._shown.layoutChanged.connect(self._look_later)
        self._look = QTimer(self)
        self._look.setSingleShot(True)
        self._look.setInterval(100)
        self._look.timeout.connect(self._ask_overviews)
        for action_id, use in USES.items():
            actions[action_id].triggered.connect(lambda _=False, use=use: self._set_use(use))
        actions["not_same"].triggered.connect(self._separate)
        actions["remove_song"].triggered.connect(lambda: self._remove(still_teach=True))
        actions["remove_song_and_ratings"].triggered.connect(
            lambda: self._remove(still_teach=False)
        )
        actions["play"].triggered.connect(self._play)
        self._library.files.changed.connect(self._show_rows)
        jobs.started.connect(self._on_job)
        for job in jobs.all_running:
            self._on_job(job)

    # What is shown

    def shown(self) -> None:
        """Read the library and take the keys."""
        self._is_here = True
        self._bars.set_here(True)
        self._show_songs()
        if self._model.rows():
            self._table.setFocus()
        else:
            self._first_run.take_keys()

    def hidden(self) -> None:
        """Fall silent."""
        self._is_here = False
        self._bars.set_here(False)
        self._preview.stop()

    def closed(self) -> None:
        """Ask for no more waveforms, leave no sound on the disk."""
        self._preview.stop()
        self._bars.close_down()
        self._overviews.close()

    def _on_changed(self, changes: frozenset[str]) -> None:
        if "songs" in changes:
            self._show_songs()
        elif "ratings" in changes and self._is_here:
            self._show_note()
        if "brief" in changes:
            self._brief.show_brief(self._project.brief.get())
            self._show_fits()
            self._show_note()

    def _show_songs(self) -> None:
        entries = self._entries = self._project.songs.shown()
        self._show_rows()
        self.facts.setText(library_facts(entries))
        self._show_fits()
        self._rate.setVisible(any(e.status == "ready" and e.use == "rate" for e in entries))
        waits = any(entry.status == "waiting" for entry in entries)
        self._actions.allow(["analyse"], "" if waits else "No song waits")
        self._show_note()

    def _show_fits(self) -> None:
        """Dim what does not fit the brief, and say beside it how much does."""
        self._model.set_misfits(self._project.fits.misfits())
        self._brief.show_fits(self._project.fits.count())

    def _show_rows(self) -> None:
        """Songs, and files that are being read; the choice of rows stays."""
        selected = {entry.song.sha256 for entry in self._selected()}
        self._model.show(self._entries, self._library.files.files)
        has_rows = bool(self._model.rows())
        self._pages.setCurrentIndex(1 if has_rows else 0)
        self.header.setVisible(has_rows)
        self._select(selected)
        self._look_later()

    def _show_note(self) -> None:
        """Under the table: the selected song, what is still needed, and the reserve."""
        selected = self._selected()
        is_one = len(selected) == 1 and selected[0].status == "ready"
        if self._bars.show_song(selected[0] if is_one else None):
            # The panel takes room from the table: the row must not end up behind it.
            QTimer.singleShot(0, lambda: self._table.scrollTo(self._table.currentIndex()))
        self._foot.offer_check(is_one and not self._settings.bar_check_open)
        entries, n_more = self._project.songs.all(), ratings_wanted(self._project)
        fits = self._project.fits
        self._foot.tell(entries, selected, n_more, minutes_left(self._project, n_more), fits)

    def _open_check(self, is_open: bool) -> None:
        """Open the bar check under the table, or close it until it is opened again."""
        self._settings.bar_check_open = is_open
        self._actions["check_bars"].setChecked(is_open)
        self._bars.set_open(is_open)
        self._show_note()
        if not is_open:
            self._table.setFocus()

    def _on_job(self, job: Job[object]) -> None:
        if job.task != ANALYSE_SONG.name:
            return
        sha256 = job.request.song.sha256
        self._overviews.forget(sha256)
        self._model.set_share_done(sha256, 0.0)
        job.progress.connect(lambda share, *_: self._model.set_share_done(sha256, share))
        job.finished.connect(lambda: self._model.set_share_done(sha256, None))

    def _check_next(self) -> None:
        """Go on to the next song whose bars are doubtful."""
        rows = [self._row(at).entry for at in range(self._shown.rowCount())]
        at = next_to_check(rows, {entry.song.sha256 for entry in self._selected()})
        if at is not None:
            self._table.selectRow(at)

    def _look_later(self, *_: object) -> None:
        self._look.start()

    def _ask_overviews(self) -> None:
        """Ask for the waveforms of the rows on the screen."""
        port = self._table.viewport().rect()
        first = self._table.rowAt(port.top())
        last = self._table.rowAt(port.bottom())
        last = self._shown.rowCount() - 1 if last < 0 else last
        if self.isVisible() and first >= 0:
            rows = (self._row(at) for at in range(first, last + 1))
            self._overviews.want(row for row in rows if row.is_read)

    def _row(self, at: int) -> Row:
        row: Row = self._shown.index(at, 0).data(ROW_ROLE)
        return row

    # What the person does

    def _selected(self) -> list[SongEntry]:
        model = self._table.selectionModel()
        return [index.data(ROW_ROLE).entry for index in model.selectedRows()]

    def _select(self, hashes: set[str]) -> None:
        model = self._table.selectionModel()
        have = {entry.song.sha256 for entry in self._selected()}
        for at in range(self._shown.rowCount()) if hashes - have else ():
            if self._row(at).entry.song.sha256 in hashes:
                flags = QItemSelectionModel.SelectionFlag
                model.select(self._shown.index(at, 0), flags.Select | flags.Rows)

    def _play(self) -> None:
        selected = self._selected()
        if self._is_here and selected:
            self._preview.toggle(selected[0])

    def _on_click(self, index: QModelIndex) -> None:
        if not index.data(ROW_ROLE).is_read:
            return
        if index.column() == model.PLAY:
            self._preview.toggle(index.data(ROW_ROLE).entry)
        if index.column() == model.STATUS and needs_check(index.data(ROW_ROLE).entry):
            self._open_check(True)
        if index.column() == model.USE:
            box = self._table.visualRect(index)
            at = self._table.viewport().mapToGlobal(box.bottomLeft())
            use_menu(self, self._actions).exec(at)

    def _show_menu(self, at: QPoint) -> None:
        if self._selected():
            has_twin = bool(changing.twins(self._selected()))
            menu = song_menu(self, self._actions, has_twin)
            menu.exec(self._table.viewport().mapToGlobal(at))

    def _set_use(self, use: SongUse) -> None:
        changing.set_use(self._project, self._notifier, self._selected(), use)

    def _separate(self) -> None:
        changing.separate(self._project, self._notifier, self._selected())

    def _remove(self, *, still_teach: bool) -> None:
        changing.remove(self._project, self._notifier, self._selected(), still_teach)

    def _set_brief(self, brief: Brief) -> None:
        try:
            self._project.brief.set(brief)
        except UserError as error:
            self._notifier.user_error(error)
            self._brief.show_brief(self._project.brief.get())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Close the bar check by Escape, while there is no work to stop with it."""
        if event.key() == Qt.Key.Key_Escape and self._bars.isVisible():
            self._open_check(False)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Leave columns out where room is short."""
        leave_out(self._table, self.width())
        self._show_note()
        self._look_later()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the system's font."""
        if event.type() == QEvent.Type.StyleChange:
            grow(self._table)
            leave_out(self._table, self.width())
        super().changeEvent(event)
