"""Edits that a person made of songs, beside what was proposed: those that Export shows."""

from __future__ import annotations

from ml_core.domain.edits import Edit
from ml_core.store.store import Store

SETTING = "export_by_hand"
"""The named value that holds them; the window reads and writes it too."""


def own_edit_key(taste_id: int, sha256: str) -> str:
    """Tastes propose different edits, so each has its own."""
    return f"{taste_id} {sha256}"


def keep_own_edit(store: Store, sha256: str, proposed: Edit, changed: Edit) -> None:
    """Let an edit stand in the place of the one proposed, in the taste that is in use."""
    kept = dict(store.settings.get(SETTING, {}))
    key = own_edit_key(store.tastes.in_use().id, sha256)
    kept[key] = {"proposed": proposed.to_json(), "changed": changed.to_json()}
    store.settings.set(SETTING, kept)
