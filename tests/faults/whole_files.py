"""Whether what stands under a final name is whole."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path

import soundfile
from safetensors import safe_open

_BLOCK = 1 << 16


def print_of(path: Path) -> tuple[str, int]:
    """A file's SHA-256 and the time of its last change."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return digest, path.stat().st_mtime_ns


def partial_files(folder: Path, but_not: Iterable[Path]) -> list[str]:
    """Files below a folder that are not whole; hidden ones have no final name yet."""
    left_out = set(but_not)
    found = []
    for here, folders, files in os.walk(folder):
        at = Path(here)
        folders[:] = [name for name in folders if at / name not in left_out and name[0] != "."]
        for name in files:
            path = at / name
            look = _LOOKS.get(path.suffix.lower())
            if look is None or name.startswith(".") or path in left_out:
                continue
            try:
                look(path)
            except Exception as error:  # Whatever a reader says of it: it is not whole.
                found.append(f"{path}: {error}")
    return found


def _sound(path: Path) -> None:
    with soundfile.SoundFile(str(path)) as file:
        promised = file.frames
        heard = 0
        while len(block := file.read(_BLOCK)):
            heard += len(block)
    if heard != promised or not heard:
        raise ValueError(f"{heard} of {promised} samples")
    if path.suffix.lower() == ".wav":
        with path.open("rb") as raw:
            head = raw.read(8)
        size = int.from_bytes(head[4:8], "little") + 8
        if head[:4] == b"RIFF" and size > path.stat().st_size:
            raise ValueError(f"{path.stat().st_size} of {size} bytes")


def _json(path: Path) -> None:
    json.loads(path.read_text(encoding="utf-8"))


def _model(path: Path) -> None:
    with safe_open(str(path), "np") as file:
        for name in file.keys():  # noqa: SIM118 - not a mapping
            file.get_tensor(name)


def _text(path: Path) -> None:
    content = path.read_bytes()
    if content and not content.endswith(b"\n"):
        raise ValueError("its last line has no end")


_LOOKS: dict[str, Callable[[Path], None]] = {
    **dict.fromkeys((".wav", ".flac", ".ogg", ".mp3", ".opus", ".aiff"), _sound),
    ".json": _json,
    ".safetensors": _model,
    ".csv": _text,
}
