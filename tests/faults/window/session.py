"""Tastecut's window in a process of its own, driven by the lines that it is told.

    python -m tests.faults.window.session PROJECT FOLDER

Each line is an order, answered by one line: `rate`, `wait pair`, `undo`, `show PLACE`, `train`,
`add PATH`, `export`, `compare`, `state`, `burst N`, `fault slot`, `fault thread`, `sound`,
`listen SECONDS`, `switch`, `close`. Pairs are answered by the window's own actions, so that what is
said is what a person would have seen.
"""

from __future__ import annotations

import json
import os
import random
import select
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtTest import QTest

from editor_app.frame.faults import catch_faults
from tests.screenshots.desk import Desk

ANSWERS = {"rate_a": "A", "rate_b": "B", "rate_tie": "tie"}


class Session:
    """An open window, and what it can be told."""

    def __init__(self, project: Path, folder: Path) -> None:
        self.desk = Desk(project, folder, "dark")
        catch_faults(self.desk.window._notifier)
        self._rng = random.Random(1)
        self.is_open = True
        self._rest = b""

    def serve(self) -> None:
        """Carry out orders until the window is closed."""
        self.say("ready")
        while self.is_open:
            line = self._next_line()
            if line is None:
                QTest.qWait(5)
                continue
            word, _, rest = line.partition(" ")
            orders: dict[str, Callable[[str], None]] = {
                "rate": self._rate, "undo": self._undo, "show": self._show, "train": self._train,
                "add": self._add, "export": self._export, "state": self._state,
                "fault": self._fault, "close": self._close,
                "sound": self._sound, "listen": self._listen, "switch": self._switch,
                "compare": self._compare, "play": self._play, "wait": self._wait,
                "burst": self._burst,
            }  # fmt: skip
            orders[word](rest)

    def say(self, word: str, **facts: Any) -> None:
        """One line of answer."""
        print(word, json.dumps(facts), flush=True)

    def _next_line(self) -> str | None:
        if b"\n" not in self._rest:
            if not select.select([sys.stdin], [], [], 0)[0]:
                return None
            self._rest += os.read(sys.stdin.fileno(), 65_536)
        line, mark, rest = self._rest.partition(b"\n")
        if not mark:
            return None
        self._rest = rest
        return line.decode()

    def _rate(self, answer: str) -> None:
        """Answer the pair that shows; `ok` once it is stored, `kept` if it was refused."""
        desk, model = self.desk, self._shown_pair()
        pair, before = model.pair.id, self._n_answers()
        model._shown_at_s = 0.0  # No key within the moment in which a new pair can't be answered.
        action = answer or self._rng.choice(list(ANSWERS))
        desk.actions[action].trigger()
        is_saved = self._n_answers() > before
        word = "ok" if is_saved else "kept"
        still = model.pair is not None and model.pair.id == pair
        self.say(word, pair=pair, answer=ANSWERS[action], still=still, words=self._words())

    def _shown_pair(self) -> Any:
        """Wait for a pair that can be answered; the model that holds it."""
        desk = self.desk
        if desk.main.place != "rate":
            desk.main.show_place("rate")
        model = desk.view._model

        def is_shown() -> bool:
            return model.pair is not None and desk.view._panel.holds(model.pair)

        desk.until(is_shown, "a pair to answer")
        return model

    def _wait(self, _: str) -> None:
        self.say("shown", pair=self._shown_pair().pair.id)

    def _words(self) -> str:
        banner = self.desk.main._banner
        said = [banner.text] if banner.isVisible() else []
        if self.desk.main.place == "rate":
            said.append(self.desk.view._answers.state.text())
        return " ".join(said)

    def _undo(self, _: str) -> None:
        before = self._n_answers()
        self.desk.actions["undo"].trigger()
        self.say("undone", n=before - self._n_answers())

    def _n_answers(self) -> int:
        """Answers that stand: by eye too, since nobody listens here."""
        return int(self.desk.window.project._store.ratings.count(include_skips=True))

    def _burst(self, n: str) -> None:
        """Answer earlier pairs otherwise, as fast as the store takes it."""
        ratings, pairs = self.desk.window.project.ratings, self.desk.window.project.pairs
        asked = [pairs.get(rating.comparison_id) for rating in ratings.last(40)]
        changed = {}
        for _ in range(int(n)):
            pair = self._rng.choice([one for one in asked if one is not None])
            changed[pair.id] = ratings.add(pair, self._rng.choice(list(ANSWERS.values()))).answer
            QTest.qWait(0)
        self.say("burst", n=int(n), answers=changed)

    def _show(self, place: str) -> None:
        self.desk.go(place)
        self.say("shown", place=self.desk.main.place)

    def _play(self, seconds: str) -> None:
        self.desk.actions["play"].trigger()
        QTest.qWait(int(1_000 * float(seconds or 0.2)))
        self.desk.actions["play"].trigger()
        self.say("played", available=self.desk.window.player.available)

    def _sound(self, _: str) -> None:
        self.say("sound", **self._facts())

    def _listen(self, seconds: str) -> None:
        """Play unless it does, and wait."""
        if not self.desk.window.player.is_playing:
            self.desk.actions["play"].trigger()
        QTest.qWait(int(1_000 * float(seconds)))
        self.say("heard", **self._facts())

    def _switch(self, _: str) -> None:
        self.desk.actions["switch"].trigger()
        self.say("switched")

    def _facts(self) -> dict[str, Any]:
        """What sounds, and what was said of it."""
        player, banner = self.desk.window.player, self.desk.main._banner
        heads = player.heads
        return {
            "available": player.available,
            "playing": player.is_playing,
            "output": player.device.name,
            "at_s": heads.position() / player.sample_rate_hz,
            "heard": {lane: heads.heard_s(lane) if heads.lanes else 0.0 for lane in "AB"},
            "banner": banner.text if banner.isVisible() else "",
        }

    def _compare(self, _: str) -> None:
        """A comparison's first pair, from its start, with a comparison begun if there is none."""
        self.desk.go("compare")
        self.desk.actions["compare"].trigger()
        view = self.desk.view

        def is_shown() -> bool:
            pair = view._page._pair
            return pair is not None and view._page._panel.holds(pair)

        self.desk.until(is_shown, "a pair to compare")
        self.desk.settle()
        self.say("comparing")

    def _train(self, how: str) -> None:
        """Begin to train; with `wait`, until it is over."""
        told = self._progress_of("train")
        self.desk.main.show_place("taste")
        self.desk.actions["train"].trigger()
        self.desk.until(lambda: bool(told), "the training's first progress")
        if how == "wait":
            self.desk.settle()
        self.say("training", models=len(self.desk.window.project.models.all()))

    def _add(self, path: str) -> None:
        told = self._progress_of("analyse_song")
        self.desk.window.library.add_paths([path])
        self.desk.until(lambda: bool(told), "the analysis' first progress")
        self.say("analysing")

    def _export(self, _: str) -> None:
        told = self._progress_of("export_song")
        self.desk.go("export")
        self.desk.actions["export"].trigger()
        self.desk.until(lambda: bool(told), "the export's first progress")
        self.say("exporting")

    def _progress_of(self, task: str) -> list[object]:
        told: list[object] = []

        def on_started(job: Any) -> None:
            if job.task == task:
                job.progress.connect(lambda *facts: told.append(facts))
                job.finished.connect(lambda *_: told.append(True))

        self.desk.jobs.started.connect(on_started)
        return told

    def _state(self, _: str) -> None:
        dialog = self.desk.main._fault_dialog
        self.say(
            "state",
            ratings=self._n_answers(),
            words=self._words(),
            dialog=dialog.details if dialog is not None else "",
        )
        if dialog is not None:
            dialog.accept()

    def _fault(self, where: str) -> None:
        def broken() -> None:
            raise RuntimeError(f"a fault of ours in a {where}")

        if where == "thread":
            thread = threading.Thread(target=broken)
            thread.start()
            thread.join()
        else:
            about = self.desk.actions["about"].triggered
            about.disconnect()
            about.connect(broken)
            self.desk.actions["about"].trigger()

        def is_told() -> bool:
            dialog = self.desk.main._fault_dialog
            return dialog is not None and f"in a {where}" in dialog.details

        self.desk.until(is_told, "the dialog")
        self._state("")

    def _close(self, _: str) -> None:
        self.desk.close()
        self.is_open = False
        self.say("closed", alive=[line._worker.is_alive for line in self._lines()])

    def _lines(self) -> list[Any]:
        return [self.desk.jobs._batch, self.desk.jobs._interactive]


if __name__ == "__main__":
    Session(Path(sys.argv[1]), Path(sys.argv[2])).serve()
