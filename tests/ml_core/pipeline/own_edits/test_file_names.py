"""Whether a clip's file is the song's, however a tool or a system writes its name."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest

from ml_core.errors import UserError
from ml_core.pipeline.own_edits.file_names import file_of, is_of
from ml_core.pipeline.own_edits.reading import project_of


@pytest.mark.parametrize(
    "told",
    [
        "one é.wav", "ONE É.WAV", unicodedata.normalize("NFD", "audio/one é.wav"),
        "C:\\Media\\one é.wav", "/gone/one é.wav",
    ],
)  # fmt: skip
def test_names_are_compared_as_the_strictest_disks_do(told: str):
    assert is_of(told, ["/music/one é.wav"]) and not is_of(told, ["/music/two.wav"])


def test_another_file_of_the_same_name_is_another_song_and_a_copy_is_not(tmp_path: Path):
    for folder, text in (("song", "abc"), ("copy", "abc"), ("other", "abcd")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "one.wav").write_text(text)
    song = [str(tmp_path / "song" / "one.wav")]
    assert is_of(str(tmp_path / "copy" / "one.wav"), song)
    assert not is_of(str(tmp_path / "other" / "one.wav"), song)


def test_urls_are_paths():
    assert file_of("file:///a/one%20%C3%A9.wav") == "/a/one é.wav"
    assert file_of("one%20two.wav", is_url=True) == "one two.wav"
    assert file_of("one%20two.wav") == "one%20two.wav" and file_of("http://[x") == "http://[x"


@pytest.mark.skipif(os.name != "posix", reason="pipes are POSIX")
def test_a_pipe_is_refused_unread(tmp_path: Path):
    os.mkfifo(tmp_path / "a.rpp")
    (tmp_path / "link.otio").symlink_to("/dev/zero")
    for name in ("a.rpp", "link.otio", "gone.dawproject"):
        with pytest.raises(UserError, match="There is no file"):
            project_of(tmp_path / name)
