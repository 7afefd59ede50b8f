"""Where the first window is met: in a folder of the user's own, whatever comes there."""

from __future__ import annotations

import contextlib
import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from editor_app.frame import single_instance
from editor_app.frame.single_instance import SingleInstance


@pytest.fixture
def runtime_dir(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path_factory.mktemp("run")
    made.chmod(0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(made))
    monkeypatch.setattr(single_instance, "_TRY_S", 0.3)
    return made


def test_the_socket_lies_in_the_user_s_own_folder(runtime_dir, tmp_path, qapp):
    first = SingleInstance(tmp_path / "p")
    first.listen()
    (found,) = (runtime_dir / "tastecut").iterdir()
    assert stat.S_ISSOCK(found.stat().st_mode)
    assert stat.S_IMODE(found.parent.stat().st_mode) == 0o700
    assert not stat.S_IMODE(found.stat().st_mode) & 0o077
    first.close()


def test_without_a_runtime_folder_it_lies_in_the_user_s_cache(tmp_path, monkeypatch, qapp):
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    monkeypatch.setattr(single_instance, "_LONGEST_ADDRESS_BYTES", 1000)
    address = Path(single_instance._address(tmp_path / "p"))
    assert address.parent.name == "run" and Path.home() in address.parents
    assert stat.S_IMODE(address.parent.stat().st_mode) == 0o700


def test_a_folder_that_others_may_enter_is_not_used(runtime_dir, tmp_path, monkeypatch, qapp):
    shared = runtime_dir / "tastecut"
    shared.mkdir()
    shared.chmod(0o777)
    assert shared not in Path(single_instance._address(tmp_path / "p")).parents
    shared.rmdir()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    shared.symlink_to(elsewhere)
    assert shared not in Path(single_instance._address(tmp_path / "p")).parents
    shared.unlink()
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    assert single_instance._address(tmp_path / "p") == ""
    alone = SingleInstance(tmp_path / "p")
    alone.listen()
    assert alone.meet_other() == "nobody"
    alone.close()


def test_what_a_dead_window_left_is_replaced(runtime_dir, tmp_path, qapp, qtbot):
    address = single_instance._address(tmp_path / "p")
    left = socket.socket(socket.AF_UNIX)
    left.bind(address)
    left.close()
    assert Path(address).exists() and SingleInstance(tmp_path / "p").meet_other() == "nobody"
    first = SingleInstance(tmp_path / "p")
    first.listen()
    with qtbot.waitSignal(first.raised):
        assert SingleInstance(tmp_path / "p").meet_other() == "raised"
    first.close()


def test_a_stranger_can_raise_the_window_and_no_more(runtime_dir, tmp_path, qapp, qtbot):
    first = SingleInstance(tmp_path / "p")
    first.listen()
    strangers = []
    for said in (b"", b"quit\n", b"open /etc\n" * 100_000):
        stranger = socket.socket(socket.AF_UNIX)
        stranger.setblocking(False)
        with qtbot.waitSignal(first.raised):
            stranger.connect(single_instance._address(tmp_path / "p"))
            with contextlib.suppress(OSError):  # nobody listens any more
                stranger.send(said)
        strangers.append(stranger)
    qtbot.wait(20)
    assert first._server.findChildren(single_instance.QLocalSocket) == [], "none is kept"
    for stranger in strangers:
        stranger.close()
    first.close()


def test_who_comes_while_a_window_leaves_waits_until_it_has_left(runtime_dir, tmp_path, qapp):
    """The window's process is busy then: it answers nothing until its work has stopped."""
    leaving = SingleInstance(tmp_path / "p")
    leaving.listen()
    leaving.leave()
    # In a process of its own: this one answers nothing, as one does that waits for its work.
    code = (
        "import sys; from pathlib import Path; from PySide6.QtCore import QCoreApplication;"
        "from editor_app.frame.single_instance import SingleInstance; app = QCoreApplication([]);"
        "print('here', flush=True); print(SingleInstance(Path(sys.argv[1])).meet_other())"
    )
    second = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "p")], stdout=subprocess.PIPE, text=True
    )
    assert second.stdout is not None and second.stdout.readline() == "here\n"
    with pytest.raises(subprocess.TimeoutExpired):
        second.wait(1.0)
    leaving.close()
    assert second.communicate(timeout=30)[0] == "left\n"
    assert not any((runtime_dir / "tastecut").iterdir())


def test_who_waits_too_long_is_refused(runtime_dir, tmp_path, qapp, monkeypatch):
    monkeypatch.setattr(single_instance, "_LEAVING_S", 0.2)
    leaving = SingleInstance(tmp_path / "p")
    leaving.listen()
    leaving.leave()
    assert SingleInstance(tmp_path / "p").meet_other() == "nobody"
    leaving.close()
