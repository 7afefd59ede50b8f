"""Exceptions that nobody caught go to the fault dialog instead of ending the app or vanishing."""

from __future__ import annotations

import sys
import threading
import traceback
from types import TracebackType

from editor_app.notifier import Notifier
from ml_core.errors import Cancelled, UserError
from ml_core.log import note_fault


def catch_faults(notifier: Notifier) -> None:
    """Send every uncaught exception, of any thread, to the notifier.

    Signals carry it to the window's thread, so a fault in a thread is safe to show.
    """

    def on_fault(
        kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None or issubclass(kind, Cancelled):
            return
        if issubclass(kind, (KeyboardInterrupt, SystemExit)):
            sys.__excepthook__(kind, error, trace)
        elif isinstance(error, UserError):
            notifier.user_error(error)
        else:
            details = "".join(traceback.format_exception(kind, error, trace))
            note_fault(details)
            sys.stderr.write(details)
            notifier.unexpected("Something unexpected happened inside Tastecut.", details)

    def on_thread_fault(args: threading.ExceptHookArgs) -> None:
        on_fault(args.exc_type, args.exc_value, args.exc_traceback)

    sys.excepthook = on_fault
    threading.excepthook = on_thread_fault
