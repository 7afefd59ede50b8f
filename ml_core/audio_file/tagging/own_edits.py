"""Which files Tastecut wrote itself: edits, alone or in pairs, that are no songs of anyone.

A folder of music may hold them too; read as songs they would be edited again. A mark within the
file says it, the same in every edit, whoever made it and however: it tells no pair's sides apart.
Of edits from before there was a mark, the record beside them says it.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import mutagen

from ml_core.audio_file.identity import is_same_file, same_name_key
from ml_core.audio_file.reading import probe
from ml_core.audio_file.streams.byte_span import ByteSpan
from ml_core.audio_file.streams.wav_info import wav_info
from ml_core.errors import UserError
from ml_core.untrusted_json import parse_json

MARK, MARKED = "TASTECUT", "edit"
"""Field and value, in Vorbis comments and in ID3's own texts (TXXX)."""

WAV_SOFTWARE = "Tastecut edit"
"""In WAV's INFO list, as the program that made the file (ISFT)."""

EDIT_SUFFIX = ".edit.json"
"""Of the file beside an export that says what was kept."""

_LARGEST_RECORD_BYTES = 1 << 24
_LENGTH_TOLERANCE_S = 0.2
"""Encoders add and drop up to some frames of 26 ms at an end."""


def edit_json_path(target: Path) -> Path:
    """Where an export's edit is written: `NAME.edit.json` beside `NAME.wav`."""
    return target.with_name(target.stem + EDIT_SUFFIX)


def is_own_edit(path: Path) -> bool:
    """Whether Tastecut wrote this file as an edit; False too where it can't be read."""
    try:
        return _is_marked(path) or _is_recorded(path)
    except Exception:
        # Foreign parsers over untrusted bytes: whatever they trip over, it isn't ours.
        return False


def _is_marked(path: Path) -> bool:
    with path.open("rb") as handle:
        info = wav_info(ByteSpan(handle, 0, path.stat().st_size))
    if info.get(b"ISFT", b"").startswith(WAV_SOFTWARE.encode("ascii")):
        return True
    tagged: Any = mutagen.File(path)
    tags = getattr(tagged, "tags", None)
    if tags is None:
        return False
    if hasattr(tags, "getall"):  # ID3
        return any(MARKED in frame.text for frame in tags.getall(f"TXXX:{MARK}"))
    in_mp4 = [bytes(value) for value in tags.get(f"----:com.apple.iTunes:{MARK}", ())]
    return MARKED in [str(value) for value in tags.get(MARK, ())] or MARKED.encode() in in_mp4


def _is_recorded(path: Path) -> bool:
    """Whether a record of ours lies beside the file, and tells of this file.

    An original may lie beside the record too: "Song.flac" beside "Song.wav", which was made of it.
    """
    record_path = edit_json_path(path)
    if not record_path.is_file() or record_path.stat().st_size > _LARGEST_RECORD_BYTES:
        return False
    record = parse_json(record_path.read_bytes())
    rate_hz, spans = record["sample_rate_hz"], record["kept_samples"]
    is_ours = record["schema"] == 1 and len(bytes.fromhex(record["sha256"])) == 32
    source = record["source"]
    if not is_ours or is_same_file(source, path) or _is_same_name(source, path):
        return False
    kept_s = sum(int(stop) - int(start) for start, stop in spans) / rate_hz
    kept_s *= float(record.get("stretch", 1.0))
    with suppress(UserError):
        header = probe(path)
        if header.n_samples is not None:
            found_s = header.n_samples / header.sample_rate_hz
            return bool(abs(found_s - kept_s) <= _LENGTH_TOLERANCE_S)
    return False


def _is_same_name(source: str, path: Path) -> bool:
    """Whether the file is named as the song was: it may have been moved beside the record."""
    return same_name_key(Path(source).name) == same_name_key(path.name)
