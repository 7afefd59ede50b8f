"""Each told sentence can be heard: as it is liked, then the other way, then silence."""

from __future__ import annotations

from PySide6.QtCore import Qt

from ml_core.errors import UserError
from tests.editor_app.conftest import prepared
from tests.editor_app.places.taste.test_taste import taste_found
from tests.editor_app.sound.fake_output import FakeOutput


def test_one_press_after_another(qtbot, jobs, open_window, filled):
    pair = filled(2, 3)[0]
    window = open_window("taste", FakeOutput())
    window.project.ratings.add(pair, "A")
    rows = taste_found()["directions"][:2]
    example = {"sha256": pair.a.sha256, "liked": pair.a.to_json(), "other": pair.b.to_json()}
    rows[0] = {**rows[0], "less": "quiet parts", "more": "loud parts", "example": example}
    jobs.asked("taste")[-1].finish(taste_found(directions=rows))
    page = window.main._places["taste"]
    chart, player = page._learned._chart, window.player

    def press() -> str:
        button = chart._plays["feature 0"]
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        for job in jobs.asked("prepare_pair"):
            job.finish(prepared(job.request))
        return chart._heard_words

    assert press() == "As you like it: loud parts. Song 1"
    assert player.is_playing and player.heads.lane == "A"
    assert press() == "The other way: quiet parts. Song 1"
    assert player.is_playing and player.heads.lane == "B"
    assert press() == "" and not player.is_playing
    assert press() == "As you like it: loud parts. Song 1", "and once more"
    window.main.show_place("rate")
    assert not page._learned.examples._is_loaded, "another place has the player"


def test_what_can_not_be_loaded_is_not_said_to_be_made(
    qtbot, jobs, open_window, filled, monkeypatch
):
    pair = filled(2, 3)[0]
    window = open_window("taste", FakeOutput())
    window.project.ratings.add(pair, "A")
    (row,) = taste_found()["directions"][:1]
    example = {"sha256": pair.a.sha256, "liked": pair.a.to_json(), "other": pair.b.to_json()}
    row = {**row, "less": "quiet parts", "more": "loud parts", "example": example}
    jobs.asked("taste")[-1].finish(taste_found(directions=[row]))
    learned = window.main._places["taste"]._learned

    def refuse(*_: object) -> bool:
        raise UserError("The sound has gone.", "Try again.")

    monkeypatch.setattr(window.player, "load", refuse)
    learned.examples.press(row)
    assert learned._chart._heard_words == "Making an example…"
    (job,) = jobs.asked("prepare_pair")
    job.finish(prepared(job.request))
    assert learned._chart._heard_words == ""
