"""The iXML document of a field recording: what of it still holds of an edit.

Sources: "iXML Specification" 3.01 (ixml.info). Read with care: it comes from foreign files.
"""

from __future__ import annotations

from xml.etree import ElementTree

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from ml_core.audio_file.tagging.blocked import is_false_when_cut

_MOST_ELEMENTS, _DEEPEST = 10_000, 32

_FALSE_WHEN_CUT = frozenset(
    # What names this very file, what lies where in it, how loud it is, what says bext's once more.
    {"FILE_UID", "FILE_SET", "UBITS", "SYNC_POINT_LIST", "PRE_RECORD_SAMPLECOUNT", "LOUDNESS"}
    | {"BEXT", "STEINBERG"}
)
_OF_CHANNELS = "TRACK_LIST"
_HIGH, _LOW = "TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI", "TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO"
_STAMP_HZ, _FILE_HZ, _DEPTH = "TIMESTAMP_SAMPLE_RATE", "FILE_SAMPLE_RATE", "AUDIO_BIT_DEPTH"
_LARGEST_PLACE = (1 << 64) - 1


def true_ixml(document: bytes, bits: int = 0, n_channels: int = 0) -> bytes:
    """A document without what a cut makes false; empty where it can't be read.

    Args:
        bits: of the edit's file, put in where the document says a depth; 0 to leave that.
        n_channels: of the edit's file: tracks are named where there are as many; 0 to leave that.
    """
    root = _read(document)
    if root is None:
        return b""
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in _FALSE_WHEN_CUT or is_false_when_cut(str(child.tag)):
                parent.remove(child)
    tracks = root.find(_OF_CHANNELS)
    if n_channels and tracks is not None and len(tracks.findall("TRACK")) != n_channels:
        _drop(root, _OF_CHANNELS)
    if bits:
        _put(root.find("SPEED"), _DEPTH, bits)
    return _written(root)


def ixml_of_edit(document: bytes, first_sample: int, from_hz: int, to_hz: int) -> bytes:
    """A document of an edit that begins with a sample of the recording, at another rate perhaps."""
    root = _read(document)
    if root is None:
        return b""
    speed = root.find("SPEED")
    high, low, rate = (_number(speed, name) for name in (_HIGH, _LOW, _STAMP_HZ))
    if high is None or low is None:
        for name in (_HIGH, _LOW, _STAMP_HZ):
            _drop(speed, name)
    else:
        # Stamps may count at a rate of their own, as of film that runs slower.
        at = (high << 32) + low + first_sample * (rate or from_hz) // from_hz
        at = min(at, _LARGEST_PLACE)
        _put(speed, _HIGH, at >> 32)
        _put(speed, _LOW, at & 0xFFFF_FFFF)
    _put(speed, _FILE_HZ, to_hz)
    return _written(root)


def _read(document: bytes) -> ElementTree.Element | None:
    """The document's root; None where it is none, or is larger than any recorder writes."""
    # Recorders leave room behind it; half of UTF-16's letters end with a zero too.
    is_wide = document[:2] in (b"\xff\xfe", b"\xfe\xff")
    whole = document if is_wide else document.rstrip(b"\0 \r\n")
    try:
        root: ElementTree.Element = fromstring(whole, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return None
    level, n_found = [root], 1
    for _ in range(_DEEPEST):
        level = [child for parent in level for child in parent]
        n_found += len(level)
        if not level:
            return root if root.tag == "BWFXML" else None
        if n_found > _MOST_ELEMENTS:
            return None
    return None


def _written(root: ElementTree.Element) -> bytes:
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def _drop(parent: ElementTree.Element | None, name: str) -> None:
    for found in [] if parent is None else parent.findall(name):
        parent.remove(found)  # type: ignore[union-attr]


def _number(parent: ElementTree.Element | None, name: str) -> int | None:
    """A number of 32 bits that an element holds; None where it holds none."""
    text = "" if parent is None else (parent.findtext(name) or "").strip()
    is_number = text.isascii() and text.isdigit() and len(text) <= 10
    return int(text) & 0xFFFF_FFFF if is_number else None


def _put(parent: ElementTree.Element | None, name: str, value: int) -> None:
    """Put a number where one stood."""
    found = None if parent is None else parent.find(name)
    if found is not None:
        found.text = str(value)
