"""The verb presets: what exports can be asked for under one name; list, save, delete and more."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ml_core.cli.output import open_project, show
from ml_core.domain.files.preset_list import (
    PRESETS_SETTING,
    PresetList,
    file_text,
    is_as_shipped,
    read_presets,
)
from ml_core.domain.files.preset_words import preset_words
from ml_core.domain.files.presets import Preset, plain_name
from ml_core.errors import UserError
from ml_core.foreign_text import shown_text

_FIELDS = {
    "format": "file_format",
    "depth": "depth",
    "quality": "quality",
    "kbps": "kbps",
    "rate": "rate_hz",
    "channels": "n_channels",
    "pattern": "pattern",
    "loudness": "loudness_lufs",
    "true_peak": "true_peak_db",
}
"""Options of `save`, and what each sets."""


def presets(arguments: argparse.Namespace) -> None:
    """Do what the word says, or list the presets."""
    does = arguments.does or "list"
    is_change = does not in ("list", "export")
    with open_project(arguments, write=is_change) as store:
        before = PresetList.kept(store.settings.get(PRESETS_SETTING, None))
        after, said = _WORDS[does](arguments, before)
        if after != before:
            store.settings.set(PRESETS_SETTING, after.to_json())
    data = {"presets": [preset_json(one) for one in after.presets]}
    lines = [f"{shown_text(one.name)}: {preset_words(one)}" for one in after.presets]
    show(arguments, data, said or lines or ["There are no presets."])


def preset_json(preset: Preset) -> dict[str, Any]:
    """A preset as the command tells it; `shipped` says that it is one of ours, unchanged."""
    return preset.to_json() | {"shipped": is_as_shipped(preset)}


_Done = tuple[PresetList, list[str]]


def _list(_: argparse.Namespace, kept: PresetList) -> _Done:
    return kept, []


def _save(arguments: argparse.Namespace, kept: PresetList) -> _Done:
    name = _named(arguments.name)
    before = kept.get(name)
    given = {
        field: getattr(arguments, option)
        for option, field in _FIELDS.items()
        if getattr(arguments, option) is not None
    }
    if arguments.length is not None:
        given["length_s"] = None if arguments.length == "any" else arguments.length
    preset = _saved(before or Preset(name), given)
    return kept.saved(preset), [f"{'Changed' if before else 'Added'}: {shown_text(preset.name)}."]


def _saved(before: Preset, given: dict[str, Any]) -> Preset:
    """A preset with what is given; another format begins with its own quality.

    Raises:
        UserError: if it can't be.
    """
    anew: dict[str, Any] = {}
    if given.get("file_format", before.file_format) != before.file_format:
        anew = {"depth": "", "quality": -1, "kbps": 0, "rate_hz": 0}
    if "quality" in given or "kbps" in given:
        anew |= {"quality": -1, "kbps": 0}
    if given.get("file_format", before.file_format) == "mp3" and given.get("quality") == 0:
        given = given | {"quality": -1}  # Its best is what it has without any.
    try:
        return replace(before, **(anew | given))
    except ValueError as error:
        raise UserError(f"The preset can't be so: {error}.") from error


def _delete(arguments: argparse.Namespace, kept: PresetList) -> _Done:
    said = []
    for name in arguments.names:
        said.append(f"Deleted: {shown_text(kept.find(name).name)}.")
        kept = kept.without(name)
    return kept, said


def _rename(arguments: argparse.Namespace, kept: PresetList) -> _Done:
    before = kept.find(arguments.name)
    preset = replace(before, name=_named(arguments.new_name))
    return kept.changed(before.name, preset), [f"It is called {shown_text(preset.name)} now."]


def _named(text: str) -> str:
    name = plain_name(text)
    if not name:
        raise UserError("A preset needs a name.")
    return name


def _copy(arguments: argparse.Namespace, kept: PresetList) -> _Done:
    after, copy = kept.copied(arguments.name, _named(arguments.new_name))
    return after, [f"Added: {shown_text(copy.name)}."]


def _restore(_: argparse.Namespace, kept: PresetList) -> _Done:
    return kept.restored(), ["The shipped presets are as they were; your own stay."]


def _import(arguments: argparse.Namespace, kept: PresetList) -> _Done:
    found = read_presets(arguments.file)
    after, new = kept.joined(found)
    said = [f"Added: {shown_text(one.name)}." for one in new]
    n_known = len(found) - len(new)
    return after, said + ([f"{n_known} of them were there already."] if n_known else [])


def _export(arguments: argparse.Namespace, kept: PresetList) -> _Done:
    chosen = [kept.find(name) for name in arguments.names] or list(kept.presets)
    try:
        with arguments.file.open("x", encoding="utf-8") as file:
            file.write(file_text(chosen))
    except FileExistsError as error:
        raise UserError(
            f"There is a file {arguments.file} already.", "Name another one."
        ) from error
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", "") or "its name is none"
        raise UserError(f"{arguments.file} can't be written: {why}.") from error
    return kept, [f"Written: {arguments.file}"]


_WORDS: dict[str, Callable[[argparse.Namespace, PresetList], _Done]] = {
    "list": _list,
    "save": _save,
    "delete": _delete,
    "rename": _rename,
    "copy": _copy,
    "restore": _restore,
    "import": _import,
    "export": _export,
}
