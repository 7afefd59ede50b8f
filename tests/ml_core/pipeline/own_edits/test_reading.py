"""Edits from other tools: what they hold is found, what is no piece is named, nothing crashes."""

from __future__ import annotations

import io
import json
import random
import zipfile
from pathlib import Path
from typing import Any

import pytest

from ml_core.domain.edits import Edit
from ml_core.domain.files.clips_read import MOST_CLIPS
from ml_core.domain.songs import Song
from ml_core.errors import UserError
from ml_core.export.tools.clips import ClipProject, ClipTrack, edit_track
from ml_core.export.tools.dawproject import write_dawproject
from ml_core.export.tools.reaper import reaper_text
from ml_core.export.tools.timelines import otio_text
from ml_core.pipeline.own_edits.dawproject.reading import MOST_TAGS, MOST_XML_BYTES
from ml_core.pipeline.own_edits.reading import MOST_SENTENCES, OwnEdit, read_own_edit
from tests.editor_app.conftest import make_song

RATE_HZ = 44100
SONG: Song = make_song(1)
PATH = Path("/music/Älbum/One & only.wav")
SPANS = ((1000, 90_001), (300_007, 470_003), (200_000, 260_000))
"""The last one goes back."""


def dawproject_bytes(project: ClipProject, copies_audio: bool = False) -> bytes:
    held = io.BytesIO()
    write_dawproject(project, held, copies_audio=copies_audio)
    return held.getvalue()


def project_of(spans: tuple[tuple[int, int], ...]) -> ClipProject:
    rate = SONG.sample_rate_hz
    edit = Edit(SONG.sha256, rate, spans)
    track = edit_track(edit, PATH, SONG.n_samples)
    return ClipProject("t", rate, 2, edit.n_samples, (track,), edit.join_samples, 120.0)


def saved(folder: Path, kind: str, project: ClipProject) -> Path:
    path = folder / f"edit{kind}"
    if kind == ".rpp":
        path.write_text(reaper_text(project, folder), encoding="utf-8")
    elif kind == ".otio":
        pytest.importorskip("opentimelineio")
        path.write_text(otio_text(project), encoding="utf-8")
    else:
        path.write_bytes(dawproject_bytes(project))
    return path


def read(path: Path) -> OwnEdit:
    return read_own_edit(path, SONG, [str(PATH)])


KINDS = (".rpp", ".otio", ".dawproject")


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_written_is_read_back_to_the_sample(kind: str, tmp_path: Path):
    own = read(saved(tmp_path, kind, project_of(SPANS)))
    assert own.edit.spans == SPANS and own.left_out == ()
    assert own.edit.sha256 == SONG.sha256
    assert own.at_s[0][0] == 0.0 and own.at_s[-1][1] == pytest.approx(own.edit.duration_s)


@pytest.mark.parametrize("kind", KINDS)
def test_a_piece_that_was_cut_and_not_moved_is_one(kind: str, tmp_path: Path):
    own = read(saved(tmp_path, kind, project_of(((0, 1000), (1000, 5000), (9000, 9500)))))
    assert own.edit.spans == ((0, 5000), (9000, 9500))


@pytest.mark.parametrize("kind", KINDS)
def test_clips_of_other_songs_are_named(kind: str, tmp_path: Path):
    project = project_of(SPANS)
    clips = list(project.tracks[0].clips)
    other = edit_track(Edit("cd" * 32, RATE_HZ, ((0, 10),)), Path("/x/Other.wav"), 20).clips[0]
    mixed = ClipProject(
        "t", project.sample_rate_hz, 2, project.n_samples,
        (ClipTrack("Edit", tuple(clips)), ClipTrack("Else", (other,))), (), 120.0,
    )  # fmt: skip
    own = read(saved(tmp_path, kind, mixed))
    assert own.edit.spans == SPANS
    assert own.left_out == ("Other.wav is not of this song.",)


