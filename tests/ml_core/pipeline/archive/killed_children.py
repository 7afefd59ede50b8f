"""Saves and opens archives in children that kill themselves (SIGKILL) after some reports.

Called as `killed_children.py save|open ARCHIVE PROJECT`: each child gets one report further, until
one comes to its end. Prints what stood in the folder after each, as JSON.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

from ml_core.domain.archiving import OpenArchiveRequest
from ml_core.pipeline.archive import opening
from ml_core.pipeline.archive.opening import open_archive
from ml_core.pipeline.archive.saving import save_archive
from ml_core.progress import Progress
from ml_core.store import Store
from ml_core.store.archive_request import archive_request


def dying_after(n_reports: int) -> Progress:
    left = iter(range(n_reports))

    def is_cancelled() -> bool:
        if next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)
        return False

    return Progress(is_cancelled=is_cancelled)


def work(verb: str, archive: Path, project: Path, progress: Progress) -> None:
    if verb == "open":
        opening._JUST_BEGUN_S = -1.0
        open_archive(OpenArchiveRequest(str(archive), str(project)), progress)
        return
    with (
        Store.open(project, write=False) as store,
        archive_request(store, archive, with_songs=True) as request,
    ):
        save_archive(request, progress)


def main(verb: str, archive: Path, project: Path) -> None:
    made = archive if verb == "save" else project
    seen = []
    for n_reports in range(0, 10_000, 6):
        child = os.fork()
        if not child:
            work(verb, archive, project, dying_after(n_reports))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status):
            assert os.WEXITSTATUS(status) == 0
            break
        seen.append([made.exists(), sorted(path.name for path in made.parent.iterdir())])
    print(json.dumps(seen))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
