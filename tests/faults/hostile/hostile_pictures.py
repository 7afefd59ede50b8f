"""Pictures that a tag may hold: sound ones, and such as freeze, fill or betray who draws them."""

from __future__ import annotations

import gzip
import io
import struct
import zlib
from pathlib import Path

import mutagen.flac
import mutagen.id3
import numpy as np
from PIL import Image

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


def encoded(kind: str, size: tuple[int, int] = (300, 150), **options: object) -> bytes:
    """A picture of noise, as a file of that kind."""
    rng = np.random.default_rng(size[0])
    image = Image.fromarray(rng.integers(0, 255, (size[1], size[0], 3), dtype=np.uint8))
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def sound_pictures() -> dict[str, bytes]:
    """What is drawn and carried over, by its kind."""
    kinds = ("PNG", "JPEG", "GIF", "WEBP")
    return {f"image/{kind.lower()}": encoded(kind) for kind in kinds}


def png_of_zeros(width: int, height: int) -> bytes:
    """A whole PNG of one bit a pixel: 30,000 by 30,000 take 110 KB."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checked = kind + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    squeeze, row = zlib.compressobj(9), bytes(1 + (width + 7) // 8)
    packed = b"".join([*(squeeze.compress(row) for _ in range(height)), squeeze.flush()])
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def jpeg_of_many_scans(n_scans: int) -> bytes:
    """A large progressive JPEG whose last scan is said again and again."""
    out = io.BytesIO()
    Image.new("L", (6000, 6000)).save(out, "JPEG", progressive=True)
    data = out.getvalue()
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * n_scans + data[-2:]


def animated(kind: str, n_frames: int) -> bytes:
    """A short film as a cover."""
    frames = [Image.new("RGB", (64, 64), (n % 256, 0, n // 256)) for n in range(n_frames)]
    out = io.BytesIO()
    frames[0].save(out, kind, save_all=True, append_images=frames[1:])
    return out.getvalue()


def webp_with_canvas(width: int, height: int) -> bytes:
    """A WebP that says how large it is, and holds nothing."""
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + size
    return b"RIFF" + struct.pack("<I", len(body)) + body


def drawings(named: Path) -> dict[str, bytes]:
    """SVG of every dress; `named` is a local file that some of them ask for."""
    uses = b"".join(
        b'<g id="g%d">%s</g>' % (n, b'<use xlink:href="#g%d"/>' % (n - 1) * 10)
        for n in range(1, 12)
    )
    asks = f'<image width="9" height="9" xlink:href="file://{named}"/>'.encode()
    share = b'<image width="9" height="9" xlink:href="file://server/share/picture.png"/>'
    plain = SVG + b'><rect width="9" height="9"/></svg>'
    return {
        "plain SVG": plain,
        "SVG behind a declaration": b'<?xml version="1.0"?>\n<!-- c -->\n' + plain,
        "nested SVG": SVG + b'><defs><g id="g0"><rect/></g>' + uses + b"</defs></svg>",
        "SVG that nests itself": SVG
        + b'><g id="a">'
        + b"<g>" * 50_000
        + b"</g>" * 50_000
        + b"</g></svg>",
        "SVG that names a file": SVG + b">" + asks + b"</svg>",
        "SVG that names a share": SVG + b">" + share + b"</svg>",
        "SVG with entities": b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/hostname">]>' + plain,
        "svgz": gzip.compress(plain),
        "svgz that names a file": gzip.compress(SVG + b">" + asks + b"</svg>"),
    }


def hostile_pictures(named: Path, most_bytes: int = 20_000_000) -> dict[str, bytes]:
    """What is neither drawn nor carried over, by its kind in words."""
    good = sound_pictures()
    return {
        **drawings(named),
        "30,000 x 30,000": png_of_zeros(30_000, 30_000),
        "a million wide": png_of_zeros(1_000_000, 100),
        "JPEG of 3,000 scans": jpeg_of_many_scans(3_000),
        "WebP of 16 million squared": webp_with_canvas(1 << 24, 1 << 24),
        "cut PNG": good["image/png"][:2_000],
        "cut JPEG": good["image/jpeg"][:2_000],
        "cut WebP": good["image/webp"][:2_000],
        "start of a PNG alone": b"\x89PNG\r\n\x1a\n",
        "start of a JPEG and noise": b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(range(256)) * 40,
        "too many bytes": good["image/png"] + bytes(most_bytes),
        "TIFF": encoded("TIFF"),
        "BMP": encoded("BMP"),
        "ICO": encoded("ICO"),
        "EPS": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EOF\n",
        "an address": f"file://{named}".encode(),
        "text": b"no picture at all",
        "nothing": b"",
    }


def put_into_mp3(path: Path, data: bytes, mime: str) -> None:
    """Make it the song's front cover."""
    tags = mutagen.id3.ID3()
    tags.add(mutagen.id3.TIT2(encoding=3, text=["Title"]))
    tags.add(mutagen.id3.APIC(encoding=3, mime=mime, type=3, desc="", data=data))
    tags.save(path)


def put_into_flac(path: Path, data: bytes, mime: str) -> None:
    """Make it the song's front cover; a FLAC holds up to 16 MB."""
    tagged = mutagen.flac.FLAC(path)
    tagged.clear_pictures()
    picture = mutagen.flac.Picture()
    picture.type, picture.mime, picture.data = 3, mime, data
    tagged.add_picture(picture)
    tagged.save()
