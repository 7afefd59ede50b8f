"""Names that every system takes and that nobody has yet."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_core.audio_file.tagging.own_edits import edit_json_path
from ml_core.errors import UserError
from ml_core.export.names import free_target, reserved_target, safe_stem


@pytest.mark.parametrize(
    ("text", "stem"),
    [
        ("Plain name", "Plain name"),
        ("Ünïcödé 音楽 🎵", "Ünïcödé 音楽 🎵"),
        ("AC/DC: Who made who?", "AC_DC_ Who made who_"),
        ("two\nlines\t", "two_lines_"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("  .hidden. ", "hidden"),
        ("con", "_con"),
        ("Com1.mix", "_Com1.mix"),
        ("concert", "concert"),
        ("", "Edit"),
        ("...", "Edit"),
        (os.fsdecode(b"caf\xe9"), "caf_"),
    ],
)
def test_stems_are_safe(text: str, stem: str) -> None:
    assert safe_stem(text) == stem


@given(st.text(alphabet=st.characters(), max_size=300))
def test_any_text_becomes_a_name_beside_which_the_edit_fits(text: str) -> None:
    target = free_target("/nowhere", text, "wav")
    assert target.parent == Path("/nowhere")
    for path in (target, edit_json_path(target)):
        assert 0 < len(path.name.encode("utf-8")) <= 255
        assert not set(path.name) & set('<>:"/\\|?*\0\n')
    assert target.stem not in (".", "..") and not target.name.startswith(".")


def test_fault_23_names_that_are_taken_get_a_number(tmp_path: Path) -> None:
    assert free_target(tmp_path, "Song", "wav") == tmp_path / "Song.wav"
    (tmp_path / "Song.wav").touch()
    assert free_target(tmp_path, "Song", "wav") == tmp_path / "Song 2.wav"
    (tmp_path / "Song 2.edit.json").touch()
    assert free_target(tmp_path, "Song", "wav") == tmp_path / "Song 3.wav"
    (tmp_path / "sONG 3.WAV").touch()
    assert free_target(tmp_path, "Song", "wav") == tmp_path / "Song 4.wav"
    (tmp_path / "Cafe\u0301.flac").touch()
    assert free_target(tmp_path, "Café", "flac") == tmp_path / "Café 2.flac"


def test_fault_38_long_names_are_shortened_between_characters(tmp_path: Path) -> None:
    first = free_target(tmp_path, "音" * 120, "flac")
    first.touch()
    edit_json_path(first).touch()
    second = free_target(tmp_path, "音" * 120, "flac")
    second.touch()
    assert second.stem.endswith(" 2") and set(second.stem[:-2]) == {"音"}


def test_a_format_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="can't write ape files yet"):
        free_target(tmp_path, "Song", "ape")


def test_exports_at_once_are_named_apart(tmp_path: Path) -> None:
    with ExitStack() as stack:
        targets = [
            stack.enter_context(reserved_target(tmp_path / "out", name, file_format))
            for name, file_format in (("Song", "wav"), ("sONG", "wav"), ("Song", "flac"))
        ]
        assert [path.name for path in targets] == ["Song.wav", "sONG 2.wav", "Song 3.flac"]
        targets[1].touch()
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["sONG 2.wav"]
    with reserved_target(tmp_path / "out", "Song", "wav") as target:
        assert target.name == "Song.wav", "what was given up is free again"


_EXPORT = """
import sys, time
from ml_core.audio_file import write_text_atomic
from ml_core.export.names import edit_json_path, reserved_target
for _ in range(20):
    with reserved_target(sys.argv[1], "Song", "wav") as target:
        time.sleep(0.001)
        write_text_atomic(target, "x")
        write_text_atomic(edit_json_path(target), "x")
"""


def test_processes_that_export_at_once_are_named_apart(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _EXPORT, str(tmp_path / "out")]
    children = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    assert [child.communicate()[1] for child in children] == ["", "", ""]
    names = {path.name for path in (tmp_path / "out").iterdir()}
    stems = ["Song", *(f"Song {number}" for number in range(2, 61))]
    assert names == {stem + end for stem in stems for end in (".wav", ".edit.json")}


def test_fault_20_a_killed_export_keeps_no_name(tmp_path: Path) -> None:
    killed = _EXPORT.replace("time.sleep(0.001)", "import os; os.kill(os.getpid(), 9)")
    subprocess.run([sys.executable, "-c", killed, str(tmp_path)], check=False)
    assert len(list(tmp_path.iterdir())) == 1, "the killed process left its mark"
    with reserved_target(tmp_path, "Song", "wav") as target:
        assert target.name == "Song.wav"
    assert list(tmp_path.iterdir()) == []
