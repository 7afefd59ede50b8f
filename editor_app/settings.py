"""What the window remembers for the person, apart from any project."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import cast, get_args

from PySide6.QtCore import QByteArray, QObject, QSettings, Signal

from editor_app.look.theme import Choice
from ml_core import paths
from ml_core.domain.files.choices import FileChoices, choices_from, choices_json
from ml_core.domain.requests import DeviceChoice

TEXT_SCALES = (1.0, 1.15, 1.3, 1.5)
_N_RECENT, _N_RECENT_EXPORTS = 8, 24
# A quiet first volume (-6 dB, since its square is the factor): headphones may be turned up.
_FIRST_VOLUME = 0.7


class Settings(QObject):
    """Typed access to the window's settings file; a damaged value counts as unset."""

    changed = Signal(str)
    """Name of the setting that changed."""

    def __init__(self, store: QSettings | None = None) -> None:
        super().__init__()
        self._store = store or QSettings(
            QSettings.Format.IniFormat, QSettings.Scope.UserScope, "Tastecut", "tastecut"
        )
        # Asked some 30 times a second while a pair plays; Qt's own lookup takes longer.
        self._flags: dict[str, bool] = {}

    def _set(self, name: str, value: object) -> None:
        self._store.setValue(name, value)
        self._flags.pop(name, None)
        self.changed.emit(name)

    def _flag(self, name: str, default: bool) -> bool:
        if name not in self._flags:
            self._flags[name] = str(self._store.value(name, default)).lower() == "true"
        return self._flags[name]

    @property
    def theme(self) -> Choice:
        """Dark, light, or as the system is."""
        value = self._store.value("theme", "system")
        choices: tuple[Choice, ...] = ("dark", "light")
        return next((choice for choice in choices if choice == value), "system")

    @theme.setter
    def theme(self, choice: Choice) -> None:
        self._set("theme", choice)

    @property
    def map_plays(self) -> bool:
        """Whether an edit on Export's map is heard while the mouse points at it."""
        return self._flag("map_plays", True)

    @map_plays.setter
    def map_plays(self, plays: bool) -> None:
        self._set("map_plays", plays)

    @property
    def volume(self) -> float:
        """Position of the volume slider, 0..1."""
        try:
            value = float(cast("float", self._store.value("volume", _FIRST_VOLUME)))
        except (TypeError, ValueError):
            return _FIRST_VOLUME
        return value if 0.0 <= value <= 1.0 else _FIRST_VOLUME

    @volume.setter
    def volume(self, value: float) -> None:
        self._set("volume", value)

    @property
    def audio_device(self) -> str:
        """Name of the chosen output; empty for the system's own."""
        return str(self._store.value("audio_device", ""))

    @audio_device.setter
    def audio_device(self, name: str) -> None:
        self._set("audio_device", name)

    @property
    def play_first_pair(self) -> bool:
        """Whether a pair plays by itself where Rate is opened in order to rate."""
        return self._flag("play_first_pair", True)

    @play_first_pair.setter
    def play_first_pair(self, value: bool) -> None:
        self._set("play_first_pair", value)

    @property
    def play_next_at_once(self) -> bool:
        """Whether the next pair starts to play after a rating."""
        return self._flag("play_next_at_once", True)

    @play_next_at_once.setter
    def play_next_at_once(self, value: bool) -> None:
        self._set("play_next_at_once", value)

    @property
    def listen_first(self) -> bool:
        """Whether a moment of each side must be heard before an answer counts."""
        return self._flag("listen_first", True)

    @listen_first.setter
    def listen_first(self, value: bool) -> None:
        self._set("listen_first", value)

    @property
    def differences_only(self) -> bool:
        """Whether only what differs in a pair is played; once chosen, in the next pairs too."""
        return self._flag("differences_only", False)

    @differences_only.setter
    def differences_only(self, value: bool) -> None:
        self._set("differences_only", value)

    @property
    def comparison_ends_early(self) -> bool:
        """Whether a comparison ends as soon as its answers show something."""
        return self._flag("comparison_ends_early", True)

    @comparison_ends_early.setter
    def comparison_ends_early(self, value: bool) -> None:
        self._set("comparison_ends_early", value)

    @property
    def waveforms_hidden(self) -> bool:
        """Whether Rate is for ears only."""
        return self._flag("waveforms_hidden", False)

    @waveforms_hidden.setter
    def waveforms_hidden(self, value: bool) -> None:
        self._set("waveforms_hidden", value)

    @property
    def place(self) -> str:
        """The place that was shown last."""
        return str(self._store.value("place", "songs"))

    @place.setter
    def place(self, value: str) -> None:
        self._set("place", value)

    @property
    def geometry(self) -> QByteArray:
        """The window's size and position; empty at first."""
        value = self._store.value("geometry")
        return value if isinstance(value, QByteArray) else QByteArray()

    @geometry.setter
    def geometry(self, value: QByteArray) -> None:
        self._store.setValue("geometry", value)

    @property
    def bar_check_open(self) -> bool:
        """Whether the bars of a song that is chosen are shown under the library."""
        return self._flag("bar_check_open", True)

    @bar_check_open.setter
    def bar_check_open(self, value: bool) -> None:
        self._set("bar_check_open", value)

    @property
    def bar_check_px(self) -> int:
        """The height of the bar check; 0 for as low as it can be."""
        try:
            return max(0, int(cast("int", self._store.value("bar_check_px", 0))))
        except (TypeError, ValueError):
            return 0

    @bar_check_px.setter
    def bar_check_px(self, value: int) -> None:
        self._set("bar_check_px", value)

    @property
    def text_scale(self) -> float:
        """How much larger than the system's font text is shown."""
        value = str(self._store.value("text_scale", TEXT_SCALES[0]))
        return next((scale for scale in TEXT_SCALES if str(scale) == value), TEXT_SCALES[0])

    @text_scale.setter
    def text_scale(self, value: float) -> None:
        self._set("text_scale", value)

    @property
    def training_device(self) -> DeviceChoice:
        """What training runs on."""
        value = self._store.value("training_device", "auto")
        choices: tuple[DeviceChoice, ...] = get_args(DeviceChoice)
        return next((choice for choice in choices if choice == value), "auto")

    @training_device.setter
    def training_device(self, value: DeviceChoice) -> None:
        self._set("training_device", value)

    @property
    def songs_folder(self) -> str:
        """Where songs were chosen last."""
        return str(self._store.value("songs_folder", ""))

    @songs_folder.setter
    def songs_folder(self, value: str) -> None:
        self._set("songs_folder", value)

    @property
    def export_folder(self) -> str:
        """Where edits are put."""
        return str(self._store.value("export_folder", "")) or str(paths.default_export_dir())

    @export_folder.setter
    def export_folder(self, value: str) -> None:
        self._set("export_folder", value)

    @property
    def export_format(self) -> str:
        """What edits are written as."""
        return str(self._store.value("export_format", "wav"))

    @export_format.setter
    def export_format(self, value: str) -> None:
        self._set("export_format", value)

    @property
    def file_choices(self) -> FileChoices:
        """How files are written, beside their format."""
        return choices_from(str(self._store.value("file_choices", "{}")))

    @file_choices.setter
    def file_choices(self, value: FileChoices) -> None:
        self._set("file_choices", choices_json(value))

    @property
    def recent_projects(self) -> list[Path]:
        """Project folders opened lately, newest first."""
        value = self._store.value("recent_projects", [])
        texts = [value] if isinstance(value, str) else value
        return [Path(str(one)) for one in texts] if isinstance(texts, Iterable) else []

    def add_recent_project(self, project_dir: Path) -> None:
        """Put a project first among the recent ones."""
        others = [one for one in self.recent_projects if one != project_dir]
        kept = [project_dir, *others][:_N_RECENT]
        self._set("recent_projects", [str(one) for one in kept])

    @property
    def recent_exports(self) -> list[Path]:
        """Files written lately, newest first; some may have gone."""
        value = self._store.value("recent_exports", [])
        texts = [value] if isinstance(value, str) else value
        return [Path(str(one)) for one in texts] if isinstance(texts, Iterable) else []

    def add_recent_exports(self, files: Iterable[Path]) -> None:
        """Put files first among those written lately."""
        kept = list(dict.fromkeys([*files, *self.recent_exports]))[:_N_RECENT_EXPORTS]
        self._set("recent_exports", [str(one) for one in kept])

    @property
    def sound_after_export(self) -> bool:
        """Whether a sound tells that a batch of exports has ended."""
        return self._flag("sound_after_export", True)

    @sound_after_export.setter
    def sound_after_export(self, value: bool) -> None:
        self._set("sound_after_export", value)

    def keys(self, action_id: str) -> list[str] | None:
        """The person's own keys for an action; None for the default ones."""
        value = self._store.value(f"keys/{action_id}")
        if value is None:
            return None
        return [value] if isinstance(value, str) else [str(one) for one in cast("list[str]", value)]

    def set_keys(self, action_id: str, keys: list[str] | None) -> None:
        """Give an action keys of the person's own, or its default ones back."""
        if keys is None:
            self._store.remove(f"keys/{action_id}")
        else:
            self._store.setValue(f"keys/{action_id}", keys)
        self.changed.emit(f"keys/{action_id}")

    @property
    def printed_keys(self) -> list[str]:
        """What was learned of the keyboard: a key, what it types alone, and with Shift."""
        value = self._store.value("printed_keys", [])
        texts = [value] if isinstance(value, str) else value
        return [str(one) for one in texts] if isinstance(texts, Iterable) else []

    @printed_keys.setter
    def printed_keys(self, value: list[str]) -> None:
        self._set("printed_keys", value)

    def sync(self) -> None:
        """Write to disk now."""
        self._store.sync()
