"""What stands at the head of a model's file: a safetensors file whose metadata hold our values.

Read without safetensors, so that neither the window nor a command needs torch for it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ml_core.untrusted_json import parse_json

HEADER_KEY = "tastecut"
_LENGTH_BYTES = 8


def model_header(data: bytes) -> Mapping[str, Any]:
    """Our values in a safetensors file: eight bytes of length, then a JSON object.

    Args:
        data: the file, or as much of its beginning as holds the header.

    Raises:
        ValueError: if there is no such header.
    """
    length = int.from_bytes(data[:_LENGTH_BYTES], "little")
    if not 0 < length <= len(data) - _LENGTH_BYTES:
        raise ValueError("no header")
    whole = parse_json(data[_LENGTH_BYTES : _LENGTH_BYTES + length])
    metadata = whole.get("__metadata__") if isinstance(whole, dict) else None
    text = metadata.get(HEADER_KEY) if isinstance(metadata, dict) else None
    if not isinstance(text, str):
        raise ValueError("no header")
    try:
        # Ours may hold NaN among its numbers, which no strict reader takes.
        header = json.loads(text)
    except RecursionError as error:
        raise ValueError("no header") from error
    if not isinstance(header, dict):
        raise ValueError("no header")
    return header
