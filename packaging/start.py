#!/usr/bin/env python3
"""Set Tastecut up where needed, then open it or run its tests.

    python3 packaging/start.py [what tastecut takes]
    python3 packaging/start.py test [what pytest takes]

Needs nothing but Python itself. What is there already is left alone, so every start but the first
takes a fraction of a second. Own words go to standard error: standard output is the app's.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import platform
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
STAMP = VENV / "tastecut-set-up.json"
LOCKS = ROOT / "packaging" / "locks"
PYPROJECT = ROOT / "pyproject.toml"

OLDEST_PYTHON = (3, 11)  # as in pyproject.toml
NEWEST_PYTHON_TRIED = (3, 14)  # the newest with wheels of every pinned package
OLDEST_MACOS = 14  # of the pinned torch's wheels

APP_PACKAGES = (
    # Qt: OpenGL, keyboard, D-Bus, fonts, and the X11 libraries that its xcb plugin loads by name.
    "libegl1", "libgl1", "libxkbcommon0", "libxkbcommon-x11-0", "libdbus-1-3", "libfontconfig1",
    "libglib2.0-0", "libxcb-cursor0", "libxcb-icccm4", "libxcb-keysyms1", "libxcb-shape0",
    "libxcb-xkb1",
    "libportaudio2",  # sounddevice and rtmixer
    # The second: without it titles in Chinese, Japanese or Korean are boxes.
    "fonts-dejavu-core", "fonts-droid-fallback",
)  # fmt: skip
TEST_PACKAGES = (
    "xvfb", "xauth", "xdotool", "openbox", "scrot",  # a real window without a screen
    "x11-xkb-utils",  # its keyboard: setxkbmap
    "pulseaudio", "pulseaudio-utils", "libasound2-plugins",  # a sound card without a sound card
)  # fmt: skip


class CannotSetUp(Exception):
    """Something only the person can put right, in one sentence."""


def main(arguments: Sequence[str]) -> int:
    """Set up and go on as the app or the tests; returns only where that did not work."""
    testing = arguments[:1] == ["test"]
    try:
        use_new_enough_python(arguments)
        refuse_old_macs()
        set_up(testing)
        if testing:
            os.chdir(ROOT)
            return become([str(venv_program("python")), "-m", "pytest", *arguments[1:]])
        return become([str(venv_program("tastecut")), *arguments])
    except CannotSetUp as why:
        print(why, file=sys.stderr)
        return 2
    except OSError as why:  # for instance a full disk, or a folder that may not be written to
        print(f"Tastecut could not be set up: {why}.", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped. Start again to go on from here.", file=sys.stderr)
        return 130


def set_up(testing: bool) -> None:
    """Install what is missing: system packages, the virtual environment, Python packages."""
    install_system_packages(missing_system_packages(testing))
    part = "test" if testing else "app"
    if part in parts_set_up():
        return
    make_venv()
    install_python_packages(testing)
    write_stamp({"app", part})  # the tests' packages are the app's and more


# Python itself


def use_new_enough_python(arguments: Sequence[str]) -> None:
    """Go on with a newer Python of this machine where the running one is too old."""
    if sys.version_info[:2] >= OLDEST_PYTHON:
        return
    for minor in range(NEWEST_PYTHON_TRIED[1], OLDEST_PYTHON[1] - 1, -1):
        newer = shutil.which(f"python3.{minor}")
        if newer:
            sys.exit(become([newer, str(Path(__file__).resolve()), *arguments]))
    wanted, running = (".".join(map(str, v)) for v in (OLDEST_PYTHON, sys.version_info[:2]))
    raise CannotSetUp(
        f"Tastecut needs Python {wanted} or newer, and this is Python {running}: "
        f"install a newer one and start with it."
    )


def refuse_old_macs() -> None:
    """Say beforehand what pip would fail at with many words: torch has no wheels for these."""
    if sys.platform != "darwin":
        return
    macos = int(platform.mac_ver()[0].partition(".")[0] or 0)
    if platform.machine() != "arm64" or macos < OLDEST_MACOS:
        raise CannotSetUp(
            f"Tastecut needs macOS {OLDEST_MACOS} or newer on Apple silicon, and a Python made "
            "for it: torch, which does the training, exists for no other Macs."
        )


def become(command: list[str]) -> int:
    """Go on as another program; on Windows, where that is not possible, wait for it."""
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name != "nt":
        os.execv(command[0], command)
    return subprocess.call(command)


# System packages (Debian and what descends from it; elsewhere the wheels bring what they need)


def missing_system_packages(testing: bool) -> list[str]:
    """Debian packages that are needed and not installed; none on other systems."""
    if not sys.platform.startswith("linux"):
        return []
    installed = installed_system_packages()
    if installed is None:
        return []
    needed = [*APP_PACKAGES, *(TEST_PACKAGES if testing else ())]
    missing = [name for name in needed if name not in installed]
    if importlib.util.find_spec("ensurepip") is None and not STAMP.exists():
        missing.insert(0, f"python3.{sys.version_info[1]}-venv")
    return missing


def installed_system_packages() -> set[str] | None:
    """Names of installed Debian packages and of what they stand in for; None without dpkg.

    Debian 13 renamed some libraries (libglib2.0-0t64) and lets them provide the old name.
    """
    query = shutil.which("dpkg-query")
    if query is None or shutil.which("apt-get") is None:
        return None
    wanted = "${db:Status-Status}\\t${Package}\\t${Provides}\\n"
    answer = subprocess.run(
        [query, "--show", "--showformat", wanted], capture_output=True, text=True, check=False
    )
    names: set[str] = set()
    for line in answer.stdout.splitlines():
        status, name, provides = line.split("\t")
        if status == "installed":
            names.add(name)
            names.update(entry.split()[0] for entry in provides.split(",") if entry.strip())
    return names


def install_system_packages(missing: Sequence[str]) -> None:
    """Install Debian packages as root or with sudo.

    Raises:
        CannotSetUp: naming the command that an administrator has to run.
    """
    if not missing:
        return
    install = ["apt-get", "install", "--yes", "--no-install-recommends", *missing]
    before = root_prefix()
    if before is None:
        raise CannotSetUp(
            "Tastecut needs system packages that only an administrator can install: run\n"
            f"  sudo apt-get update && sudo {shlex.join(install)}\nand start again."
        )
    say("Installing system packages: " + " ".join(missing))
    # sudo drops the environment, so it is named here; without it apt may stop to ask questions.
    before = [*before, "env", "DEBIAN_FRONTEND=noninteractive"]
    # An update may fail in part (one unreachable source) and still be enough.
    run_silently([*before, "apt-get", "update"])
    if not run_silently([*before, *install, "--option=DPkg::Lock::Timeout=120"]):
        raise CannotSetUp(
            "The system packages could not be installed, for the reason above: put it right, run\n"
            f"  sudo {shlex.join(install)}\nand start again."
        )


def root_prefix() -> list[str] | None:
    """What to put before a command to run it as root; None where that can't be done."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo is None:
        return None
    if sys.stdin is not None and sys.stdin.isatty():
        return [sudo]  # it asks for the password
    silent = [sudo, "-n"]
    asked = subprocess.run([*silent, "true"], capture_output=True, check=False)
    return silent if asked.returncode == 0 else None


