"""The output suspended, unplugged, restarted, changed in rate: while rating, comparing, exporting.

Beside the verdict: sound is back by itself within three seconds, on the place where it was, and
nothing is stored as heard that was not.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from ml_core.store import Store
from tests.editor_app.sound.captured.virtual_card import VirtualCard
from tests.faults.requiring import NotPossibleHere, require
from tests.faults.studio import open_studio
from tests.faults.verdicts import Verdict
from tests.faults.window.driver import Driver, wait_until

BACK_WITHIN_S = 3.0
CARD_LIMIT_S = 20.0
# It is noticed within a second; a little more where the machine is busy.
NOTICED_WITHIN_S = 4.0
HEARD_S, SILENT_S = 1.0, 2.5
# What is heard is told up to a tick and the device's step later than it was.
TOLERANCE_S = 0.2
OTHER_HZ = 48_000
LITTLE = ("train", "--device", "cpu", "--epochs", "2", "--episodes", "8")

Do = Callable[[VirtualCard], None]
KINDS: dict[str, tuple[Do, Do]] = {
    "suspended": (lambda card: card.suspend(True), lambda card: card.suspend(False)),
    "unplugged": (VirtualCard.unplug, VirtualCard.plug),
    "restarted": (VirtualCard.stop, VirtualCard.start),
    "changed in rate": (VirtualCard.unplug, lambda card: card.plug(OTHER_HZ)),
}
PLACES = ("rating", "comparing", "exporting")


def output_changes(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 66: the output goes in four ways, in one place a round, and comes back."""
    if not VirtualCard.is_possible():
        raise NotPossibleHere("there is no PulseAudio")
    studio = open_studio(verdict)
    took_s: list[float] = []
    for number in range(rounds):
        place = PLACES[number % len(PLACES)]
        if place == "comparing":
            verdict.tastecut(*LITTLE, project=studio.project)
        folder = verdict.folder / f"card-{number}"
        folder.mkdir()
        card = VirtualCard(folder)
        card.start()
        own = {name: card.environment[name] for name in ("ALSA_CONFIG_PATH", "PULSE_SERVER")}
        try:
            with Driver(verdict, studio.project, own) as window:
                wait_until(lambda window=window: _sound(window)["output"], "no output")
                took_s += [_came_back(verdict, window, card, place, kind) for kind in KINDS]
                window.close()
        finally:
            card.stop()
    return f"{len(took_s)} times back by itself, after {max(took_s):.1f} s at most"


def _came_back(verdict: Verdict, window: Driver, card: VirtualCard, place: str, kind: str) -> float:
    """One fault in one place; seconds from the output's return to sound."""
    name = f"{kind} while {place}"
    take, give = KINDS[kind]
    _begin(window, place)
    window.tell("listen 0.1", "heard")
    wait_until(lambda: _sound(window)["heard"]["A"] > HEARD_S, f"{name}: no sound before")
    before = _sound(window)
    take(card)
    wait_until(lambda: not _sound(window)["available"], f"{name}: not noticed", NOTICED_WITHIN_S)
    lost = _sound(window)
    verdict.told(lost["banner"], "by itself")
    require(abs(lost["at_s"] - before["at_s"]) < NOTICED_WITHIN_S, f"{name}: the place: {lost}")
    if place != "exporting":
        window.tell("switch", "switched")
    silent = window.tell(f"listen {SILENT_S}", "heard")
    require(silent["heard"] == lost["heard"], f"{name}: heard in silence: {lost}, {silent}")
    if place == "rating":
        _answer(window, name, silent)
    started_s = time.monotonic()
    at_s = _sound(window)["at_s"]
    give(card)
    took_s = _seconds_to_sound(window, card, at_s, name)
    again = _sound(window)
    since_s = time.monotonic() - started_s
    require(not again["banner"], f"{name}: still told: {again['banner']}")
    require(0 <= again["at_s"] - at_s <= since_s + TOLERANCE_S, f"{name}: another place: {again}")
    return took_s


def _seconds_to_sound(window: Driver, card: VirtualCard, at_s: float, name: str) -> float:
    """Wait for sound beyond a place; seconds since the card was given back.

    The card is back once it takes sound, as a bare stream in a new process shows: a null sink
    serves whoever comes every two seconds.
    """
    given_s, bare_s = time.monotonic(), 0.0
    bare = card.bare_stream()
    took_s = 0.0
    try:
        while not took_s or not bare_s:
            now_s = time.monotonic() - given_s
            if not bare_s and bare.poll() is not None:
                bare_s = now_s
            if not took_s and (now := _sound(window))["playing"] and now["at_s"] > at_s:
                took_s = now_s
            require(now_s < CARD_LIMIT_S, f"{name}: no sound again")
    finally:
        bare.kill()
        bare.wait()
    told = f"{took_s:.1f} s to sound, a bare stream {bare_s:.1f} s"
    require(took_s - bare_s <= BACK_WITHIN_S, f"{name}: {told}")
    return took_s


def _begin(window: Driver, place: str) -> None:
    """Something to be heard from its start, in one of the places."""
    if place == "rating":
        window.rate(1)
        window.tell("wait pair", "shown")
    elif place == "comparing":
        window.tell("compare", "comparing")
    else:
        window.tell("export", "exporting")


def _answer(window: Driver, name: str, heard: dict[str, Any]) -> None:
    """Rate without sound: what is stored as heard is what was heard, and the banner stays."""
    answered = window.tell("rate", "ok")
    with Store.open(window.project, write=False) as store:
        (stored,) = [r for r in store.ratings.current() if r.comparison_id == answered["pair"]]
    told = (stored.heard_a_s, stored.heard_b_s)
    require(told[1] == 0, f"{name}: B was not heard: {told}")
    at_most_s = heard["heard"]["A"] + 0.001
    require((told[0] or 0) <= at_most_s, f"{name}: {told} is stored, {heard['heard']} was heard")
    require(_sound(window)["banner"], f"{name}: the banner has gone")


def _sound(window: Driver) -> dict[str, Any]:
    return window.tell("sound", "sound")
