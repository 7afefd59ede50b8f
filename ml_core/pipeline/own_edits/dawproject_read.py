"""DAWproject: the clips of its arrangement, in seconds."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

from ml_core.domain.files.clips_read import MOST_CLIPS, ReadClip, ReadProject

MOST_XML_BYTES = 32_000_000
"""Of project.xml as it is unpacked: some hundred thousand clips."""

_PROJECT = "project.xml"


def read_dawproject(path: Path) -> ReadProject:
    """The clips of a project; muted, stretched and nested ones are named.

    Raises:
        ValueError: if it is no such project, or larger than any edit.
        OSError: if it can't be read.
    """
    # It knows what entities do, which the standard library's parser follows.
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        with zipfile.ZipFile(path) as archive:
            info = archive.getinfo(_PROJECT)
            if info.file_size > MOST_XML_BYTES:
                raise ValueError("its project.xml is too large")
            with archive.open(info) as file:
                data = file.read(MOST_XML_BYTES + 1)
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, EOFError) as error:
        raise ValueError("it is no archive with a project.xml") from error
    except Exception as error:
        if isinstance(error, OSError | ValueError):
            raise
        raise ValueError("its archive is damaged") from error  # zlib, lzma and others
    if len(data) > MOST_XML_BYTES:
        raise ValueError("its project.xml is too large")
    try:
        root = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise ValueError("its project.xml is no plain XML") from error
    if root.tag != "Project":
        raise ValueError("its project.xml holds no project")
    return _read(root)


def _read(root: Any) -> ReadProject:
    tempo = root.find("./Transport/Tempo")
    beat_s = 60.0 / float(tempo.get("value")) if tempo is not None else 0.5
    if not 0.0 < beat_s < 1e4:
        raise ValueError("its tempo is none")
    muted = {
        track.get("id")
        for track in root.iter("Track")
        if (mute := track.find("./Channel/Mute")) is not None and mute.get("value") == "true"
    }
    clips: list[ReadClip] = []
    left_out: list[str] = []
    outer = root.find("./Arrangement/Lanes")
    for lane in [] if outer is None else outer.iter("Lanes"):
        if lane is outer or lane.get("track") is None:
            continue
        unit = lane.get("timeUnit") or outer.get("timeUnit") or "beats"
        for group in lane.findall("./Clips"):
            in_s = 1.0 if (group.get("timeUnit") or unit) == "seconds" else beat_s
            for clip in group.findall("./Clip"):
                why = "is muted" if lane.get("track") in muted else _why_not(clip)
                if why:
                    left_out.append(f"The clip {clip.get('name') or 'without a name'} {why}.")
                else:
                    clips.append(_clip(clip, in_s))
                if len(clips) + len(left_out) > MOST_CLIPS:
                    raise ValueError(f"it has more than {MOST_CLIPS} clips")
    return ReadProject(tuple(clips), tuple(left_out))


def _why_not(clip: Any) -> str:
    if clip.get("enable") == "false":
        return "is switched off"
    if clip.find(".//Clips") is not None:
        return "holds other clips"
    if clip.find(".//Warps") is not None and not _is_even(clip.find(".//Warps")):
        return "is stretched"
    if clip.get("loopStart") is not None and clip.get("loopEnd") is not None:
        return "is looped"
    if clip.get("contentTimeUnit") == "beats":
        return "follows the tempo, so it may be stretched"
    return "" if clip.find(".//Audio/File") is not None else "holds no audio"


def _is_even(warps: Any) -> bool:
    """Whether warps only say that the sound runs as it is."""
    if warps.get("timeUnit") != "seconds" or warps.get("contentTimeUnit") != "seconds":
        return False
    return all(
        abs(float(warp.get("time")) - float(warp.get("contentTime"))) < 1e-6
        for warp in warps.findall("./Warp")
    )


def _clip(clip: Any, in_s: float) -> ReadClip:
    audio = next(one for one in clip.iter("Audio") if one.find("File") is not None)
    from_s = float(clip.get("playStart", "0"))
    at_s = float(clip.get("time")) * in_s
    if clip.get("duration") is not None:
        length_s = float(clip.get("duration")) * in_s
    else:
        length_s = float(audio.get("duration")) - from_s
    return ReadClip(str(audio.find("File").get("path")), from_s, at_s, length_s)
