"""What stands at the head of a model's file: a safetensors file whose metadata hold our values.

Read without safetensors, so that neither the window nor a command needs torch for it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

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
    whole = json.loads(data[_LENGTH_BYTES : _LENGTH_BYTES + length])
    header = json.loads(whole.get("__metadata__", {}).get(HEADER_KEY, "null"))
    if not isinstance(header, dict):
        raise ValueError("no header")
    return header
