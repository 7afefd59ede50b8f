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
from ml_core.store import Check, Store
from ml_core.store.requests import model_ref


def backup(arguments: argparse.Namespace) -> None:
    """Copy the database, verified; or save the whole project as one file."""
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
    """Go back to a copy, what it replaces is kept; or open a project that was saved as one file."""
    if archiving.is_archive(arguments.file):
        archiving.open_(arguments)
        return
    if arguments.songs or arguments.without_damaged:
        raise UserError(
            "--songs and --without-damaged go with a project that was saved as one file.",
            'See "tastecut restore --help".',
        )
    kept = Store.restore(arguments.file, arguments.project)
    lines = [f"Restored from {arguments.file}."]
    if kept is not None:
        lines.append(f"What was there before is kept as {kept}.")
    data = {"file": str(arguments.file), "kept": None if kept is None else str(kept)}
    show(arguments, data, lines)


def doctor(arguments: argparse.Namespace) -> None:
    """Check the store, the models, sound and CUDA."""
    checks = [*_store_checks(arguments.project), *_sound_checks(), _torch_check()]
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
