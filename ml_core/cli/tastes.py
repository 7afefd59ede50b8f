"""The verb about tastes: list them, add, rename, duplicate, reset, remove, choose one."""

from __future__ import annotations

import argparse

from ml_core.cli.output import open_project, show
from ml_core.domain.models import Taste
from ml_core.errors import UserError
from ml_core.store import Store


def tastes(arguments: argparse.Namespace) -> None:
    """Change the tastes if that was asked for, then list them."""
    names = ("add", "rename", "duplicate", "reset", "undo_reset", "remove", "bring_back", "use")
    is_change = any(getattr(arguments, name) is not None for name in names)
    with open_project(arguments, write=is_change) as store:
        said = _change(store, arguments)
        found, current = store.tastes.listed(), store.tastes.in_use()
    data = {
        "current": current.name,
        "tastes": [
            {"id": t.id, "name": t.name, "ratings": t.n_ratings, "current": t.id == current.id}
            for t in found
        ],
    }
    show(arguments, data, said + [_line(taste, current) for taste in found])


def _line(taste: Taste, current: Taste) -> str:
    mark = "*" if taste.id == current.id else " "
    return f"{mark} {taste.name}, {_ratings(taste)}"


def _ratings(taste: Taste) -> str:
    return "1 rating" if taste.n_ratings == 1 else f"{taste.n_ratings} ratings"


def _change(store: Store, arguments: argparse.Namespace) -> list[str]:
    """Do what was asked; what to say of it."""
    if arguments.add is not None:
        store.tastes.add(arguments.add)
    elif arguments.rename is not None:
        old, new = arguments.rename
        store.tastes.rename(store.tastes.find(old).id, new)
    elif arguments.duplicate is not None:
        old, new = arguments.duplicate
        store.tastes.duplicate(store.tastes.find(old).id, new)
    elif arguments.reset is not None:
        taste = store.tastes.find(arguments.reset)
        store.tastes.reset(taste.id)
        return [
            f"{taste.name} begins anew. What it had, {_ratings(taste)}, is "
            f'kept: tastecut tastes --undo-reset "{taste.name}" goes back to it.'
        ]
    elif arguments.undo_reset is not None:
        taste = store.tastes.find(arguments.undo_reset)
        if taste.replaces is None:
            raise UserError(f"{taste.name} was never reset.", "There is nothing to go back to.")
        store.tastes.bring_back(taste.replaces)
    elif arguments.remove is not None:
        taste = store.tastes.find(arguments.remove)
        store.tastes.remove(taste.id)
        return [
            f"{taste.name} is removed. It is kept: "
            f'tastecut tastes --bring-back "{taste.name}" puts it back.'
        ]
    elif arguments.bring_back is not None:
        store.tastes.bring_back(store.tastes.find_removed(arguments.bring_back))
    elif arguments.use is not None:
        store.tastes.use(store.tastes.find(arguments.use).id)
    return []
