"""Sound files: read with bounded memory, written whole or not at all, with their tags."""

from ml_core.audio_file.channels import heard_mono, mix_channels, mix_matrix
from ml_core.audio_file.finding import (
    FoundFiles,
    find_audio_files,
    find_songs,
    sound_files_below,
)
from ml_core.audio_file.fingerprint import Fingerprinter, same_recording
from ml_core.audio_file.identity import is_same_file, refuse_same_file
from ml_core.audio_file.reading import AudioHeader, SongReader, blocks, probe, read
from ml_core.audio_file.resampling import read_resampled, resample_blocks, resampled_length
from ml_core.audio_file.same_song import holds_song, identity_of, require_song
from ml_core.audio_file.song import file_sha256, read_song, read_tags
from ml_core.audio_file.sound_identity import sound_sha256, sound_sha256_of
from ml_core.audio_file.staging import staged_file, write_bytes_atomic, write_text_atomic
from ml_core.audio_file.tagging.tag_writing import write_tags
from ml_core.audio_file.tagging.tags import Cover, Tags
from ml_core.audio_file.writing import stage_audio, write_atomic
from ml_core.domain.files.formats import WRITE_FORMATS, write_format

__all__ = [
    "WRITE_FORMATS",
    "AudioHeader",
    "Cover",
    "Fingerprinter",
    "FoundFiles",
    "SongReader",
    "Tags",
    "blocks",
    "file_sha256",
    "find_audio_files",
    "find_songs",
    "heard_mono",
    "holds_song",
    "identity_of",
    "is_same_file",
    "mix_channels",
    "mix_matrix",
    "probe",
    "read",
    "read_resampled",
    "read_song",
    "read_tags",
    "refuse_same_file",
    "require_song",
    "resample_blocks",
    "resampled_length",
    "same_recording",
    "sound_files_below",
    "sound_sha256",
    "sound_sha256_of",
    "stage_audio",
    "staged_file",
    "write_atomic",
    "write_bytes_atomic",
    "write_format",
    "write_tags",
    "write_text_atomic",
]
