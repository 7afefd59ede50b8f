"""Undo over store operations that return their inverse; each has a name the menu shows."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from editor_app.notifier import Notifier
from ml_core.errors import UserError

Operation = Callable[[], Callable[[], None]]
"""Does its work and returns what takes it back."""

_LIMIT = 200


class _Step(QUndoCommand):
    """A name on Qt's stack with the operation behind it; the work is done by `History`."""

    def __init__(self, name: str, operation: Operation, inverse: Callable[[], None]) -> None:
        super().__init__(name)
        self.operation = operation
        self.inverse = inverse


class History(QObject):
    """What can be taken back, newest last.

    The work runs before Qt's stack moves: an operation that the store refuses leaves the stack
    where it was, and can be tried again.
    """

    changed = Signal()

    def __init__(self, notifier: Notifier) -> None:
        super().__init__()
        self._notifier = notifier
        self._stack = QUndoStack(self)
        self._stack.setUndoLimit(_LIMIT)
        self._stack.indexChanged.connect(self.changed)

    def do(self, name: str, operation: Operation) -> None:
        """Run an operation and remember how to take it back.

        Raises:
            UserError: what the operation raised; nothing is remembered then.
        """
        self._stack.push(_Step(name, operation, operation()))

    def undo(self) -> bool:
        """Take the last step back; false if there is none or the store refused."""
        step = self._step(self._stack.index() - 1)
        if step is None or not self._run(step.inverse):
            return False
        self._stack.undo()
        return True

    def redo(self) -> bool:
        """Do the step again that was taken back last; false if there is none or it was refused."""
        step = self._step(self._stack.index())
        if step is None:
            return False

        def again() -> None:
            step.inverse = step.operation()

        if not self._run(again):
            return False
        self._stack.redo()
        return True

    def clear(self) -> None:
        """Forget everything, as when another project is opened."""
        self._stack.clear()

    @property
    def undo_name(self) -> str:
        """What undo would take back; empty if nothing."""
        return self._stack.undoText()

    @property
    def redo_name(self) -> str:
        """What redo would do again; empty if nothing."""
        return self._stack.redoText()

    def _step(self, index: int) -> _Step | None:
        step = self._stack.command(index) if 0 <= index < self._stack.count() else None
        return step if isinstance(step, _Step) else None

    def _run(self, work: Callable[[], None]) -> bool:
        try:
            work()
        except UserError as error:
            self._notifier.user_error(error)
            return False
        return True
