"""Python's garbage is collected between tests, in the main thread.

Python's own collector runs in whatever thread allocates, and widgets that are destroyed outside
of their own thread crash the process; see `editor_app.frame.garbage`.
"""

from __future__ import annotations

import gc
from pathlib import Path

try:
    import resource
except ImportError:  # Windows: there the young are collected alone.
    resource = None  # type: ignore[assignment]

# Looking through all that lives takes up to a second; this much may wait for it.
GROWTH_BYTES = 500_000_000
_STATM = Path("/proc/self/statm")


class Garbage:
    """Takes over from Python's own collector, until the process ends."""

    def __init__(self) -> None:
        gc.disable()
        self._bytes_after_last = resident_bytes()

    def collect(self) -> None:
        """Collect the young, and all where the process has grown since that was last done."""
        gc.disable()  # A window that a test closed has left it to Python again.
        if resident_bytes() < self._bytes_after_last + GROWTH_BYTES:
            gc.collect(1)
            return
        gc.collect()
        self._bytes_after_last = resident_bytes()


def resident_bytes() -> int:
    """What the process holds in memory; on macOS, the most it ever held; elsewhere 0."""
    if _STATM.exists():
        return int(_STATM.read_text().split()[1]) * resource.getpagesize()
    return 0 if resource is None else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
