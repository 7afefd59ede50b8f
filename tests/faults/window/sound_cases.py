"""The sound server killed while playing, no device, no library, and counts of references."""

from __future__ import annotations

import subprocess
import sys

from tests.editor_app.sound.captured.stage import LIMIT_S, listen, say, start_player
from tests.editor_app.sound.captured.virtual_card import VirtualCard
from tests.faults.command import Done, own_environment, run
from tests.faults.requiring import NotPossibleHere, require
from tests.faults.studio import open_studio
from tests.faults.verdicts import Verdict
from tests.faults.window.driver import Driver, wait_until

_NO_LIBRARY = 'raise OSError("PortAudio library not found")\n'


def server_killed(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 41: PulseAudio killed while a window plays to it; rating goes on; sound comes back."""
    if not VirtualCard.is_possible():
        raise NotPossibleHere("there is no PulseAudio")
    for number in range(rounds):
        folder = verdict.folder / f"card-{number}"
        folder.mkdir()
        card = VirtualCard(folder)
        card.start()
        player = start_player(card, folder)
        try:
            require(listen(player) == "ready", "the player is not ready")
            say(player, "lost")
            require(listen(player) == "playing", "it does not play")
            card.stop()
            told = listen(player)
            require(not told["available"] and not told["playing"], str(told))
            verdict.told(str(told["message"]))
            card.start()
            say(player, "")
            again = listen(player)
            require(again["again"], f"no sound again: {again}")
            player.communicate(timeout=LIMIT_S)
            verdict.ended(Done(player.returncode, "", ""))
        finally:
            _end(player)
            card.stop()
    studio, folder = open_studio(verdict), verdict.folder / "window-card"
    folder.mkdir()
    card = VirtualCard(folder)
    card.start()
    try:
        own = {name: card.environment[name] for name in ("ALSA_CONFIG_PATH", "PULSE_SERVER")}
        with Driver(verdict, studio.project, own) as window:
            window.rate(1)
            window.tell("play 0.5", "played")
            card.stop()
            window.tell("play 1.5", "played")
            window.rate(1)
            window.close()
    finally:
        card.stop()
    return f"{rounds} times told and back; a window rated on without its sound"


def _end(player: subprocess.Popen[str]) -> None:
    if player.poll() is None:
        player.kill()
        player.wait()
    for pipe in (player.stdin, player.stdout):
        if pipe is not None:
            pipe.close()


def no_device(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 42: no device, then no PortAudio library, at the start of the window."""
    studio = open_studio(verdict)
    for number in range(rounds):
        own = _without_device(verdict) if number % 2 == 0 else _without_library(verdict)
        with Driver(verdict, studio.project, own) as window:
            said: list[str] = []

            def is_told(window: Driver = window, said: list[str] = said) -> bool:
                said.append(str(window.tell("state", "state")["words"]))
                return "ound" in said[-1]

            wait_until(is_told, "no word of the missing sound")
            verdict.told(said[-1])
            window.rate(1)
            played = window.tell("play", "played")
            require(not played["available"], "there is sound")
            window.rate(1)
            window.close()
        done = verdict.tastecut("doctor", project=studio.project, more=own)
        (check,) = [one for one in done.data["checks"] if one["name"] == "sound"]
        require(not check["ok"] and check["remedy"], str(check))
    return f"{rounds} starts without sound: told, rated by eye"


def _without_device(verdict: Verdict) -> dict[str, str]:
    nowhere = verdict.folder / "no-card.conf"
    # A configuration without a default makes PortAudio itself abort.
    nowhere.write_text(
        "".join(f"{kind}.!default {{ type hw card 99 }}\n" for kind in ("pcm", "ctl"))
    )
    return {"ALSA_CONFIG_PATH": str(nowhere), "PULSE_SERVER": "unix:/nowhere"}


def _without_library(verdict: Verdict) -> dict[str, str]:
    folder = verdict.folder / "no library"
    folder.mkdir(exist_ok=True)
    for name in ("sounddevice", "rtmixer"):
        (folder / f"{name}.py").write_text(_NO_LIBRARY)
    root = own_environment(verdict.folder / "home")["PYTHONPATH"]
    return {"PYTHONPATH": f"{folder}:{root}"}


def reference_counts(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 47: 20,000 signals, labels, bars and paints, in a process that Qt may kill."""
    if sys.version_info >= (3, 12):
        raise NotPossibleHere("None, True and False are immortal in this Python")
    for _ in range(rounds):
        line = [sys.executable, "-m", "tests.faults.window.reference_counts"]
        done = run(line, own_environment(verdict.folder / "home"))
        verdict.ended(done)
        require(len(done.out.splitlines()) == 4, done.out)
    return f"{rounds} times 4 x 20,000 calls: {' '.join(done.out.split())}"
