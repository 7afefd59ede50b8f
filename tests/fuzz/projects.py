"""Valid projects of other tools that hold something of everything, and mutants of them."""

from __future__ import annotations

import io
import json
import random
import re
import unicodedata
import zipfile
from pathlib import Path
from typing import Any

from ml_core.domain.songs import Song
from ml_core.pipeline.own_edits.reading import MOST_SENTENCES, project_of, read_own_edit
from tests.fuzz.mutating import NASTY, bytes_mutant, json_mutant

SONG = Song("ab" * 32, ("/music/one.wav",), 44_100, 60 * 44_100, 2, "One")

_RPP = """<REAPER_PROJECT 0.1 "7.0" 0
  TEMPO 120 4 4
  <TRACK
    NAME "Folder one"
    VOLPAN 0.5 0 -1 -1 1
    MUTESOLO 0 0 0
    ISBUS 1 1
    <FXCHAIN
      <VST "x"
      >
    >
  >
  <TRACK
    NAME Edit
    ISBUS 2 -1
    <ITEM
      POSITION 0
      LENGTH 5
      LOOP 1
      FADEIN 1 0.5 0 1 0 0 0
      FADEOUT 1 0.01 1 1 0 0 0
      MUTE 0 0
      NAME first
      VOLPAN 0.5 0 1 -1
      SOFFS 57
      PLAYRATE 1 1 0 -1 0 0.0025
      CHANMODE 0
      SM 0 0 + 4 4
      <SOURCE SECTION
        LENGTH 30
        STARTPOS 10
        MODE 0
        <SOURCE WAVE
          FILE "one.wav"
        >
      >
      TAKE SEL
      NAME second
      TAKEVOLPAN 0 1 -1
      SOFFS 20
      PLAYRATE 1 1 0
      <SOURCE WAVE
        FILE "one.wav"
      >
      <TAKEFX
      >
    >
    <ITEM
      POSITION 4
      LENGTH 5
      SOFFS 40
      GROUP 1
      <SOURCE WAVE
        FILE `one.wav`
      >
    >
  >
>
"""

_WARPED = (
    '<Warps contentTimeUnit="seconds" timeUnit="beats"><Audio duration="60" channels="2">'
    '<File path="audio/one.wav"/></Audio><Warp time="0" contentTime="0"/>'
    '<Warp time="120" contentTime="60"/></Warps>'
)
_XML = f"""<Project version="1.0"><Transport><Tempo unit="bpm" value="120"/></Transport>
<Structure><Track id="g" name="G"><Channel role="submix"><Mute value="false"/></Channel>
<Track id="t" name="T"><Channel role="regular" solo="false"><Volume unit="linear" value="0.5"/>
</Channel></Track></Track></Structure>
<Arrangement><TempoAutomation unit="bpm"><RealPoint time="0" value="120" interpolation="hold"/>
<RealPoint time="400" value="90" interpolation="linear"/></TempoAutomation>
<Lanes timeUnit="beats"><Lanes track="t"><Clips id="c">
<Clip time="0" duration="16" playStart="2" loopStart="0" loopEnd="8" name="A">
<Clips><Clip time="0" duration="8" contentTimeUnit="beats" fadeTimeUnit="seconds"
 fadeInTime="-0.1" fadeOutTime="0.2">{_WARPED}</Clip></Clips></Clip>
<Clip time="16" duration="8" contentTimeUnit="seconds" playStart="30" enable="true"><Lanes>
<Audio id="a" duration="60"><File path="audio/one.wav" external="false"/></Audio>
<Points unit="linear"><Target expression="gain"/><RealPoint time="0" value="0.5"/></Points>
</Lanes></Clip><Clip time="24" duration="4" reference="a"/></Clips></Lanes></Lanes></Arrangement>
</Project>"""

_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
_ELEMENT = re.compile(r"<(?P<tag>\w+)[^<>]*?(?:/>|>.*?</(?P=tag)>)", re.DOTALL)
_ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'


def rpp(work: Path) -> bytes:
    """A REAPER project."""
    return _RPP.encode()


def dawproject(work: Path) -> bytes:
    """A DAWproject."""
    return _zipped(_XML)


