"""Pictures in tags: four formats, told by their first bytes, within bounds, else no picture.

Pillow reads them: it opens only the formats that it is told, reads the header without decoding,
and is what most of the field keeps safe. Drawings such as SVG, which can name files and servers,
are never opened. What a tag claims of its picture counts for nothing.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ml_core.domain.files.tags import CoverPicture

_MIME_TYPES = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",  # a JPEG that holds more than one picture
    "GIF": "image/gif",
    "WEBP": "image/webp",
}
_OPENED = ("PNG", "JPEG", "GIF", "WEBP")
_STARTS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"RIFF")

MOST_BYTES = (1 << 24) - 64
"""A FLAC picture block's size has 24 bits, its own fields included."""

MOST_PIXELS = 50_000_000
"""7,000 by 7,000: a scan of a record's sleeve at 600 dpi. Decoded it takes 200 MB."""

_MOST_SCANNED_PIXELS = 1_500_000_000
"""Pixels times the scans of a progressive JPEG, which usually has ten: thousands of scans of some
bytes each would take hours."""

_SCAN = b"\xff\xda"
_EXTENDED_WEBP = (b"RIFF", b"WEBPVP8X")


def mime_type(data: bytes) -> str:
    """What kind of picture these bytes begin as, from their header alone; "" for none of ours."""
    try:
        with _opened(data) as image:
            return _MIME_TYPES[image.format]
    except Exception:
        # A foreign reader over untrusted bytes: whatever it trips over, there is no picture.
        return ""


def can_be_drawn(data: bytes) -> bool:
    """Whether the whole picture can be decoded."""
    return thumbnail(data, 1) is not None


def thumbnail(data: bytes, edge_px: int) -> CoverPicture | None:
    """The picture, or its first frame, fitted into a square; None where it is no sound picture.

    Args:
        data: the picture's file.
        edge_px: of the square. A smaller picture keeps its size.
    """
    from PIL import Image, ImageOps  # noqa: PLC0415 - most songs are read without it

    try:
        with _opened(data) as image:
            image.draft("RGB", (edge_px, edge_px))  # a JPEG is decoded small
            image.load()
            plain = _in_8_bits(image)
            plain.thumbnail((edge_px, edge_px), Image.Resampling.BILINEAR)
            upright = ImageOps.exif_transpose(plain).convert("RGBA")
            return CoverPicture(upright.width, upright.height, upright.tobytes())
    except Exception:  # as above
        return None


def _in_8_bits(image: Any) -> Any:
    """In colours with opacity; of 16 bits a channel the upper 8 count."""
    if image.mode.startswith("I"):
        return image.point(lambda value: value / 256).convert("L").convert("RGBA")
    return image.convert("RGBA")


@contextmanager
def _opened(data: bytes) -> Iterator[Any]:
    """The picture with its header read and within bounds.

    Raises:
        ValueError, OSError or what else Pillow has: if it is no picture of ours.
    """
    if not data.startswith(_STARTS) or len(data) > MOST_BYTES:
        raise ValueError("no picture that is drawn")
    _require_canvas(data)
    from PIL import Image  # noqa: PLC0415

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # From the limit on Pillow warns, and refuses only what has twice as many pixels.
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(io.BytesIO(data), formats=_OPENED) as image:
            n_pixels = image.width * image.height
            n_scans = data.count(_SCAN) if image.format in ("JPEG", "MPO") else 1
            if n_pixels > MOST_PIXELS or n_pixels * n_scans > _MOST_SCANNED_PIXELS:
                raise ValueError("too large a picture")
            yield image


def _require_canvas(data: bytes) -> None:
    """Refuse a WebP by its canvas: its reader would take memory for it when it is opened."""
    if data[:4] == _EXTENDED_WEBP[0] and data[8:16] == _EXTENDED_WEBP[1]:
        width, height = (1 + int.from_bytes(data[at : at + 3], "little") for at in (24, 27))
        if width * height > MOST_PIXELS:
            raise ValueError("too large a picture")
