"""Runs the songs of an export, several at once where there are many and cores for them."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.synchronize import Event

from ml_core.cores import usable_cores
from ml_core.domain.files.batch import Failed, SongJob, SongOutcome
from ml_core.errors import Cancelled
from ml_core.progress import Progress

FEWEST_AT_ONCE = 4
"""Songs from which on processes are worth their start, about a second each."""

_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def run_jobs(
    jobs: Sequence[SongJob], n_at_once: int | None, progress: Progress
) -> Iterator[tuple[int, SongOutcome]]:
    """(which job, what became of it) of each as it ends.

    Args:
        jobs: songs.
        n_at_once: processes; None for one for each core where there are songs enough.
        progress: of the whole.
    """
    usual = usable_cores() if len(jobs) >= FEWEST_AT_ONCE else 1
    n_processes = min(n_at_once or usual, len(jobs))
    if n_processes > 1:
        yield from _at_once(jobs, n_processes, progress)
        return
    from ml_core.pipeline.song_export import export_song

    for index, job in enumerate(jobs):
        yield index, export_song(job, progress.part(index / len(jobs), (index + 1) / len(jobs)))


def _at_once(
    jobs: Sequence[SongJob], n_processes: int, progress: Progress
) -> Iterator[tuple[int, SongOutcome]]:
    # Spawned, not forked: libraries that have threads do not outlive a fork.
    context = multiprocessing.get_context("spawn")
    stop = context.Event()
    with _one_thread_each():
        pool = ProcessPoolExecutor(n_processes, context, _begin, (stop,))
        futures: dict[Future[SongOutcome], int] = {}
        told: set[int] = set()
        try:
            for index in begun_in(jobs):
                futures[pool.submit(_export, jobs[index])] = index
            progress.report(0.0, f"Exporting {len(jobs)} songs")
            for n_done, future in enumerate(as_completed(futures), start=1):
                index = futures[future]
                yield index, _outcome(future, jobs[index])
                told.add(index)
                progress.report(n_done / len(jobs), f"{n_done} of {len(jobs)} songs exported")
        except KeyboardInterrupt:
            stop.set()
            pool.shutdown(wait=True, cancel_futures=True)
            for future, index in futures.items():
                if index not in told and not future.cancelled() and future.exception() is None:
                    yield index, future.result()  # It was whole before it heard of the stop.
            raise
        finally:
            # Whatever ends this early: songs are neither begun nor gone on with any more.
            stop.set()
            pool.shutdown(wait=True, cancel_futures=True)


def begun_in(jobs: Sequence[SongJob]) -> list[int]:
    """Which job comes when: the longest song first (Graham, 1969).

    Last, it would keep one process at work alone.
    """
    return sorted(range(len(jobs)), key=lambda index: -jobs[index].song_s)


class _Worker:
    """What a process of the pool knows."""

    stop: Event | None = None


def _begin(stop: Event) -> None:
    """Leave Ctrl+C to the process that asks: it says when to stop, between two blocks of a file."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _Worker.stop = stop


def _export(job: SongJob) -> SongOutcome:
    stop = _Worker.stop
    if stop is not None and stop.is_set():
        raise Cancelled
    from ml_core.pipeline.song_export import export_song

    return export_song(job, Progress(None, None if stop is None else stop.is_set))


def _outcome(future: Future[SongOutcome], job: SongJob) -> SongOutcome:
    try:
        return future.result()
    except BrokenProcessPool:
        path = job.deliver.song.path
        sentence = "Its process has ended, perhaps for lack of memory. Try again with --jobs 1."
        return SongOutcome(path, failed=(Failed(path, sentence),))


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Processes share the cores already: more threads in each would only wait for each other."""
    before = {name: os.environ.get(name) for name in _ONE_THREAD}
    os.environ.update(dict.fromkeys(_ONE_THREAD, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
