"""The set-up script: what it decides, and what it says where it can't go on. No network."""

from __future__ import annotations

import importlib.util
import os
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "packaging" / "start.py"
Calls = list[list[str]]


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script, at work on a project in an empty folder of its own."""
    spec = importlib.util.spec_from_file_location("start_under_test", SCRIPT)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    root = tmp_path / "project"
    root.mkdir()
    for name, path in {
        "ROOT": root,
        "VENV": root / ".venv",
        "STAMP": root / ".venv" / "stamp.json",
        "LOCKS": root / "locks",
        "PYPROJECT": root / "pyproject.toml",
    }.items():
        monkeypatch.setattr(module, name, path)
    module.LOCKS.mkdir()
    for lock in ("app", "test", "torch"):
        (module.LOCKS / f"{lock}.txt").write_text("torch==2.13.0 \\\n    --hash=sha256:00\n")
    module.PYPROJECT.write_text("[project]\n")
    monkeypatch.chdir(tmp_path)
    return module


@pytest.fixture
def calls(start: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Calls:
    """Commands that the script would have run, all of which go well."""
    made: Calls = []

    def run(command: list[str]) -> bool:
        made.append(list(command))
        if command[1:3] == ["-m", "venv"]:
            fake_venv(start)
        return True

    monkeypatch.setattr(start, "run", run)
    monkeypatch.setattr(start, "run_silently", run)
    return made


def fake_venv(start: ModuleType, works: bool = True) -> None:
    start.venv_program("python").parent.mkdir(parents=True, exist_ok=True)
    for name in ("python", "tastecut"):
        write_program(start.venv_program(name), f"exit {0 if works else 1}")


def write_program(path: Path, line: str) -> None:
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o755)


@pytest.fixture
def debian(
    start: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[dict[str, str]], None]:
    """A machine whose dpkg-query knows just these packages: name -> "status<tab>provides"."""

    def make(packages: dict[str, str]) -> None:
        folder = tmp_path / "bin"
        folder.mkdir(exist_ok=True)
        rows = ""
        for name, state in packages.items():
            status, _, provides = state.partition("\t")
            rows += f"{status}\t{name}\t{provides}\n"
        (tmp_path / "rows").write_text(rows)
        write_program(folder / "dpkg-query", f"exec /bin/cat {shlex.quote(str(tmp_path / 'rows'))}")
        write_program(folder / "apt-get", "exit 0")
        monkeypatch.setenv("PATH", str(folder))
        monkeypatch.setattr(sys, "platform", "linux")

    return make


def everything(start: ModuleType) -> dict[str, str]:
    return dict.fromkeys([*start.APP_PACKAGES, *start.TEST_PACKAGES], "installed")


# What is started


@pytest.mark.parametrize("arguments", [[], ["export", "my song.wav", "--json"], ["songs", "test"]])
def test_all_arguments_reach_the_command(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    begun: Calls = []
    set_up: list[bool] = []
    monkeypatch.setattr(start, "become", lambda command: begun.append(command) or 0)
    monkeypatch.setattr(start, "set_up", set_up.append)
    here = Path.cwd()
    assert start.main(arguments) == 0
    assert begun == [[str(start.venv_program("tastecut")), *arguments]]
    assert set_up == [False]
    assert Path.cwd() == here, "the person's paths are relative to where they are"


def test_the_word_test_runs_pytest_in_the_project_with_its_arguments(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: Calls = []
    set_up: list[bool] = []
    monkeypatch.setattr(start, "become", lambda command: begun.append(command) or 0)
    monkeypatch.setattr(start, "set_up", set_up.append)
    assert start.main(["test", "-k", "join"]) == 0
    assert begun == [[str(start.venv_program("python")), "-m", "pytest", "-k", "join"]]
    assert set_up == [True]
    assert Path.cwd() == start.ROOT


# Python


def test_an_old_python_gives_way_to_a_newer_one(
    start: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_program(tmp_path / "python3.12", "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    begun: Calls = []
    monkeypatch.setattr(start, "become", lambda command: begun.append(command) or 7)
    with pytest.raises(SystemExit) as ended:
        start.main(["songs"])
    assert ended.value.code == 7
    assert begun == [[str(tmp_path / "python3.12"), str(SCRIPT), "songs"]]


def test_an_old_python_alone_is_told_in_one_sentence(
    start: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    assert start.main([]) == 2
    said = capsys.readouterr()
    assert "needs Python 3.11 or newer, and this is Python 3.9" in said.err
    assert said.out == ""


@pytest.mark.parametrize(
    ("machine", "version", "is_refused"),
    [
        ("arm64", "14.0", False),
        ("arm64", "26.1", False),
        ("arm64", "13.6.1", True),
        ("x86_64", "15.1", True),
    ],
)
def test_macs_without_torch_are_told_beforehand(
    start: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    machine: str,
    version: str,
    is_refused: bool,
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr("platform.machine", lambda: machine)
    monkeypatch.setattr("platform.mac_ver", lambda: (version, ("", "", ""), machine))
    if is_refused:
        with pytest.raises(start.CannotSetUp, match="macOS 14 or newer on Apple silicon"):
            start.refuse_old_macs()
    else:
        start.refuse_old_macs()


# System packages


def test_nothing_is_missing_where_all_is_installed(
    start: ModuleType, debian: Callable[[dict[str, str]], None]
) -> None:
    debian(everything(start))
    assert start.missing_system_packages(testing=True) == []


def test_missing_and_removed_packages_are_found(
    start: ModuleType, debian: Callable[[dict[str, str]], None]
) -> None:
    packages = everything(start)
    del packages["libportaudio2"]
    packages["libegl1"] = "config-files"  # removed, only its settings are left
    del packages["xvfb"]
    debian(packages)
    assert start.missing_system_packages(testing=False) == ["libegl1", "libportaudio2"]
    assert start.missing_system_packages(testing=True) == ["libegl1", "libportaudio2", "xvfb"]


def test_a_package_under_a_new_name_counts(
    start: ModuleType, debian: Callable[[dict[str, str]], None]
) -> None:
    packages = everything(start)
    del packages["libglib2.0-0"]
    packages["libglib2.0-0t64"] = "installed\tlibglib2.0-0 (= 2.84.4-3), libglib2.0-more"
    debian(packages)
    assert start.missing_system_packages(testing=True) == []


def test_debians_missing_venv_module_is_a_package_too(
    start: ModuleType,
    debian: Callable[[dict[str, str]], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    debian(everything(start))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    venv_package = f"python3.{sys.version_info[1]}-venv"
    assert start.missing_system_packages(testing=False) == [venv_package]
    fake_venv(start)
    start.write_stamp({"app"})
    assert start.missing_system_packages(testing=False) == []


def test_a_linux_without_apt_is_left_alone(
    start: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "linux")
    assert start.missing_system_packages(testing=True) == []


@pytest.mark.parametrize("name", ["win32", "darwin"])
def test_other_systems_are_left_alone(
    start: ModuleType,
    debian: Callable[[dict[str, str]], None],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    debian({})
    monkeypatch.setattr(sys, "platform", name)
    assert start.missing_system_packages(testing=True) == []


def test_root_installs_what_is_missing(
    start: ModuleType, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    start.install_system_packages(["libegl1", "xvfb"])
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    assert [call[:4] for call in calls] == [[*quiet, "update"], [*quiet, "install"]]
    assert {"libegl1", "xvfb"} <= set(calls[1])
    calls.clear()
    start.install_system_packages([])
    assert calls == []


def test_without_root_and_sudo_the_command_to_run_is_said(
    start: ModuleType,
    calls: Calls,
    debian: Callable[[dict[str, str]], None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    packages = everything(start)
    del packages["libegl1"], packages["libxcb-cursor0"]
    debian(packages)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert start.main([]) == 2
    said = capsys.readouterr().err
    wanted = "apt-get install --yes --no-install-recommends libegl1 libxcb-cursor0\n"
    assert wanted in said
    assert "only an administrator" in said
    assert "Traceback" not in said
    assert calls == [], "nothing was begun that could not be finished"


@pytest.mark.parametrize(("allowed", "prefix"), [(True, ["-n"]), (False, None)])
def test_sudo_without_a_terminal_is_used_only_where_it_asks_nothing(
    start: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    allowed: bool,
    prefix: list[str] | None,
) -> None:
    sudo = tmp_path / "sudo"
    write_program(sudo, f"exit {0 if allowed else 1}")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(sys, "stdin", None)
    assert start.root_prefix() == (None if prefix is None else [str(sudo), *prefix])


def test_a_failing_apt_shows_its_words_and_ends_in_one_sentence(
    start: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    write_program(tmp_path / "apt-get", '[ "$1" = update ] || { echo no such package; exit 100; }')
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(start.CannotSetUp, match="could not be installed"):
        start.install_system_packages(["libegl1"])
    assert "no such package" in capsys.readouterr().err


# The virtual environment, its packages and what is remembered


@pytest.fixture
def bare(start: ModuleType, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A machine without need of system packages."""
    monkeypatch.setattr(start, "missing_system_packages", lambda testing: [])
    return start


