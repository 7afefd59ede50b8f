"""What a worker process says to the process that drives it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Ready:
    """The child has imported what it was told to warm up with."""

    task_id: int


@dataclass(frozen=True, slots=True)
class Progressed:
    """How far a task is; `partials` are all partial results since the last message, in order."""

    task_id: int
    fraction: float
    words: str
    partials: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Succeeded:
    """A task's result."""

    task_id: int
    result: Any


@dataclass(frozen=True, slots=True)
class Refused:
    """A task met something that the person can put right."""

    task_id: int
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Crashed:
    """A task failed by our fault.

    Attributes:
        kind, message: of what was raised.
        details: the child's traceback.
        remedy: what helps, where that is known: `message` is a sentence for people then.
    """

    task_id: int
    kind: str
    message: str
    details: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Stopped:
    """A task was cancelled."""

    task_id: int


Message = Ready | Progressed | Succeeded | Refused | Crashed | Stopped
