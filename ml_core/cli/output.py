"""What the command prints: for people, or one JSON object and nothing else."""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from ml_core.domain.songs import SongEntry
from ml_core.errors import UserError
from ml_core.foreign_text import FIRST_STRONG_ISOLATE, POP_ISOLATE, shown_line
from ml_core.paths import printable_name
from ml_core.progress import Progress
from ml_core.store import Store
from ml_core.store.outdated import LEARN_AGAIN, OUTDATED, is_outdated

EXIT_OURS = 1
EXIT_PERSON = 2
SCHEMA = 1


def printable(text: str) -> str:
    """Text that any terminal takes: names that are not UTF-8 are shown with escapes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def one_line(text: str) -> str:
    """Printable text on one line: a name may hold line ends, orders to the terminal, or marks that
    turn the writing direction of our own words.
    """
    return shown_line(printable(text))


def complain(sentence: str) -> None:
    """One sentence on standard error."""
    if sys.stderr is not None:
        line = f"tastecut: {one_line(sentence)}\n"
        sys.stderr.write(_as_encoded(line, sys.stderr.encoding))


def complain_outdated(store: Store) -> None:
    """Say it where the taste in use was learned by another version."""
    if is_outdated(store):
        complain(f"{OUTDATED} {LEARN_AGAIN}")


def complain_missing(entries: Sequence[SongEntry]) -> None:
    """Say which songs were passed over since their files have gone."""
    for entry in entries:
        complain(f"{printable_name(entry.song.path)} can't be found and was left out.")


def write_out(text: str) -> None:
    """Write to standard output; where that is closed, nobody listens.

    Raises:
        BrokenPipeError: if the reader has gone.
        UserError: if it can't be written (a full disk, say).
    """
    if sys.stdout is None:
        return
    try:
        sys.stdout.write(_as_encoded(text, sys.stdout.encoding))
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UserError(
            f"The output can't be written: {error.strerror}.", "Send it elsewhere."
        ) from error


def _as_encoded(text: str, encoding: str | None) -> str:
    """Text as far as an output takes it; isolates only where it knows them."""
    name = encoding or "utf-8"
    try:
        text.encode(name)
        return text
    except UnicodeEncodeError:
        bare = text.replace(FIRST_STRONG_ISOLATE, "").replace(POP_ISOLATE, "")
        return bare.encode(name, "replace").decode(name)


def finite(value: Any) -> Any:
    """The value with NaN and infinities as null: JSON has neither."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:
        return finite(value.item())
    if hasattr(value, "tolist"):
        return finite(value.tolist())
    return value


def show(arguments: argparse.Namespace, data: Mapping[str, Any], lines: Sequence[str]) -> None:
    """Print `data` as JSON when it was asked for, else the lines for people."""
    if arguments.json:
        write_out(json.dumps({"schema": SCHEMA, **finite(data)}, ensure_ascii=True) + "\n")
        return
    write_out("".join(one_line(line) + "\n" for line in lines))


@contextmanager
def open_project(arguments: argparse.Namespace, write: bool = True) -> Iterator[Store]:
    """The project's store, working in the taste that was named, if one was.

    What the store warns of when it is opened goes to standard error.
    """
    with Store.open(arguments.project, write=write) as store:
        for warning in store.warnings:
            complain(warning)
        if arguments.taste is not None:
            store.tastes.work_in(store.tastes.find(arguments.taste))
        yield store


class TerminalProgress:
    """A progress bar on standard error, drawn at most ten times a second, on terminals only."""

    def __init__(self, quiet: bool) -> None:
        self._on = not quiet and sys.stderr is not None and sys.stderr.isatty()
        self._drawn_s = -math.inf
        self._words = ""

    def progress(self) -> Progress:
        """The progress to hand to a task."""
        return Progress(self._draw if self._on else None)

    def _draw(self, fraction: float, words: str, partial: Mapping[str, Any] | None) -> None:
        self._words = words or self._words
        now_s = time.monotonic()
        if now_s - self._drawn_s < 0.1 and fraction < 1.0:
            return
        self._drawn_s = now_s
        filled = round(24 * fraction)
        bar = "#" * filled + "." * (24 - filled)
        sys.stderr.write(f"\r[{bar}] {100 * fraction:3.0f} % {one_line(self._words[:48]):48}")
        sys.stderr.flush()

    def close(self) -> None:
        """Clear the bar's line."""
        if self._on and self._drawn_s > -math.inf:
            sys.stderr.write("\r" + " " * 84 + "\r")
            sys.stderr.flush()

    def __enter__(self) -> Progress:
        """Start drawing."""
        return self.progress()

    def __exit__(self, *_: object) -> None:
        """Clear the line, whatever happened."""
        self.close()


def watch(arguments: argparse.Namespace) -> TerminalProgress:
    """The progress bar for a verb; none under --json."""
    return TerminalProgress(bool(arguments.json))
