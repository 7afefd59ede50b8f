"""What was made to be heard: nobody removes what another reads, and a crash leaves nothing."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt

from ml_core.domain.playing import PreparedPair
from ml_core.paths import cache_dir
from tests.editor_app.conftest import prepared
from tests.editor_app.places.compare.test_compare import Listener, blind_pairs, report
from tests.editor_app.places.export.test_export import delivered
from tests.editor_app.places.taste.test_taste import trained
from tests.editor_app.sound.fake_output import FakeOutput


def are_there(pair: PreparedPair) -> bool:
    return all(Path(audio.file).exists() for audio in (pair.song, *pair.edits))


def test_opening_compare_leaves_rates_pairs_alone(qtbot, jobs, open_window, filled):
    filled(3, 6)
    output = FakeOutput()
    window = open_window("rate", output)
    first, second, *_ = jobs.asked("prepare_pair")
    made = prepared(first.request)
    first.finish(made)
    window.project.models.add_training(trained())
    desk = Listener(qtbot, jobs, window, output)
    desk.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    rates = jobs.asked("prepare_pair")
    jobs.asked("compare_pairs")[0].finish(blind_pairs(4))
    folders = {job.request.out_dir for job in jobs.asked("prepare_pair") if job not in rates}
    assert len(folders) == 1 and first.request.out_dir not in folders
    assert are_there(made), "Rate's pair can be heard as before"
    assert second in rates and not second.is_finished, "what Rate makes goes on"


def test_the_end_of_a_comparison_leaves_rates_pairs_alone(qtbot, jobs, open_window, filled):
    filled(3, 6)
    output = FakeOutput()
    window = open_window("rate", output)
    window.project.models.add_training(trained())
    desk = Listener(qtbot, jobs, window, output)
    desk.finish(report(4, 0, 0, "better"))
    ready = window.main._places["rate"]._model._supply._ready
    assert ready and all(are_there(pair) for pair in ready.values())


def test_a_window_that_was_killed_leaves_nothing(qtbot, open_window, filled, tmp_path):
    filled(3, 6)
    cache = cache_dir(tmp_path / "project")
    killed = cache / "listening"
    name = f"{'0' * 16}-song-48000.f32"
    mine = killed / "own" / "mine.f32"
    files = [killed / name, killed / f"pairs-{'0' * 32}" / name, mine]
    # One that was killed while it removed what another had left.
    files.append(cache / "left-over-0" / name)
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(bytes(8))
    open_window("songs")
    assert not any(file.exists() for file in files[:2]), "put away before anything is made"
    qtbot.waitUntil(lambda: list(cache.glob("**/*.f32")) == [mine])


def test_what_every_place_made_to_be_heard_lies_where_the_next_start_looks(
    qtbot, jobs, open_window, filled, tmp_path
):
    filled(3, 6)
    output = FakeOutput()
    window = open_window("rate", output)
    window.project.models.add_training(trained())
    desk = Listener(qtbot, jobs, window, output)
    folders = {job.request.out_dir for job in jobs.asked("prepare_pair")}
    desk.finish(report(4, 0, 0, "better"))
    desk.press(Qt.Key.Key_Right)
    (job,) = jobs.asked("prepare_pair")
    folders.add(job.request.out_dir)
    job.finish(prepared(job.request))
    window.main.show_place("export")
    jobs.asked("deliver")[0].finish(delivered(1))
    (job,) = jobs.asked("prepare_pair")
    folders.add(job.request.out_dir)
    job.finish(prepared(job.request))
    root = cache_dir(tmp_path / "project") / "listening"
    assert len(folders) == 3 and {Path(folder).parent for folder in folders} == {root}
    window.main.close()
    assert list(root.glob("**/*.f32")) == []


def test_a_song_stays_on_the_disk_while_another_pair_of_it_is_made(
    jobs, open_window, filled, monkeypatch
):
    filled(1, 6)
    window = open_window("rate", FakeOutput())
    supply = window.main._places["rate"]._model._supply
    first = jobs.asked("prepare_pair")[0]
    made = prepared(first.request)
    first.finish(made)
    answered = supply.queue[0]
    window.project.ratings.add(answered, "A")
    monkeypatch.setattr("editor_app.listening.pair_supply._MOST_BYTES", 1)
    supply._forget_old()
    assert jobs.asked("prepare_pair"), "other pairs of the song are being made"
    assert supply.prepared(answered) is None and not Path(made.edits[0].file).exists()
    assert Path(made.song.file).exists()
