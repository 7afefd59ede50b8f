"""Which files hold sound that Tastecut reads and writes, and what to say of those it can't read."""

from __future__ import annotations

from dataclasses import dataclass

from ml_core.errors import UserError

READABLE = "Choose a WAV, FLAC, MP3, Ogg, Opus or AIFF file."
"""The remedy where a file is no song at all."""

READ_CONTAINERS = frozenset(
    {"WAV", "WAVEX", "RF64", "W64", "FLAC", "OGG", "MP3", "AIFF", "CAF", "AU"}
)
"""Containers taken from libsndfile. It also knows some twenty that no music comes in, and guesses
headerless sound from a file's extension (text named .vox plays); those are refused."""

AUDIO_EXTENSIONS = frozenset(
    {".wav", ".wave", ".bwf", ".rf64", ".w64", ".flac", ".mp3"}
) | frozenset({".ogg", ".oga", ".opus", ".aif", ".aiff", ".aifc", ".caf", ".au"})
"""What is taken from a folder by name."""

UNREADABLE_EXTENSIONS = frozenset([".m4a", ".aac", ".wma", ".ape", ".wv", ".mpc", ".mka"])
"""Sound that can't be read yet: taken from a folder too, so that its owner is told what to do."""

_READABLE_STARTS = (b"RIFF", b"RF64", b"fLaC", b"OggS", b"ID3", b"FORM", b"caff", b".snd")

_UNREADABLE_STARTS = {
    b"\x30\x26\xb2\x75": "a WMA file",
    b"MAC ": "a Monkey's Audio file",
    b"wvpk": "a WavPack file",
    b"MPCK": "a Musepack file",
    b"MP+\x07": "a Musepack file",
    b"\x1a\x45\xdf\xa3": "a Matroska or WebM file",
    b"MThd": "a MIDI file, which holds notes and no sound",
}


@dataclass(frozen=True, slots=True)
class WriteFormat:
    """How a format is written.

    Attributes:
        container, subtype: libsndfile's names; the subtype is what is used when none is given.
        extension: of the file's name.
        most_channels: that the format holds.
        rates_hz: the only sample rates it takes; empty where it takes any.
        compression_level: libsndfile's 0..1, 0 being the best sound; None leaves its default.
        variable_rate: whether libsndfile is asked for a variable bit rate.
    """

    container: str
    subtype: str
    extension: str
    most_channels: int
    rates_hz: tuple[int, ...] = ()
    compression_level: float | None = None
    variable_rate: bool = False


# Bit rates measured with libsndfile 1.2.2 on a stereo mix: MP3 V0 250-260 kbit/s, Vorbis quality 7
# 225, Opus 165: each at or above where its listening tests end in "transparent".
# Lossy formats hold stereo at most here: their channel order differs from WAV's beyond two, and
# libsndfile does not put it right.
WRITE_FORMATS = {
    "wav": WriteFormat("WAV", "PCM_16", ".wav", 1024),
    "flac": WriteFormat("FLAC", "PCM_16", ".flac", 8),
    "aiff": WriteFormat("AIFF", "PCM_16", ".aiff", 1024),
    "mp3": WriteFormat(
        "MP3",
        "MPEG_LAYER_III",
        ".mp3",
        2,
        (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000),
        compression_level=0.0,
        variable_rate=True,
    ),
    "ogg": WriteFormat("OGG", "VORBIS", ".ogg", 2, compression_level=0.3),
    "opus": WriteFormat(
        "OGG", "OPUS", ".opus", 2, (8000, 12000, 16000, 24000, 48000), compression_level=0.7
    ),
}


def write_format(name: str) -> WriteFormat:
    """The format of that name, in any letter case.

    Raises:
        UserError: if it can't be written.
    """
    found = WRITE_FORMATS.get(name.lower().removeprefix("."))
    if found is None:
        raise UserError(
            f"Tastecut can't write {name} files yet.", f"Choose one of {', '.join(WRITE_FORMATS)}."
        )
    return found


def is_readable_start(head: bytes) -> bool:
    """Whether a file's first bytes announce sound that can be read (a bare MP3 stream does not)."""
    return head.startswith(_READABLE_STARTS)


def explain_unreadable(name: str, head: bytes) -> UserError:
    """What to tell of a file that libsndfile could not open.

    Args:
        name: the file's, printable.
        head: its first 12 bytes or more.
    """
    kind = next(
        (words for start, words in _UNREADABLE_STARTS.items() if head.startswith(start)), None
    )
    if head[4:8] == b"ftyp":
        kind = "an M4A or MP4 file"
    elif head[:1] == b"\xff" and len(head) > 1 and head[1] & 0xF6 == 0xF0:
        kind = "an AAC file"
    if kind is not None:
        return UserError(
            f"{name} is {kind}; Tastecut can't read that yet.",
            "Convert it to WAV or FLAC and add the new file.",
        )
    if is_readable_start(head):
        return UserError(
            f"{name} is damaged and can't be opened.",
            "Copy it again from where it came, or convert it to WAV.",
        )
    return UserError(f"{name} is not a sound file that Tastecut can read.", READABLE)