def otio(work: Path) -> bytes:
    """A timeline."""

    def span(start: float, length: float, rate: float = 24.0) -> dict[str, Any]:
        start_time, duration = (
            {"OTIO_SCHEMA": "RationalTime.1", "value": at * rate, "rate": rate}
            for at in (start, length)
        )
        return {"OTIO_SCHEMA": "TimeRange.1", "start_time": start_time, "duration": duration}

    def clip(start: float, length: float, **more: Any) -> dict[str, Any]:
        media = {
            "OTIO_SCHEMA": "ExternalReference.1", "target_url": "file:///music/one.wav",
            "available_range": span(0, 60),
        }  # fmt: skip
        own = {"source_range": span(start, length), "media_reference": media, "enabled": True}
        return {"OTIO_SCHEMA": "Clip.2", "name": "C", "effects": [], **own, **more}

    offset = {"OTIO_SCHEMA": "RationalTime.1", "value": 6, "rate": 24}
    fade = {"OTIO_SCHEMA": "Transition.1", "in_offset": offset, "out_offset": offset}
    warp = {"OTIO_SCHEMA": "LinearTimeWarp.1", "time_scalar": 1.0}
    inner = {"OTIO_SCHEMA": "Track.1", "kind": "Audio", "children": [clip(20, 4), clip(30, 4)]}
    nest = {"OTIO_SCHEMA": "Stack.1", "source_range": span(1, 5), "children": [inner]}
    gap = {"OTIO_SCHEMA": "Gap.1", "source_range": span(0, 2)}
    items = [clip(0, 4, effects=[warp]), fade, clip(8, 4), gap, nest]
    track = {"OTIO_SCHEMA": "Track.1", "kind": "Audio", "children": items}
    stack = {"OTIO_SCHEMA": "Stack.1", "children": [track]}
    return json.dumps({"OTIO_SCHEMA": "Timeline.1", "tracks": stack}).encode()


def rpp_mutant(data: bytes, rng: random.Random, work: Path) -> bytes:
    """Words, lines and blocks changed, doubled and left out."""
    if rng.random() < 0.25:
        return bytes_mutant(data, rng)
    lines = data.decode().split("\n")
    for _ in range(rng.randrange(1, 6)):
        at, kind = rng.randrange(len(lines)), rng.randrange(4)
        if kind == 0:
            words = lines[at].split(" ")
            words[rng.randrange(len(words))] = _nasty(rng)
            lines[at] = " ".join(words)
        elif kind == 1:
            end = min(len(lines), at + rng.randrange(1, 30))
            lines[at:at] = lines[at:end] * rng.choice((1, 1, 1, 300))
        elif kind == 2:
            del lines[at : at + rng.randrange(1, 4)]
        else:
            lines.insert(at, rng.choice((">", "<ITEM", "<SOURCE SECTION", "TAKE SEL", "<TRACK")))
        lines = lines or [""]
    return "\n".join(lines).encode("utf-8", "replace")


def otio_mutant(data: bytes, rng: random.Random, work: Path) -> bytes:
    """Values, names and whole parts changed."""
    return json_mutant(data, rng)


def dawproject_mutant(data: bytes, rng: random.Random, work: Path) -> bytes:
    """Attributes and elements changed, or the archive's own bytes."""
    if rng.random() < 0.2:
        return bytes_mutant(data, rng)
    xml = _XML
    for _ in range(rng.randrange(1, 5)):
        found = list((_ATTRIBUTE if rng.random() < 0.6 else _ELEMENT).finditer(xml))
        if not found:
            break
        one = rng.choice(found)
        start, end = one.span()
        if one.re is _ATTRIBUTE:
            text = _nasty(rng).replace("&", "&amp;").replace('"', "'").replace("<", "&lt;")
            xml = f'{xml[:start]}{one[1]}="{text}"{xml[end:]}'
        else:
            times = rng.choice((0, 2, 2, 50))
            xml = f"{xml[:start]}{one[0] * times}{xml[end:]}"
    if rng.random() < 0.05:
        xml = _ENTITIES + xml.replace("one.wav", "&b;")
    return _zipped(xml)


def _nasty(rng: random.Random) -> str:
    """A value that no reader expects, or a number that is much like one."""
    if rng.random() < 0.5:
        return repr(rng.choice((-1.0, 1e-9, 1e-3, 0.5, 7.25, 59.99, 1e6, 1e12)) * rng.random())
    return str(rng.choice(NASTY))


def is_control(sign: str) -> bool:
    """Whether a sign could order a terminal about, or turn our own words round."""
    return unicodedata.category(sign) == "Cc" or sign in "\u202a\u202b\u202d\u202e"


def _zipped(xml: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("project.xml", xml.encode("utf-8", "replace"))
        archive.writestr("../../outside.txt", "x")
    return held.getvalue()


def read(file: Path, work: Path) -> None:
    """Read a project as an edit of the song that its sound is of."""
    project_of(file)
    own = read_own_edit(file, SONG, SONG.paths)
    if any(not 0 <= start < end <= SONG.n_samples for start, end in own.edit.spans):
        raise AssertionError(f"spans outside the song: {own.edit.spans[:3]}")
    if len(own.left_out) > MOST_SENTENCES + 1:
        raise AssertionError("more sentences than anyone reads")
    for sentence in own.left_out:
        if len(sentence.splitlines()) != 1 or any(map(is_control, sentence)):
            raise AssertionError(f"no plain sentence: {sentence!r}")
