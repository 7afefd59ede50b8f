"""Which files hold sound that Tastecut reads and writes, and what to say of those it can't read."""

from __future__ import annotations

from dataclasses import dataclass

from ml_core.domain.files.demuxers import demuxer_for
from ml_core.domain.files.unreadable import NO_SOUND_KINDS, foreign_kind
from ml_core.errors import UserError

READABLE = "Choose a WAV, FLAC, MP3, Ogg, Opus, AIFF, M4A, WMA or WavPack file, or a video."
"""The remedy where a file is no song at all."""

CONVERT = "Convert it to WAV or FLAC and add the new file."
"""The remedy where a file holds sound that can't be read yet."""

READ_CONTAINERS = frozenset(
    {"WAV", "WAVEX", "RF64", "W64", "FLAC", "OGG", "MP3", "AIFF", "CAF", "AU"}
)
"""Containers taken from libsndfile. It also knows some twenty that no music comes in, and guesses
headerless sound from a file's extension (text named .vox plays); those are refused."""

AUDIO_EXTENSIONS = (
    frozenset({".wav", ".wave", ".bwf", ".rf64", ".bw64", ".w64", ".flac", ".mp3", ".ogg", ".oga"})
    | frozenset({".opus", ".aif", ".aiff", ".aifc", ".caf", ".au", ".m4a", ".m4b", ".aac"})
    | frozenset({".wma", ".wv", ".mka", ".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".wmv"})
)
"""What is taken from a folder by name."""

UNREADABLE_EXTENSIONS = frozenset({".ape", ".mpc", ".spx", ".tta"}) | frozenset(
    {".ac3", ".dts", ".amr", ".dsf", ".dff"}
)
"""Sound that can't be read yet: taken from a folder too, so that its owner is told what to do."""

_READABLE_STARTS = (b"RIFF", b"RF64", b"BW64", b"fLaC", b"OggS", b"ID3", b"FORM", b"caff", b".snd")


@dataclass(frozen=True, slots=True)
class WriteFormat:
    """One row of the table of formats: all that the command, the window and the writer ask of it.

    Attributes:
        name: as the command takes it, and the extension of files without its dot.
        words: as the window lists it.
        container: libsndfile's name.
        codings: libsndfile's subtypes, coarsest first; a lossy format has one.
        tagged_as: what reads and writes its tags, "module.Class" of mutagen; empty without tags.
        is_lossless: whether samples come back as they were written.
        most_channels: that the format holds.
        rates_hz: the only sample rates it takes; empty where it takes any.
        has_32_bit_sizes: whether a file ends at 4 GiB.
        larger_container: libsndfile's name of what holds more; empty where nothing does.
        compression_level: libsndfile's 0..1, 0 being the best sound (of FLAC the largest file);
            None leaves its default.
        variable_rate: whether libsndfile is asked for a variable bit rate.
        muxer: FFmpeg's name of the container, where PyAV writes it; empty where libsndfile does.
        ending: of files without its dot, where that isn't the name.
    """

    name: str
    words: str
    container: str
    codings: tuple[str, ...]
    tagged_as: str
    is_lossless: bool
    most_channels: int
    rates_hz: tuple[int, ...] = ()
    has_32_bit_sizes: bool = False
    larger_container: str = ""
    compression_level: float | None = None
    variable_rate: bool = False
    muxer: str = ""
    ending: str = ""

    @property
    def extension(self) -> str:
        """Of the file's name, with its dot."""
        return f".{self.ending or self.name}"

    @property
    def subtype(self) -> str:
        """The coding that is used when none is given."""
        return "PCM_16" if "PCM_16" in self.codings else self.codings[0]

    def coding_for(self, source_subtype: str) -> str:
        """The coding that keeps a source's own steps, as far as the format has one.

        Sources of lossy codings have no steps: 16 bits hold what they tell apart (an MP3's noise
        lies far above -98 dB) and play everywhere.

        Args:
            source_subtype: libsndfile's name of the source's coding.
        """
        if source_subtype in self.codings:
            return source_subtype
        if source_subtype in _EIGHT_BIT:
            return self.codings[0]
        is_finer = source_subtype in _FINER_THAN_24_BIT and "PCM_24" in self.codings
        return "PCM_24" if is_finer else self.subtype


_EIGHT_BIT = frozenset({"PCM_S8", "PCM_U8"})
_FINER_THAN_24_BIT = frozenset({"PCM_32", "FLOAT", "DOUBLE"})
_AAC_RATES_HZ = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000)
_MP3_RATES_HZ = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)

