"""Where icons and help texts lie: beside the packages, in a frozen build, or where pip put them."""

from __future__ import annotations

import sys
import sysconfig
from functools import cache
from pathlib import Path


@cache
def resources_dir() -> Path:
    """The folder `resources`.

    Raises:
        FileNotFoundError: if the installation lacks it.
    """
    frozen = getattr(sys, "_MEIPASS", None)
    candidates: tuple[Path, ...] = (
        *((Path(frozen) / "resources",) if frozen else ()),
        Path(__file__).resolve().parents[2] / "resources",
        Path(sysconfig.get_path("data")) / "share" / "tastecut" / "resources",
    )
    for candidate in candidates:
        if (candidate / "icons").is_dir():
            return candidate
    raise FileNotFoundError(f"no resources folder in {', '.join(map(str, candidates))}")
