"""One project in its window: every part is made here, and ended in order.

The first paint comes before anything heavy: torch and scipy live in the worker processes alone,
and sound, workers and the server for a second start begin once the window is on the screen.
"""

from __future__ import annotations

from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from editor_app.frame.garbage import forget_lasting, spare_lasting
from editor_app.frame.main_window import MainWindow
from editor_app.keys.actions import Actions
from editor_app.keys.held_keys import HeldKeys
from editor_app.keys.key_presses import KeyPresses
from editor_app.keys.place_table import FIRST_PLACE, PLACES
from editor_app.listening.own_folder import remove_left_over, set_aside_left_over
from editor_app.look.theme import Theme
from editor_app.notifier import About, Notifier
from editor_app.project.project import Project
from editor_app.settings import Settings
from editor_app.sound.player import Player
from editor_app.work.fitting import Fitting
from editor_app.work.jobs import Jobs
from editor_app.work.library import Library
from editor_app.work.lookout import Lookout
from editor_app.work.ready_ahead import READY_AHEAD
from editor_app.workspace import Workspace
from ml_core.domain.tasks import ANALYSE_SONG, PREPARE_PAIR, PROPOSE
from ml_core.store.outdated import LEARN_AGAIN, OUTDATED

if TYPE_CHECKING:
    from editor_app.frame.single_instance import SingleInstance

# A window that opens hidden is never painted: sound and workers start all the same after 2 s.
_FIRST_PAINT_POLL_MS, _FIRST_PAINT_WAITS = 10, 200
# The first pair comes before what is needed later.
_READY_AHEAD_AFTER_MS = 1500
# Files are looked at once the person can work.
_LOOK_AFTER_MS = 3000
# What the workers import while the person looks at the window.
_WARM_INTERACTIVE = (PROPOSE, PREPARE_PAIR)
_WARM_BATCH = (ANALYSE_SONG,)


class Window(QObject):
    """One open project with its window; `close` ends everything that belongs to it.

    Args:
        jobs, player: in place of worker processes and the sound device, for tests.
        taste: the one to work in; empty for the one that was last in use.

    Raises:
        UserError: if the project can't be opened.
    """

    def __init__(
        self,
        project_dir: Path,
        settings: Settings,
        notifier: Notifier,
        theme: Theme,
        jobs: Jobs | None = None,
        player: Player | None = None,
        taste: str = "",
    ) -> None:
        super().__init__()
        self.project = Project.open(project_dir, notifier, taste)
        set_aside_left_over(self.project.cache_dir)
        self.jobs = jobs if jobs is not None else Jobs()
        self.player = player if player is not None else Player()
        self.library = Library(self.project, self.jobs, notifier)
        self.lookout = Lookout(self.project, self.jobs, notifier)
        self.fitting = Fitting(self.project, self.jobs)
        actions = Actions(settings)
        workspace = Workspace(
            self.project, self.jobs, self.player, self.library, actions, notifier, settings
        )
        self.main = MainWindow(workspace, theme)
        self.main.closed.connect(self.close)
        self.project.changed.connect(self._tell_of_another_version)
        self._is_open = True
        self._is_outdated = False
        self._notifier = notifier
        self.project_dir = project_dir
        self._instance: SingleInstance | None = None
        settings.add_recent_project(project_dir)
        last = settings.place if self.project.songs.all() else FIRST_PLACE
        self._first_place = last if last in PLACES else FIRST_PLACE
        self.main.open_empty(self._first_place)
        handle = self.main.windowHandle()
        if handle is not None:
            KeyPresses(handle, actions)
            HeldKeys(handle)  # last, so that it sees a press first
        self._first_paint_waits = 0
        self._wait_for_first_paint()

    def close(self) -> None:
        """Stop sound and jobs, then close the project."""
        if self._is_open:
            self._is_open = False
            self.main.hide()
            if self._instance is not None:
                self._instance.leave()
            self.library.close()
            self.lookout.close()
            self.fitting.close()
            self.player.close()
            self.jobs.shutdown()
            self.project.close()
            if self._instance is not None:
                self._instance.close()
            forget_lasting()

    def _wait_for_first_paint(self) -> None:
        """The screen asks for the first paint when it is ready, and Qt then paints at once."""
        if not self._is_open:
            return
        handle = self.main.windowHandle()
        self._first_paint_waits += 1
        if handle is None or handle.isExposed() or self._first_paint_waits > _FIRST_PAINT_WAITS:
            QTimer.singleShot(0, self._after_first_paint)
        else:
            QTimer.singleShot(_FIRST_PAINT_POLL_MS, self._wait_for_first_paint)

    def _after_first_paint(self) -> None:
        if self._is_open:
            # Before what may fail: sound and workers don't hang on it.
            QTimer.singleShot(0, self._begin_work)
            if not self.main.place:  # A key may have chosen another one by now.
                self.main.show_place(self._first_place)

    def _begin_work(self) -> None:
        if self._is_open:
            self._listen()
            cache_dir = self.project.cache_dir
            Thread(target=remove_left_over, args=(cache_dir,), name="left-over").start()
            self._tell_at_start()
            self.main.sound.open()
            self.jobs.warm_up(_WARM_INTERACTIVE, _WARM_BATCH)
            self.library.resume()
            QTimer.singleShot(_LOOK_AFTER_MS, self.lookout, self.lookout.start)
            QTimer.singleShot(_READY_AHEAD_AFTER_MS, self._ready_ahead)

    def _tell_at_start(self) -> None:
        """All that opening the project has to say, in one banner: none hides another."""
        self._is_outdated = self.project.models.is_outdated()
        warnings = [*self.project.warnings, *([OUTDATED] if self._is_outdated else [])]
        text = " ".join(filter(None, [self.project.recovered, *warnings]))
        if self._is_outdated:
            self._notifier.in_turn("doubtful", text, LEARN_AGAIN, "train", About.VERSION)
        elif text:
            self._notifier.in_turn("doubtful" if warnings else "good", text)

    def _ready_ahead(self) -> None:
        if self._is_open:
            READY_AHEAD.start()
            self.fitting.start()
            self.main.places_ahead.done.connect(spare_lasting)
            self.main.places_ahead.start()

    def _tell_of_another_version(self, changes: frozenset[str]) -> None:
        """The taste in use may have been learned by another version of the app."""
        if not self._is_open or not changes & {"tastes", "checkpoints"}:
            return
        is_told, self._is_outdated = self._is_outdated, self.project.models.is_outdated()
        if self._is_outdated and not is_told:
            self._notifier.in_turn("doubtful", OUTDATED, LEARN_AGAIN, "train", About.VERSION)
        elif is_told and not self._is_outdated:
            self._notifier.withdraw(About.VERSION)

    def _listen(self) -> None:
        """A second start finds this window."""
        from editor_app.frame.single_instance import SingleInstance  # noqa: PLC0415 - as below

        self._instance = SingleInstance(self.project_dir)
        self._instance.raised.connect(self.main.come_up)
        self._instance.listen()