def installs(calls: Calls) -> list[str]:
    return [call[-1] for call in calls if "--editable" in call]


@pytest.mark.parametrize("has_own", [True, False])
def test_torch_is_the_machine_s_own_build_or_the_locked_one(
    bare: ModuleType, calls: Calls, has_own: bool
) -> None:
    fake_venv(bare)
    asked = bare.ROOT / "asked"
    write_program(bare.venv_program("python"), f'echo "$@" > {asked}; exit {0 if has_own else 1}')
    assert bare.install_torch()
    assert asked.read_text().rstrip().endswith("--no-index torch==2.13.0"), "by its version"
    locked = [] if has_own else [str(bare.LOCKS / "torch.txt")]
    assert [call[-1] for call in calls if "--require-hashes" in call] == locked


def test_a_second_start_runs_nothing(bare: ModuleType, calls: Calls) -> None:
    bare.set_up(testing=False)
    assert calls[0] == [sys.executable, "-m", "venv", "--clear", str(bare.VENV)]
    assert installs(calls) == [str(bare.ROOT)]
    locks = [call[-1] for call in calls if "--require-hashes" in call]
    assert locks == [str(bare.LOCKS / "app.txt")]
    assert all("--no-deps" in call for call in calls[1:]), "nothing that no lock names"
    calls.clear()
    bare.set_up(testing=False)
    assert calls == []


