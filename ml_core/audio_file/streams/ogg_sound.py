"""What of an Ogg file is sound: the packets of each stream without comments and pictures."""

from __future__ import annotations

import hashlib

from ml_core.audio_file.streams.ogg_packets import OggPage

_SPEEX, _FLAC = b"Speex   ", b"\x7fFLAC"
_CODECS = {
    # First bytes of a stream's first packet -> how its comment packet begins.
    b"\x01vorbis": (b"\x03vorbis",),  # Vorbis I, 4.2.1
    b"OpusHead": (b"OpusTags",),  # RFC 7845, 5.2
    _SPEEX: (),  # its second packet, whatever it begins with
    # FLAC's metadata blocks but the last-block flag: padding, application, comment, picture
    # (RFC 9639, 8.1 and 10.1).
    _FLAC: tuple(bytes((flag | kind,)) for flag in (0, 0x80) for kind in (1, 2, 4, 6)),
}

_N_FLAC_BLOCKS_AT = slice(7, 9)
"""Of FLAC's first packet: how many metadata packets follow; comments change it."""

_MOST_OPEN = 64
"""Streams side by side; a song has one, a film two."""


class _Stream:
    def __init__(self, codec: bytes) -> None:
        self._codec, self._comments = codec, _CODECS[codec]
        self._digest = hashlib.sha256()
        self._n_packets, self._packet_bytes = 0, 0
        self._is_counted = True
        self._last_granule = 0

    def add(self, page: OggPage) -> None:
        if page.granule is not None:
            self._last_granule = page.granule
        for piece, is_end in page.pieces:
            if self._packet_bytes == 0:
                self._is_counted = not self._is_comment(piece)
            if self._is_counted:
                self._digest.update(self._counted(piece))
            self._packet_bytes += len(piece)
            if is_end:
                if self._is_counted:
                    self._digest.update(self._packet_bytes.to_bytes(8, "little"))
                self._n_packets += 1
                self._packet_bytes = 0

    def _counted(self, piece: bytes) -> bytes:
        if self._codec == _FLAC and self._n_packets == 0:
            return piece[: _N_FLAC_BLOCKS_AT.start] + piece[_N_FLAC_BLOCKS_AT.stop :]
        return piece

    def _is_comment(self, start: bytes) -> bool:
        if self._codec == _SPEEX:
            return self._n_packets == 1
        return self._n_packets > 0 and start.startswith(self._comments)

    def finish(self) -> bytes:
        self._digest.update(self._last_granule.to_bytes(8, "little", signed=True))
        return self._digest.digest()


class OggSound:
    """Collects the digest of every stream of sound, in the order in which they begin.

    Streams may follow each other (a chain, also under one serial number) or lie side by side;
    those of other things than sound (a film's pictures) are left out.
    """

    def __init__(self) -> None:
        self._open: dict[int, tuple[int, _Stream]] = {}
        self._ended: dict[int, bytes] = {}
        self._n_begun = 0

    def add(self, page: OggPage) -> None:
        """Take the next page of the file."""
        if page.is_first:
            self._begin(page)
        if page.serial in self._open:
            self._open[page.serial][1].add(page)
            if page.is_last:
                self._end(page.serial)

    def _begin(self, page: OggPage) -> None:
        if page.serial in self._open:
            self._end(page.serial)
        start = page.pieces[0][0] if page.pieces else b""
        codec = next((mark for mark in _CODECS if start.startswith(mark)), None)
        if codec is not None and len(self._open) < _MOST_OPEN:
            self._open[page.serial] = (self._n_begun, _Stream(codec))
            self._n_begun += 1

    def _end(self, serial: int) -> None:
        number, stream = self._open.pop(serial)
        self._ended[number] = stream.finish()

    def digests(self) -> list[bytes]:
        """32 bytes for each stream; ends those that the file leaves open."""
        for serial in list(self._open):
            self._end(serial)
        return [self._ended[number] for number in sorted(self._ended)]
