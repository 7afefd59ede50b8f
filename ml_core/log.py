"""The log on this computer: what went wrong and when, without anything of what is in a file.

It names files by their names alone; titles, tags, ratings and folders are not in it. Nothing is
sent anywhere. Libraries that are written in C (decoders, sound and window systems) print to the
standard error of the process; those lines go into a file beside it.
"""

from __future__ import annotations

import logging
import logging.handlers
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO

from ml_core.own_files import make_private_folder, touch_private
from ml_core.paths import log_dir

_MOST_BYTES = 512 * 1024
_OLDER_KEPT = 3
_LIBRARIES = "libraries.log"
_STANDARD_ERROR = 2

# A path up to its last part. One with spaces ends at the first, where nothing private follows.
_FOLDERS = re.compile(r"(?:[A-Za-z]:)?(?:[\\/][^\\/\n\"']*)*[\\/](?=[^\\/\s])")

_LOG = logging.getLogger("tastecut")


class _Private(logging.handlers.RotatingFileHandler):
    """A log file for the user alone."""

    def _open(self) -> TextIOWrapper:
        make_private_folder(Path(self.baseFilename).parent)
        touch_private(self.baseFilename)
        return super()._open()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """A full disk is no reason for a traceback on standard error."""


class _NamesOnly(logging.Formatter):
    """Lines in which files are named without their folders."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, tracebacks included."""
        return names_only(super().format(record))


def names_only(text: str) -> str:
    """Text in which each path is its last part alone."""
    return _FOLDERS.sub("", text)


def note(words: str) -> None:
    """Write a line into the log, if one was begun."""
    _LOG.info(words)


def note_fault(details: str) -> None:
    """Write what nobody expected into the log, if one was begun."""
    _LOG.error(details)


@contextmanager
def logging_to(name: str) -> Iterator[None]:
    """Keep a log for the time of a block, and the lines of foreign libraries off standard error.

    Nothing is made on the disk before there is something to write. A log that can't be written is
    done without.

    Args:
        name: of the program, "window" or "command": each writes a file of its own.
    """
    handler = _handler(name)
    if handler is not None:
        _LOG.addHandler(handler)
        _LOG.setLevel(logging.INFO)
        _LOG.propagate = False
    try:
        with _foreign_lines_apart():
            yield
    finally:
        if handler is not None:
            _LOG.removeHandler(handler)
            handler.close()


def _handler(name: str) -> logging.Handler | None:
    try:
        made = _Private(
            log_dir() / f"{name}.log",
            maxBytes=_MOST_BYTES,
            backupCount=_OLDER_KEPT,
            encoding="utf-8",
            delay=True,
            errors="backslashreplace",
        )
    except OSError:
        return None
    made.setFormatter(_NamesOnly("%(asctime)s %(process)d %(levelname)s %(message)s"))
    return made


@contextmanager
def _foreign_lines_apart() -> Iterator[None]:
    """Let descriptor 2 be a file for the time of a block; Python's own lines go where they went."""
    try:
        saved = os.dup(_STANDARD_ERROR)
    except OSError:  # Standard error is closed.
        yield
        return
    with tempfile.TemporaryFile() as lines:
        with _standard_error_into(saved, lines.fileno()):
            yield
        _keep_foreign(lines)


@contextmanager
def _standard_error_into(saved: int, target: int) -> Iterator[None]:
    """Let descriptor 2 be another file, and Python's standard error what it was.

    Args:
        saved: a copy of descriptor 2, closed at the end.
    """
    own = sys.stderr
    if own is not None and _is_standard_error(own):
        own.flush()
        sys.stderr = os.fdopen(
            os.dup(saved), "w", buffering=1, encoding=own.encoding, errors=own.errors
        )
    os.dup2(target, _STANDARD_ERROR)
    try:
        yield
    finally:
        if own is not None and sys.stderr is not own:
            with suppress(OSError, ValueError):
                sys.stderr.close()
            sys.stderr = own
        os.dup2(saved, _STANDARD_ERROR)
        os.close(saved)


def _keep_foreign(lines: BinaryIO) -> None:
    """Add what foreign libraries printed to their file, begun anew when it is long."""
    with suppress(OSError):
        lines.seek(0)
        printed = lines.read(_MOST_BYTES).decode("utf-8", "replace")
        if not printed:
            return
        file = make_private_folder(log_dir()) / _LIBRARIES
        if file.exists() and file.stat().st_size > _MOST_BYTES:
            file.replace(file.with_suffix(".log.1"))
        touch_private(file)
        with file.open("a", encoding="utf-8") as kept:
            kept.write(names_only(printed))


def _is_standard_error(stream: object) -> bool:
    try:
        return stream.fileno() == _STANDARD_ERROR  # type: ignore[attr-defined, no-any-return]
    except (AttributeError, OSError, ValueError):
        return False
