"""What can go wrong, told apart by whose move comes next.

`UserError` is something a person can put right: it is shown as one sentence with its remedy
(exit code 2). `Cancelled` is what the person asked for and is silent. Everything else is our
fault and reaches the person as one dialog or one line with details (exit code 1); `OwnFault` is
one of which we know what helps.
"""

from __future__ import annotations


class UserError(Exception):
    """A fault that the person can mend.

    Args:
        message: one sentence, sentence case, naming the file or option concerned.
        remedy: one sentence saying what helps; empty where the message says it already.
    """

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message, remedy)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class NotSavedError(UserError):
    """The store refused a write (full disk, read-only, locked); nothing was changed."""


class InUseError(UserError):
    """Another process is the project's writer."""


class OwnFault(Exception):
    """A fault of ours or of the machine, with what helps; nothing of the person's is to blame.

    Args:
        message: one sentence, sentence case.
        remedy: one sentence saying what helps.
    """

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message, remedy)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}"


class Cancelled(Exception):
    """The person stopped the task; what was kept before stays valid."""
