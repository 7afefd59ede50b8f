"""Whether the taste in use was learned by another version, whose edit features mean other things.

Read from the model file's header alone, so that neither the window nor a command needs torch for
it: a safetensors file begins with the length of its header as 8 bytes, then the header as JSON.
"""

from __future__ import annotations

import json
import struct
from pathlib import Path

from ml_core import paths
from ml_core.domain.models import FEATURES_VERSION, POLICY_VERSION
from ml_core.store.store import Store

_HEADER_LENGTH = struct.Struct("<Q")
_LONGEST_HEADER_BYTES = 1 << 20

OUTDATED = "Your taste was learned by another version of Tastecut, and is used only in part."
LEARN_AGAIN = "Train again: your ratings stay usable."


def is_outdated(store: Store) -> bool:
    """Whether the active checkpoint is of another version; a file that can't be read is not told
    here, since whoever needs it says what is wrong with it.
    """
    active = store.active_checkpoint()
    if active is None:
        return False
    versions = _versions(paths.models_dir(store.project_dir) / active.file_name)
    return versions is not None and versions != (FEATURES_VERSION, POLICY_VERSION)


def _versions(file: Path) -> tuple[str, str] | None:
    """(features, policy) that a model file names; None if it can't be read."""
    try:
        with file.open("rb") as source:
            (length,) = _HEADER_LENGTH.unpack(source.read(_HEADER_LENGTH.size))
            data = source.read(min(length, _LONGEST_HEADER_BYTES))
        header = json.loads(json.loads(data)["__metadata__"]["tastecut"])
        return str(header["features_version"]), str(header["policy_version"])
    except (OSError, ValueError, KeyError, TypeError, struct.error):
        return None
