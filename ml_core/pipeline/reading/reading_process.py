"""The child process that reads files: started, asked, listened to, ended.

It says "ready" before it takes the first file. What keeps it from that (no memory, a damaged
installation, a kill) is no file's fault, and is told as ours.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from ml_core.errors import OwnFault
from ml_core.untrusted_json import parse_json

_CHILD = "ml_core.pipeline.reading.reading_child"

_START_S = 60.0
"""It takes a third of a second where the machine has nothing else to do."""

_LOOK_S = 0.05
"""How often it is looked meanwhile whether the person wants to stop."""

_LAST_WORDS = 4000
_END_S = 2.0
"""What has closed its output ends within that time, or is ended."""

_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""Each thread of a numerics library would reserve memory of its own."""

_NOT_STARTED = "The part of Tastecut that reads files did not start."
_SHORT_OF_MEMORY = "Close other programs, then try again."
_DAMAGED = "Try again; if it happens once more, install Tastecut again."

_Answers = queue.Queue["dict[str, Any] | None"]


class ReadingProcess:
    """A child that is ready to read; see `reading_child` for what it takes and answers.

    Args:
        check: called again and again while it starts; what it raises ends the child.

    Raises:
        OwnFault: if it can't be started, or ends before it is ready.
    """

    def __init__(self, check: Callable[[], None]) -> None:
        # -P: a file of the folder that the person stands in is never taken for one of Python's.
        try:
            self._child = subprocess.Popen(
                [sys.executable, "-P", "-m", _CHILD],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,  # until it is ready; see `reading_child.main`
                text=True,
                encoding="utf-8",
                errors="backslashreplace",
                env={**os.environ, **_ONE_THREAD},
            )
        except FileNotFoundError as error:
            raise OwnFault(_NOT_STARTED, _DAMAGED) from error
        except (OSError, MemoryError) as error:
            raise OwnFault(_NOT_STARTED, _SHORT_OF_MEMORY) from error
        self._answers: _Answers = queue.Queue()
        try:
            self._listen()
            self._wait_until_ready(check)
        except BaseException:
            self.close()
            raise

    @property
    def pid(self) -> int:
        """Of the child."""
        return self._child.pid

    @property
    def is_alive(self) -> bool:
        """Whether the child runs."""
        return self._child.poll() is None

    def ask(self, request: dict[str, Any]) -> None:
        """Have the child begin with a file. If it has just died, its answers tell so."""
        with contextlib.suppress(OSError):
            if self._child.stdin is not None:
                self._child.stdin.write(json.dumps(request) + "\n")
                self._child.stdin.flush()

    def answer(self, timeout_s: float) -> dict[str, Any] | None:
        """What the child says next; None if it ended.

        Raises:
            TimeoutError: if it says nothing for so long.
        """
        try:
            return self._answers.get(timeout=timeout_s)
        except queue.Empty:
            raise TimeoutError from None

    def end(self) -> int:
        """End the child, which has nothing more to say; returns its exit code (-9: killed)."""
        try:
            code = self._child.wait(_END_S)
        except subprocess.TimeoutExpired:
            self._child.kill()
            code = self._child.wait()
        self.close()
        return code

    def close(self) -> None:
        """End the child at once."""
        self._child.kill()
        self._child.wait()
        for pipe in (self._child.stdin, self._child.stdout, self._child.stderr):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _listen(self) -> None:
        child, answers = self._child, self._answers

        def listen() -> None:
            with contextlib.suppress(OSError, ValueError):
                for line in child.stdout or ():
                    answers.put(parse_json(line))
            answers.put(None)

        try:
            threading.Thread(target=listen, daemon=True, name="reading").start()
        except RuntimeError as error:  # No more threads.
            raise OwnFault(_NOT_STARTED, _SHORT_OF_MEMORY) from error

    def _wait_until_ready(self, check: Callable[[], None]) -> None:
        until_s = time.monotonic() + _START_S
        while True:
            check()
            try:
                answer = self.answer(_LOOK_S)
            except TimeoutError:
                if time.monotonic() > until_s:
                    raise OwnFault(_NOT_STARTED, _SHORT_OF_MEMORY) from None
                continue
            if answer != {"ready": True}:
                raise self._never_began()
            return

    def _never_began(self) -> OwnFault:
        """Why a child ended that was not ready yet: a kill is for want of memory, as a rule."""
        try:
            code = self._child.wait(_END_S)
        except subprocess.TimeoutExpired:
            return OwnFault(_NOT_STARTED, _DAMAGED)
        last_words = self._child.stderr.read() if self._child.stderr is not None else ""
        is_short = code < 0 or "MemoryError" in last_words
        error = OwnFault(_NOT_STARTED, _SHORT_OF_MEMORY if is_short else _DAMAGED)
        error.add_note(f"It ended with exit code {code}. {last_words[-_LAST_WORDS:]}".strip())
        return error
