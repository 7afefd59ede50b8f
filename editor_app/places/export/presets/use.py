"""Sets a preset in one step, and tells which one is set."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject

from editor_app.look.foreign import shown
from editor_app.places.export.presets.box import PresetBox
from editor_app.places.export.presets.dialog import PresetsDialog
from editor_app.places.export.presets.kept import KeptPresets
from editor_app.places.export.rules import ExportRules
from editor_app.places.export.set_rules import BY_LEAST, BY_LENGTH, BY_TASTE, SetLength
from editor_app.workspace import Workspace
from ml_core.domain.files.choices import FileChoices
from ml_core.domain.files.formats import WRITE_FORMATS
from ml_core.domain.files.presets import Preset


@dataclass(frozen=True, slots=True)
class _Set:
    """All that a preset sets."""

    length: SetLength
    file_format: str
    choices: FileChoices


class PresetUse(QObject):
    """Between the presets and what they set: the length in the rules, the rest in the settings.

    Attributes:
        box: to be placed.
        kept: the presets.
    """

    def __init__(self, workspace: Workspace, rules: ExportRules) -> None:
        super().__init__()
        self._workspace, self._rules = workspace, rules
        self._settings = workspace.settings
        self.kept = KeptPresets(workspace.project)
        self.box = PresetBox()
        self._dialog: PresetsDialog | None = None
        self.box.chosen.connect(lambda name: self.use(self.kept.all.find(name)))
        self.box.change_wanted.connect(self.open)
        self.kept.changed.connect(self._show_all)
        rules.changed.connect(self._show_now)
        self._settings.changed.connect(self._on_setting)
        self._show_all()

    @property
    def now(self) -> Preset | None:
        """The first preset whose values all hold; None where none does."""
        is_now = self._set
        if is_now.length.way == BY_LEAST or is_now.file_format not in WRITE_FORMATS:
            return None
        asked_s = is_now.length.asked_s
        found = (
            one
            for one in self.kept.all.presets
            if one.holds(asked_s, is_now.file_format, is_now.choices)
        )
        return next(found, None)

    def use(self, preset: Preset) -> None:
        """Set all that a preset sets, in one step that can be taken back."""
        before = self._set
        way = BY_TASTE if preset.length_s is None else BY_LENGTH
        lengths_s = before.length.lengths_s if preset.length_s is None else preset.length_s
        after = _Set(SetLength(way, lengths_s), preset.file_format, preset.chosen(before.choices))
        if after == before:
            return

        def work() -> Callable[[], None]:
            self._take(after)
            return lambda: self._take(before)

        self._workspace.project.history.do(f"“preset {shown(preset.name)}”", work)

    def open(self) -> None:
        """Bring up the page where presets are changed, made when it is first wanted."""
        if self._dialog is None:
            self._dialog = PresetsDialog(
                self.kept, self.as_set, self._workspace.notifier, self.box.window()
            )
        self._dialog.come_up(self.now)

    def as_set(self, name: str) -> Preset:
        """What is set now, as a preset of that name."""
        is_now = self._set
        form = WRITE_FORMATS.get(is_now.file_format, WRITE_FORMATS["wav"])
        return Preset.of(name, is_now.length.asked_s, form.name, is_now.choices.as_far_as(form))

    @property
    def _set(self) -> _Set:
        settings = self._settings
        return _Set(self._rules.length, settings.export_format, settings.file_choices)

    def _take(self, to: _Set) -> None:
        self._settings.export_format = to.file_format
        self._settings.file_choices = to.choices
        self._rules.set_length(to.length)

    def _show_all(self) -> None:
        self.box.show_presets(self.kept.all, self.now)

    def _show_now(self) -> None:
        self.box.show_now(self.now)

    def _on_setting(self, name: str) -> None:
        if name in ("export_format", "file_choices"):
            self._show_now()