@pytest.mark.parametrize("kind", KINDS)
def test_a_project_of_another_song_is_refused(kind: str, tmp_path: Path):
    path = saved(tmp_path, kind, project_of(SPANS))
    with pytest.raises(UserError, match="Nothing in edit") as refused:
        read_own_edit(path, SONG, ["/music/else.wav"])
    assert "tastecut add" in str(refused.value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("MUTE 1", "is muted"),
        ("PLAYRATE 1.5 1 0 -1 0 0.0025", "stretched"),
        ("PLAYRATE 1 1 2 -1 0 0.0025", "another pitch"),
        ("VOLPAN 0 0 1 -1", "is silent"),
        ("SM 0 0 + 4 5", "stretch markers"),
    ],
)
def test_items_that_can_not_be_pieces_are_named(change: str, words: str, tmp_path: Path):
    path = saved(tmp_path, ".rpp", project_of(SPANS))
    text = path.read_text(encoding="utf-8")
    lines = text.replace("\r\n", "\n").split("\n")
    at = next(k for k, line in enumerate(lines) if "PLAYRATE" in line)
    lines[at] = change
    path.write_text("\n".join(lines), encoding="utf-8")
    own = read(path)
    assert own.edit.spans == SPANS[1:] and words in own.left_out[0]


def test_a_reversed_item_is_named(tmp_path: Path):
    path = saved(tmp_path, ".rpp", project_of(SPANS))
    text = path.read_text(encoding="utf-8")
    wrapped = text.replace(
        "<SOURCE WAVE", "<SOURCE SECTION\n MODE 2\n LENGTH 2\n <SOURCE WAVE", 1
    ).replace('only.wav"\n', 'only.wav"\n >\n', 1)
    path.write_text(wrapped, encoding="utf-8")
    own = read(path)
    assert own.edit.spans == SPANS[1:] and "is reversed" in own.left_out[0]


def test_overlapping_clips_meet_in_the_middle(tmp_path: Path):
    rate = SONG.sample_rate_hz
    text = (
        "<REAPER_PROJECT 0.1\n<TRACK\n"
        + "".join(
            f'<ITEM\nPOSITION {at}\nLENGTH {n}\nSOFFS {first}\n<SOURCE WAVE\nFILE "{PATH}"\n>\n>\n'
            for at, n, first in ((0, 4, 0), (3, 4, 10))
        )
        + ">\n>\n"
    )
    path = tmp_path / "a.rpp"
    path.write_text(text, encoding="utf-8")
    assert read(path).edit.spans == (
        (0, round(3.5 * rate)), (round(10.5 * rate), 14 * rate)
    )  # fmt: skip


def otio_with(change: dict[str, Any], tmp_path: Path) -> Path:
    data = json.loads(otio_text(project_of(SPANS)))
    data["tracks"]["children"][0]["children"][0] |= change
    path = tmp_path / "a.otio"
    path.write_text(json.dumps(data))
    return path


def test_a_stretched_clip_of_a_timeline_is_named(tmp_path: Path):
    pytest.importorskip("opentimelineio")
    effect = {"OTIO_SCHEMA": "LinearTimeWarp.1", "time_scalar": -1.0}
    own = read(otio_with({"effects": [effect]}, tmp_path))
    assert own.edit.spans == SPANS[1:] and "stretched or reversed" in own.left_out[0]


HOSTILE_XML = (
    b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><Project>&b;</Project>',
    b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><Project>&e;</Project>',
    b"<Project>" * 5000,
    b"\xff\xfe\x00",
    b"<Other/>",
    b"<Project>" + b"<a/>" * (MOST_TAGS + 1) + b"</Project>",
    b"<Project " + b"".join(b'b%d="" ' % k for k in range(30_000)) + b"/>",
    b'<Project><Transport><Tempo value="x"/></Transport></Project>',
)


@pytest.mark.parametrize("xml", HOSTILE_XML)
def test_hostile_xml_is_one_sentence(xml: bytes, tmp_path: Path):
    path = tmp_path / "a.dawproject"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("project.xml", xml)
        archive.writestr("../../evil.txt", "x")
    with pytest.raises(UserError, match=r"a\.dawproject"):
        read(path)
    assert not (tmp_path.parent.parent / "evil.txt").exists()


