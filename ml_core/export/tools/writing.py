"""Writes an edit for the tools that were chosen, beside its file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from ml_core import audio_file
from ml_core.audio_file import staged_file
from ml_core.domain.edits import Edit
from ml_core.domain.files.tools import TOOLS
from ml_core.domain.songs import SongAnalysis
from ml_core.export.tools.audacity import audacity_text
from ml_core.export.tools.clips import ClipProject, edit_track
from ml_core.export.tools.cue import Cue
from ml_core.export.tools.dawproject import write_dawproject
from ml_core.export.tools.reaper import reaper_text
from ml_core.export.tools.residues import write_residues
from ml_core.export.tools.timelines import edl_text, otio_text
from ml_core.units import db_to_gain

RESIDUES_FOLDER = " (joins)"
"""Behind the edit's name, of the folder with what its clips can't say."""

Written = dict[str, Callable[[ClipProject, Path], bytes]]

_WRITERS: Written = {
    "reaper": lambda project, folder: reaper_text(project, folder).encode("utf-8", "replace"),
    "audacity": lambda project, _: audacity_text(project).encode("utf-8", "replace"),
    "otio": lambda project, _: otio_text(project).encode("utf-8"),
    "edl": lambda project, _: edl_text(project).encode("utf-8"),
}


def write_for_tools(
    edit: Edit,
    song: Path,
    analysis: SongAnalysis,
    audio_path: Path,
    tools: Sequence[str],
    *,
    gain_db: float = 0.0,
    has_residues: bool = True,
    copies_audio: bool = False,
) -> list[Path]:
    """Write what the tools read, all of it or nothing of a tool that fails.

    Args:
        edit: that was exported.
        song: its song's file.
        analysis: of the song.
        audio_path: the exported file, whose name they share.
        tools: names of `TOOLS`; markers in the file itself are written with it.
        gain_db: that the whole edit was exported with.
        has_residues: whether tools with tracks get a second one, so that the sum is the edit.
        copies_audio: whether audio is copied into a DAWproject.

    Returns:
        The files.

    Raises:
        UserError: if a name is taken, a library is missing or the disk fails.
    """
    beside = [TOOLS[name] for name in tools if TOOLS[name].ending]
    if not beside:
        return []
    header = audio_file.probe(song)
    track = edit_track(edit, song.absolute(), analysis.n_samples, gain_db)
    tracks = [track]
    if has_residues and any(tool.has_tracks for tool in beside):
        folder = audio_path.with_name(audio_path.stem + RESIDUES_FOLDER)
        residues = write_residues(edit, song, analysis.n_samples, folder, db_to_gain(gain_db))
        tracks += [residues] if residues.clips else []
    project = ClipProject(
        audio_path.stem,
        header.sample_rate_hz,
        header.n_channels,
        edit.n_samples,
        tuple(tracks),
        edit.join_samples,
        analysis.tempo_bpm,
        analysis.meter,
    )
    return [_written(project, audio_path, tool.name, copies_audio) for tool in beside]


def _written(project: ClipProject, audio_path: Path, name: str, copies_audio: bool) -> Path:
    path = audio_path.with_name(audio_path.stem + TOOLS[name].ending)
    with staged_file(path, overwrite=False) as staged:
        if name == "dawproject":
            write_dawproject(project, staged.path, copies_audio=copies_audio)
        else:
            staged.path.write_bytes(_WRITERS[name](project, audio_path.parent))
        staged.commit()
    return path.absolute()


def edit_cues(edit: Edit) -> Iterator[Cue]:
    """A region for each piece of an edit, and a marker for each join."""
    at = 0
    for k, (start, end) in enumerate(edit.spans, start=1):
        yield Cue(at, f"Piece {k}, from {start / edit.sample_rate_hz:.3f} s", end - start)
        at += end - start
    for k, centre in enumerate(edit.join_samples, start=1):
        yield Cue(centre, f"Join {k}")
