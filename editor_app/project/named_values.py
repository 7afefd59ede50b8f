"""Small things that a place keeps with the project rather than with the person's settings."""

from __future__ import annotations

from typing import Any

from ml_core.store.store import Store


class NamedValues:
    """Plain JSON data by name. Each name has one reader, who knows what it writes."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, name: str, default: Any) -> Any:
        """A value as JSON gives it back (lists for tuples); `default` where none is set."""
        return self._store.settings.get(name, default)

    def set(self, name: str, value: Any) -> None:
        """Keep a value.

        Raises:
            NotSavedError: nothing is kept.
        """
        self._store.settings.set(name, value)
