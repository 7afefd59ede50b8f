"""Tags of M4A and MP4 files, under iTunes' names (as mutagen writes them)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from mutagen.mp4 import MP4Cover

_TEXTS = {
    "title": "\xa9nam",
    "artist": "\xa9ART",
    "album": "\xa9alb",
    "album_artist": "aART",
    "composer": "\xa9wrt",
    "date": "\xa9day",
    "genre": "\xa9gen",
    "comment": "\xa9cmt",
    "copyright": "cprt",
}
_PAIRS = {"track": "trkn", "disc": "disk"}
"""A number, and how many there are."""

_JPEG, _PNG = 13, 14
"""Kinds of pictures (mutagen's `MP4Cover.FORMAT_JPEG`, `FORMAT_PNG`); there are no others."""

_FRONT_COVER = 3


def mp4_texts(tags: Any) -> dict[str, list[str]]:
    """Values by our field's name, as far as they are texts or pairs."""
    texts = {name: [str(one) for one in tags.get(key, ())] for name, key in _TEXTS.items()}
    for name, key in _PAIRS.items():
        pairs = [pair for pair in tags.get(key, ()) if pair[0]]
        texts[name] = [f"{n}/{of}" if of else str(n) for n, of in pairs]
    return texts


def mp4_pictures(tags: Any) -> list[Any]:
    """Pictures, the first as the front cover, as `tags` looks at those of other formats."""
    return [
        SimpleNamespace(data=bytes(data), mime="", type=_FRONT_COVER if number == 0 else 0)
        for number, data in enumerate(tags.get("covr", ()))
    ]


def put_mp4_texts(target: Any, texts: dict[str, tuple[str, ...]], marks: dict[str, str]) -> None:
    """Put texts, and marks of our own, into a file's tags."""
    for name, values in texts.items():
        if name in _TEXTS:
            target[_TEXTS[name]] = list(values)
        elif name in _PAIRS:
            first, _, of = values[0].partition("/")
            if first.strip().isdecimal() and int(first) < 1 << 16:
                total = int(of) if of.strip().isdecimal() and int(of) < 1 << 16 else 0
                target[_PAIRS[name]] = [(int(first), total)]
    for name, value in marks.items():
        target[f"----:com.apple.iTunes:{name}"] = value.encode()


def put_mp4_cover(target: Any, data: bytes, mime: str) -> bool:
    """Put a cover into a file's tags; returns whether they can hold that kind."""
    kinds = {"image/jpeg": _JPEG, "image/png": _PNG}
    if mime not in kinds:
        return False
    target["covr"] = [MP4Cover(data, kinds[mime])]
    return True