# The virtual environment and its packages


def venv_program(name: str) -> Path:
    """Path of a program of the virtual environment."""
    return VENV / "Scripts" / f"{name}.exe" if os.name == "nt" else VENV / "bin" / name


def make_venv() -> None:
    """Make the virtual environment, anew where its Python is gone, broken or too old."""
    check = f"import pip, sys; sys.exit(sys.version_info < {OLDEST_PYTHON})"
    python = venv_program("python")
    if python.exists():
        probe = subprocess.run([str(python), "-c", check], capture_output=True, check=False)
        if probe.returncode == 0:
            return
    say(f"Making a virtual environment in {VENV}")
    if not run([sys.executable, "-m", "venv", "--clear", str(VENV)]):
        raise CannotSetUp(
            f"No virtual environment could be made in {VENV}, for the reason above; on Linux, "
            "install your system's package for it (often python3-venv) and start again."
        )


def install_python_packages(testing: bool) -> None:
    """Install the locked packages, each file by its hash, and Tastecut itself, editable.

    All but torch come from the lock alone. Of torch a machine may have a build of its own, as for
    another processor or without CUDA, in a folder that its pip looks into (`find-links`): that one
    is taken at its owner's word, since its hash can't be known here. Else the locked files are.
    """
    say("Installing Python packages (only this once; it can take several minutes)")
    lock = LOCKS / ("test.txt" if testing else "app.txt")
    ours = ["--no-index", "--no-build-isolation", "--editable", f"{ROOT}"]
    if not (run(pip_install(*hashed(lock))) and install_torch() and run(pip_install(*ours))):
        raise CannotSetUp(
            "The Python packages could not be installed, for the reason above: see that the "
            "network is there and some GB are free, then start again; what is done stays done."
        )
    compile_packages()


