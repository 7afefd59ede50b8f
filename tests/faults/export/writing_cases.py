"""Kills, full disks, read-only folders, cancelling and large files while exporting."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

import numpy as np

from ml_core.audio_file import WRITE_FORMATS, probe, write_atomic
from ml_core.domain.edits import Edit
from ml_core.domain.songs import SongRef
from ml_core.errors import UserError
from ml_core.export.audio import export_edit
from tests.faults.command import ROOT, Done, command_line, own_environment, run
from tests.faults.export.injectors import from_small_stack, kill_while_writing, writer_line
from tests.faults.requiring import NotPossibleHere, require
from tests.faults.store import disks
from tests.faults.studio import open_studio
from tests.faults.verdicts import Verdict

FORMATS = tuple(WRITE_FORMATS)
# Every so many rounds the whole command is killed, which takes seconds to start.
ROUNDS_A_COMMAND = 8
HUGE_BYTES = 2**32 + 2**20


def killed(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 20."""
    rng = random.Random(seed)
    out = verdict.folder / "out"
    out.mkdir()
    before = out / "before.wav"
    shutil.copyfile(verdict.folder / "originals" / "original 0.wav", before)
    verdict.watch(before)
    n_commands = 0
    studio = open_studio(verdict)
    for number in range(rounds):
        file_format = FORMATS[number % len(FORMATS)]
        if number % ROUNDS_A_COMMAND == ROUNDS_A_COMMAND - 1:
            n_commands += 1
            _kill_command(verdict, studio.project, out, file_format, rng)
        else:
            path = out / f"song {number}.{file_format}"
            kill_while_writing(path, file_format, rng.randrange(1, 8), rng.uniform(0, 0.02))
            require(not path.exists(), f"{path} stands there")
    verdict.tastecut("export", "1", "--out", out, project=studio.project)
    return f"{rounds - n_commands} writers and {n_commands} commands killed"


