"""Presets in Export: set in one step, named while they hold, changed on a page of their own."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from ml_core.domain.files.preset_list import PresetList
from tests.editor_app.places.export.test_export import exporter  # noqa: F401 - a fixture


@pytest.fixture
def use(exporter):  # noqa: F811
    desk = exporter(1)
    return desk.view._presets


def test_a_preset_sets_all_in_one_step_and_is_named_while_it_holds(use, settings):
    rules, first = use._rules, settings.file_choices
    assert use.box.currentText() == ""
    use.box.chosen.emit("Streaming")
    assert (settings.export_format, settings.file_choices.loudness_lufs) == ("flac", -14.0)
    assert use._workspace.project.history.undo_name == "“preset Streaming”"
    use.box.chosen.emit("Reel")
    assert rules.rules.range_s == (30.0, 90.0) and rules.rules.wished_s is None
    assert not rules._exact.isEnabled(), "a range can't be exact"
    assert use.box.currentText() == "Reel"
    settings.file_choices = replace(settings.file_choices, tools="otio")
    assert use.box.currentText() == "Reel", "it has no say in other tools"
    settings.file_choices = replace(settings.file_choices, loudness_lufs=-16.0)
    assert use.box.currentText() == ""
    settings.file_choices = replace(settings.file_choices, loudness_lufs=-14.0)
    assert use.box.currentText() == "Reel"
    rules._length.setText("0:31-1:30")
    rules._length.editingFinished.emit()
    assert use.box.currentText() == "" and rules.rules.range_s == (31.0, 90.0)
    history = use._workspace.project.history
    history.undo()
    assert use.box.currentText() == "Streaming" and rules.rules.range_s is None
    history.undo()
    assert settings.file_choices == first and settings.export_format == "wav"


def test_a_range_and_one_length_become_limits(use):
    model = use.box.window()._places["export"]._model
    use.box.chosen.emit("Short video")
    model_limits = model.limits(model.songs[0])
    assert (model_limits.shortest_s, model_limits.longest_s) == (15.0, 60.0)
    assert not model_limits.is_wish
    use.box.chosen.emit("Story")
    assert model.limits(model.songs[0]).wished_s == 15.0
    use._rules._length.setText("1:00-0:30")
    use._rules._length.editingFinished.emit()
    assert use._rules._length.text() == "0:15", "what is no range is put back"


def test_presets_are_changed_on_their_page_and_each_change_is_undone(use, settings, tmp_path):
    use.open()
    dialog, project = use._dialog, use._workspace.project
    history = project.history
    assert dialog.list.count() == len(PresetList().presets)
    dialog.form.loudness.peak.setValue(-2.0)
    dialog.form.name.setText("My story")
    dialog.form.name.editingFinished.emit()
    dialog._save()
    mine = use.kept.all.find("my story")
    assert mine.true_peak_db == -2.0 and dialog.list.item(0).text() == "My story"
    assert PresetList.kept(project.values.get("export_presets", None)) == use.kept.all
    history.undo()
    assert use.kept.all == PresetList() and dialog.form.name.text() == "Story"
    history.redo()
    dialog.form.name.setText("Reel")
    dialog.form.name.editingFinished.emit()
    dialog._save()
    assert "Another preset is called Reel" in dialog.said.text()
    assert dialog.form.name.text() == "My story"
    dialog.copy()
    assert dialog.form.name.text() == "My story 2"
    dialog.delete()
    dialog.list.setCurrentRow(0)
    dialog.delete()
    assert use.kept.all.get("my story") is None
    use.kept.change("x", use.kept.all.saved(mine))
    dialog.restore()
    assert use.kept.all.presets == (*PresetList().presets, mine)
    settings.export_format = "mp3"
    dialog.add()
    assert use.kept.all.find("My preset").file_format == "mp3"
    assert use.box.currentText() == "My preset"
    file = tmp_path / "p.json"
    dialog.write_file(file)
    assert len(json.loads(file.read_text(encoding="utf-8"))["presets"]) == dialog.list.count()
    dialog.take_file(file)
    assert "already" in dialog.said.text()
    file.write_text('{"presets": [{"name": "A", "kbps": 7}]}', encoding="utf-8")
    dialog.take_file(file)
    assert "p.json" in dialog.said.text() and use.kept.all.get("A") is None


def test_what_a_format_cannot_do_leaves_a_preset_with_it(use):
    use.open()
    form = use._dialog.form
    form.format.setCurrentIndex(form.format.findData("ogg"))
    form.format.activated.emit(0)
    form.sound.first.setCurrentIndex(form.sound.first.findData(8))
    form.sound.first.activated.emit(0)
    use._dialog._save()
    assert use.kept.all.find("Story").quality == 8
    form.format.setCurrentIndex(form.format.findData("mp3"))
    form.format.activated.emit(0)
    use._dialog._save()
    story = use.kept.all.find("Story")
    assert (story.file_format, story.quality, story.loudness_lufs) == ("mp3", -1, -14.0)
    use.kept.change("x", PresetList(()))
    assert not form.isEnabled() and use.box.count() == 1
