"""New files are read in a process with limits: a file that goes over them fails alone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from ml_core.audio_file import read_song, write_atomic
from ml_core.cli import main
from ml_core.domain.adding import ReadRequest
from ml_core.errors import Cancelled, UserError
from ml_core.pipeline.listening import read_songs
from ml_core.pipeline.reading import limited_reading
from ml_core.pipeline.reading.limited_reading import USUAL, WIDE, Bounds, LimitedReader, OverBounds
from ml_core.progress import Progress, silent
from tests.ml_core.audio_file.sound_material import sound

RATE_HZ = 8_000
_TOTAL_AT = 21
"""Where a FLAC file's STREAMINFO has the lower 32 of its 36 bits of length (RFC 9639, 8.2)."""


def song(path: Path, duration_s: float = 21.0) -> Path:
    write_atomic(path, [sound(duration_s, RATE_HZ)], RATE_HZ, 2, path.suffix[1:])
    return path


def claiming(path: Path, claimed_s: float) -> Path:
    """A song of 21 s that says another length of itself; 0 for none."""
    song(path)
    data = bytearray(path.read_bytes())
    data[_TOTAL_AT : _TOTAL_AT + 5] = (
        (data[_TOTAL_AT] & 0xF0) << 32 | int(claimed_s * RATE_HZ)
    ).to_bytes(5, "big")
    path.write_bytes(data)
    return path


def dies_at_once(reader: LimitedReader, number: int) -> Progress:
    """A progress that kills the child as soon as it tells something."""

    def report(*_: Any) -> None:
        if reader._child is not None:
            os.kill(reader._child.pid, number)

    return Progress(report)


def test_a_song_is_what_it_is_without_limits(tmp_path: Path) -> None:
    named = song(tmp_path / os.fsdecode(b"s\xf6ng.flac"))
    reports: list[float] = []
    with LimitedReader() as reader:
        found = reader.read(named, Progress(lambda done, *_: reports.append(done)))
        first = reader._child
        assert found == read_song(named)
        reader.read(song(tmp_path / "other.ogg"), silent())
        assert reader._child is first, "one child reads many files"
    assert reports and first is not None and not first.is_alive


def test_a_claimed_length_is_refused_before_anything_is_decoded(tmp_path: Path) -> None:
    path = claiming(tmp_path / "ten hours.flac", 36_000)
    with LimitedReader() as reader, pytest.raises(OverBounds) as refused:
        reader.read(path, silent())
    assert "ten hours.flac says that it lasts 10:00:00" in str(refused.value) and "4:00:00" in str(
        refused.value
    )
    with LimitedReader(WIDE) as reader:
        assert "cut short" in reader.read(path, silent()).warnings[0]


def test_a_length_that_nobody_claimed_counts_too(tmp_path: Path) -> None:
    path = claiming(tmp_path / "untold.flac", 0)
    bounds = Bounds(20.0, USUAL.memory_bytes, is_patient=False)
    with LimitedReader(bounds) as reader, pytest.raises(OverBounds, match="lasts 0:21"):
        reader.read(path, silent())


def test_a_dying_child_takes_only_its_file_along(tmp_path: Path) -> None:
    paths = [song(tmp_path / f"{name}.flac") for name in "ab"]
    with LimitedReader() as reader:
        reader.read(paths[0], silent())
        with pytest.raises(UserError, match=r"b\.flac broke off") as died:
            reader.read(paths[1], dies_at_once(reader, signal.SIGSEGV))
        assert not isinstance(died.value, OverBounds)
        assert reader.read(paths[0], silent()).duration_s == 21.0


def test_a_child_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = song(tmp_path / "slow.flac")
    with LimitedReader() as reader:
        reader.read(path, silent())
        monkeypatch.setattr(limited_reading, "_OPENING_S", 0.3)
        monkeypatch.setattr(limited_reading, "_WALL_BY_CPU", 0.0)
        started = time.monotonic()
        with pytest.raises(OverBounds, match=r"slow\.flac takes longer"):
            reader.read(path, dies_at_once(reader, signal.SIGSTOP))
        assert time.monotonic() - started < 5


def test_the_processor_s_time_and_memory_are_limited() -> None:
    """What the child sets for itself, tried on a loop without end and on a huge array."""
    limits = "from ml_core.pipeline.reading.reading_child import _limit_memory, _limit_time; "
    loop = [sys.executable, "-c", f"{limits}_limit_time(0)\nwhile True: pass"]
    done = subprocess.run(loop, check=False, timeout=60)
    assert done.returncode == -signal.SIGXCPU
    huge = [sys.executable, "-c", f"{limits}_limit_memory(2 << 30); bytearray(3 << 30)"]
    done = subprocess.run(huge, check=False, timeout=60, capture_output=True)
    assert b"MemoryError" in done.stderr


def test_too_little_memory_is_said_of_the_file(tmp_path: Path) -> None:
    path = song(tmp_path / "large.flac")
    bounds = Bounds(USUAL.longest_s, 1 << 20, is_patient=False)
    with LimitedReader(bounds) as reader, pytest.raises(UserError, match=r"large\.flac"):
        reader.read(path, silent())


def test_stopping_ends_the_child(tmp_path: Path) -> None:
    path = song(tmp_path / "song.flac")
    with LimitedReader() as reader:
        with pytest.raises(Cancelled):
            reader.read(path, Progress(is_cancelled=lambda: True))
        assert reader._child is None


def test_files_that_fail_leave_the_others_alone(tmp_path: Path) -> None:
    song(tmp_path / "a.flac")
    claiming(tmp_path / "b.flac", 36_000)
    (tmp_path / "c.flac").write_bytes(b"fLaC" + bytes(100))
    song(tmp_path / "d.mp3")
    outcomes = read_songs(ReadRequest((str(tmp_path),)), silent())
    assert [outcome.song is not None for outcome in outcomes] == [True, False, False, True]
    assert [outcome.can_go_on for outcome in outcomes] == [False, True, False, False]


def test_reading_tells_its_files_first_and_then_what_became_of_each(tmp_path: Path) -> None:
    good, bad = song(tmp_path / "a.wav"), tmp_path / "b.flac"
    bad.write_bytes(b"fLaC" + bytes(100))
    told: list[tuple[float, Any]] = []
    progress = Progress(lambda share, _, partial: told.append((share, partial)))
    read_songs(ReadRequest((str(tmp_path),)), progress)
    assert [partial for _, partial in told if partial] == [
        {"files": [str(good), str(bad)]},
        {"reading": str(good)},
        {"read": str(good)},
        {"reading": str(bad)},
        {"refused": str(bad)},
    ]
    assert next(share for share, partial in told if partial == {"read": str(good)}) == 0.5


def test_the_command_says_how_to_go_on_and_does(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    music, project = tmp_path / "music", str(tmp_path / "project")
    music.mkdir()
    song(music / "a.flac")
    claiming(music / "b.flac", 36_000)
    assert main(["add", str(music), "--project", project, "--json"]) == 0
    first, second = json.loads(capsys.readouterr().out)["songs"]
    assert first["status"] == "ready" and second["status"] == "failed"
    assert "10:00:00" in second["message"] and "--long" in second["message"]
    assert main(["add", str(music), "--long", "--project", project, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["songs"]
    assert [row["sha256"] is not None for row in rows] == [True, True]
