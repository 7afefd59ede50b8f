"""How files are written: one page of sections, each change counting at once and kept."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QFileDialog

from editor_app.places.export.files.dialog import FilesDialog
from editor_app.places.export.files.loudness import ANOTHER, LoudnessSection
from editor_app.places.export.files.names import NamesSection
from editor_app.places.export.files.other_tools import OtherToolsSection
from editor_app.places.export.files.sound import SoundSection
from editor_app.places.export.files.stems import StemsSection
from editor_app.places.export.files.tags import TagsSection
from editor_app.settings import Settings
from ml_core.domain.files.choices import AS_AT_FIRST
from ml_core.domain.files.formats import WRITE_FORMATS
from tests.editor_app.sound.fake_output import FakeOutput
from tests.screenshots.widget_faults import faults


@pytest.fixture
def dialog(qtbot, open_window, filled, settings) -> FilesDialog:
    filled(3)
    main = open_window("export", FakeOutput()).main
    main.actions_by_id["file_choices"].trigger()
    made = main.findChild(FilesDialog)
    assert made is not None and made.isVisible()
    return made


def section(dialog, kind):
    return next(one for one in dialog.sections if isinstance(one, kind))


def typed(field, text):
    field.line.clear()
    field.line.insert(text)
    field.line.textEdited.emit(text)


def test_a_pattern_counts_at_once_and_a_wrong_one_is_named(dialog, settings):
    names = section(dialog, NamesSection).pattern
    assert names.example.text() == "For instance: 03 Harbour Lights (edit 1m23s).wav"
    typed(names, "{artist} - {title}")
    assert settings.file_choices.pattern == "{artist} - {title}"
    assert names.example.text() == "For instance: The Demo Band - Harbour Lights.wav"
    settings.export_format = "flac"
    assert names.example.text().endswith(".flac")
    typed(names, "{artist} - {titel}")
    assert settings.file_choices.pattern == "{artist} - {title}"
    assert names.example.text().startswith("There is no field {titel}.")
    assert names.line.text() == "{artist} - {titel}", "what is typed stays"


def test_other_tools_are_chosen_with_what_goes_with_them(dialog, settings):
    tools = section(dialog, OtherToolsSection)
    assert not tools.residues.isEnabled() and not tools.copies.isEnabled()
    tools.tools["audacity"].click()
    assert settings.file_choices.tools == "audacity" and not tools.residues.isEnabled()
    tools.tools["dawproject"].click()
    assert settings.file_choices.tool_names == ("dawproject", "audacity")
    tools.residues.click()
    tools.copies.click()
    assert not settings.file_choices.has_residues and settings.file_choices.copies_audio
    settings.export_format = "flac"
    assert not tools.tools["cue"].isEnabled(), "only WAV files hold markers"


def test_what_can_be_chosen_of_the_sound_follows_the_format(dialog, settings):
    sound = section(dialog, SoundSection)

    def choose(box, words):
        box.setCurrentText(words)
        box.activated.emit(box.currentIndex())

    def offered(box):
        return [box.itemText(at) for at in range(box.count())]

    settings.export_format = "wav"
    choose(sound.first, "24 bits")
    choose(sound.rate, "48,000 Hz")
    assert (settings.file_choices.depth, settings.file_choices.rate_hz) == ("24", 48_000)
    settings.export_format = "mp3"
    assert "24 bits" not in offered(sound.first)
    choose(sound.first, "192 kbit/s")
    assert settings.file_choices.kbps == 192
    settings.export_format = "flac"
    assert sound.first.currentText() == "24 bits", "what one format can't do is kept for the others"
    for name, form in WRITE_FORMATS.items():
        settings.export_format = name
        settings.file_choices.as_far_as(form).encoding.require_possible(form)


def test_the_title_may_stay_as_the_song_has_it(dialog, settings):
    tags = section(dialog, TagsSection)
    assert tags.title.example.text() == "For instance: Harbour Lights (edit)"
    tags.is_made.click()
    assert settings.file_choices.title_pattern == ""
    assert tags.title.example.text() == "For instance: Harbour Lights"
    tags.is_made.click()
    assert settings.file_choices == AS_AT_FIRST


def test_what_is_chosen_is_kept(dialog, settings):
    typed(section(dialog, NamesSection).pattern, "{title}")
    again = Settings(settings._store)
    assert again.file_choices.pattern == "{title}"


def test_a_loudness_is_one_of_the_usual_ones_or_any_other(dialog, settings):
    level = section(dialog, LoudnessSection)
    assert not level.other.isVisible() and settings.file_choices.loudness_lufs == 0
    for lufs in (-14.0, -23.0, 0.0):
        level.target.setCurrentIndex(level.target.findData(lufs))
        level.target.activated.emit(level.target.currentIndex())
        assert settings.file_choices.loudness_lufs == lufs
    level.target.setCurrentIndex(level.target.findData(ANOTHER))
    level.target.activated.emit(level.target.currentIndex())
    assert level.other.isVisible()
    level.other.setValue(-11.5)
    assert settings.file_choices.loudness_lufs == -11.5
    level.other.setValue(-14)
    assert level.other.isVisible() and settings.file_choices.loudness_lufs == -14


def test_a_folder_of_stems_is_chosen_shown_and_let_go(dialog, settings, monkeypatch):
    stems = section(dialog, StemsSection)
    assert stems.where.text() == "No stems are cut." and not stems.clear.isVisible()
    answers = iter(["", "/music/stems <b>"])
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: next(answers))
    stems.choose.click()
    assert settings.file_choices.stems_dir == "", "the question was closed"
    stems.choose.click()
    assert settings.file_choices.stems_dir == "/music/stems <b>"
    assert stems.where.text() == "/music/stems <b>" and stems.clear.isVisible()
    assert faults(dialog) == []
    stems.clear.click()
    assert settings.file_choices == AS_AT_FIRST and not stems.clear.isVisible()


def test_nothing_is_clipped(dialog):
    assert faults(dialog) == []