def install_torch() -> bool:
    """The machine's own build of the locked torch where there is one, else the locked files."""
    lock = LOCKS / "torch.txt"
    lines = lock.read_text(encoding="utf-8").splitlines()
    (pinned,) = (line.split()[0] for line in lines if line.startswith("torch=="))
    own = subprocess.run(pip_install("--no-index", pinned), capture_output=True, check=False)
    return own.returncode == 0 or run(pip_install(*hashed(lock)))


def pip_install(*what: str) -> list[str]:
    """The command that installs just these, without what they need: the lock names that too."""
    pip = [str(venv_program("python")), "-m", "pip", "--disable-pip-version-check", "install"]
    pip += ["--no-deps", "--no-compile"]  # `compile_packages` is faster
    if not sys.stderr.isatty():
        pip += ["--quiet"]  # no progress bars in a log
    return [*pip, *what]


def hashed(lock: Path) -> list[str]:
    """How pip is told to take a lock's files and no others."""
    return ["--require-hashes", "--only-binary", ":all:", "--requirement", str(lock)]


def compile_packages() -> None:
    """Compile what was installed, on all cores: pip would do so on one.

    The packages' own tests are left out. What is not compiled here Python compiles when it is
    imported, so nothing depends on how this ends.
    """
    own_tests = r"site-packages.*[/\\]tests[/\\]"
    compiling = [str(venv_program("python")), "-m", "compileall", "-q", "-j", "0", "-x", own_tests]
    subprocess.run([*compiling, str(VENV)], capture_output=True, check=False)


# What was set up before


def fingerprint() -> str:
    """Changes whenever packages have to be looked at again."""
    # A system upgrade changes what the venv's Python leads to; a moved folder its programs.
    places = f"{ROOT}\n{venv_program('python').resolve()}\n".encode()
    locks = b"".join(lock.read_bytes() for lock in sorted(LOCKS.glob("*.txt")))
    return hashlib.sha256(places + locks + PYPROJECT.read_bytes()).hexdigest()


def parts_set_up() -> set[str]:
    """Of "app" and "test", those that were set up and still stand."""
    if not venv_program("python").exists() or not venv_program("tastecut").exists():
        return set()
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
        return set(stamp["parts"]) if stamp["fingerprint"] == fingerprint() else set()
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def write_stamp(parts: Iterable[str]) -> None:
    """Remember what was set up."""
    stamp = {"fingerprint": fingerprint(), "parts": sorted(parts)}
    STAMP.write_text(json.dumps(stamp), encoding="utf-8")


def say(words: str) -> None:
    """Tell the person what takes time."""
    print(words, file=sys.stderr, flush=True)


def run(command: Sequence[str]) -> bool:
    """Run a command with its words on standard error; true when it went well."""
    return subprocess.run(command, stdout=sys.stderr, check=False).returncode == 0


def run_silently(command: Sequence[str]) -> bool:
    """Run a command whose many words matter only when it fails; true when it went well."""
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode != 0:
        say(done.stdout)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
