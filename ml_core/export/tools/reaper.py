"""REAPER's project file: plain text, an item for each clip."""

from __future__ import annotations

from pathlib import Path

from ml_core.export.tools.clips import Clip, ClipProject
from ml_core.units import db_to_gain

_SOURCES = {".mp3": "MP3", ".flac": "FLAC", ".ogg": "VORBIS", ".opus": "OPUS"}
"""REAPER's kinds of sources; all else is read as "WAVE", which knows by content."""


def reaper_text(project: ClipProject, folder: Path) -> str:
    """The project as text, with CRLF as REAPER writes it.

    Args:
        project: to be written.
        folder: that the file will lie in: what lies below it is named from there.
    """
    lines = ['<REAPER_PROJECT 0.1 "7.0" 0', f"  SAMPLERATE {project.sample_rate_hz} 1 0"]
    lines.append(f"  TEMPO {project.tempo_bpm:.6f} {project.meter} 4")
    for number, at in enumerate(project.joins_samples, start=1):
        lines.append(f"  MARKER {number} {project.seconds(at):.12f} {quoted(f'Join {number}')} 0")
    for track in project.tracks:
        lines += ["  <TRACK", f"    NAME {quoted(track.name)}", f"    NCHAN {_even(project)}"]
        for clip in track.clips:
            lines += _item(clip, project, folder)
        lines.append("  >")
    lines.append(">")
    return "\r\n".join(lines) + "\r\n"


def _even(project: ClipProject) -> int:
    return max(2, project.n_channels + project.n_channels % 2)


def _item(clip: Clip, project: ClipProject, folder: Path) -> list[str]:
    kind = _SOURCES.get(clip.file.suffix.lower(), "WAVE")
    return [
        "    <ITEM",
        f"      POSITION {project.seconds(clip.at_samples):.12f}",
        f"      LENGTH {project.seconds(clip.n_samples):.12f}",
        "      LOOP 0",
        "      FADEIN 1 0 0 1 0 0 0",
        "      FADEOUT 1 0 0 1 0 0 0",
        f"      NAME {quoted(clip.name)}",
        f"      VOLPAN {db_to_gain(clip.gain_db):.12f} 0 1 -1",
        f"      SOFFS {project.seconds(clip.from_samples):.12f}",
        "      PLAYRATE 1 1 0 -1 0 0.0025",
        f"      <SOURCE {kind}",
        f"        FILE {quoted(path_from(clip.file, folder))}",
        "      >",
        "    >",
    ]


def path_from(file: Path, folder: Path) -> str:
    """A file as it is named from a folder above it, else by its whole path."""
    try:
        return str(file.relative_to(folder.absolute()))
    except ValueError:
        return str(file)


def quoted(text: str) -> str:
    """Text as REAPER quotes it: by whatever sign does not stand in it; on one line."""
    plain = " ".join(text.split()) if text.splitlines() != [text] else text
    for sign in ('"', "'", "`"):
        if sign not in plain:
            return f"{sign}{plain}{sign}"
    return "`" + plain.replace("`", "'") + "`"
