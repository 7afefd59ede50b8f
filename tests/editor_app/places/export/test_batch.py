"""A batch is what it was started with: what is changed meanwhile is the next one's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt

from ml_core.domain.corrections import NO_CORRECTIONS
from ml_core.domain.edits import Brief
from ml_core.domain.files.exporting import ExportResult
from ml_core.domain.files.stems import SongStems, StemsFound, WrittenStem
from ml_core.store.records.corrections import SongGrid
from tests.editor_app.conftest import FakeJobs, make_song, words_of
from tests.editor_app.places.export.test_export import Exporter, change, cut, outcome
from tests.editor_app.places.taste.test_taste import trained
from tests.editor_app.sound.fake_output import FakeOutput


def opened(qtbot, jobs: FakeJobs, filled, open_window, settings, folder: Path) -> Exporter:
    filled(3, 3)
    settings.export_folder = str(folder)
    desk = Exporter(qtbot, jobs, open_window("export", FakeOutput()))
    for _ in range(3):
        desk.press(Qt.Key.Key_T)
        desk.press(Qt.Key.Key_Down)
    desk.answer()
    return desk


def change_everything(desk: Exporter, song: str) -> None:
    """All that an edit or its file depends on, but the songs themselves."""
    rules = desk.view._rules
    rules._intro.setChecked(True)
    rules._length.setText("0:40")
    rules._length.editingFinished.emit()
    desk.project.brief.set(Brief("Reel", 20.0, 30.0))
    result = trained("one")
    desk.project.models.add_training(result)
    desk.project.models.activate(result.best.id)
    desk.project.marks.add(desk.project.pairs.open()[0], "both_bad")
    grid = SongGrid(NO_CORRECTIONS.doubled(), 240.0, 4, "")
    desk.project.trials.keep(song, grid, "double tempo")
    desk.view._model.span_store.apply(song, "forbid", (0.0, 6.0))


def test_what_is_changed_during_a_batch_changes_none_of_its_songs(
    qtbot, jobs, filled, open_window, settings, tmp_path
):
    desk = opened(qtbot, jobs, filled, open_window, settings, tmp_path / "out")
    desk.export()
    (job,) = jobs.asked("export_song")
    first = job.request.deliver
    change_everything(desk, make_song(2).sha256)
    settings.export_folder = str(tmp_path / "elsewhere")
    job.finish(outcome(job, "/out/1.wav"))
    for index in (2, 3):
        (job,) = [job for job in jobs.batch if not job.is_finished]
        asked = job.request.deliver
        assert asked.song.sha256 == make_song(index).sha256
        assert (asked.song.limits, asked.marks) == (first.song.limits, first.marks)
        assert (asked.model, asked.song.corrections) == (first.model, first.song.corrections)
        assert job.request.export.out_dir == str(tmp_path / "out")
        job.finish(outcome(job, f"/out/{index}.wav"))


def test_an_edit_changed_by_hand_during_a_batch_is_the_next_ones(
    qtbot, jobs, filled, open_window, settings, tmp_path
):
    desk = opened(qtbot, jobs, filled, open_window, settings, tmp_path / "out")
    desk.press(Qt.Key.Key_Home)
    desk.answer()
    desk.view._desk.song.select((20.0, 26.0))
    desk.press(Qt.Key.Key_C)
    change(desk, cut(1, 20, 26))
    desk.press(Qt.Key.Key_Home)
    desk.export()
    (job,) = jobs.asked("export_song")
    job.finish(outcome(job, "/out/1.wav"))
    change_everything(desk, make_song(1).sha256)
    desk.view._model.take_back()
    assert job.request.own == cut(1, 20, 26)
    for index in (2, 3):
        (job,) = jobs.asked("export_song")
        assert job.request.own is None and not job.request.deliver.song.corrections
        job.finish(outcome(job, f"/out/{index}.wav"))


def refuse(desk: Exporter, jobs: FakeJobs) -> None:
    """Export the song in front, whose edit can't be made."""
    desk.export()
    (job,) = [job for job in jobs.batch if not job.is_finished]
    job.fail("No edit can last 3:00.", "Ask for less.")
    assert "Not exported: Song 1: No edit can last 3:00." in desk.main._banner.text
    assert desk.main._banner.isVisible()


