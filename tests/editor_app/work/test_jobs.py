"""Jobs as the window sees them: signals in its thread, cancel, crash, queue, closing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt, QThread
from pytestqt.qtbot import QtBot

from editor_app.work import job_line as jobs_module
from editor_app.work import jobs as jobs_package
from editor_app.work.jobs import Failure, Job, Jobs
from ml_core.domain.tasks import Task

TASKS = "tests.ml_core.worker.worker_sample_tasks:TASKS"
LIMIT_MS = 60_000


@pytest.fixture
def jobs(qtbot: QtBot) -> Iterator[Jobs]:
    made = Jobs(TASKS)
    yield made
    made.shutdown()


def result_of(qtbot: QtBot, job: Job[Any]) -> object:
    if not job.is_finished:
        with qtbot.waitSignal(job.finished, timeout=LIMIT_MS, raising=True):
            pass
    return job.state


def test_result_progress_and_their_thread(qtbot: QtBot, jobs: Jobs) -> None:
    job = jobs.start(Task("curve"), 500, "Counting")
    seen: list[tuple[float, str, object]] = []
    results: list[object] = []
    threads: set[bool] = set()

    def note(*values: object) -> None:
        seen.append(values)  # type: ignore[arg-type]

    def note_thread(*values: object) -> None:
        threads.add(QThread.currentThread() is jobs.thread())

    job.progress.connect(note)
    job.done.connect(results.append)
    for signal in (job.progress, job.done, job.finished):  # direct: in the thread that emits
        signal.connect(note_thread, Qt.ConnectionType.DirectConnection)
    assert job.words == "Counting"
    assert result_of(qtbot, job) == "done"
    assert results == [500]
    assert [partial["point"] for _, _, partial in seen if partial] == list(range(500))
    assert seen[-1][:2] == (1.0, "Point 499")
    assert threads == {True}
    assert (job.fraction, job.words) == (1.0, "Point 499")


def test_jobs_wait_for_each_other_and_current_tells_which_runs(qtbot: QtBot, jobs: Jobs) -> None:
    shown: list[object] = []
    jobs.current.connect(shown.append)
    first, second = jobs.start(Task("double"), 1), jobs.start(Task("double"), 2)
    assert jobs.running is first and jobs.waiting == (second,)
    order: list[Job[Any]] = []
    first.finished.connect(lambda: order.append(first))
    second.finished.connect(lambda: order.append(second))
    qtbot.waitUntil(lambda: shown[-1:] == [None], timeout=LIMIT_MS)
    assert order == [first, second]
    assert shown == [first, second, None]


def test_ask_answers_while_batch_work_runs(qtbot: QtBot, jobs: Jobs) -> None:
    training = jobs.start(Task("until_cancelled"), None)
    with qtbot.waitSignal(training.progress, timeout=LIMIT_MS):
        pass
    assert result_of(qtbot, jobs.ask(Task("double"), 4)) == "done"
    assert training.state == "running"


def test_what_is_not_urgent_goes_last_and_the_rest_keeps_its_order(
    qtbot: QtBot, jobs: Jobs
) -> None:
    order: list[str] = []

    def ask(name: str, is_urgent: bool) -> Job[Any]:
        job = jobs.ask(Task("double"), 1, is_urgent=is_urgent)
        job.finished.connect(lambda: order.append(name))
        return job

    ask("first", True)
    last = [ask("thumb 1", False), ask("pair", True), ask("thumb 2", False), ask("next", True)]
    qtbot.waitUntil(lambda: all(job.is_finished for job in last), timeout=LIMIT_MS)
    assert order == ["first", "pair", "next", "thumb 1", "thumb 2"]


def test_batch_work_lets_sound_and_window_go_first(qtbot: QtBot, jobs: Jobs) -> None:
    niceness: dict[str, int] = {}
    batch, asked = jobs.start(Task("niceness"), None), jobs.ask(Task("niceness"), None)
    batch.done.connect(lambda value: niceness.update(batch=value))
    asked.done.connect(lambda value: niceness.update(asked=value))
    qtbot.waitUntil(lambda: len(niceness) == 2, timeout=LIMIT_MS)
    assert niceness["batch"] > niceness["asked"]


def test_cancel_running_and_waiting(qtbot: QtBot, jobs: Jobs) -> None:
    running, waiting = jobs.start(Task("until_cancelled"), None), jobs.start(Task("double"), 1)
    with qtbot.waitSignal(running.progress, timeout=LIMIT_MS):
        pass
    with qtbot.waitSignal(waiting.cancelled, timeout=LIMIT_MS):
        waiting.cancel()
    with qtbot.waitSignal(running.cancelled, timeout=LIMIT_MS):
        running.cancel()
    assert jobs._batch._worker.is_alive
    assert result_of(qtbot, jobs.start(Task("double"), 3)) == "done"


def test_a_task_that_does_not_listen_is_killed_and_replaced(
    qtbot: QtBot, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs_module.JobLine.cancel, "__defaults__", (0.2,))
    job = jobs.start(Task("deaf"), None)
    with qtbot.waitSignal(job.progress, timeout=LIMIT_MS):
        pass
    old_pid = jobs._batch._worker._process.pid
    with qtbot.waitSignal(job.cancelled, timeout=LIMIT_MS):
        job.cancel()
    assert jobs._batch._worker._process.pid != old_pid
    assert result_of(qtbot, jobs.start(Task("double"), 3)) == "done"


@pytest.mark.parametrize(
    ("task", "request_value", "is_user_error", "message", "details"),
    [
        ("refuse", None, True, "This file is empty: x.wav.", ""),
        ("divide", 0, False, jobs_module.FAULT_MESSAGE, "ZeroDivisionError"),
        ("crash", None, False, jobs_module.GONE_MESSAGE, "exit code 7"),
        ("kill_self", None, False, jobs_module.GONE_MESSAGE, "exit code -9"),
    ],
)
def test_failures_say_whose_move_it_is_and_the_next_job_runs(
    qtbot: QtBot,
    jobs: Jobs,
    task: str,
    request_value: object,
    is_user_error: bool,
    message: str,
    details: str,
) -> None:
    failures: list[Failure] = []
    job = jobs.start(Task(task), request_value)
    job.failed.connect(failures.append)
    assert result_of(qtbot, job) == "failed"
    (failure,) = failures
    assert (failure.is_user_error, failure.message) == (is_user_error, message)
    assert details in failure.details
    assert failure.remedy
    assert result_of(qtbot, jobs.start(Task("double"), 1)) == "done"


def test_warm_up_is_not_shown_as_a_job(qtbot: QtBot, jobs: Jobs) -> None:
    shown: list[object] = []
    jobs.current.connect(shown.append)
    jobs.warm_up(interactive=(Task("double"),), batch=(Task("double"),))
    assert jobs.running is None
    job = jobs.start(Task("double"), 1)
    qtbot.waitUntil(lambda: shown[-2:] == [job, None], timeout=LIMIT_MS)
    assert set(shown) == {None, job}


@pytest.mark.parametrize("task", ["until_cancelled", "deaf"])
def test_fault_44_closing_during_a_job_ends_it_and_its_worker(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, task: str
) -> None:
    monkeypatch.setattr(jobs_module.JobLine.cancel, "__defaults__", (0.5,))
    jobs = Jobs(TASKS)
    job, waiting = jobs.start(Task(task), None), jobs.start(Task("double"), 1)
    with qtbot.waitSignal(job.progress, timeout=LIMIT_MS):
        pass
    jobs.shutdown()
    assert (job.state, waiting.state) == ("cancelled", "cancelled")
    assert not jobs._batch._worker.is_alive
    assert jobs.start(Task("double"), 1).state == "cancelled"
    jobs.shutdown()


def test_closing_at_once_after_warm_up_does_not_wait(qtbot: QtBot) -> None:
    jobs = Jobs(TASKS)
    jobs.warm_up((Task("double"),), (Task("double"),))
    jobs.shutdown()
    assert not jobs._batch._worker.is_alive


def test_jobs_are_spread_over_all_cores_but_one_and_their_workers_step_back(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs_package, "usable_cores", lambda: 4)
    jobs = Jobs(TASKS)
    shown: list[object] = []
    started: list[object] = []
    jobs.current.connect(shown.append)
    jobs.started.connect(started.append)
    try:
        assert jobs.n_spread == 3
        spread = [jobs.spread(Task("until_cancelled"), None) for _ in range(4)]
        for job in spread[:3]:
            qtbot.waitUntil(lambda job=job: job.fraction == 0.5, timeout=LIMIT_MS)
        assert jobs.all_running == tuple(spread[:3]) and started == spread[:3]
        assert spread[3].state == "waiting", "one more than there are workers"
        spread[0].cancel()
        qtbot.waitUntil(lambda: spread[3].fraction == 0.5, timeout=LIMIT_MS)
        pids = {line._worker._process.pid for line in (jobs._batch, *jobs._more)}
        assert len(pids) == 3
        for job in spread[1:]:
            job.cancel()
            assert result_of(qtbot, job) == "cancelled"
        next_up: list[Job[Any]] = []
        first, other = jobs.spread(Task("until_cancelled"), None), jobs.spread(Task("double"), 1)
        other.finished.connect(lambda: next_up.append(jobs.spread(Task("double"), 2)))
        assert result_of(qtbot, other) == "done"
        assert result_of(qtbot, next_up[0]) == "done", "it takes the place of the one that ended"
        first.cancel()
        qtbot.waitUntil(lambda: shown[-1] is None, timeout=LIMIT_MS)
        nice = jobs.spread(Task("niceness"), None)
        values: list[int] = []
        nice.done.connect(values.append)
        second = jobs.spread(Task("niceness"), None)
        second.done.connect(values.append)
        assert result_of(qtbot, nice) == result_of(qtbot, second) == "done"
        assert min(values) >= 10
        last = jobs.spread(Task("double"), 1), jobs.spread(Task("double"), 2)
        # As who waits for the last one does: its thread has not ended yet.
        last[1].finished.connect(jobs.release_spread)
        qtbot.waitUntil(lambda: all(job.is_finished for job in last), timeout=LIMIT_MS)
        jobs.release_spread()
        qtbot.waitUntil(
            lambda: not any(line._worker.is_alive for line in jobs._more), timeout=LIMIT_MS
        )
        assert jobs._batch._worker.is_alive
        assert result_of(qtbot, jobs.spread(Task("double"), 3)) == "done"
    finally:
        jobs.shutdown()
    assert not any(line._worker.is_alive for line in jobs._more)


def test_one_core_still_has_a_worker(qapp: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs_package, "usable_cores", lambda: 1)
    jobs = Jobs(TASKS)
    assert jobs.n_spread == 1 and jobs._more == []
