"""What a file's bytes are before they are decoded: tags, streams of sound, and what is neither."""

from ml_core.audio_file.parts.layout import Layout, find_layout
from ml_core.audio_file.parts.records import ByteRanges, Part, Unread

__all__ = ["ByteRanges", "Layout", "Part", "Unread", "find_layout"]
