"""What records check when they are made; each raises ValueError with what was promised."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise


def require(holds: bool, promise: str) -> None:
    """Raise ValueError unless the promise holds."""
    if not holds:
        raise ValueError(promise)


def require_sha256(text: str) -> None:
    """Raise ValueError unless the text is a SHA-256 in lower-case hexadecimal."""
    if len(text) != 64 or any(c not in "0123456789abcdef" for c in text):
        raise ValueError(f"not a SHA-256: {text!r}")


def require_sound(text: str) -> None:
    """Raise ValueError unless the text is a SHA-256, or empty for one that is not known."""
    if text:
        require_sha256(text)


def require_file(file: str | None, sha256: str) -> None:
    """Raise ValueError unless a file has its SHA-256, and none has an empty one."""
    if file is not None:
        require_sha256(sha256)
    elif sha256:
        raise ValueError("a SHA-256 is of a file")


def is_share(value: float) -> bool:
    """Whether a number lies in 0..1."""
    return 0.0 <= value <= 1.0


def is_duration(value: float | None) -> bool:
    """Whether a number is of seconds: finite and not negative; None is one that is not known."""
    return value is None or (math.isfinite(value) and value >= 0)


def rises(values: Iterable[int]) -> bool:
    """Whether each number is larger than the one before, and none is negative."""
    return all(a < b for a, b in pairwise((-1, *values)))
