"""PyAV, loaded where a file first needs it: an extra of the package, which may be missing."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from ml_core.errors import UserError

INSTALL = 'Install it: pip install "tastecut[formats]"'


def load_av(name: str) -> Any:
    """The module `av`.

    Args:
        name: of the file that needs it, printable.

    Raises:
        UserError: if it is not installed.
    """
    try:
        return import_module("av")
    except ImportError as error:
        raise UserError(
            f"{name} is of a kind that needs the package av, which is missing.", INSTALL
        ) from error
