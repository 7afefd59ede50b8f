"""The worker process: what it says, that it stops, and that it leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ml_core import worker as work
from ml_core.worker import Crashed, Progressed, Ready, Refused, Stopped, Succeeded, Worker, serving
from tests.ml_core.worker.worker_sample_tasks import OnlyHere

TASKS = "tests.ml_core.worker.worker_sample_tasks:TASKS"
LIMIT_S = 60.0


@pytest.fixture(scope="module")
def shared() -> Iterator[Worker]:
    """One warm worker for the tests that leave it alive."""
    worker = Worker(TASKS)
    worker.start()
    yield worker
    worker.close(5.0)


def messages(worker: Worker) -> Iterator[work.Message]:
    """All messages of the running task, the closing one last."""
    until_s = time.monotonic() + LIMIT_S
    while time.monotonic() < until_s:
        message = worker.receive(0.1)
        if message is not None:
            yield message
            if not isinstance(message, Progressed):
                return
    raise AssertionError("the worker said nothing")


def outcome(worker: Worker, task: str, request: object = None) -> work.Message:
    task_id = worker.run(task, request)
    *_, closing = messages(worker)
    assert closing.task_id == task_id
    return closing


def test_a_result_comes_back(shared: Worker) -> None:
    assert outcome(shared, "double", 21) == Succeeded(shared._last_id, 42)


def test_no_partial_result_is_lost_though_messages_are_few(shared: Worker) -> None:
    shared.run("curve", 3000)
    *progressed, closing = messages(shared)
    points = [partial["point"] for message in progressed for partial in message.partials]
    assert points == list(range(3000))
    assert len(progressed) < 300
    assert progressed[-1].fraction == 1.0
    assert isinstance(closing, Succeeded)


def test_the_last_words_before_a_silence_arrive(shared: Worker) -> None:
    task_id = shared.run("last_words", None)
    for message in messages(shared):
        if isinstance(message, Progressed) and message.words == "Second":
            shared.cancel(task_id)
    assert isinstance(message, Stopped)


def test_cancel_stops_only_the_task_it_was_meant_for(shared: Worker) -> None:
    task_id = shared.run("until_cancelled", None)
    assert isinstance(shared.receive(LIMIT_S), Progressed)
    shared.cancel(task_id)
    *_, closing = messages(shared)
    assert closing == Stopped(task_id)
    shared.cancel(task_id)
    assert isinstance(outcome(shared, "curve", 5), Succeeded)


def test_a_user_error_keeps_its_message_and_remedy(shared: Worker) -> None:
    closing = outcome(shared, "refuse")
    assert isinstance(closing, Refused)
    assert (closing.message, closing.remedy) == (
        "This file is empty: x.wav.",
        "Choose another one.",
    )


@pytest.mark.parametrize(
    ("task", "request_value", "kind", "in_details"),
    [
        ("divide", 0, "ZeroDivisionError", "return 1 / request"),
        ("no such task", None, "LookupError", "no such task"),
        ("not_there", None, "AttributeError", "no_such_function"),
        ("unpicklable", None, "", "pickle"),
        ("unpicklable_partial", None, "", "pickle"),
    ],
)
def test_a_fault_comes_back_with_its_traceback(
    shared: Worker, task: str, request_value: object, kind: str, in_details: str
) -> None:
    closing = outcome(shared, task, request_value)
    assert isinstance(closing, Crashed)
    assert kind in closing.kind
    assert in_details in closing.details
    assert outcome(shared, "double", 1) == Succeeded(shared._last_id, 2)


def test_a_request_that_cannot_be_loaded_is_a_fault(shared: Worker) -> None:
    shared.run("double", OnlyHere())
    *_, closing = messages(shared)
    assert isinstance(closing, Crashed)
    assert "can't be loaded here" in closing.details
    assert outcome(shared, "double", 1) == Succeeded(shared._last_id, 2)


@pytest.mark.parametrize(("task", "exit_code"), [("crash", 7), ("kill_self", -9)])
def test_a_dead_worker_is_noticed_and_starts_again(task: str, exit_code: int) -> None:
    worker = Worker(TASKS)
    worker.start()
    worker.run(task, None)
    with pytest.raises(work.WorkerGone) as gone:
        list(messages(worker))
    assert gone.value.exit_code == exit_code
    worker.start()
    assert isinstance(outcome(worker, "double", 2), Succeeded)
    worker.close(5.0)
    assert not worker.is_alive


def test_the_child_has_one_thread_and_imports_nothing_heavy(shared: Worker) -> None:
    for name in serving.SINGLE_THREAD:
        closing = outcome(shared, "environment", name)
        assert isinstance(closing, Succeeded) and closing.result == "1"
    closing = outcome(shared, "modules")
    assert isinstance(closing, Succeeded)
    assert not {"PySide6", "numpy", "torch", "pytest"} & set(closing.result)


def test_a_start_script_that_imports_the_window_does_not_load_qt_in_the_child(
    tmp_path: Path,
) -> None:
    script = tmp_path / "start.py"
    script.write_text(
        textwrap.dedent(
            f"""
            import editor_app.work.jobs
            from ml_core.worker import Worker
            if __name__ == "__main__":
                worker = Worker({TASKS!r})
                worker.start()
                worker.run("modules", None)
                print("PySide6" in worker.receive(60).result, __file__, __spec__)
            """
        )
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    printed = subprocess.run(
        [sys.executable, str(script)], env=environment, check=True, capture_output=True, text=True
    ).stdout
    assert printed == f"False {script} None\n"


def test_warm_up_imports_what_a_task_needs_and_survives_a_bad_name(shared: Worker) -> None:
    task_id = shared.warm_up(("not_there", "nonsense", "double"))
    *_, closing = messages(shared)
    assert closing == Ready(task_id)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("task", ["until_cancelled", "deaf"])
def test_the_worker_ends_when_its_parent_is_killed(task: str, tmp_path: Path) -> None:
    script = textwrap.dedent(
        f"""
        import time
        from ml_core.worker import Worker
        worker = Worker({TASKS!r})
        worker.start()
        worker.run({task!r}, None)
        worker.receive(60)
        print(worker._process.pid, flush=True)
        time.sleep(600)
        """
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    parent = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, env=environment, text=True
    )
    assert parent.stdout is not None
    worker_pid = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    until_s = time.monotonic() + serving.ORPHAN_GRACE_S + LIMIT_S
    while is_running(worker_pid):
        assert time.monotonic() < until_s, "the worker outlived its parent"
        time.sleep(0.05)


def test_a_parent_that_forgets_to_close_still_ends() -> None:
    script = (
        f"from ml_core.worker import Worker; w = Worker({TASKS!r}); w.start(); w.run('deaf', None)"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", script], env=environment, check=True, timeout=LIMIT_S)


def is_running(pid: int) -> bool:
    """Whether the process lives; one that nobody has waited for yet does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"
