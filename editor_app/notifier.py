"""The one way to say something to the person: a banner, the status line, or the fault dialog."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QObject, Signal

from ml_core.errors import UserError

Kind = Literal["good", "doubtful", "failed"]


class Notifier(QObject):
    """Carries words from anywhere to the window; it shows nothing itself."""

    message = Signal(str, str, str, str)
    """(kind, text, remedy, action id): one line under the header that stays until it is closed;
    the action is offered as a button, empty for none."""

    message_in_turn = Signal(str, str, str, str)
    """As `message`, of what nobody asked for: it waits until the banner that is there is closed,
    and comes back after one that could not wait."""

    message_that_lasts = Signal(str, str, str, str)
    """As `message_in_turn`, of what is so in every place: it stays there until it is cleared."""

    cleared = Signal(str)
    """The reason of the banner is gone: of those told in turn with this action, or, where it is
    empty, of the one that is there and was not told in turn."""

    status_changed = Signal(str, bool)
    """The last thing that was done, and whether it was done well (a tick)."""

    fault = Signal(str, str)
    """(what happened, details to copy): our fault, shown in the one dialog."""

    def banner(self, kind: Kind, text: str, remedy: str = "", action_id: str = "") -> None:
        """Show one sentence with what helps, and the action that does it where there is one."""
        self.message.emit(kind, text, remedy, action_id)

    def in_turn(self, kind: Kind, text: str, remedy: str = "", action_id: str = "") -> None:
        """Show what nobody asked for, once what is there has been read."""
        self.message_in_turn.emit(kind, text, remedy, action_id)

    def lasting(self, kind: Kind, text: str, remedy: str, action_id: str) -> None:
        """Show what is so until `clear` is told its action, whatever place is shown meanwhile."""
        self.message_that_lasts.emit(kind, text, remedy, action_id)

    def user_error(self, error: UserError) -> None:
        """Show what a person can put right."""
        self.message.emit("failed", error.message, error.remedy, "")

    def clear(self, action_id: str = "") -> None:
        """Take the banner away; with an action, those told in turn that offer it."""
        self.cleared.emit(action_id)

    def status(self, text: str, is_done: bool = True) -> None:
        """Say in the status line what was done, or what can't be done now."""
        self.status_changed.emit(text, is_done)

    def unexpected(self, text: str, details: str) -> None:
        """Show our fault with details to copy."""
        self.fault.emit(text, details)
