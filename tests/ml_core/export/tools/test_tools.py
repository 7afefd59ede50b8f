"""Edits for other tools, read back by other parsers: clips to the sample, the sum is the edit."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import unquote, urlparse
from xml.etree import ElementTree

import numpy as np
import pytest
import rpp
import soundfile

from ml_core.domain.edits import Edit
from ml_core.domain.files.tools import chosen_tools
from ml_core.edits.render import render
from ml_core.errors import UserError
from ml_core.export.tools.clips import ClipProject, edit_track
from ml_core.export.tools.cue import Cue, add_cues
from ml_core.export.tools.dawproject import write_dawproject
from ml_core.export.tools.reaper import quoted, reaper_text
from ml_core.export.tools.residues import residue_spans, write_residues
from ml_core.export.tools.timelines import EDL_FRAMES_HZ, edl_text, otio_text

RATE_HZ = 44100
Heard = list[list[tuple[Path, int, int, int, float]]]
"""Of each track its clips: file, first sample in it, place and length in samples, gain."""


def dawproject_bytes(project: ClipProject, copies_audio: bool = False) -> bytes:
    held = io.BytesIO()
    write_dawproject(project, held, copies_audio=copies_audio)
    return held.getvalue()


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rng = np.random.default_rng(3)
    path = tmp_path_factory.mktemp("song") / 'Söng & "friends" <1>.wav'
    sound = np.cumsum(rng.normal(size=(20 * RATE_HZ, 2)), axis=0)
    sound -= np.linspace(sound[0], sound[-1], len(sound))
    soundfile.write(path, 0.5 * sound / np.abs(sound).max(), RATE_HZ, "PCM_24")
    return path


@pytest.fixture(scope="module")
def edit() -> Edit:
    """Four pieces with short and long fades, tails, ends that fade, and places that are no round
    number of anything."""
    return Edit(
        "ab" * 32,
        RATE_HZ,
        ((12_345, 150_001), (220_007, 300_003), (400_001, 401_000), (500_009, 700_021)),
        (882, 4410, 0),
        (0.0, 0.0, 0.0, 0.0),
        fade_in=220,
        fade_out=30_011,
        tails=(9000, 0, 0),
    )


@pytest.fixture(scope="module")
def clip_project(song: Path, edit: Edit, tmp_path_factory: pytest.TempPathFactory) -> ClipProject:
    folder = tmp_path_factory.mktemp("out") / "Song (edit) (joins)"
    track = edit_track(edit, song, 20 * RATE_HZ)
    residues = write_residues(edit, song, 20 * RATE_HZ, folder)
    assert residues.clips
    return ClipProject(
        'Song & "edit"', RATE_HZ, 2, edit.n_samples, (track, residues), edit.join_samples, 121.5
    )


def test_a_residue_is_named_for_what_sounds_in_it(clip_project: ClipProject) -> None:
    names = [clip.name for clip in clip_project.tracks[1].clips]
    assert names == ["Fade in", "Join 1", "Join 2", "Fade out"]


def from_reaper(clip_project: ClipProject) -> Heard:
    folder = clip_project.tracks[1].clips[0].file.parents[1]
    root = rpp.loads(reaper_text(clip_project, folder))
    heard: Heard = []
    for track in root.findall(".//TRACK"):
        clips = []
        for item in track.findall("ITEM"):
            one = {row[0]: row[1:] for row in item.children if isinstance(row, list)}
            file = item.find("SOURCE").children[0][1]
            at, n, first = (
                round(float(one[name][0]) * RATE_HZ) for name in ("POSITION", "LENGTH", "SOFFS")
            )
            clips.append((folder / file, first, at, n, float(one["VOLPAN"][0])))
        heard.append(clips)
    return heard


def from_dawproject(clip_project: ClipProject) -> Heard:
    archive = zipfile.ZipFile(io.BytesIO(dawproject_bytes(clip_project)))
    root = ElementTree.fromstring(archive.read("project.xml"))
    heard: Heard = []
    for lane in root.findall("./Arrangement/Lanes/Lanes"):
        clips = []
        for clip in lane.findall("./Clips/Clip"):
            file = clip.find(".//File")
            assert file is not None and file.get("external") == "true"
            at, n, first = (
                round(float(clip.get(name, "nan")) * RATE_HZ)
                for name in ("time", "duration", "playStart")
            )
            gain = clip.find(".//RealPoint")
            clips.append(
                (Path(file.get("path", "")), first, at, n,
                 1.0 if gain is None else float(gain.get("value", "nan")))
            )  # fmt: skip
        heard.append(clips)
    return heard


def from_otio(clip_project: ClipProject) -> Heard:
    otio = pytest.importorskip("opentimelineio")
    timeline = otio.adapters.read_from_string(otio_text(clip_project), "otio_json")
    heard: Heard = []
    for track in timeline.tracks:
        clips, at = [], 0
        for item in track:
            n = round(item.source_range.duration.value)
            if isinstance(item, otio.schema.Clip):
                path = Path(unquote(urlparse(item.media_reference.target_url).path))
                clips.append((path, round(item.source_range.start_time.value), at, n, 1.0))
            at += n
        heard.append(clips)
    return heard


def sum_of(heard: Heard, n: int) -> np.ndarray:
    """What the tracks sound like together, float64."""
    out = np.zeros((n, 2))
    for track in heard:
        for file, first, at, length, gain in track:
            sound, _ = soundfile.read(file, start=first, frames=length, always_2d=True)
            out[at : at + length] += gain * sound
    return out


READERS = (from_reaper, from_dawproject, from_otio)


@pytest.mark.parametrize("read", READERS)
def test_spans_are_read_back_to_the_sample(
    read: Callable[[ClipProject], Heard], clip_project: ClipProject, edit: Edit, song: Path
):
    clips, at = read(clip_project)[0], 0
    for (file, first, place, n, gain), (start, end) in zip(clips, edit.spans, strict=True):
        assert (file, first, place, n, gain) == (song, start, at, end - start, 1.0)
        at += end - start


@pytest.mark.parametrize("read", READERS)
def test_the_sum_of_the_tracks_is_the_export(
    read: Callable[[ClipProject], Heard], clip_project: ClipProject, edit: Edit, song: Path
):
    source, _ = soundfile.read(song, dtype="float32", always_2d=True)
    export = render(edit, source).astype(np.float64)
    off = np.abs(sum_of(read(clip_project), edit.n_samples) - export)
    assert off.max() < 1 / 2**23  # a step of 24 bits
    bare = np.abs(sum_of(read(clip_project)[:1], edit.n_samples) - export)
    assert bare.max() > 0.01, "without residues the joins differ"
    outside = np.ones(edit.n_samples, bool)
    for start, end in residue_spans(edit, len(source)):
        outside[start:end] = False
    assert outside.mean() > 0.8 and bare[outside].max() == 0.0


def test_the_edit_list_holds_each_piece_to_a_frame(clip_project: ClipProject, edit: Edit):
    pytest.importorskip("opentimelineio")
    rows = [line.split() for line in edl_text(clip_project).splitlines() if line[:3].isdigit()]
    assert len(rows) == len(edit.spans) and all(row[2] == "AA" for row in rows)
    at = 0

    def frames(text: str) -> int:
        h, m, s, f = (int(part) for part in text.split(":"))
        return ((h * 60 + m) * 60 + s) * EDL_FRAMES_HZ + f

    for row, (start, end) in zip(rows, edit.spans, strict=True):
        first, _, placed, stop = (frames(text) for text in row[4:8])
        step = RATE_HZ / EDL_FRAMES_HZ
        assert abs(first - start / step) <= 1 and abs(placed - at / step) <= 1
        at += end - start
        assert abs(stop - at / step) <= 1


def test_gains_are_told(song: Path, edit: Edit):
    track = edit_track(edit, song, 20 * RATE_HZ, -6.0)
    clip_project = ClipProject("x", RATE_HZ, 2, edit.n_samples, (track, track), (), 120.0)
    for read in (from_reaper, from_dawproject):
        assert read(clip_project)[0][0][4] == pytest.approx(10 ** (-6 / 20), abs=1e-6)


def test_audio_can_lie_in_a_dawproject(clip_project: ClipProject, song: Path):
    archive = zipfile.ZipFile(io.BytesIO(dawproject_bytes(clip_project, copies_audio=True)))
    root = ElementTree.fromstring(archive.read("project.xml"))
    first = root.find(".//File")
    assert first is not None and first.get("external") == "false"
    assert archive.read(first.get("path", "")) == song.read_bytes()
    assert archive.testzip() is None


def test_names_that_a_format_can_not_hold_do_not_break_it(song: Path, edit: Edit):
    track = edit_track(edit, Path("/a/\"b\" 'c' `d`\n>\x01.wav"), 20 * RATE_HZ)
    odd = ClipProject("t\n\t\x02", RATE_HZ, 2, edit.n_samples, (track,), (1,), 120.0)
    root = rpp.loads(reaper_text(odd, Path("/")))
    assert len(root.findall(".//ITEM")) == len(edit.spans)
    ElementTree.fromstring(zipfile.ZipFile(io.BytesIO(dawproject_bytes(odd))).read("project.xml"))


@pytest.mark.parametrize("text", ["plain", 'a "b"', "a 'b' \"c\"", "`\"'"])
def test_reaper_reads_its_quotes(text: str):
    (row,) = rpp.loads(f"<X\n  NAME {quoted(text)}\n>").children
    assert row[1] in (text, text.replace("`", "'"))


def chunks(data: bytes) -> dict[bytes, bytes]:
    """The chunks of a RIFF file."""
    found, at = {}, 12
    assert struct.unpack("<I", data[4:8])[0] == len(data) - 8
    while at < len(data):
        name, size = data[at : at + 4], struct.unpack("<I", data[at + 4 : at + 8])[0]
        found[name] = data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2
    return found


def test_markers_lie_behind_the_sound_which_stays(tmp_path: Path):
    path = tmp_path / "a.wav"
    sound = np.random.default_rng(1).integers(-9000, 9000, (1001, 1)).astype(np.int16)
    soundfile.write(path, sound, RATE_HZ)
    assert add_cues(path, [Cue(0, "Piece 1", 400), Cue(400, "Jöin")])
    assert np.array_equal(soundfile.read(path, dtype="int16", always_2d=True)[0], sound)
    found = chunks(path.read_bytes())
    n, *points = struct.unpack("<I II4sIII II4sIII", found[b"cue "])
    assert n == 2 and [points[5], points[11]] == [0, 400]
    assert "Jöin".encode() in found[b"LIST"] and struct.pack("<I", 400) in found[b"LIST"]


def test_other_files_get_no_markers(tmp_path: Path):
    path = tmp_path / "a.flac"
    soundfile.write(path, np.zeros(100), RATE_HZ)
    before = path.read_bytes()
    assert not add_cues(path, [Cue(0, "x")]) and path.read_bytes() == before


@pytest.mark.parametrize("text", ["", "reaper,live", ","])
def test_unknown_tools_are_refused(text: str):
    with pytest.raises(UserError, match="There are dawproject"):
        chosen_tools(text)


def test_tools_are_chosen_by_a_comma_list():
    assert chosen_tools("otio, REAPER,otio") == ("otio", "reaper")


def residue_names(folder: Path) -> Sequence[str]:
    return [path.name for path in sorted(folder.iterdir())]


def test_the_command_writes_them_beside_the_edit(run, tmp_path: Path):
    out = tmp_path / "out"
    tools = "dawproject,reaper,audacity,otio,edl,cue"
    data = run("export", 1, "--out", out, "--daw", tools)
    (file,) = data["files"]
    stem = Path(file).stem
    endings = (".dawproject", ".rpp", ".labels.txt", ".otio", ".edl")
    assert [Path(one["file"]).name for one in data["tools"]] == [stem + end for end in endings]
    assert all(one["edit"] == file and Path(one["file"]).is_file() for one in data["tools"])
    assert residue_names(out / f"{stem} (joins)")
    record = json.loads(Path(file).with_suffix(".edit.json").read_text())
    labels = (out / f"{stem}.labels.txt").read_text().splitlines()
    assert len(labels) == len(record["kept_samples"]) + len(record["joins"])
    points = chunks(Path(file).read_bytes())[b"cue "]
    assert struct.unpack("<I", points[:4])[0] == len(labels)
