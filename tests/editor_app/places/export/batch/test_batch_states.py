"""A batch side by side: paused, gone on with, cancelled, left when the app is closed, taken up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from editor_app.places.export.batch.batch import ExportBatch
from editor_app.places.export.batch.dialog import BatchTable
from editor_app.project.project import Project
from editor_app.workspace import Workspace
from ml_core.domain.edits import Edit, Limits
from ml_core.domain.files.batch import Failed, SongOutcome
from ml_core.domain.files.choices import FileChoices
from ml_core.domain.songs import Song
from tests.editor_app.conftest import FakeJob, FakeJobs, add_songs, make_pair, make_song

LIMITS = Limits(20.0, 30.0, locked=((1.0, 2.0),), never_joins=((3.0, 4.0),), exact_s=25.0)


class Desk:
    """A batch over a project, and what it told."""

    def __init__(self, workspace: Workspace, jobs: FakeJobs, out: Path) -> None:
        self.workspace, self.jobs, self.out = workspace, jobs, out
        self.said: list[str] = []
        self.banners: list[str] = []
        workspace.notifier.status_changed.connect(lambda text, _: self.said.append(text))
        workspace.notifier.message.connect(lambda _kind, text, *_: self.banners.append(text))
        self.begin_anew()

    def begin_anew(self) -> None:
        """As after the app was closed and opened: nothing but the project knows of before."""
        self.batch = ExportBatch(self.workspace)
        self.files: list[Path] = []
        self.ended: list[int] = []
        self.batch.written.connect(self.files.extend)
        self.batch.ended.connect(self.ended.append)

    def start(self, n: int, **by_hand: Edit) -> None:
        entries = self.workspace.project.songs.all()[:n]
        chosen = {make_song(2).sha256: 1}
        self.batch.start(entries, lambda _: LIMITS, chosen, by_hand, self.out, "flac")

    @property
    def running(self) -> list[FakeJob]:
        return self.jobs.asked("export_song")

    def begin(self, job: FakeJob, fraction: float = 0.1) -> None:
        job.state = "running"
        job.progress.emit(fraction, "Writing", None)

    def finish(self, job: FakeJob, failed: str = "") -> None:
        song = job.request.deliver.song
        if failed:
            job.finish(SongOutcome(song.path, failed=(Failed(song.path, failed),)))
        else:
            job.finish(SongOutcome(song.path, ((f"/out/{Path(song.path).stem}.flac", None),)))

    @property
    def states(self) -> list[str]:
        return [song.state for song in self.batch.songs]


@pytest.fixture
def desk(workspace: Workspace, project: Project, jobs: FakeJobs, tmp_path: Path) -> Desk:
    add_songs(project, 5)
    jobs.n_spread = 2
    return Desk(workspace, jobs, tmp_path / "out")


def test_songs_are_written_side_by_side_on_all_cores_but_one(desk: Desk) -> None:
    desk.start(5)
    first, second = desk.running
    assert desk.batch.words[1] == "Waiting for other work to end"
    first.state = "running"
    assert desk.batch.words[1] == "Beginning the next song"
    desk.begin(first, 0.5)
    assert desk.batch.fraction == pytest.approx(0.1)
    assert desk.batch.words == ("Exporting: 0 of 5 edits are written", "Song 1 (50 %)")
    desk.finish(second)
    assert desk.running == [first, desk.running[1]] and desk.states[:3] == [
        "running", "written", "waiting"
    ]  # fmt: skip
    while desk.running:
        desk.finish(desk.running[-1])
    assert desk.batch.state == "none" and desk.ended == [5] and len(desk.files) == 5
    assert desk.jobs.n_released == 1 and "5 edits exported to" in desk.said[-1]
    assert [job.request.chosen for job in desk.jobs.batch] == [0, 1, 0, 0, 0]


def test_a_song_that_is_named_twice_is_written_once(desk: Desk) -> None:
    (entry,) = desk.workspace.project.songs.all()[:1]
    desk.batch.start([entry, entry], lambda _: LIMITS, {}, {}, desk.out, "wav")
    assert len(desk.batch.songs) == len(desk.running) == 1


def test_a_pause_finishes_what_is_under_way_and_begins_no_more(desk: Desk) -> None:
    desk.start(5)
    first, second = desk.running
    desk.begin(first)
    desk.batch.pause()
    assert second.state == "cancelled", "it had not begun: it waited behind other work"
    assert desk.batch.state == "pausing"
    assert desk.batch.words[0] == "Pausing: 1 song is being finished"
    desk.finish(first)
    assert desk.batch.state == "paused" and desk.running == []
    assert desk.batch.words[0] == "Paused: 1 of 5 edits is written"
    desk.batch.go_on()
    assert len(desk.running) == 2
    desk.batch.pause()
    assert desk.batch.state == "paused" and desk.running == []
    desk.batch.go_on()
    while desk.running:
        desk.finish(desk.running[0])
    assert desk.ended == [5] and len(set(desk.files)) == 5
    desk.batch.pause()
    assert desk.batch.state == "none"


def test_a_pause_on_the_last_songs_ends_the_batch(desk: Desk) -> None:
    desk.start(1)
    (job,) = desk.running
    desk.begin(job)
    desk.batch.pause()
    desk.finish(job)
    assert desk.batch.state == "none" and desk.ended == [1]


@pytest.mark.parametrize("how", ["button", "status line"])
def test_cancel_stops_all_songs_at_once(desk: Desk, how: str) -> None:
    desk.start(5)
    first, second = desk.running
    desk.finish(first)
    if how == "button":
        desk.batch.cancel()
    else:
        second.cancel()
    assert desk.running == [] and desk.batch.state == "none"
    assert desk.said[-1] == "Stopped. Edits that were finished are kept."
    assert desk.files == [Path("/out/song1.flac")] and desk.ended == []
    desk.begin_anew()
    desk.batch.look()
    assert desk.batch.state == "none", "what was cancelled is not offered"


def test_each_song_that_failed_is_listed_and_the_others_proceed(desk: Desk) -> None:
    desk.start(4)
    desk.finish(desk.running[0])
    desk.finish(desk.running[0], failed="No edit can last 3:00.")
    desk.running[0].fail("There is no room left.", "Free some space.")
    desk.finish(desk.running[0])
    assert desk.states == ["written", "failed", "failed", "written"]
    assert desk.batch.state == "over" and not desk.batch.is_busy
    assert desk.batch.words[0] == ("The export has ended: 2 of 4 edits are written, 2 could not be")
    assert "Song 2: No edit can last 3:00." in desk.banners[-1]
    table = BatchTable()
    table.show(desk.batch.songs)
    words = [table.data(table.index(row, 1)) for row in range(table.rowCount())]
    assert words == [
        "Written",
        "Not exported: No edit can last 3:00.",
        "Not exported: There is no room left. Free some space.",
        "Written",
    ]
    desk.batch.put_away()
    assert desk.batch.state == "none"


def closed_after_one(desk: Desk) -> None:
    """The app is closed while a batch of four is under way."""
    song = make_song(3)
    desk.start(4, **{song.sha256: make_pair(song).a})
    desk.finish(desk.running[0])
    desk.batch.close()
    desk.jobs.shutdown()
    desk.begin_anew()
    desk.batch.look()


def test_a_batch_that_was_left_is_offered_and_gone_on_with(desk: Desk) -> None:
    keys_before: Callable[[], list[str]] = lambda: [job.request.key for job in desk.jobs.batch]  # noqa: E731
    closed_after_one(desk)
    asked = keys_before()
    assert desk.batch.state == "left" and desk.batch.is_busy
    assert desk.batch.words[0] == "An export was not finished: 1 of 4 edits is written."
    desk.batch.go_on()
    (looking,) = desk.jobs.asked("find_written")
    request = looking.request
    assert (request.out_dir, request.file_format) == (str(desk.out), "flac")
    assert list(request.keys[:2]) == asked[:2] and len(set(request.keys)) == 4
    # The app was closed before it could note that the second was written too.
    looking.finish([("/out/song1.flac",), ("/out/song2.flac",), (), ()])
    assert desk.states == ["written", "written", "waiting", "waiting"]
    jobs = desk.running
    assert [job.request.deliver.song.sha256 for job in jobs] == [
        make_song(3).sha256, make_song(4).sha256
    ]  # fmt: skip
    assert jobs[0].request.own == make_pair(make_song(3)).a
    assert jobs[1].request.deliver.song.limits == LIMITS
    assert [job.request.key for job in jobs] == list(request.keys[2:]), "the very same jobs"
    for job in jobs:
        desk.finish(job)
    assert desk.batch.state == "none" and "4 edits exported to" in desk.said[-1]
    desk.begin_anew()
    desk.batch.look()
    assert desk.batch.state == "none"


def test_a_batch_that_was_left_can_be_let_be(desk: Desk) -> None:
    closed_after_one(desk)
    desk.batch.put_away()
    assert desk.batch.state == "none" and desk.running == []
    desk.begin_anew()
    desk.batch.look()
    assert desk.batch.state == "none"


def test_looking_can_be_stopped_and_songs_that_are_gone_are_left_out(desk: Desk) -> None:
    closed_after_one(desk)
    desk.batch.go_on()
    assert desk.batch.state == "looking"
    desk.jobs.asked("find_written")[0].cancel()
    assert desk.batch.state == "left"
    desk.workspace.project.songs.remove([desk.workspace.project.songs.get(make_song(4).sha256)])
    desk.batch.go_on()
    desk.jobs.asked("find_written")[0].finish([("/out/song1.flac",), (), (), ()])
    assert len(desk.batch.songs) == 3 and len(desk.running) == 2


@pytest.mark.parametrize(
    "odd",
    [
        "text",
        [],
        {"songs": []},
        {"limits": {"shortest_s": "x"}},
        {"limits": {"locked": [[1.0]]}},
        {"limits": {"keep_low": 7}},
        {"chosen": -1},
        {"own": {"spans": 1}},
    ],
)
def test_a_kept_batch_that_can_not_be_read_is_none(desk: Desk, odd: object) -> None:
    desk.start(2)
    values = desk.workspace.project.values
    data = values.get("export_batch", None)
    assert data is not None
    if isinstance(odd, dict) and "songs" not in odd:
        song = data["songs"][0]
        song |= {**odd, "limits": song["limits"] | odd.get("limits", {})}
    else:
        data = odd if not isinstance(odd, dict) else data | odd
    values.set("export_batch", data)
    desk.begin_anew()
    desk.batch.look()
    assert desk.batch.state == "none"


def test_choices_of_files_and_the_song_once_more(desk: Desk, settings) -> None:
    settings.file_choices = replace(FileChoices(), pattern="{name} x", depth="16")
    desk.start(2)
    first: Song = make_song(1)
    desk.batch.close()
    desk.jobs.shutdown()
    settings.file_choices = FileChoices()
    desk.begin_anew()
    desk.batch.look()
    desk.batch.go_on()
    desk.jobs.asked("find_written")[0].finish([(), ()])
    job = desk.running[0]
    assert job.request.deliver.song.sha256 == first.sha256
    assert job.request.export.choices.pattern == "{name} x"