def test_the_tests_need_more_than_the_app(bare: ModuleType, calls: Calls) -> None:
    bare.set_up(testing=False)
    bare.set_up(testing=True)
    assert installs(calls) == [str(bare.ROOT)] * 2
    assert [call[-1] for call in calls if "--require-hashes" in call] == [
        str(bare.LOCKS / f"{name}.txt") for name in ("app", "test")
    ]
    calls.clear()
    bare.set_up(testing=False)
    bare.set_up(testing=True)
    assert calls == []


def test_who_can_test_can_open_the_app(bare: ModuleType, calls: Calls) -> None:
    bare.set_up(testing=True)
    calls.clear()
    bare.set_up(testing=False)
    assert calls == []


@pytest.mark.parametrize("changed", ["locks/torch.txt", "pyproject.toml"])
def test_changed_versions_are_installed_again(bare: ModuleType, calls: Calls, changed: str) -> None:
    bare.set_up(testing=True)
    with (bare.ROOT / changed).open("a") as file:
        file.write("# another version\n")
    calls.clear()
    bare.set_up(testing=False)
    assert installs(calls) == [str(bare.ROOT)]
    assert bare.parts_set_up() == {"app"}


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"parts": 3}', "\x00\x00"])
def test_a_damaged_stamp_is_no_stamp(bare: ModuleType, calls: Calls, text: str) -> None:
    bare.set_up(testing=False)
    bare.STAMP.write_text(text)
    assert bare.parts_set_up() == set()
    calls.clear()
    bare.set_up(testing=False)
    assert installs(calls) == [str(bare.ROOT)]


def test_a_missing_program_is_installed_again(bare: ModuleType, calls: Calls) -> None:
    bare.set_up(testing=False)
    bare.venv_program("tastecut").unlink()
    calls.clear()
    bare.set_up(testing=False)
    assert installs(calls) == [str(bare.ROOT)]


def test_a_broken_environment_is_made_anew_and_a_sound_one_kept(
    bare: ModuleType, calls: Calls
) -> None:
    fake_venv(bare, works=False)
    bare.make_venv()
    assert [call[1:3] for call in calls] == [["-m", "venv"]]
    calls.clear()
    bare.make_venv()
    assert calls == []


def test_an_interrupted_install_is_not_remembered(
    bare: ModuleType,
    calls: Calls,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def run(command: list[str]) -> bool:
        calls.append(command)
        if "--editable" in command:
            raise KeyboardInterrupt
        return True

    fake_venv(bare)
    monkeypatch.setattr(bare, "run", run)
    assert bare.main(["songs"]) == 130
    assert bare.parts_set_up() == set()
    assert "go on from here" in capsys.readouterr().err


def test_a_failing_pip_ends_in_one_sentence(
    bare: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fake_venv(bare)
    monkeypatch.setattr(bare, "run", lambda command: False)
    assert bare.main([]) == 2
    said = capsys.readouterr()
    assert "could not be installed" in said.err
    assert "Traceback" not in said.err
    assert said.out == ""


def test_a_full_disk_ends_in_one_sentence(
    bare: ModuleType,
    calls: Calls,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def no_space(parts: set[str]) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(bare, "write_stamp", no_space)
    assert bare.main([]) == 2
    assert "No space left on device" in capsys.readouterr().err
