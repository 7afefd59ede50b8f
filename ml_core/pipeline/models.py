"""The model that a task goes by, from its checkpoint.

Apart from `learning`, which imports torch: an edit of the untrained app is made without, in a
third of the memory.
"""

from __future__ import annotations

from pathlib import Path

from ml_core.domain.models import ModelRef
from ml_core.training.checkpoint import BASE_MODEL, Model, OutdatedModelError, load_model


def model_from(ref: ModelRef) -> Model:
    """The checkpoint's model, or the untrained one without a file.

    A checkpoint of another version gives its policy, as far as that is known. So a person who
    updates the app goes on rating, exporting and comparing. They are told to train again by
    `store.outdated`.
    """
    if ref.file is None:
        return BASE_MODEL
    try:
        return load_model(Path(ref.file), ref.sha256)
    except OutdatedModelError as error:
        return error.policy
