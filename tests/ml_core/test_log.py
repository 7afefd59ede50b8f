"""The log: names only, for the user alone, of a bounded size; and no foreign lines in between."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from ml_core import log
from ml_core.paths import log_dir


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("can't read /home/ann/Music/Secret album/song.wav", "can't read song.wav"),
        ('File "/opt/app/ml_core/store.py", line 3', 'File "store.py", line 3'),
        ("C:\\Users\\Ann\\song.wav is gone", "song.wav is gone"),
        ("2026-01-01 3 of 4 songs, A or B", "2026-01-01 3 of 4 songs, A or B"),
    ],
)
def test_files_are_named_without_their_folders(text: str, kept: str) -> None:
    assert log.names_only(text) == kept


def test_the_log_is_private_and_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "_MOST_BYTES", 2_000)
    with log.logging_to("command"):
        for number in range(400):
            log.note(f"line {number}")
    files = [path for path in log_dir().iterdir() if path.name.startswith("command")]
    assert len(files) == 4 and sum(path.stat().st_size for path in files) < 10_000
    assert "line 399" in (log_dir() / "command.log").read_text()
    if os.name == "posix":
        assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
        assert stat.S_IMODE(log_dir().stat().st_mode) == 0o700


_PRINTS = """
import os, sys
from ml_core.log import logging_to
with logging_to("command"):
    os.write(2, b"[mpg123] Warning: a foreign line\\n")
    sys.stderr.write("our own line\\n")
os.write(2, b"after\\n")
"""


def test_foreign_lines_go_into_the_log_and_ours_where_they_went(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _PRINTS], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stderr == "our own line\nafter\n"
    assert "a foreign line" in (log_dir() / "libraries.log").read_text()


def test_a_log_that_can_not_be_written_is_done_without(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("TASTECUT_HOME", str(tmp_path / "file"))
    with log.logging_to("command"):
        log.note("nobody hears it")
