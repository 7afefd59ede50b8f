"""A preset in one line, as the command lists it and the window tells it."""

from __future__ import annotations

from ml_core.domain.files.encodings import DEPTHS
from ml_core.domain.files.formats import WRITE_FORMATS
from ml_core.domain.files.presets import Preset
from ml_core.units import clock


def length_words(length_s: tuple[float, float] | None) -> str:
    """A length or range as it is typed: "0:15", "0:30-1:00"; empty without one."""
    if length_s is None:
        return ""
    low, high = map(clock, length_s)
    return low if length_s[0] == length_s[1] else f"{low}-{high}"


def preset_words(preset: Preset) -> str:
    """For instance "0:30-1:00, -14 LUFS (peaks to -1 dBTP), WAV, {name} (bed {length})"."""
    level = "level as it is"
    if preset.loudness_lufs:
        level = f"{preset.loudness_lufs:g} LUFS (peaks to {preset.true_peak_db:g} dBTP)"
    length = length_words(preset.length_s) or "length as your taste says"
    return ", ".join((length, level, sound_words(preset), preset.pattern))


def sound_words(preset: Preset) -> str:
    """Format and quality, for instance "MP3 192 kbit/s mono"."""
    words = [WRITE_FORMATS[preset.file_format].words]
    if preset.depth in DEPTHS:
        words.append("32-bit float" if preset.depth == "float" else f"{preset.depth} bit")
    if preset.quality >= 0:
        words.append(f"quality {preset.quality}")
    if preset.kbps:
        words.append(f"{preset.kbps} kbit/s")
    if preset.rate_hz:
        words.append(f"{preset.rate_hz} Hz")
    words += {1: ["mono"], 2: ["stereo"]}.get(preset.n_channels, [])
    return " ".join(words)
