"""A reading child that can't start is our fault; one that dies of a song is the song's."""

from __future__ import annotations

import errno
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ml_core import audio_file, cli
from ml_core.audio_file.writing import write_atomic
from ml_core.domain.adding import LookRequest, ReadRequest
from ml_core.errors import Cancelled, OwnFault
from ml_core.pipeline.listening import read_songs
from ml_core.pipeline.reading import reading_process
from ml_core.pipeline.reading.limited_reading import LimitedReader
from ml_core.pipeline.reading.looking import look_for_songs
from ml_core.progress import Progress, silent
from ml_core.store import Store
from ml_core.worker import Crashed
from ml_core.worker.serving import _crash
from tests.ml_core.audio_file.sound_material import sound

RATE_HZ = 8000


def interpreter(folder: Path, lines: str) -> str:
    """A script that is started in Python's stead."""
    script = folder / "interpreter"
    script.write_text(f"#!/bin/sh\n{lines}\n")
    script.chmod(0o755)
    return str(script)


def no_memory(*_: Any, **__: Any) -> None:
    raise OSError(errno.ENOMEM, "Cannot allocate memory")


def _is_missing(patch: pytest.MonkeyPatch, folder: Path) -> None:
    patch.setattr(sys, "executable", str(folder / "gone"))


def _lacks_a_module(patch: pytest.MonkeyPatch, folder: Path) -> None:
    lines = f"exec {sys.executable} -c 'import numpy.not_there'"
    patch.setattr(sys, "executable", interpreter(folder, lines))


def _is_killed(patch: pytest.MonkeyPatch, folder: Path) -> None:
    patch.setattr(sys, "executable", interpreter(folder, "kill -9 $$"))


def _has_too_little_memory(patch: pytest.MonkeyPatch, folder: Path) -> None:
    lines = f'ulimit -v 100000; exec {sys.executable} "$@"'
    patch.setattr(sys, "executable", interpreter(folder, lines))


def _finds_no_memory(patch: pytest.MonkeyPatch, _folder: Path) -> None:
    patch.setattr(subprocess, "Popen", no_memory)


def _never_begins(patch: pytest.MonkeyPatch, folder: Path) -> None:
    patch.setattr(sys, "executable", interpreter(folder, "exec sleep 60"))
    patch.setattr(reading_process, "_START_S", 0.2)


CLOSE, AGAIN = "Close other programs", "install Tastecut again"
WAYS: dict[str, tuple[Callable[[pytest.MonkeyPatch, Path], None], str]] = {
    "no interpreter": (_is_missing, AGAIN),
    "no module": (_lacks_a_module, AGAIN),
    "killed": (_is_killed, CLOSE),
    "little memory": (_has_too_little_memory, ""),
    "no memory": (_finds_no_memory, CLOSE),
    "hangs": (_never_begins, CLOSE),
}


@pytest.fixture
def song_path(tmp_path: Path) -> Path:
    path = tmp_path / "song.flac"
    write_atomic(path, [sound(21.0, RATE_HZ)], RATE_HZ, 2, "flac")
    return path


@pytest.mark.parametrize("way", WAYS)
def test_what_can_t_start_blames_no_song(
    way: str, song_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hinder, remedy = WAYS[way]
    with monkeypatch.context() as patch:
        hinder(patch, tmp_path)
        with LimitedReader() as reader, pytest.raises(OwnFault) as told:
            reader.read(song_path, silent())
        with pytest.raises(OwnFault):
            read_songs(ReadRequest((str(song_path),)), silent())
    assert "song.flac" not in str(told.value) and remedy in told.value.remedy
    with LimitedReader() as reader:
        assert reader.read(song_path, silent()).duration_s == 21.0, "it can be tried again"


def test_the_command_says_it_in_one_sentence(
    song_path: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    project = tmp_path / "project"
    with monkeypatch.context() as patch:
        _is_killed(patch, tmp_path)
        assert cli.main(["add", "--project", str(project), str(song_path)]) == 1
    told = capsys.readouterr().err
    assert "did not start. Close other programs" in told and "Traceback" not in told
    with Store.open(project, write=False) as store:
        assert store.songs.listed() == []
    assert cli.main(["add", "--project", str(project), str(song_path)]) == 0


def test_a_song_that_could_not_be_looked_at_is_not_called_changed(
    song_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = LookRequest(str(tmp_path), (audio_file.read_song(song_path),), {})
    _is_killed(monkeypatch, tmp_path)
    with pytest.raises(OwnFault):
        look_for_songs(request, silent())


def test_stopping_ends_a_child_that_never_begins(
    song_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", interpreter(tmp_path, "exec sleep 60"))
    with LimitedReader() as reader, pytest.raises(Cancelled):
        reader.read(song_path, Progress(is_cancelled=lambda: True))


def test_a_worker_hands_on_what_helps() -> None:
    told = _crash(3, OwnFault("It did not start.", "Try again."))
    assert isinstance(told, Crashed)
    assert (told.message, told.remedy) == ("It did not start.", "Try again.")
    assert _crash(3, ValueError("x")).remedy == ""
