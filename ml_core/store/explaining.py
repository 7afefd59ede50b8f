"""Why an edit: what the task is asked, read from the store."""

from __future__ import annotations

from ml_core import paths
from ml_core.domain.edits import Edit, Limits
from ml_core.domain.models import BASE
from ml_core.domain.songs import SongEntry
from ml_core.domain.tasting import ExplainRequest
from ml_core.store.requests import model_ref, song_task
from ml_core.store.store import Store


def explain_request(
    store: Store, entry: SongEntry, edit: Edit, limits: Limits | None = None, checkpoint: str = ""
) -> ExplainRequest | None:
    """Asks why a checkpoint, by default the active one, likes an edit; None without a taste.

    Raises:
        UserError: if there is no such checkpoint.
    """
    asked = store.models.active()
    if checkpoint:
        asked = None if checkpoint == BASE else store.models.by_id(checkpoint)
    if asked is None:
        return None
    cache_dir = str(paths.cache_dir(store.project_dir))
    song, model = song_task(store, entry, limits), model_ref(store, asked)
    return ExplainRequest(cache_dir, song, edit, model)