# Bit rates measured with libsndfile 1.2.2 on a stereo mix: MP3 V0 250-260 kbit/s, Vorbis quality 7
# 225, Opus 165. Each is at or above where its listening tests end in "transparent". Lossy formats
# hold stereo at most here, since their channel order differs from WAV's beyond two and libsndfile
# does not put it right.
_FORMATS = (
    WriteFormat(
        "wav",
        "WAV",
        "WAV",
        ("PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE"),
        "wave.WAVE",
        is_lossless=True,
        most_channels=1024,
        has_32_bit_sizes=True,
        larger_container="RF64",
    ),
    WriteFormat(
        "flac",
        "FLAC",
        "FLAC",
        ("PCM_S8", "PCM_16", "PCM_24"),
        "flac.FLAC",
        is_lossless=True,
        most_channels=8,
        # LibFLAC's level 4: as large as FFmpeg's own encoder makes it, in a fifth less time than 5.
        compression_level=0.5,
    ),
    WriteFormat(
        "mp3",
        "MP3",
        "MP3",
        ("MPEG_LAYER_III",),
        "mp3.MP3",
        is_lossless=False,
        most_channels=2,
        rates_hz=_MP3_RATES_HZ,
        compression_level=0.0,
        variable_rate=True,
    ),
    WriteFormat(
        "ogg",
        "Ogg Vorbis",
        "OGG",
        ("VORBIS",),
        "oggvorbis.OggVorbis",
        is_lossless=False,
        most_channels=2,
        compression_level=0.3,
    ),
    WriteFormat(
        "opus",
        "Opus",
        "OGG",
        ("OPUS",),
        "oggopus.OggOpus",
        is_lossless=False,
        most_channels=2,
        rates_hz=(8000, 12000, 16000, 24000, 48000),
        compression_level=0.7,
    ),
    WriteFormat(
        "aiff",
        "AIFF",
        "AIFF",
        ("PCM_S8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE"),
        "aiff.AIFF",
        is_lossless=True,
        most_channels=1024,
        has_32_bit_sizes=True,
    ),
    WriteFormat(
        "m4a",
        "M4A (AAC)",
        "MP4",
        ("AAC",),
        "mp4.MP4",
        is_lossless=False,
        most_channels=2,
        rates_hz=_AAC_RATES_HZ,
        muxer="ipod",
    ),
    WriteFormat(
        "alac",
        "M4A (ALAC)",
        "MP4",
        ("PCM_16", "PCM_24"),
        "mp4.MP4",
        is_lossless=True,
        most_channels=2,
        muxer="ipod",
        ending="m4a",
    ),
)
WRITE_FORMATS = {form.name: form for form in _FORMATS}
"""What edits are written as, in the order in which people are offered it."""


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
    return head.startswith(_READABLE_STARTS) or bool(demuxer_for(head))


def explain_unreadable(name: str, head: bytes, coding: str = "") -> UserError:
    """What to tell of a file that libsndfile could not open.

    Args:
        name: the file's, printable.
        head: its first bytes, up to `HEAD_BYTES`.
        coding: of the sound in it, where that is known not to be readable, for instance "Speex".
    """
    kind = "" if demuxer_for(head) else foreign_kind(head)
    if coding or kind:
        return UserError(
            f"{name} {f'holds {coding}' if coding else f'is {kind}'}; "
            "Tastecut can't read that yet.",
            READABLE if kind in NO_SOUND_KINDS else CONVERT,
        )
    if is_readable_start(head):
        return UserError(
            f"{name} is damaged and can't be opened.",
            "Copy it again from where it came, or convert it to WAV.",
        )
    return UserError(f"{name} is not a sound file that Tastecut can read.", READABLE)
