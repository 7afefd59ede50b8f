"""Short plays with the real player on whatever device there is; each prints what it did as JSON.

Run as `python sound_scenes.py FOLDER` with the virtual card's environment: it plays the scenes
whose names come on standard input, a player for each (`stage.py` is the other end). Every sample of
every lane tells its place in the song: (place + 1) / 2**24, exact in float32. A sounds in the
left channel, B in the right, the song in both.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer

from editor_app.sound import output_stream
from editor_app.sound.player import Player
from ml_core.domain.edits import Edit
from ml_core.domain.playing import PreparedAudio, PreparedPair, SongLayout
from ml_core.worker import Progressed, Worker

RATE_HZ = int(os.environ.get("SCENE_RATE_HZ", "44100"))
STEP = 2.0**-24
SHA256 = "ab" * 32
# As in the app, the device has been open for a while when it plays: its first blocks may be lost.
OPENED_BEFORE_S = 0.5
N_SONG = 40 * RATE_HZ
A_SPANS = ((0, 12 * RATE_HZ), (16 * RATE_HZ, N_SONG))
B_SPANS = ((0, 14 * RATE_HZ), (20 * RATE_HZ, N_SONG))


def main(folder: Path) -> None:
    app = QCoreApplication([])
    # A card of another rate: PortAudio's ALSA names 44.1 kHz for this one whatever it runs at.
    find = output_stream._find
    output_stream._find = lambda *asked: {**find(*asked), "default_samplerate": float(RATE_HZ)}
    pair = make_pair(folder)
    print(json.dumps("ready"), flush=True)
    for line in iter(sys.stdin.readline, ""):
        player = Player()
        player.device.open()
        assert wait_for_sound(player), player.error
        assert player.sample_rate_hz == RATE_HZ
        wait(OPENED_BEFORE_S)
        player.volume = 1.0
        assert player.load(pair, tuple(map(edit_of, (A_SPANS, B_SPANS))))
        # What is captured is held against all that sounded, not against what differs alone.
        player.heads.loaded = replace(player.heads.loaded, differing={})
        print(json.dumps(SCENES[line.strip()](player)), flush=True)
        player.close()
        print(json.dumps("closed"), flush=True)
    del app


def edit_of(spans: tuple[tuple[int, int], ...]) -> Edit:
    return Edit(SHA256, RATE_HZ, spans)


def make_pair(folder: Path) -> PreparedPair:
    place = ((np.arange(N_SONG) + 1) * STEP).astype(np.float32)

    def put(name: str, spans: tuple[tuple[int, int], ...], channels: list[int]) -> PreparedAudio:
        mono = np.concatenate([place[start:end] for start, end in spans])
        audio = np.zeros((len(mono), 2), np.float32)
        audio[:, channels] = mono[:, None]
        file = folder / f"{name}.f32"
        audio.tofile(file)
        return PreparedAudio(str(file), len(audio), RATE_HZ)

    layout = SongLayout(SHA256, RATE_HZ, N_SONG, (0, N_SONG), (), (), 120.0, 4, 1.0, True)
    edits = (put("a", A_SPANS, [0]), put("b", B_SPANS, [1]))
    return PreparedPair(put("song", ((0, N_SONG),), [0, 1]), edits, 1.0, layout)


def wait(seconds: float) -> None:
    """Let the events run, as the window does."""
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()


def wait_for_sound(player: Player) -> bool:
    """Wait until there is a device to play to; false if none comes."""
    until_s = time.monotonic() + 10.0
    while player.device.stream is None and time.monotonic() < until_s:
        wait(0.01)
    return player.device.stream is not None


def last_clip(player: Player) -> dict[str, object]:
    assert player._sounding.playback is not None
    clip = player._sounding.playback.timeline.clips[-1]
    return {"at": clip.at, "lane": clip.lane, "start": clip.start}


def switches(player: Player) -> dict[str, object]:
    """Twelve switches while a worker trains and the window is stalled now and then."""
    worker = Worker("sound_scenes:TASKS", is_background=True)
    worker.start()
    worker.run("train", None)
    assert isinstance(worker.receive(60), Progressed)
    player.play()
    clips, cost_ms = [], []
    for index in range(12):
        wait(0.3)
        if index % 4 == 3:
            stall(0.5)
        start_s = time.perf_counter()
        player.switch("BA"[index % 2])
        cost_ms.append(1000 * (time.perf_counter() - start_s))
        clips.append(last_clip(player))
    wait(0.5)
    steps = 0
    while isinstance(message := worker.receive(0), Progressed):
        steps += len(message.partials)
    overtaken = player._sounding.playback.n_overtaken if player._sounding.playback else -1
    heard_s = [player.heads.heard_s(lane) for lane in ("A", "B")]
    worker.kill()
    return {
        "clips": clips, "cost_ms": cost_ms, "steps": steps,
        "overtaken": overtaken, "heard_s": heard_s,
    }  # fmt: skip


def stall(seconds: float) -> None:
    """Keep the interpreter busy, as a long paint or a page fault does."""
    until_s = time.perf_counter() + seconds
    while time.perf_counter() < until_s:
        sum(range(1000))


def loop_and_seek(player: Player) -> dict[str, object]:
    loop = (2 * RATE_HZ, 2 * RATE_HZ + RATE_HZ // 2)
    player.set_loop(loop)
    player.play()
    wait(1.8)
    player.set_loop(None)
    wait(1.0)
    player.seek(11 * RATE_HZ)
    sought = last_clip(player)
    wait(2.0)  # over the join at 12 s
    return {"loop": loop, "sought": sought}


def few_switches(player: Player) -> dict[str, object]:
    """Three switches, on a card of any rate."""
    player.play()
    clips = []
    for lane in ("B", "A", "B"):
        wait(0.4)
        player.switch(lane)
        clips.append(last_clip(player))
    wait(0.4)
    overtaken = player._sounding.playback.n_overtaken if player._sounding.playback else -1
    return {"clips": clips, "overtaken": overtaken}


def fast_switches(player: Player) -> dict[str, object]:
    """Fifty switches a second, as when a key is hammered or held; the last one is to B."""
    player.play()
    wait(0.5)
    for index in range(101):
        player.switch("BA"[index % 2])
        wait(0.02)
    last = last_clip(player)
    wait(0.6)
    overtaken = player._sounding.playback.n_overtaken if player._sounding.playback else -1
    return {
        "last": last,
        "lane": player.heads.lane,
        "playing": player.is_playing,
        "overtaken": overtaken,
    }


def pause(player: Player) -> dict[str, object]:
    player.seek(20 * RATE_HZ)
    player.play()
    wait(0.5)
    player.pause()
    clip = last_clip(player)
    wait(0.5)
    return {"clip": clip, "position": player.heads.position(), "heard_s": player.heads.heard_s("A")}


def all_lanes(player: Player) -> dict[str, object]:
    """A to the song to B, over a place that one of them lacks."""
    player.seek(11 * RATE_HZ)
    player.play()
    wait(0.6)
    player.switch("song")
    clips = [last_clip(player)]
    wait(1.2)  # the song goes on into what A has cut
    player.switch("A")
    clips.append(last_clip(player))
    wait(0.5)
    return {"clips": clips}


def lost(player: Player) -> dict[str, object]:
    """Plays until the card dies, says so, and plays on by itself once it is told that it is back.

    `back_s` is how long that took.
    """
    player.play()
    wait(0.5)
    print(json.dumps("playing"), flush=True)
    loop = QEventLoop()
    player.device.changed.connect(loop.quit)
    QTimer.singleShot(20_000, loop.quit)
    loop.exec()
    error = player.error
    told = {"available": player.available, "message": str(error), "playing": player.is_playing}
    print(json.dumps(told), flush=True)
    lost_at = player.heads.position()
    sys.stdin.readline()
    back_at_s = time.monotonic()
    again = wait_for_sound(player) and player.is_playing
    back_s = time.monotonic() - back_at_s
    wait(1.0)
    on_s = (player.heads.position() - lost_at) / RATE_HZ
    return {"again": again, "back_s": back_s, "on_s": on_s}


def train(request: object, progress: object) -> None:
    import torch

    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(20, 128), torch.nn.ReLU(), torch.nn.Linear(128, 1))
    optimizer = torch.optim.Adam(model.parameters())
    batch = torch.randn(48, 20)
    while True:
        optimizer.zero_grad()
        loss = model(batch).pow(2).mean()
        loss.backward()
        optimizer.step()
        progress.report(0.5, "", {"loss": loss.item()})


TASKS = {"train": "sound_scenes:train"}
SCENES: dict[str, Callable[[Player], dict[str, object]]] = {
    scene.__name__: scene
    for scene in (switches, few_switches, fast_switches, loop_and_seek, pause, all_lanes, lost)
}

if __name__ == "__main__":
    main(Path(sys.argv[1]))