def _kill_command(
    verdict: Verdict, project: Path, out: Path, file_format: str, rng: random.Random
) -> None:
    wanted = ("export", "1", "2", "3", "4", "--out", out, "--format", file_format)
    child = subprocess.Popen(
        command_line(*wanted, project=project),
        env=own_environment(verdict.folder / "home"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
    )
    seen = len(list(out.iterdir()))
    while child.poll() is None and len(list(out.iterdir())) == seen:
        time.sleep(0.001)
    time.sleep(rng.uniform(0, 0.1))
    child.kill()
    child.wait()


def full_disk(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 21: every format in turn, on disks of several sizes."""
    studio = open_studio(verdict)
    rng = random.Random(seed)
    for number in range(rounds):
        file_format = FORMATS[number % len(FORMATS)]
        with disks.small_disk(verdict.folder / f"disk {number}", rng.choice([16, 32, 48])) as disk:
            verdict.refused(
                "export", "1", "--out", disk, "--format", file_format,
                project=studio.project, names=["no room left for song 0"],
            )  # fmt: skip
            require(not list(disk.iterdir()), f"left behind: {list(disk.iterdir())}")
    return f"{rounds} exports refused, nothing left"


def read_only_folder(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 22: a disk that is mounted read-only, so that root is refused too."""
    studio = open_studio(verdict)
    for number in range(rounds):
        with disks.disk_image(verdict.folder / "image", verdict.folder / f"disk {number}", 4) as at:
            disks.mount_read_only(at)
            target = at if number % 2 == 0 else at / "deeper"
            verdict.refused(
                "export", "1", "--out", target, project=studio.project, names=[target.name]
            )
    return f"{rounds} times refused by name"


def cancelled(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 24: Ctrl-C while four songs are exported; what is finished stays whole."""
    studio, rng = open_studio(verdict), random.Random(seed)
    n_kept = 0
    for number in range(rounds):
        out = verdict.folder / f"out {number}"
        out.mkdir()
        child = subprocess.Popen(
            command_line("export", "1", "2", "3", "4", "--out", out, project=studio.project),
            env=own_environment(verdict.folder / "home"),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        while child.poll() is None and not any(out.iterdir()):
            time.sleep(0.001)
        time.sleep(rng.uniform(0, 0.8))
        child.send_signal(signal.SIGINT)
        said = child.communicate()
        verdict.ended(Done(child.returncode, *said), (0, 2))
        left = list(out.iterdir())
        require(not [one for one in left if one.name.startswith(".")], f"left: {left}")
        sounds = {one.stem for one in left if one.suffix == ".wav"}
        records = {one.name.removesuffix(".edit.json") for one in left if one.suffix == ".json"}
        require(sounds == records, f"a sound without its record: {sounds ^ records}")
        n_kept += len(sounds)
    return f"{rounds} times cancelled, {n_kept} finished files kept"


def long_ogg(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 25: ten minutes of OGG Vorbis from a thread with a small stack."""
    for number in range(rounds):
        made = ten_minutes_of_ogg(verdict.folder, f"{number}")
        require(probe(made).n_samples == 600 * 8_000, "the length differs")
    return f"{rounds} files of ten minutes"


def ten_minutes_of_ogg(folder: Path, name: str = "") -> Path:
    """An edit of ten minutes as OGG, written from a thread with a small stack."""
    rng = np.random.default_rng(25)
    minute = rng.uniform(-0.5, 0.5, (60 * 8_000, 1)).astype(np.float32)
    path = folder / f"song {name}.wav"
    write_atomic(path, (minute for _ in range(10)), 8_000, 1, "wav")
    edit = Edit(_key_of(path), 8_000, ((0, 600 * 8_000),))
    return from_small_stack(
        lambda: export_edit(
            SongRef(edit.sha256, str(path)), edit, folder / f"edit {name}.ogg", "ogg"
        )
    )


def _key_of(path: Path) -> str:
    from ml_core.audio_file import read_song

    return read_song(path).sha256


def beyond_four_gigabytes(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 26: more than 4 GiB of samples, for real."""
    block = np.zeros((1 << 20, 2), np.float32)
    block[::100] = 0.25
    n_blocks = HUGE_BYTES // (4 * len(block)) + 1
    if shutil.disk_usage(verdict.folder).free < 2 * HUGE_BYTES:
        raise NotPossibleHere("there is no room for 4 GiB")
    n_samples = n_blocks * len(block)
    for _ in range(rounds):
        path = verdict.folder / "huge.wav"
        write_atomic(path, (block for _ in range(n_blocks)), 44_100, 2, "wav", n_samples=n_samples)
        header = probe(path)
        require((header.file_format, header.n_samples) == ("RF64", n_samples), str(header))
        require(path.stat().st_size > 2**32, "it is small")
        try:
            aiff = verdict.folder / "huge.aiff"
            write_atomic(aiff, iter([block]), 44_100, 2, "aiff", n_samples=n_samples)
        except UserError as error:
            verdict.told(error, "huge.aiff", "4 GB")
            require(not aiff.exists(), "half an AIFF is left")
        else:
            raise AssertionError("AIFF can't hold this")
        path.unlink()
    return f"{rounds} times RF64 of {n_samples} samples; AIFF refused before it began"


def replace_refused(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 29: rename fails with EACCES three times, then always (strace)."""
    if shutil.which("strace") is None:
        raise NotPossibleHere("there is no strace to refuse a rename")
    out = verdict.folder / "out"
    out.mkdir()
    for number in range(rounds):
        for when, word in ((":when=1..3", "written"), ("", "refused")):
            path = out / f"song {number} {word}.wav"
            calls = "rename,renameat,renameat2"
            inject = f"inject={calls}:error=EACCES{when}"
            line = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={calls}", "-e", inject]
            own = own_environment(verdict.folder / "home", {"PYTHONDONTWRITEBYTECODE": "1"})
            done = run([*line, *writer_line(path, "wav", "once")], own)
            if "ptrace" in done.err:
                raise NotPossibleHere("strace may not trace here")
            verdict.ended(done)
            require(done.out.startswith(word), f"{word} expected: {done.out}")
            require(path.exists() == (word == "written"), f"{path} is there or not")
            if word == "refused":
                verdict.told(done.out.removeprefix("refused "), path.name, out.name)
    require(not [one for one in out.iterdir() if one.name.startswith(".")], "left behind")
    return f"{rounds} times retried and written, {rounds} times refused by name"
