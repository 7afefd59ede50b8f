"""Mistakes at the border between the window and its workers, which mypy has to refuse.

The strict run of the types reads this file: an `ignore` below that is not needed fails it.
"""

from __future__ import annotations

from editor_app.work.jobs import Failure, Job, Jobs
from ml_core.domain.adding import DemoRequest, ReadOutcome, ReadRequest
from ml_core.domain.files.tags import SongTags
from ml_core.domain.requests import TrainResult
from ml_core.domain.tasks import READ_SONGS, SONG_TAGS, TRAIN


def take_tags(tags: SongTags) -> bool:
    """What one task answers."""
    return bool(tags.cover)


def take_outcomes(outcomes: list[ReadOutcome]) -> None:
    """What another one does."""


def take_failure(failure: Failure) -> None:
    """What each may end in."""


def requests_of_another_task(jobs: Jobs) -> None:
    jobs.start(READ_SONGS, DemoRequest(""))  # type: ignore[misc]
    jobs.ask(SONG_TAGS, ReadRequest(()))  # type: ignore[misc]
    jobs.spread(TRAIN, None)  # type: ignore[misc]
    jobs.start("read_songs", ReadRequest(()))  # type: ignore[arg-type]


def results_of_another_task(jobs: Jobs) -> Job[TrainResult]:
    job = jobs.start(READ_SONGS, ReadRequest(()))
    job.done.connect(take_outcomes)
    job.failed.connect(take_failure)
    job.done.connect(take_tags)  # type: ignore[arg-type]
    job.done.connect(lambda found: not take_tags(found))  # type: ignore[arg-type]
    job.failed.connect(take_outcomes)  # type: ignore[arg-type]
    return job  # type: ignore[return-value]
