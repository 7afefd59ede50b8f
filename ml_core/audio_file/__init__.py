"""Sound files: read with bounded memory, written whole or not at all, with their tags."""

from ml_core.audio_file.channels import heard_mono, mix_channels, mix_matrix
from ml_core.audio_file.finding import find_audio_files
from ml_core.audio_file.identity import is_same_file, refuse_same_file
from ml_core.audio_file.reading import AudioHeader, SongReader, blocks, probe, read
from ml_core.audio_file.resampling import read_resampled, resample_blocks, resampled_length
from ml_core.audio_file.song import file_sha256, read_song, read_tags
from ml_core.audio_file.staging import staged_file, write_bytes_atomic, write_text_atomic
from ml_core.audio_file.tags import Cover, Tags, write_tags
from ml_core.audio_file.writing import stage_audio, write_atomic
from ml_core.domain.file_formats import WRITE_FORMATS, write_format

__all__ = [
    "WRITE_FORMATS",
    "AudioHeader",
    "Cover",
    "SongReader",
    "Tags",
    "blocks",
    "file_sha256",
    "find_audio_files",
    "heard_mono",
    "is_same_file",
    "mix_channels",
    "mix_matrix",
    "probe",
    "read",
    "read_resampled",
    "read_song",
    "read_tags",
    "refuse_same_file",
    "resample_blocks",
    "resampled_length",
    "stage_audio",
    "staged_file",
    "write_atomic",
    "write_bytes_atomic",
    "write_format",
    "write_tags",
    "write_text_atomic",
]
