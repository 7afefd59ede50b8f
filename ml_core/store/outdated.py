"""Whether the taste in use was learned by another version, with other edit features."""

from __future__ import annotations

from pathlib import Path

from ml_core.domain.models import FEATURES_VERSION, POLICY_VERSION
from ml_core.store.model_header import model_header
from ml_core.store.requests import active_model
from ml_core.store.store import Store

_LONGEST_HEADER_BYTES = 1 << 20

OUTDATED = "Your taste was learned by another version of Tastecut, and is used only in part."
LEARN_AGAIN = "Train again: your ratings stay usable."


def is_outdated(store: Store) -> bool:
    """Whether the active checkpoint is of another version; a file that can't be read is not told
    here, since whoever needs it says what is wrong with it.
    """
    model = active_model(store)
    if model.file is None:
        return False
    versions = _versions(Path(model.file))
    return versions is not None and versions != (FEATURES_VERSION, POLICY_VERSION)


def _versions(file: Path) -> tuple[str, str] | None:
    """(features, policy) that a model file names; None if it can't be read."""
    try:
        with file.open("rb") as source:
            header = model_header(source.read(_LONGEST_HEADER_BYTES))
        return str(header["features_version"]), str(header["policy_version"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
