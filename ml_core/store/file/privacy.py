"""A project is for its user alone, also one that was made when rights were looser."""

from __future__ import annotations

from pathlib import Path

from ml_core.own_files import holds_only, tighten, tighten_files
from ml_core.paths import backups_dir, cache_dir, demo_dir, models_dir


def keep_project_private(project_dir: Path) -> None:
    """Keep others out of what was made, also by versions that did not care.

    The project's folder itself may be one of the person's own, with other things in it.
    """
    folders = (backups_dir, cache_dir, models_dir, demo_dir)
    # Logs lie there too where TASTECUT_HOME moves everything into one folder.
    names = frozenset({"logs", *(folder(project_dir).name for folder in folders)})
    if holds_only(project_dir, names):
        tighten(project_dir)
    else:
        tighten_files(project_dir)
        for folder in folders:
            tighten(folder(project_dir))
