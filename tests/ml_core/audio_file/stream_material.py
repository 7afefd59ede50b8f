"""Files that hold more than one stream, or hold it in an unusual way, made from nothing."""

from __future__ import annotations

from pathlib import Path

from ml_core.audio_file import read
from tests.ml_core.audio_file.sound_material import Audio, save, sound

ID3_OF_NOTHING = b"ID3\x04\0\0\0\0\x02\0" + bytes(256)
"""An empty ID3v2.4 tag with 256 bytes of padding."""

ID3V1 = b"TAG" + bytes(125)

APE_IN_FRONT = (
    b"APETAGEX"
    + (2000).to_bytes(4, "little")
    + (32).to_bytes(4, "little")
    + bytes(4)
    + (0xA0000000).to_bytes(4, "little")
    + bytes(8)
    + bytes(range(33, 72))
)


def encoded(
    folder: Path,
    extension: str,
    seed: int,
    seconds: float = 12.0,
    rate_hz: int = 16_000,
    n: int = 2,
) -> tuple[bytes, Audio]:
    """A file's bytes, and what they decode to when they are alone."""
    path = save(folder / f"one_{seed}.{extension}", sound(seconds, rate_hz, n, seed), rate_hz)
    return path.read_bytes(), read(path)


def ogg_crc(page: bytes) -> int:
    """An Ogg page's checksum (RFC 3533, section 6)."""
    crc = 0
    for byte in page:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ (0x04C11DB7 if crc & 0x80000000 else 0)) & 0xFFFFFFFF
    return crc


def ogg_page(packets: list[bytes], serial: int, number: int, kind: int, granule: int = 0) -> bytes:
    """One page of whole packets."""
    lacing = b"".join(b"\xff" * (len(p) // 255) + bytes([len(p) % 255]) for p in packets)
    assert len(lacing) <= 255
    head = b"OggS\0" + bytes([kind]) + granule.to_bytes(8, "little")
    head += serial.to_bytes(4, "little") + number.to_bytes(4, "little")
    rest = bytes([len(lacing)]) + lacing + b"".join(packets)
    crc = ogg_crc(head + bytes(4) + rest)
    return head + crc.to_bytes(4, "little") + rest


def flac_in_ogg(flac: bytes, serial: int = 7) -> bytes:
    """A FLAC file's blocks and frames as packets of an Ogg stream."""
    at, blocks = 4, []
    is_last = False
    while not is_last:
        size = 4 + int.from_bytes(flac[at + 1 : at + 4], "big")
        blocks.append(flac[at : at + size])
        is_last = bool(flac[at] & 0x80)
        at += size
    first = b"\x7fFLAC\x01\x00" + (len(blocks) - 1).to_bytes(2, "big") + b"fLaC" + blocks[0]
    pages = [ogg_page([first], serial, 0, 2)]
    pages += [ogg_page([block], serial, k, 0) for k, block in enumerate(blocks[1:], 1)]
    body = flac[at:]
    # Frames are cut anywhere: pages carry on packets, and only their bytes count here.
    pieces = [body[k : k + 20_000] for k in range(0, len(body), 20_000)]
    for k, piece in enumerate(pieces):
        kind = 4 if k + 1 == len(pieces) else 0
        pages.append(ogg_page([piece], serial, len(pages), kind, 4096 * (k + 1)))
    return b"".join(pages)


def wav_of(data: bytes, tag: int, rate_hz: int = 16_000, n_channels: int = 2) -> bytes:
    """A WAV whose data are of any coding."""
    fmt = tag.to_bytes(2, "little") + n_channels.to_bytes(2, "little")
    fmt += rate_hz.to_bytes(4, "little") + (16_000).to_bytes(4, "little") + b"\x01\0\0\0" + b"\0\0"
    body = b"WAVEfmt " + len(fmt).to_bytes(4, "little") + fmt
    body += b"data" + len(data).to_bytes(4, "little") + data + bytes(len(data) % 2)
    return b"RIFF" + len(body).to_bytes(4, "little") + body
