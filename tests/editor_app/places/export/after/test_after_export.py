"""After an export files are remembered, heard as they are and dragged out, and a sound tells."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import Qt, QUrl

from editor_app.places.export.after.recent_dialog import RecentDialog
from editor_app.places.export.after.written_files import WrittenFiles
from editor_app.settings import Settings
from editor_app.sound.chime import LEVEL, chime_sound
from ml_core.domain.playing import PrepareFileRequest
from ml_core.errors import UserError
from ml_core.pipeline.playing import prepare_file
from ml_core.progress import Progress
from tests.editor_app.conftest import words_of
from tests.editor_app.places.export.test_export import Exporter, exporter, outcome

__all__ = ["exporter"]


@pytest.fixture
def tone(tmp_path: Path) -> Path:
    file = tmp_path / "Harbour (edit).wav"
    at_s = np.arange(22050) / 22050
    soundfile.write(file, 0.4 * np.sin(2 * np.pi * 440 * at_s), 22050)
    return file


class TestAFileAsItIs:
    def test_it_is_decoded_for_the_device_at_its_own_level(self, tone: Path, tmp_path: Path):
        asked = PrepareFileRequest(str(tone), 44100, str(tmp_path / "own"))
        made = prepare_file(asked, Progress())
        sound = np.fromfile(made.file, np.float32).reshape(-1, 2)
        assert (made.n_samples, made.sample_rate_hz) == (44100, 44100)
        assert np.abs(sound).max() == pytest.approx(0.4, abs=0.005)
        assert np.array_equal(sound[:, 0], sound[:, 1])

    def test_a_file_that_was_written_anew_is_decoded_anew(self, tone: Path, tmp_path: Path):
        asked = PrepareFileRequest(str(tone), 44100, str(tmp_path / "own"))
        before = prepare_file(asked, Progress())
        soundfile.write(tone, np.zeros(11025), 22050)
        after = prepare_file(asked, Progress())
        assert after.file != before.file and after.n_samples == 22050

    def test_one_that_has_gone_is_named(self, tmp_path: Path):
        asked = PrepareFileRequest(str(tmp_path / "gone.wav"), 44100, str(tmp_path / "own"))
        with pytest.raises(UserError, match=r"gone\.wav"):
            prepare_file(asked, Progress())


class TestFilesThatWereWritten:
    def test_newest_first_without_those_that_have_gone(self, tone: Path, tmp_path: Path):
        files = WrittenFiles()
        files.show([tmp_path / "gone.wav", tone])
        assert [files.file(0), files.file(1)] == [tone, None] and files.rowCount() == 1

    def test_dragged_out_they_are_copied_by_their_addresses(self, tone: Path):
        files = WrittenFiles()
        files.show([tone])
        data = files.mimeData([files.index(0)])
        assert data.urls() == [QUrl.fromLocalFile(str(tone))]
        assert files.flags(files.index(0)) & Qt.ItemFlag.ItemIsDragEnabled
        assert files.supportedDragActions() == Qt.DropAction.CopyAction

    def test_settings_keep_each_once_and_not_for_ever(self, settings: Settings):
        settings.add_recent_exports([Path(f"/edits/{k}.wav") for k in range(30)])
        settings.add_recent_exports([Path("/edits/5.wav")])
        kept = settings.recent_exports
        assert kept[0] == Path("/edits/5.wav") and len(set(kept)) == len(kept) == 24


class TestTheSound:
    def test_it_is_short_quiet_and_ends_in_silence(self):
        sound = chime_sound(44100, 1.0)
        assert len(sound) / 44100 < 0.6
        assert LEVEL / 2 < np.abs(sound).max() <= LEVEL
        assert abs(sound[0, 0]) < 1e-3 and abs(sound[-1, 0]) < 1e-3

    def test_it_follows_the_volume(self):
        assert np.abs(chime_sound(44100, 0.5)).max() == pytest.approx(
            np.abs(chime_sound(44100, 1.0)).max() / 4
        )


@pytest.fixture
def written(exporter: Callable[..., Exporter], tone: Path) -> Exporter:
    """A batch has just written one file."""
    desk = exporter()
    desk.answer()
    assert not desk.view._foot._recent.isVisible()
    desk.export()
    (job,) = desk.jobs.asked("export_song")
    job.finish(outcome(job, tone))
    return desk


def opened(desk: Exporter) -> RecentDialog:
    """The list of exports, opened by its action."""
    desk.main.actions_by_id["recent_exports"].trigger()
    dialog = desk.view._after._dialog
    assert dialog is not None and dialog.isVisible()
    return dialog


def heard(desk: Exporter, tone: Path, folder: Path) -> None:
    """The worker has made the file ready."""
    (job,) = desk.jobs.asked("prepare_file")
    assert job.request.file == str(tone)
    job.finish(prepare_file(job.request, Progress()))


class TestTheList:
    def test_it_is_at_hand_once_something_was_exported(self, written: Exporter, tone: Path):
        assert written.view._foot._recent.isVisible()
        dialog = opened(written)
        assert dialog.files.file(0) == tone and dialog.list.currentIndex().row() == 0

    def test_space_plays_the_file_and_pauses_it(self, written: Exporter, tone: Path, tmp_path):
        dialog = opened(written)
        assert not written.view._desk.is_loaded, "the edit left the player"
        written.qtbot.keyClick(dialog.list, Qt.Key.Key_Space)
        heard(written, tone, tmp_path)
        assert written.player.is_playing and dialog.play.words == "Pause"
        written.qtbot.keyClick(dialog.list, Qt.Key.Key_Space)
        assert not written.player.is_playing and dialog.play.words == "Play"

    def test_closed_it_is_silent_and_the_edit_is_heard_again(self, written, tone, tmp_path):
        dialog = opened(written)
        dialog.play.click()
        heard(written, tone, tmp_path)
        dialog.close()
        assert not written.player.is_playing
        written.answer()
        assert written.view._desk.is_loaded and not written.player.is_playing

    def test_a_file_that_can_not_be_read_is_said(self, written: Exporter, tone: Path):
        dialog = opened(written)
        dialog.play.click()
        (job,) = written.jobs.asked("prepare_file")
        job.fail(f"{tone.name} is gone.", "Export it again.")
        assert dialog.play.words == "Play"
        assert tone.name in words_of(written.main)

    def test_enter_shows_the_folder_and_says_where_that_fails(self, written, tone: Path):
        dialog, asked = opened(written), []
        dialog._show_in_folder = lambda file: bool(asked.append(file))
        written.qtbot.keyClick(dialog.list, Qt.Key.Key_Return)
        assert asked == [tone] and str(tone.parent) in dialog._where.text()

    def test_in_another_place_it_goes(self, written: Exporter):
        dialog = opened(written)
        written.main.show_place("songs")
        assert not dialog.isVisible()


class TestTheSoundAtTheEnd:
    def test_it_sounds_once_a_batch_has_ended(self, written: Exporter):
        assert written.view._after._chime is not None

    def test_it_can_be_turned_off(self, exporter, settings: Settings, tone: Path):
        settings.sound_after_export = False
        desk = exporter()
        desk.view._after.remember([tone])
        assert desk.view._after._chime is None

    def test_it_does_not_sound_over_music(self, exporter, tone: Path):
        desk = exporter()
        desk.answer()
        desk.player.play()
        desk.view._after.remember([tone])
        assert desk.view._after._chime is None
