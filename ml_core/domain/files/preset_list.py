"""A person's presets, in their order: what can be done with them, and how they are kept."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from ml_core.domain.checked import require
from ml_core.domain.files.presets import LONGEST_NAME, Preset, plain_name
from ml_core.domain.files.shipped_presets import SHIPPED
from ml_core.errors import UserError
from ml_core.foreign_text import shown_text
from ml_core.paths import printable_name
from ml_core.untrusted_json import read_json

PRESETS_SETTING = "export_presets"
"""The name under which a project keeps them."""

MOST_PRESETS = 200
_KIND = "export presets"
_NO_FILE = "Choose a file that Tastecut wrote with presets."


@dataclass(frozen=True, slots=True)
class PresetList:
    """Each change gives another list; names differ by more than letter case."""

    presets: tuple[Preset, ...] = SHIPPED

    def __post_init__(self) -> None:
        require(len({one.key for one in self.presets}) == len(self.presets), "names that differ")
        require(len(self.presets) <= MOST_PRESETS, f"{MOST_PRESETS} presets at most")

    @classmethod
    def kept(cls, value: Any) -> Self:
        """The list that a project keeps; what is damaged is left out, none kept means the shipped.

        Args:
            value: as `to_json` gave it.
        """
        if not isinstance(value, list):
            return cls()
        found: dict[str, Preset] = {}
        for data in value:
            try:
                preset = Preset.from_json(data)
            except (ValueError, TypeError):
                continue
            found.setdefault(preset.key, preset)
        return cls(tuple(found.values())[:MOST_PRESETS])

    def to_json(self) -> list[dict[str, Any]]:
        """Plain data, for the project."""
        return [one.to_json() for one in self.presets]

    def get(self, name: str) -> Preset | None:
        """The preset of a name, in any letter case."""
        return next((one for one in self.presets if one.key == plain_name(name).casefold()), None)

    def find(self, name: str) -> Preset:
        """The preset of a name.

        Raises:
            UserError: if there is none.
        """
        found = self.get(name)
        if found is None:
            names = ", ".join(one.name for one in self.presets) or "none"
            raise UserError(
                f"There is no preset {shown_text(name[:LONGEST_NAME])}.", f"There are: {names}."
            )
        return found

    def saved(self, preset: Preset) -> PresetList:
        """With a preset in the place of the one of its name, or behind all.

        Raises:
            UserError: if there are too many.
        """
        if self.get(preset.name) is None:
            return self._with([preset])
        return PresetList(tuple(preset if one.key == preset.key else one for one in self.presets))

    def without(self, name: str) -> PresetList:
        """Without a preset.

        Raises:
            UserError: if there is none of that name.
        """
        gone = self.find(name)
        return PresetList(tuple(one for one in self.presets if one is not gone))

    def changed(self, name: str, preset: Preset) -> PresetList:
        """With another preset in the place of one, perhaps of another name.

        Raises:
            UserError: if there is none of the first name, or another has the second.
        """
        before = self.find(name)
        other = self.get(preset.name)
        if other is not None and other is not before:
            raise UserError(
                f"Another preset is called {shown_text(other.name)}.", "Choose another name."
            )
        return PresetList(tuple(preset if one is before else one for one in self.presets))

    def copied(self, name: str, new_name: str = "") -> tuple[PresetList, Preset]:
        """(with a copy behind a preset, the copy).

        Args:
            name: of the preset.
            new_name: of the copy; empty for the first free one.

        Raises:
            UserError: if there is none, the name is taken, or there are too many.
        """
        original = self.find(name)
        taken = self.get(new_name) if new_name else None
        if taken is not None:
            raise UserError(
                f"There is a preset {shown_text(taken.name)} already.", "Choose another name."
            )
        self._require_room(1)
        copy = replace(original, name=plain_name(new_name) or self.free_name(original.name))
        at = self.presets.index(original) + 1
        return PresetList((*self.presets[:at], copy, *self.presets[at:])), copy

    def restored(self) -> PresetList:
        """With all shipped presets as they were; the person's own stay."""
        own = [one for one in self.presets if not is_shipped_name(one)]
        return PresetList((*SHIPPED, *own[: MOST_PRESETS - len(SHIPPED)]))

    def joined(self, others: Iterable[Preset]) -> tuple[PresetList, list[Preset]]:
        """(with presets from elsewhere, those that were new); none that is there is changed.

        One of a taken name that says something else gets a number.

        Raises:
            UserError: if there are too many.
        """
        made, new = self, []
        for one in others:
            if one in made.presets:
                continue
            added = replace(one, name=made.free_name(one.name))
            made = made._with([added])
            new.append(added)
        return made, new

    def free_name(self, name: str) -> str:
        """The name, with a number where it is taken."""
        number, made = 1, name
        while self.get(made) is not None:
            number += 1
            mark = f" {number}"
            made = plain_name(name[: LONGEST_NAME - len(mark)] + mark)
        return made

    def _with(self, more: Sequence[Preset]) -> PresetList:
        self._require_room(len(more))
        return PresetList((*self.presets, *more))

    def _require_room(self, n_more: int) -> None:
        if len(self.presets) + n_more > MOST_PRESETS:
            raise UserError(
                f"There can be {MOST_PRESETS} presets at most.", "Delete some that you don't use."
            )


def is_shipped_name(preset: Preset) -> bool:
    """Whether a shipped preset has this name."""
    return any(one.key == preset.key for one in SHIPPED)


def is_as_shipped(preset: Preset) -> bool:
    """Whether it is one of the shipped presets, unchanged."""
    return preset in SHIPPED


def file_text(presets: Sequence[Preset]) -> str:
    """Presets as one JSON file, which `read_presets` reads."""
    data = {"schema": 1, "kind": _KIND, "presets": [one.to_json() for one in presets]}
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def read_presets(file: Path) -> list[Preset]:
    """The presets of a file; whoever wrote it is not trusted.

    Raises:
        UserError: if it can't be read, is none of presets, or one of them can't be.
    """
    data, name = read_json(file, _NO_FILE), printable_name(file)
    found = data.get("presets") if isinstance(data, dict) else None
    if not isinstance(found, list) or data.get("kind", _KIND) != _KIND:
        raise UserError(f"{name} holds no presets.", _NO_FILE)
    if len(found) > MOST_PRESETS:
        raise UserError(f"{name} holds more than {MOST_PRESETS} presets.", _NO_FILE)
    presets = []
    for number, one in enumerate(found, start=1):
        try:
            presets.append(Preset.from_json(one))
        except (ValueError, TypeError) as error:
            raise UserError(
                f"Preset {number} of {name} can't be used: {error}.", "Nothing was taken over."
            ) from error
    return presets
