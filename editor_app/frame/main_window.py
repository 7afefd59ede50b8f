"""The frame: menus, side bar, the places, the status line."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from editor_app.frame.archive_commands import ArchiveCommands
from editor_app.frame.banner import Banner
from editor_app.frame.commands import Commands
from editor_app.frame.dialogs.fault_dialog import FaultDialog
from editor_app.frame.first_size import first_size, smallest_size
from editor_app.frame.menus import fill_menu_bar
from editor_app.frame.places_ahead import PlacesAhead
from editor_app.frame.shown_job import ShownJob
from editor_app.frame.side_bar import SideBar
from editor_app.frame.sound_output import SoundOutput
from editor_app.frame.status_line import StatusLine
from editor_app.frame.taste_commands import TasteCommands
from editor_app.keys.place_table import FIRST_PLACE, PLACE_TABLE
from editor_app.look import icons
from editor_app.look.theme import Theme
from editor_app.look.words import counted
from editor_app.notifier import About
from editor_app.places.place import Place
from editor_app.widgets.focus_ring import FocusRing
from editor_app.widgets.key_button import KeyButton
from editor_app.work.dropped_kinds import parted
from editor_app.workspace import Workspace
from ml_core.paths import printable_name

if TYPE_CHECKING:
    from editor_app.frame.dialogs.preferences_dialog import PreferencesDialog


class MainWindow(QMainWindow):
    """Shows one place at a time and what concerns all of them.

    Args:
        workspace: what all places work with.
    """

    closed = Signal()

    def __init__(self, workspace: Workspace, theme: Theme) -> None:
        super().__init__()
        settings = workspace.settings
        self._workspace = workspace
        self._project, self._notifier = workspace.project, workspace.notifier
        self._settings = settings
        self.setWindowTitle("Tastecut")
        self.setWindowIcon(icons.app_icon())
        free = self.screen().availableSize()
        self.setMinimumSize(smallest_size(free))
        self.setAcceptDrops(True)
        self.actions_by_id = workspace.actions
        workspace.actions.serve(self)
        self._places: dict[str, Place] = {}
        self._place, self._is_closed = "", False
        self._empty: Place | None = None
        self._fault_dialog: FaultDialog | None = None
        self.preferences: PreferencesDialog | None = None
        self._banner = Banner()
        self.commands = Commands(self, workspace, theme)
        self.archives = ArchiveCommands(self, workspace)
        self._build()
        self.sound = SoundOutput(workspace, self._status)
        box, menu = self._side_bar.taste_box, self._menus["Taste"]
        self.tastes = TasteCommands(self, workspace, box, menu)
        self._shown_job = ShownJob(self._status, workspace)
        self._connect()
        self.resize(first_size(free))
        if not settings.geometry.isEmpty():
            self.restoreGeometry(settings.geometry)
        self._read_project(frozenset({"songs", "ratings", "brief"}))

    # Building

    def _build(self) -> None:
        actions = self.actions_by_id
        self._menus = fill_menu_bar(self.menuBar(), actions)
        self._devices = QMenu("Audio output", self)
        self._menus["Play"].addMenu(self._devices)
        self._recent = QMenu("Recent projects", self)
        self._menus["File"].insertMenu(actions["back_up"], self._recent)
        self._all_keys = KeyButton("All keys", kind="flat", height_px=28).bind(actions["all_keys"])
        self.menuBar().setCornerWidget(self._all_keys)

        self._side_bar = SideBar([(spec, actions[spec.action]) for spec in PLACE_TABLE])
        self._stack = QStackedWidget()
        self.places_ahead = PlacesAhead(self._make_once, self)
        self._status = StatusLine(actions["stop_job"])
        upper = QHBoxLayout()
        upper.setSpacing(0)
        upper.addWidget(self._side_bar)
        upper.addWidget(self._stack, 1)
        frame = QWidget()
        column = QVBoxLayout(frame)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(upper, 1)
        column.addWidget(self._status)
        self.setCentralWidget(frame)
        self._ring = FocusRing(self)

    def _connect(self) -> None:
        actions = self.actions_by_id
        for spec in PLACE_TABLE:
            actions[spec.action].triggered.connect(lambda _=False, n=spec.name: self.show_place(n))
        actions["train"].triggered.connect(lambda: self._do_in("taste", "train"))
        actions["bring_edits"].triggered.connect(lambda: self._do_in("export", "bring_edits"))
        actions["add_finished"].triggered.connect(lambda: self._do_in("export", "add_finished"))
        actions["rate_pairs"].triggered.connect(lambda: self._do_in("rate", "rate_pairs"))
        actions["preferences"].triggered.connect(self._show_preferences)
        self._recent.aboutToShow.connect(lambda: self.commands.fill_recent(self._recent))
        self._devices.aboutToShow.connect(lambda: self.sound.fill(self._devices))
        self._status.sound.outputs_wanted.connect(self.sound.pop_up)
        self._notifier.message.connect(self._say_in_banner)
        self._notifier.message_in_turn.connect(self._say_in_turn)
        self._notifier.withdrawn.connect(self._banner.withdraw)
        self._notifier.cleared.connect(self._banner.clear)
        self._notifier.status_changed.connect(self._shown_job.say)
        self._notifier.fault.connect(self._show_fault)
        self._side_bar.taste_box.unseen.connect(self._status.set_taste)
        self._project.changed.connect(self._on_saved)
        self._project.changed.connect(self._read_project)

    # Places

    @property
    def place(self) -> str:
        """The place in front."""
        return self._place

    def open_empty(self, place: str) -> None:
        """Come up with the name of a place alone.

        What the place holds is made afterwards, since that takes as long again.
        """
        self._empty = Place(self.actions_by_id[f"place_{place}"].text())
        self._empty.banner_room.addWidget(self._banner)
        self._stack.addWidget(self._empty)
        self._side_bar.select(place)
        self.show()

    def show_place(self, place: str) -> None:
        """Bring a place to the front."""
        if place == self._place or not self.actions_by_id[f"place_{place}"].isEnabled():
            return
        if self._place:
            self._places[self._place].hidden()
        self._make_once(place)
        self._place = place
        view = self._places[place]
        self._side_bar.select(place)
        self.actions_by_id.show_place(place)
        if self._empty is None:  # What was said before there was any place still stands.
            self._banner.leave_place()
        view.banner_room.addWidget(self._banner)
        self._stack.setCurrentWidget(view)
        if self._empty is not None:
            self._stack.removeWidget(self._empty)
            self._empty.deleteLater()
            self._empty = None
        self._settings.place = place
        view.shown()

    def _do_in(self, place: str, action_id: str) -> None:
        """Bring a place to the front and have it carry out a command."""
        self.show_place(place)
        if self._place == place:
            self._places[place].command(action_id)

    def _make_once(self, place: str) -> Place | None:
        """Make a place, hidden; None if it is made already or can't be opened now."""
        if place in self._places or not self.actions_by_id[f"place_{place}"].isEnabled():
            return None
        made = self._places[place] = self._make(place)
        self._stack.addWidget(made)
        made.grown.connect(self._order_focus)
        self._order_focus()
        return made

    def _order_focus(self) -> None:
        """The status line comes after all places."""
        self._status.take_focus_last()

    def _make(self, place: str) -> Place:
        # Imported here, so that the first paint waits for one place's modules alone.
        spec = next(spec for spec in PLACE_TABLE if spec.name == place)
        view_class = getattr(importlib.import_module(spec.module), spec.page)
        view: Place = view_class(self._workspace)
        return view

    def _read_project(self, changes: frozenset[str]) -> None:
        """Show what the project holds, and open the places that need songs."""
        # A change may be told while the window closes, and the project is closed then.
        if self._is_closed or not changes & {"songs", "ratings", "brief"}:
            return
        songs, brief = self._project.songs.all(), self._project.brief.get().name
        reason = "" if songs else "Add songs first"
        needy = [s.action for s in PLACE_TABLE if s.needs_songs]
        needy += ["rate_pairs", "bring_edits", "add_finished"]
        self.actions_by_id.allow(needy, reason)
        n_ratings = counted(self._project.ratings.count(), "rating")
        count = f"{counted(len(songs), 'song')}, {n_ratings}" if songs else "No songs yet"
        self._side_bar.set_foot(brief if songs else "", count)
        if not songs and self._place not in ("", FIRST_PLACE):
            self.show_place(FIRST_PLACE)
        if "songs" in changes:
            self.places_ahead.look_again()

    # What is said

    def _say_in_banner(self, kind: str, text: str, remedy: str, action_id: str, about: str) -> None:
        self._banner.say(kind, text, remedy, self._action(action_id), about)

    def _say_in_turn(self, kind: str, text: str, remedy: str, action_id: str, about: str) -> None:
        self._banner.say_in_turn(kind, text, remedy, self._action(action_id), about)

    def _on_saved(self, changes: frozenset[str]) -> None:
        if changes:  # Else there was nothing to save, and the disk may refuse as before.
            self._banner.withdraw(About.SAVING)

    def _action(self, action_id: str) -> QAction | None:
        return self.actions_by_id[action_id] if action_id else None

    def _show_fault(self, text: str, details: str) -> None:
        if self._fault_dialog is None:
            self._fault_dialog = FaultDialog(self)
        self._fault_dialog.add(text, details)

    def _show_preferences(self) -> None:
        # Imported here: the first paint need not wait for it.
        from editor_app.frame.dialogs.preferences_dialog import PreferencesDialog  # noqa: PLC0415

        if self.preferences is None:
            self.preferences = PreferencesDialog(self._settings, self.sound.choices, self)
            self.sound.outputs_changed.connect(self.preferences.show_outputs)
        self.preferences.come_up()
        self.sound.look_round()

    # The window itself

    def come_up(self) -> None:
        """Bring the window to the front, as when a second one was started."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Take files and folders anywhere."""
        if _local_paths(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Take what was dropped where it belongs, and show it."""
        paths = _local_paths(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self._take_dropped(paths)

    def _take_dropped(self, paths: list[str]) -> None:
        """The place in front takes what is its own, Export edits from elsewhere, Songs the rest."""
        if self._place:
            paths = self._places[self._place].take_dropped(paths, is_in_front=True)
        edits, others = parted(paths)
        if others:
            self._workspace.library.add_paths(others)
        if edits:
            self.show_place("export")
        elif others:
            self.show_place("songs")
        if edits and self._place == "export":
            self._places["export"].take_dropped(edits, is_in_front=False)
        elif edits:
            text = f"{printable_name(edits[0])} is an edit of a song that is not here."
            self._notifier.banner(
                "failed", text, "Add its song, then drop it again.", about=About.BRINGING
            )

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Show only the side bar's icons where room is short."""
        self._side_bar.follow(self.width())
        super().resizeEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Keep the window's position. Whoever listens to `closed` stops what runs."""
        self._settings.geometry = self.saveGeometry()
        self._is_closed = True
        self.places_ahead.stop()
        self.sound.close()
        self._shown_job.close()
        if self._place:
            self._places[self._place].hidden()
        for view in self._places.values():
            view.closed()
        event.accept()
        self.closed.emit()


def _local_paths(data: QMimeData) -> list[str]:
    return [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
