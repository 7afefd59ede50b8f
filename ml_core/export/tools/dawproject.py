"""DAWproject: a zip with the project and its metadata as XML, audio by reference.

After the published schema (github.com/bitwig/dawproject, version 1.0). Times are seconds with 15
digits, so that a sample of a day is told apart.
"""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

from ml_core import __version__
from ml_core.export.tools.clips import Clip, ClipProject
from ml_core.units import db_to_gain

_AT = (1980, 1, 1, 0, 0, 0)
"""The zip's own dates: the same edit gives the same file."""


def write_dawproject(
    project: ClipProject, target: Path | IO[bytes], *, copies_audio: bool = False
) -> None:
    """Write the whole file.

    Args:
        project: to be written.
        target: a path or an open file.
        copies_audio: whether audio lies in the file itself instead of being named.
    """
    names = _names(project) if copies_audio else {}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, root in (
            ("metadata.xml", _metadata(project)),
            ("project.xml", _project(project, names)),
        ):
            text = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
            archive.writestr(zipfile.ZipInfo(name, _AT), text, zipfile.ZIP_DEFLATED)
        for file, name in names.items():
            inside = zipfile.ZipInfo(name, _AT)
            with file.open("rb") as source, archive.open(inside, "w", force_zip64=True) as copy:
                shutil.copyfileobj(source, copy, 1 << 20)


def _names(project: ClipProject) -> dict[Path, str]:
    """The song by its own name, and what belongs to its joins below a folder called as theirs."""
    names = {}
    for k, track in enumerate(project.tracks):
        for clip in track.clips:
            folder = f"audio/{clip.file.parent.name}" if k else "audio"
            names[clip.file] = f"{folder}/{clip.file.name}"
    return names


def _metadata(project: ClipProject) -> ElementTree.Element:
    root = ElementTree.Element("MetaData")
    ElementTree.SubElement(root, "Title").text = _xml(project.title)
    return root


def _project(project: ClipProject, names: dict[Path, str]) -> ElementTree.Element:
    root = ElementTree.Element("Project", version="1.0")
    ElementTree.SubElement(root, "Application", name="Tastecut", version=__version__)
    transport = ElementTree.SubElement(root, "Transport")
    _real(transport, "Tempo", "bpm", project.tempo_bpm)
    ElementTree.SubElement(
        transport, "TimeSignature", numerator=str(project.meter), denominator="4"
    )
    structure = ElementTree.SubElement(root, "Structure")
    for k, track in enumerate(project.tracks):
        _track(structure, f"track{k}", track.name, "audio", "regular", project.n_channels)
    _track(structure, "main", "Main", "audio", "master", project.n_channels)
    arrangement = ElementTree.SubElement(root, "Arrangement", id="arrangement")
    lanes = ElementTree.SubElement(arrangement, "Lanes", timeUnit="seconds")
    for k, track in enumerate(project.tracks):
        lane = ElementTree.SubElement(lanes, "Lanes", track=f"track{k}")
        clips = ElementTree.SubElement(lane, "Clips")
        for clip in track.clips:
            _clip(clips, clip, project, names)
    if project.joins_samples:
        markers = ElementTree.SubElement(arrangement, "Markers", timeUnit="seconds")
        for number, at in enumerate(project.joins_samples, start=1):
            place = _s(project, at)
            ElementTree.SubElement(markers, "Marker", time=place, name=f"Join {number}")
    return root


def _track(
    parent: ElementTree.Element, key: str, name: str, kind: str, role: str, n_channels: int
) -> None:
    track = ElementTree.SubElement(
        parent, "Track", id=key, name=name, contentType=kind, loaded="true"
    )
    channel = ElementTree.SubElement(
        track, "Channel", id=f"{key}-channel", role=role, audioChannels=str(n_channels)
    )
    if role != "master":
        channel.set("destination", "main-channel")
    _real(channel, "Volume", "linear", 1.0)


def _clip(
    parent: ElementTree.Element, clip: Clip, project: ClipProject, names: dict[Path, str]
) -> None:
    made = ElementTree.SubElement(
        parent,
        "Clip",
        time=_s(project, clip.at_samples),
        duration=_s(project, clip.n_samples),
        playStart=_s(project, clip.from_samples),
        contentTimeUnit="seconds",
        name=_xml(clip.name),
    )
    inner = ElementTree.SubElement(made, "Lanes") if clip.gain_db else made
    audio = ElementTree.SubElement(
        inner,
        "Audio",
        channels=str(project.n_channels),
        sampleRate=str(project.sample_rate_hz),
        duration=_s(project, clip.n_file_samples),
        timeUnit="seconds",
    )
    inside = names.get(clip.file)
    ElementTree.SubElement(
        audio,
        "File",
        path=_xml(inside or str(clip.file)),
        external="false" if inside else "true",
    )
    if clip.gain_db:
        points = ElementTree.SubElement(inner, "Points", unit="linear", timeUnit="seconds")
        ElementTree.SubElement(points, "Target", expression="gain")
        value = f"{db_to_gain(clip.gain_db):.12f}"
        ElementTree.SubElement(points, "RealPoint", time="0.0", value=value, interpolation="hold")


def _real(parent: ElementTree.Element, name: str, unit: str, value: float) -> None:
    ElementTree.SubElement(parent, name, unit=unit, value=f"{value:.6f}")


def _s(project: ClipProject, samples: int) -> str:
    return f"{project.seconds(samples):.12f}"


def _xml(text: str) -> str:
    """Text without the control characters and halves that XML can't hold."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(sign for sign in whole if sign >= " " and sign not in "\ufffe\uffff")
