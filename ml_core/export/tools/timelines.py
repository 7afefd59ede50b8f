"""OpenTimelineIO, and CMX 3600 by its own plug-in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ml_core.errors import UserError
from ml_core.export.tools.clips import Clip, ClipProject, ClipTrack, plain_line

EDL_FRAMES_HZ = 30
"""Frames a second of the edit list: the most that every reader of CMX 3600 takes."""


def otio_text(project: ClipProject) -> str:
    """The timeline as OpenTimelineIO's JSON, in samples.

    Raises:
        UserError: if the library is missing.
    """
    otio = _library()
    timeline = _timeline(otio, project, project.tracks, project.sample_rate_hz, "Audio")
    return str(otio.adapters.write_to_string(timeline, "otio_json"))


def edl_text(project: ClipProject) -> str:
    """The first track as a CMX 3600 edit list for sound, in frames.

    Raises:
        UserError: if the library is missing.
    """
    otio = _library()
    # The plug-in writes one track of pictures; that its events are sound is a word in each line.
    timeline = _timeline(otio, project, project.tracks[:1], EDL_FRAMES_HZ, "Video")
    text = str(otio.adapters.write_to_string(timeline, "cmx_3600", rate=EDL_FRAMES_HZ))
    lines = text.splitlines()
    return "\n".join(_as_sound(line) for line in lines) + "\n"


def _as_sound(line: str) -> str:
    return line.replace(" V     C ", " AA    C ", 1) if line[:3].isdigit() else line


def _library() -> Any:
    try:
        import opentimelineio  # noqa: PLC0415 - only for two of the tools
    except ImportError:
        raise UserError(
            "OpenTimelineIO is not installed, which writes .otio and .edl.",
            'Install it: pip install "tastecut[timelines]"',
        ) from None
    return opentimelineio


def _timeline(
    otio: Any, project: ClipProject, tracks: tuple[ClipTrack, ...], rate_hz: int, kind: str
) -> Any:
    """Clips in steps of `rate_hz`: places are rounded, not lengths, so that none drifts."""

    def steps(samples: int) -> int:
        return round(samples * rate_hz / project.sample_rate_hz)

    def time(at: int) -> Any:
        return otio.opentime.RationalTime(at, rate_hz)

    def span(start: int, n: int) -> Any:
        return otio.opentime.TimeRange(time(start), time(n))

    timeline = otio.schema.Timeline(plain_line(project.title))
    for track in tracks:
        made, heard = otio.schema.Track(track.name, kind=kind), 0
        for clip in track.clips:
            at, end = steps(clip.at_samples), steps(clip.at_samples + clip.n_samples)
            if at > heard:
                made.append(otio.schema.Gap(source_range=span(0, at - heard)))
            made.append(_clip(otio, clip, span, steps, end - at))
            heard = end
        timeline.tracks.append(made)
    if kind == "Audio":
        for number, at in enumerate(project.joins_samples, start=1):
            marker = otio.schema.Marker(f"Join {number}", span(steps(at), 0))
            timeline.tracks.markers.append(marker)
    return timeline


def _clip(otio: Any, clip: Clip, span: Any, steps: Any, n: int) -> Any:
    media = otio.schema.ExternalReference(
        clip.file.as_uri() if clip.file.is_absolute() else Path(clip.file).as_posix(),
        span(0, steps(clip.n_file_samples)),
    )
    made = otio.schema.Clip(plain_line(clip.name), media, span(steps(clip.from_samples), n))
    if clip.gain_db:
        made.metadata["tastecut"] = {"gain_db": clip.gain_db}
    return made