def test_not_exported_is_said_until_it_is_no_longer_so(
    qtbot, jobs, filled, open_window, settings, tmp_path
):
    filled(3)
    settings.export_folder = str(tmp_path / "out")
    desk = Exporter(qtbot, jobs, open_window("export", FakeOutput()))
    desk.answer()
    refuse(desk, jobs)
    desk.export()
    assert not desk.main._banner.isVisible(), "it is being exported"
    (job,) = jobs.asked("export_song")
    job.finish(outcome(job, tmp_path / "out" / "a.wav"))
    assert "1 edit exported to" in desk.main._status._words.text()
    assert not desk.main._banner.isVisible()

    refuse(desk, jobs)
    assert "exported" not in desk.main._status._words.text()
    desk.view._rules._intro.setChecked(True)
    assert not desk.main._banner.isVisible(), "the rule is another"

    desk.answer()
    refuse(desk, jobs)
    first, second, _ = desk.project.songs.all()
    desk.project.songs.remove([second])
    assert desk.main._banner.isVisible()
    desk.project.songs.remove([first])
    assert not desk.main._banner.isVisible(), "the song is gone"


def test_a_batch_stands_in_the_foots_place_and_is_paused_by_key(
    qtbot, jobs, filled, open_window, settings, tmp_path
):
    desk = opened(qtbot, jobs, filled, open_window, settings, tmp_path / "out")
    foot, line = desk.view._foot, desk.view._below._line
    assert foot.isVisible() and not line.isVisible()
    desk.export()
    (job,) = jobs.asked("export_song")
    job.state = "running"
    assert line.isVisible() and not foot.isVisible()
    assert not desk.main.actions_by_id["export"].isEnabled()
    desk.press(Qt.Key.Key_P)
    assert "Pausing: 1 song is being finished" in words_of(line) and "Go on" in words_of(line)
    desk.press(Qt.Key.Key_P, Qt.KeyboardModifier.ShiftModifier)
    assert desk.view._below._dialog is not None and desk.view._below._dialog.isVisible()
    desk.view._below._dialog.close()
    job.finish(outcome(job, "/out/1.wav"))
    desk.press(Qt.Key.Key_P)
    assert len(jobs.asked("export_song")) == 1
    qtbot.mouseClick(line._end, Qt.MouseButton.LeftButton)
    assert jobs.asked("export_song") == [] and foot.isVisible()
    assert desk.main.actions_by_id["export"].isEnabled()


def test_stems_of_a_chosen_folder_are_cut_with_their_song(
    qtbot, jobs, filled, open_window, settings, tmp_path
):
    filled(3)
    settings.export_folder = str(tmp_path / "out")
    settings.file_choices = replace(settings.file_choices, stems_dir=str(tmp_path / "stems"))
    desk = Exporter(qtbot, jobs, open_window("export", FakeOutput()))
    desk.answer()
    desk.export()
    (job,) = jobs.asked("find_stems")
    (song,) = job.request.songs
    assert (job.request.folder, song.path) == (str(tmp_path / "stems"), make_song(1).path)
    drums, short = (str(tmp_path / "stems" / name) for name in ("drums.wav", "short.wav"))
    said = "short.wav is no stem of Song 1.wav: it is 1 sample shorter."
    job.finish(StemsFound((SongStems(song, (drums,)),), ((short, said),)))
    (job,) = jobs.asked("export_song")
    assert job.request.stems == (drums,)
    made = str(tmp_path / "out" / "a.wav")
    stem = WrittenStem(made, drums, str(tmp_path / "out" / "a (drums).wav"))
    result = ExportResult((made,), (), stems=(stem,))
    job.finish(replace(outcome(job, made), results=(result,)))
    assert "1 edit and 1 stem exported to" in desk.main._status._words.text()
    assert said in desk.main._banner.text


def test_without_the_folder_of_stems_nothing_is_exported(
    qtbot, jobs, filled, open_window, settings, tmp_path
):
    filled(3)
    settings.file_choices = replace(settings.file_choices, stems_dir=str(tmp_path / "stems"))
    desk = Exporter(qtbot, jobs, open_window("export", FakeOutput()))
    desk.answer()
    desk.export()
    (job,) = jobs.asked("find_stems")
    job.fail("There is no folder stems.", "Name the folder that holds the stems.")
    assert "Not exported: There is no folder stems." in desk.main._banner.text
    assert not jobs.asked("export_song")
    settings.file_choices = replace(settings.file_choices, stems_dir="")
    desk.export()
    assert jobs.asked("export_song"), "the next export is free to begin"
