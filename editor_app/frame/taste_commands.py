"""Choosing, adding, renaming, duplicating and resetting tastes, from menu and side bar."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMainWindow, QMenu

from editor_app.frame.name_dialog import NameDialog
from editor_app.frame.taste_box import TasteBox
from editor_app.look.foreign import named, shown
from editor_app.workspace import Workspace
from ml_core.domain.models import Taste
from ml_core.domain.tasks import COMPARE_PAIRS, TRAIN
from ml_core.errors import UserError

# What these make is kept for the taste that they were begun with.
_OF_A_TASTE = {
    TRAIN.name: "Your taste is being trained.",
    COMPARE_PAIRS.name: "Pairs are being made.",
}
_ACTIONS = ("add_taste", "duplicate_taste", "reset_taste")


class TasteCommands(QObject):
    """Connects the actions about tastes, the box in the side bar and the list in the menu.

    Args:
        menu: the menu "Taste".
    """

    def __init__(
        self, window: QMainWindow, workspace: Workspace, box: TasteBox, menu: QMenu
    ) -> None:
        super().__init__(window)
        actions, project = workspace.actions, workspace.project
        self._window, self._actions, self._project = window, actions, project
        self._jobs, self._notifier, self._box = workspace.jobs, workspace.notifier, box
        self.dialog: NameDialog | None = None
        self._n_tastes = 1
        self._list = QMenu("Use the taste", window)
        menu.insertMenu(actions["add_taste"], self._list)
        self._list.aboutToShow.connect(self._fill)
        box.chosen.connect(self._choose)
        for action_id, work in {
            "add_taste": self._ask_new,
            "rename_taste": self._ask_other_name,
            "duplicate_taste": self._ask_copy,
            "reset_taste": self._reset,
            "remove_taste": self._remove,
        }.items():
            actions[action_id].triggered.connect(lambda _=False, work=work: work())
        project.tastes.switch_refusal = self._refusal
        project.changed.connect(self._on_changed)
        # Jobs end after the project was closed: what they change must not read it.
        workspace.jobs.current.connect(lambda _: self._show_refusal())
        self._show()

    def _refusal(self) -> str:
        """Why no other taste can be chosen now."""
        jobs = [job for job in (self._jobs.running, *self._jobs.waiting) if job is not None]
        return next((_OF_A_TASTE[job.task] for job in jobs if job.task in _OF_A_TASTE), "")

    def _on_changed(self, changes: frozenset[str]) -> None:
        if "tastes" in changes:
            self._show()

    def _show(self) -> None:
        tastes = self._project.tastes.all()
        self._n_tastes = len(tastes)
        self._box.show_tastes(
            [(one.id, shown(one.name)) for one in tastes], self._project.tastes.current.id
        )
        self._show_refusal()

    def _show_refusal(self) -> None:
        refusal = self._refusal()
        only = "" if self._n_tastes > 1 else "A project needs one taste"
        self._box.refuse(refusal)
        self._actions.allow(_ACTIONS, refusal)
        self._actions.allow(["remove_taste"], refusal or only)
        self._list.setEnabled(not refusal and not only)

    def _fill(self) -> None:
        self._list.clear()
        group = QActionGroup(self._list)
        for taste in self._project.tastes.all():
            action = named(self._list.addAction(""), taste.name)
            action.setCheckable(True)
            action.setChecked(taste.id == self._project.tastes.current.id)
            group.addAction(action)
            action.triggered.connect(lambda _=False, taste=taste: self._use(taste))

    def _choose(self, taste_id: int) -> None:
        for taste in self._project.tastes.all():
            if taste.id == taste_id:
                self._use(taste)

    def _use(self, taste: Taste) -> None:
        self._do(lambda: self._project.tastes.use(taste), f"{shown(taste.name)} is in use.")

    def _reset(self) -> None:
        name = self._project.tastes.current.name
        self._do(
            self._project.tastes.reset, f"{shown(name)} begins anew. Undo brings its ratings back."
        )

    def _remove(self) -> None:
        name = self._project.tastes.current.name
        self._do(self._project.tastes.remove, f"{shown(name)} is removed. Undo brings it back.")

    def _do(self, work: Callable[[], None], said: str) -> None:
        try:
            work()
        except UserError as error:
            self._notifier.user_error(error)
            self._show()
            return
        self._notifier.clear()
        self._notifier.status(said)

    def _ask_new(self) -> None:
        self._ask("Add a taste", "What is the taste for?", "Add", "", self._project.tastes.add)

    def _ask_other_name(self) -> None:
        name = self._project.tastes.current.name
        take = self._project.tastes.rename
        self._ask("Rename the taste", f"What shall {shown(name)} be called?", "Rename", name, take)

    def _ask_copy(self) -> None:
        name = self._project.tastes.current.name
        take = self._project.tastes.duplicate
        self._ask("Duplicate the taste", "What is the copy for?", "Duplicate", f"{name} 2", take)

    def _ask(
        self, title: str, question: str, words: str, name: str, take: Callable[[str], None]
    ) -> None:
        dialog = NameDialog(self._window, title, question, words, name, take)
        dialog.finished.connect(dialog.deleteLater)
        self.dialog = dialog
        dialog.open()
