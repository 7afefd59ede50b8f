"""What is done on a virtual card inside the window's process: `bench_sound` runs this.

    sound_rows.py SCENE PROJECT FOLDER

A real pair is on the screen; the player holds a longer one whose every sample tells its place in
the song (see `tests/editor_app/sound/captured/sound_scenes.py`). Prints one JSON object with what
was done when.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from lost_output_rows import lost
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from window_rows import open_rate

from ml_core.domain.tasks import PROPOSE, TRAIN
from tests.editor_app.sound.captured import sound_scenes
from tests.editor_app.sound.captured.sound_scenes import RATE_HZ, edit_of, make_pair
from tests.screenshots.desk import Desk

N_ONSETS, N_SWITCHES = 12, 40
IDLE_S, BUSY_S = 20.0, 60.0
ONSET_LEVEL = 0.25


def main() -> None:
    scene, project, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    sound_scenes.N_SONG = 240 * RATE_HZ
    sound_scenes.A_SPANS = ((0, 100 * RATE_HZ), (110 * RATE_HZ, 240 * RATE_HZ))
    sound_scenes.B_SPANS = ((0, 120 * RATE_HZ), (130 * RATE_HZ, 240 * RATE_HZ))
    desk = open_rate(project, folder)
    player = desk.window.player
    assert player.device.stream is not None and player.sample_rate_hz == RATE_HZ
    player.volume = 1.0
    spans = (sound_scenes.A_SPANS, sound_scenes.B_SPANS)
    assert player.load(make_pair(folder), tuple(map(edit_of, spans)))
    scenes = {"switch": switch, "idle": idle, "busy": busy, "lost": lost}
    print(json.dumps(scenes[scene](desk)), flush=True)
    desk.close()


def switch(desk: Desk) -> dict[str, Any]:
    """Bare buffers at the device's next step, then the key that hears the other edit."""
    player = desk.window.player
    stream = player.device.stream
    assert stream is not None
    onsets = []
    buffer = np.full((RATE_HZ // 10, 2), ONSET_LEVEL, np.float32)
    for _ in range(N_ONSETS):
        QTest.qWait(350)
        onsets.append(time.monotonic())
        stream.play(buffer)
    QTest.qWait(600)
    player.play()
    QTest.qWait(500)
    keys, at_device_ms = [], []
    rng = np.random.default_rng(0)
    for _ in range(N_SWITCHES):
        QTest.qWait(int(rng.integers(250, 450)))
        playback = player._sounding.playback
        assert playback is not None
        taken = playback.taken
        keys.append(time.monotonic())
        QTest.keyClick(desk.main, Qt.Key.Key_Tab)
        ahead = playback.timeline.clips[-1].at - taken + stream.latency_samples
        at_device_ms.append(1000 * ahead / RATE_HZ)
    QTest.qWait(500)
    player.pause()
    QTest.qWait(300)
    return {"onsets": onsets, "keys": keys, "at_device_ms": at_device_ms}


def idle(desk: Desk) -> dict[str, Any]:
    desk.window.player.play()
    QTest.qWait(round(1000 * IDLE_S))
    desk.window.player.pause()
    QTest.qWait(300)
    return {"seconds": IDLE_S}


def busy(desk: Desk) -> dict[str, Any]:
    """Plays while one worker trains, the other looks for pairs, and the lanes zoom."""
    requests, scale = desk.window.project.requests, desk.view._panel._scale
    counts = {"trainings": 0, "proposals": 0, "zooms": 0}
    jobs: dict[str, Any] = {}

    def keep_busy() -> None:
        if "train" not in jobs or jobs["train"].is_finished:
            jobs["train"] = desk.jobs.start(TRAIN, requests.train("cpu"), "Training")
            counts["trainings"] += 1
        if "propose" not in jobs or jobs["propose"].is_finished:
            jobs["propose"] = desk.jobs.ask(PROPOSE, requests.propose(4), False)
            counts["proposals"] += 1
        counts["zooms"] += 1
        scale.zoom(0.8 if counts["zooms"] % 40 < 20 else 1.25, scale.duration_s / 3)

    timer = QTimer()
    timer.timeout.connect(keep_busy)
    timer.start(50)
    desk.window.player.play()
    QTest.qWait(round(1000 * BUSY_S))
    timer.stop()
    desk.window.player.pause()
    QTest.qWait(300)
    for job in jobs.values():
        job.cancel()
    return {"seconds": BUSY_S} | counts


if __name__ == "__main__":
    main()
