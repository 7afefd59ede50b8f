"""The archive of a DAWproject, and the clips of its arrangement as they are heard, in seconds.

After the published schema (github.com/bitwig/dawproject, version 1.0).
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

from ml_core.domain.files.clips_read import ReadProject
from ml_core.pipeline.archive.zip_parts import directory_bytes
from ml_core.pipeline.own_edits.dawproject.scope import Scope
from ml_core.pipeline.own_edits.dawproject.tempo import tempo_map
from ml_core.pipeline.own_edits.dawproject.timelines import Timelines
from ml_core.pipeline.own_edits.dawproject.tracks import Tracks

MOST_XML_BYTES = 32_000_000
"""Of project.xml as it is unpacked: some hundred thousand clips."""

MOST_TAGS = 1_000_000
"""In it: an element takes many times the memory of its text."""

_LONGEST_TAG = 200_000
"""With all its attributes, in bytes."""

_MOST_DIRECTORY_BYTES = 8_000_000
"""Of the archive: some ten thousand files."""

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
        _require_small_directory(path)
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
    if data.count(b"<") > MOST_TAGS or max(map(len, data.split(b"<"))) > _LONGEST_TAG:
        raise ValueError("its project.xml holds more than any edit")
    try:
        root = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise ValueError("its project.xml is no plain XML") from error
    if root.tag != "Project":
        raise ValueError("its project.xml holds no project")
    return _read(root)


def _require_small_directory(path: Path) -> None:
    """Raise ValueError where the archive's list of files would fill the memory."""
    with path.open("rb") as file:
        is_small = path.stat().st_size <= _MOST_DIRECTORY_BYTES
        told = directory_bytes(file)
    if not is_small and (told is None or told > _MOST_DIRECTORY_BYTES):
        raise ValueError("its archive holds too many files, or is damaged")


def _read(root: Any) -> ReadProject:
    arrangement = root.find("./Arrangement")
    referred = {
        node.get("id"): node
        for node in root.iter()
        if node.tag in ("Lanes", "Clips", "Audio", "Warps") and node.get("id")
    }
    timelines = Timelines(Tracks(root), referred)
    scope = Scope(tempo_map(root))
    if arrangement is not None:
        timelines.read(arrangement, scope)
    left_out = [*timelines.tracks.notes(timelines.used_tracks), *timelines.left_out]
    if root.find("./Scenes//Clip") is not None:
        left_out.append("Clips of scenes lie outside the arrangement.")
    return ReadProject(tuple(timelines.clips), tuple(left_out))
