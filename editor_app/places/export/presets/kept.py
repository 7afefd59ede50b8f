"""The presets of a project; each change can be taken back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from editor_app.project.project import Project
from ml_core.domain.files.preset_list import PRESETS_SETTING, PresetList


class KeptPresets(QObject):
    """One list, which the command reads and writes too.

    Attributes:
        all: the presets as they are now.
    """

    changed = Signal()

    def __init__(self, project: Project) -> None:
        super().__init__()
        self._project = project
        self.all = PresetList.kept(project.values.get(PRESETS_SETTING, None))

    def change(self, name: str, presets: PresetList) -> None:
        """Have other presets; can be taken back.

        Args:
            name: what the menu calls the change.
            presets: all of them.

        Raises:
            UserError: if the disk refuses.
        """
        before = self.all
        if presets == before:
            return

        def work() -> Callable[[], None]:
            self._keep(presets)
            return lambda: self._keep(before)

        self._project.history.do(name, work)

    def _keep(self, presets: PresetList) -> None:
        self._project.values.set(PRESETS_SETTING, presets.to_json())
        self.all = presets
        self.changed.emit()
