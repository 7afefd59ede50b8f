"""The window of a person who used the build before: where it was, what it showed, its keys."""

from __future__ import annotations

import shutil

import pytest
from PySide6.QtCore import QSettings

from editor_app.settings import Settings
from tests.cycle.test_project_before import BEFORE, EXPECTED, unpack_into


@pytest.fixture
def settings(tmp_path) -> Settings:
    file = tmp_path / "settings.ini"
    shutil.copyfile(BEFORE / "settings.ini", file)
    return Settings(QSettings(str(file), QSettings.Format.IniFormat))


@pytest.fixture
def project_before(tmp_path):
    unpack_into(tmp_path / "project")


def test_it_opens_where_it_was_with_its_keys(open_window, project_before, settings):
    window = open_window()
    main = window.main
    assert [main.width(), main.height()] == EXPECTED["size"]
    assert main.place == "export"
    assert main.actions_by_id.key_text("rate_a") == "Ctrl+Alt+1"
    assert window.project.ratings.count() == 10
    active = window.project.models.active()
    assert active is not None and active.id == EXPECTED["best"]
    assert {taste.name for taste in window.project.tastes.all()} == {"My taste", "Reel"}
