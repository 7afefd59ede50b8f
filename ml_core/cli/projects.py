"""The verbs about the project itself: backup, restore, doctor."""

from __future__ import annotations

import argparse
import importlib.util
import sys
from pathlib import Path

from ml_core import paths
from ml_core.cli import archiving
from ml_core.cli.output import open_project, show
from ml_core.errors import UserError
from ml_core.store import BackupContents, Check, Store
from ml_core.store.backup.soundness import look_at_file
from ml_core.store.requests import model_ref


def backup(arguments: argparse.Namespace) -> None:
    """Copy the database, verified; say what the copies hold; or save the project as one file."""
    if arguments.is_list:
        _list_backups(arguments)
        return
    if arguments.archive is not None:
        if arguments.file is not None:
            raise UserError("--archive names the file itself.", "Leave the other name out.")
        archiving.save(arguments)
        return
    if arguments.with_songs or arguments.overwrite:
        raise UserError(
            "--with-songs and --overwrite go with --archive.", 'See "tastecut backup --help".'
        )
    with open_project(arguments) as store:
        target = store.backup(arguments.file)
    show(arguments, {"file": str(target)}, [f"Copied to {target}."])


def restore(arguments: argparse.Namespace) -> None:
    """Go back to a copy, what it replaces is kept; or open a project that was saved as one file.

    Without a file the copies are listed.
    """
    if arguments.file is None:
        _list_backups(arguments)
        return
    if archiving.is_archive(arguments.file):
        archiving.open_(arguments)
        return
    if arguments.songs or arguments.without_damaged:
        raise UserError(
            "--songs and --without-damaged go with a project that was saved as one file.",
            'See "tastecut restore --help".',
        )
    kept = Store.restore(arguments.file, arguments.project)
    n_ratings = look_at_file(paths.database_path(arguments.project)).n_ratings
    are_in = "1 rating is" if n_ratings == 1 else f"{n_ratings} ratings are"
    lines = [f"Restored from {arguments.file}.", f"{are_in} in the project now."]
    journal = paths.journal_path(arguments.project)
    if journal.exists() and arguments.file.expanduser().samefile(journal):
        lines.append("Add your songs again: the journal holds ratings, not songs.")
    if kept is not None:
        lines.append(f"What was there before is kept as {kept}.")
    data = {"file": str(arguments.file), "kept": None if kept is None else str(kept)}
    show(arguments, data, lines)


def _list_backups(arguments: argparse.Namespace) -> None:
    found = Store.backups(arguments.project)
    journal = paths.journal_path(arguments.project)
    lines = [_backup_line(one) for one in found] or ["There is no backup yet."]
    if found:
        lines.append('"tastecut restore FILE" goes back to one; what is there now is kept.')
    data = {
        "backups": [
            {
                "file": str(one.path),
                "utc": one.utc.isoformat(timespec="minutes"),
                "why": one.why or "by-itself",
                "ok": one.can_be_read,
                "ratings": one.n_ratings,
                "songs": one.n_songs,
                "models": one.n_models,
                "tastes": list(one.tastes),
            }
            for one in found
        ],
        "journal": str(journal) if journal.exists() else None,
    }
    show(arguments, data, lines)


def _backup_line(one: BackupContents) -> str:
    when = one.utc.astimezone().strftime("%Y-%m-%d %H:%M")
    if not one.can_be_read:
        return f"{when}  can't be read  {one.path}"
    tastes = ", ".join(one.tastes)
    why = f" ({one.why.replace('-', ' ')})" if one.why else ""
    return (
        f"{when}{why}  {one.n_ratings} ratings, {one.n_songs} songs, {one.n_models} models, "
        f"tastes: {tastes}  {one.path}"
    )


def doctor(arguments: argparse.Namespace) -> None:
    """Check the store, the models, sound and CUDA."""
    checks = [
        *_store_checks(arguments.project),
        *_sound_checks(),
        _torch_check(),
        Check("log", True, f"It is kept in {paths.log_dir()}."),
    ]
    lines = []
    for check in checks:
        mark = "ok  " if check.ok else "look"
        lines.append(f"{mark}  {check.name}: {check.message} {check.remedy}".rstrip())
    data = {
        "ok": all(check.ok for check in checks),
        "checks": [
            {"name": c.name, "ok": c.ok, "message": c.message, "remedy": c.remedy} for c in checks
        ],
    }
    show(arguments, data, lines)


def _store_checks(project: Path) -> list[Check]:
    try:
        with Store.open(project, write=False) as store:
            if not paths.database_path(store.project_dir).exists():
                return [Check("project", True, f"Nothing is stored in {project} yet.", "")]
            return [*store.check(), *_model_checks(store)]
    except UserError as error:
        return [Check("project", False, error.message, error.remedy)]


def _model_checks(store: Store) -> list[Check]:
    from ml_core.training.checkpoint import OutdatedModelError, load_model

    broken: list[UserError] = []
    checkpoints = store.models.all()
    active = store.models.active()
    for checkpoint in checkpoints:
        try:
            model = model_ref(store, checkpoint)
            load_model(model.file or "", model.sha256)
        except OutdatedModelError as error:
            # An outdated checkpoint is a fault only while it is in use.
            if active is not None and checkpoint.id == active.id:
                broken.append(error)
        except UserError as error:
            broken.append(error)
    if broken:
        return [Check("models", False, broken[0].message, broken[0].remedy)]
    return [Check("models", True, f"{len(checkpoints)} checkpoints can be read.", "")]


def _sound_checks() -> list[Check]:
    try:
        # PortAudio scans devices when it is imported, and raises OSError where it is missing.
        import sounddevice

        device = sounddevice.query_devices(kind="output")
    except OSError:
        return [
            Check(
                "sound",
                False,
                "The sound library PortAudio is missing.",
                "On Debian install libportaudio2; rating by eye works without it.",
            )
        ]
    except Exception as error:
        return [
            Check(
                "sound",
                False,
                f"No sound output was found ({error}).",
                "Connect one and start again; rating by eye works without it.",
            )
        ]
    return [Check("sound", True, f"Output: {device['name']}.", "")]


def _torch_check() -> Check:
    if importlib.util.find_spec("torch") is None:
        return Check("training", False, "torch is not installed.", "Run the set-up again.")
    import torch

    if torch.cuda.is_available():
        return Check("training", True, f"CUDA: {torch.cuda.get_device_name(0)}.", "")
    python = f"Python {sys.version_info.major}.{sys.version_info.minor}"
    return Check(
        "training", True, f"Training runs on the CPU (torch {torch.__version__}, {python}).", ""
    )
