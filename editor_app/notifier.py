"""The one way to say something to the person: a banner, the status line, or the fault dialog."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from PySide6.QtCore import QObject, Signal

from ml_core.errors import NotSavedError, UserError

Kind = Literal["good", "doubtful", "failed"]


class About(StrEnum):
    """The states that a banner can tell of: who knows that one is over withdraws its banner.

    A banner that is about none of them answers what the person just did: it goes with the next
    thing that is done well, or with the place.
    """

    SAVING = "saving"
    """Something was not saved; over when the store has saved anything."""
    SOUND = "sound"
    """There is no output; over when one is open."""
    VERSION = "version"
    """The taste in use was learned by another version; over when that is no longer so."""
    ADDING = "adding"
    """Files can't be used; over when others are chosen."""
    RECORDINGS = "recordings"
    """Songs are one recording; over when none of them is."""
    FITTING = "fitting"
    """Few songs fit the brief, or none of them is kept aside; over when that is no longer so."""
    TRAINING = "training"
    """A training can't begin, or failed; over when one begins."""
    COMPARING = "comparing"
    """A comparison can't begin, or failed; over when one begins."""
    HEARING = "hearing"
    """An edit can't be heard; over when one is loaded."""
    EXPORT = "export"
    """Songs were not exported; over when the next export begins, or they are gone."""
    BRINGING = "bringing"
    """Edits from other tools can't be taken, or not whole; over when others are brought."""
    OFFER = "offer"
    """Exported edits could count as ratings; over once they do, or when the next export begins."""


class Notifier(QObject):
    """Carries words from anywhere to the window; it shows nothing itself."""

    message = Signal(str, str, str, str, str)
    """(kind, text, remedy, action id, about): one line under the header that stays until it is
    closed or untrue; the action is offered as a button, empty for none."""

    message_in_turn = Signal(str, str, str, str, str)
    """As `message`, of what nobody asked for: it waits until the banner that is there is closed,
    and comes back after one that could not wait."""

    withdrawn = Signal(str)
    """What was said about a state is untrue now."""

    cleared = Signal()
    """Something was done well: what was said of the thing before, and of no state, is over."""

    status_changed = Signal(str, bool)
    """The last thing that was done, and whether it was done well (a tick)."""

    fault = Signal(str, str)
    """(what happened, details to copy): our fault, shown in the one dialog."""

    def banner(
        self, kind: Kind, text: str, remedy: str = "", action_id: str = "", about: str = ""
    ) -> None:
        """Show one sentence with what helps, and the action that does it where there is one.

        Args:
            about: the state (`About`) that it tells of; empty where it tells of none.
        """
        self.message.emit(kind, text, remedy, action_id, about)

    def in_turn(
        self, kind: Kind, text: str, remedy: str = "", action_id: str = "", about: str = ""
    ) -> None:
        """Show what nobody asked for, once what is there has been read."""
        self.message_in_turn.emit(kind, text, remedy, action_id, about)

    def user_error(self, error: UserError, about: str = "") -> None:
        """Show what a person can put right."""
        if isinstance(error, NotSavedError):
            about = About.SAVING
        self.message.emit("failed", error.message, error.remedy, "", about)

    def withdraw(self, about: str) -> None:
        """Take away what was said about a state, since it is untrue now."""
        self.withdrawn.emit(about)

    def clear(self) -> None:
        """Take away what was said of no state, since something was done well after it."""
        self.cleared.emit()

    def status(self, text: str, is_done: bool = True) -> None:
        """Say in the status line what was done, or what can't be done now."""
        self.status_changed.emit(text, is_done)

    def unexpected(self, text: str, details: str) -> None:
        """Show our fault with details to copy."""
        self.fault.emit(text, details)