def test_a_bomb_is_refused_unopened(tmp_path: Path):
    path = tmp_path / "a.dawproject"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("project.xml", "w") as file,
    ):
        for _ in range(MOST_XML_BYTES // 1_000_000 + 2):
            file.write(b" " * 1_000_000)
    with pytest.raises(UserError, match="too large"):
        read(path)


@pytest.mark.parametrize(
    "text",
    [
        "", "not a project", "<REAPER_PROJECT\n" + "<A\n" * 100, "<REAPER_PROJECT\n>\n>\n",
        "<REAPER_PROJECT\n" + "<ITEM\n>\n" * (MOST_CLIPS + 2), "<REAPER_PROJECT" + "\n" * 500_001,
        "<REAPER_PROJECT\n<ITEM\nPOSITION x\nLENGTH 1\n<SOURCE WAVE\nFILE a\n>\n>\n>",
        "<REAPER_PROJECT\n<ITEM\nPOSITION 1e99\nLENGTH nan\n<SOURCE WAVE\nFILE a\n>\n>\n>",
    ],
)  # fmt: skip
def test_hostile_reaper_text_is_one_sentence(text: str, tmp_path: Path):
    path = tmp_path / "a.rpp"
    path.write_text(text)
    with pytest.raises(UserError, match=r"a\.rpp"):
        read(path)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"{}", b"[" * 100_000, b'{"OTIO_SCHEMA": "Timeline.1"}',
        b'{"OTIO_SCHEMA": "Timeline.1", "tracks": {"OTIO_SCHEMA": "Stack.1", "children": 5}}',
        b'{"OTIO_SCHEMA": "Timeline.1", "tracks": {"OTIO_SCHEMA": "Stack.1", "children": '
        b'[{"OTIO_SCHEMA": "Track.1", "children": [{"OTIO_SCHEMA": "Clip.1"}]}]}}',
    ],
)  # fmt: skip
def test_hostile_timelines_are_one_sentence(data: bytes, tmp_path: Path):
    path = tmp_path / "a.otio"
    path.write_bytes(data)
    with pytest.raises(UserError, match=r"a\.otio"):
        read(path)


@pytest.mark.parametrize("kind", KINDS)
def test_damaged_files_never_crash(kind: str, tmp_path: Path):
    whole = saved(tmp_path, kind, project_of(SPANS)).read_bytes()
    rng = random.Random(7)
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(rng.randint(1, 6)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        if rng.random() < 0.3:
            del data[rng.randrange(len(data)) :]
        path = tmp_path / f"damaged{kind}"
        path.write_bytes(bytes(data))
        try:
            own = read(path)
        except UserError:
            continue
        assert all(0 <= start < end <= SONG.n_samples for start, end in own.edit.spans)


def test_an_unknown_ending_is_refused(tmp_path: Path):
    path = tmp_path / "a.als"
    path.touch()
    with pytest.raises(UserError, match=r"\.rpp, \.otio, \.dawproject"):
        read(path)


def test_io_is_not_needed_to_know_a_zip():
    assert zipfile.is_zipfile(io.BytesIO(dawproject_bytes(project_of(SPANS))))


def test_what_was_left_out_is_safe_to_show_and_bounded(tmp_path: Path):
    path = saved(tmp_path, ".rpp", project_of(SPANS))
    muted = "".join(
        f'<ITEM\nNAME "\x1b[2J{number}"\nMUTE 1\nLENGTH 1\n>\n' for number in range(500)
    )
    path.write_text(path.read_text(encoding="utf-8") + muted, encoding="utf-8")
    own = read(path)
    assert own.edit.spans == SPANS
    assert len(own.left_out) == MOST_SENTENCES + 1 and own.left_out[-1] == "And 450 more."
    assert not any("\x1b" in sentence for sentence in own.left_out)
