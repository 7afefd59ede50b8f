"""What the menus do that belongs to no place: files, projects, undo, colours, help."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QActionGroup, QDesktopServices
from PySide6.QtWidgets import QFileDialog, QMainWindow, QMenu, QMessageBox

from editor_app.frame.dialogs.backups_dialog import BackupsDialog
from editor_app.frame.dialogs.guide_dialog import GuideDialog
from editor_app.frame.dialogs.keys_dialog import KeysDialog
from editor_app.frame.preference_table import SWITCHES
from editor_app.look.foreign import menu_text, named, sentence, shown
from editor_app.look.resource_files import resources_dir
from editor_app.look.theme import Choice, Theme
from editor_app.workspace import Workspace
from ml_core.domain.files.formats import AUDIO_EXTENSIONS
from ml_core.errors import UserError
from ml_core.paths import log_dir

_SONG_FILTER = f"Songs ({' '.join(f'*{end}' for end in sorted(AUDIO_EXTENSIONS))});;All files (*)"
_SWITCHES = {switch.action: switch.setting for switch in SWITCHES if switch.action}


class Commands(QObject):
    """Connects the window's own actions."""

    project_wanted = Signal(str)
    """A folder whose project is to be opened in place of this one."""

    backup_wanted = Signal(str)
    """A file to go back to: the project is closed and opened again for it."""

    def __init__(self, window: QMainWindow, workspace: Workspace, theme: Theme) -> None:
        super().__init__(window)
        actions, project, library = workspace.actions, workspace.project, workspace.library
        self._window, self._actions, self._project = window, actions, project
        self._library, self._notifier = library, workspace.notifier
        self._settings, self._theme = workspace.settings, theme
        self._keys_dialog: KeysDialog | None = None
        self.guide: GuideDialog | None = None
        self.backups: BackupsDialog | None = None
        for action_id, work in {
            "quit": window.close,
            "undo": project.history.undo,
            "redo": project.history.redo,
            "add_songs": self._choose_songs,
            "add_folder": self._choose_folder,
            "add_anyway": library.add_anyway,
            "demo_songs": library.add_demo_songs,
            "analyse": library.resume,
            "back_up": self._back_up,
            "go_back": self._choose_backup,
            "open_project": self._open_project,
            "guide": self._show_guide,
            "all_keys": self._show_keys,
            "show_log": self._show_log,
            "about": self._about,
        }.items():
            actions[action_id].triggered.connect(lambda _=False, work=work: work())
        actions["full_screen"].toggled.connect(self._set_full_screen)
        self._connect_themes()
        self._connect_switches()
        project.history.changed.connect(self._name_undo)
        self._name_undo()
        library.changed.connect(self._offer_what_was_left_out)
        self._offer_what_was_left_out()

    def _offer_what_was_left_out(self) -> None:
        reason = "" if self._library.left_out else "No song was left out"
        self._actions.allow(["add_anyway"], reason)

    def fill_recent(self, menu: QMenu) -> None:
        """List the projects opened lately."""
        menu.clear()
        for project_dir in self._settings.recent_projects:
            action = named(menu.addAction(""), str(project_dir))
            action.setEnabled(project_dir != self._project.project_dir)
            text = str(project_dir)
            action.triggered.connect(lambda _=False, text=text: self.project_wanted.emit(text))

    def _connect_themes(self) -> None:
        group = QActionGroup(self)
        choices: tuple[Choice, ...] = ("system", "dark", "light")
        for choice in choices:
            action = self._actions[f"theme_{choice}"]
            group.addAction(action)
            action.setChecked(self._theme.choice == choice)
            action.triggered.connect(
                lambda _=False, choice=choice: setattr(self._settings, "theme", choice)
            )

    def _connect_switches(self) -> None:
        for action_id, name in _SWITCHES.items():
            action = self._actions[action_id]
            action.setChecked(getattr(self._settings, name))
            action.toggled.connect(lambda on, name=name: setattr(self._settings, name, on))
        self._settings.changed.connect(self._on_setting)

    def _on_setting(self, name: str) -> None:
        """What is set shows everywhere, wherever it was set."""
        for action_id, setting in _SWITCHES.items():
            if setting == name:
                self._actions[action_id].setChecked(getattr(self._settings, name))
        if name == "theme":
            self._actions[f"theme_{self._settings.theme}"].setChecked(True)
            self._theme.choose(self._settings.theme)
        elif name == "text_scale":
            self._theme.scale_text(self._settings.text_scale)

    def _name_undo(self) -> None:
        history = self._project.history
        for action_id, verb, name in (
            ("undo", "Undo", history.undo_name),
            ("redo", "Redo", history.redo_name),
        ):
            self._actions[action_id].setText(menu_text(sentence(f"{verb} {name}".strip())))
            self._actions.allow([action_id], "" if name else f"Nothing to {verb.lower()}")

    def _choose_songs(self) -> None:
        chosen, _ = QFileDialog.getOpenFileNames(
            self._window, "Add songs", self._settings.songs_folder, _SONG_FILTER
        )
        self._add(chosen)

    def _choose_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(
            self._window, "Add a folder of songs", self._settings.songs_folder
        )
        self._add([folder] if folder else [])

    def _add(self, chosen: list[str]) -> None:
        if chosen:
            first = Path(chosen[0])
            self._settings.songs_folder = str(first if first.is_dir() else first.parent)
            self._library.add_paths(chosen)

    def _back_up(self) -> None:
        try:
            made = self._project.back_up()
        except UserError as error:
            self._notifier.user_error(error)
        else:
            self._notifier.status(f"Backed up to {shown(made.name)}.")

    def _choose_backup(self) -> None:
        self.backups = BackupsDialog(self._project.backups, self._go_back, self._window)
        self.backups.open()

    def _go_back(self, file: Path) -> None:
        self.backup_wanted.emit(str(file))

    def _open_project(self) -> None:
        folder = QFileDialog.getExistingDirectory(
            self._window, "Open a project's folder, or an empty one for a new project"
        )
        if folder:
            self.project_wanted.emit(folder)

    def _set_full_screen(self, is_on: bool) -> None:
        if is_on:
            self._window.showFullScreen()
        else:
            self._window.showNormal()

    def _show_keys(self) -> None:
        if self._keys_dialog is None:
            self._keys_dialog = KeysDialog(self._actions, self._window)
        self._keys_dialog.show()
        self._keys_dialog.raise_()
        self._keys_dialog.activateWindow()

    def _show_guide(self) -> None:
        if self.guide is None:
            file = resources_dir() / "help" / "guide.txt"
            keys = self._actions.key_text
            self.guide = GuideDialog(file, keys, self._show_keys, self._window)
        self.guide.show_guide()
        self.guide.show()
        self.guide.raise_()
        self.guide.activateWindow()

    def _show_log(self) -> None:
        folder = log_dir()
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            self._notifier.banner("doubtful", f"The log is in {folder}.")

    def _about(self) -> None:
        # Imported here: it loads the email package, which the first paint need not wait for.
        from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415

        try:
            number = version("tastecut")
        except PackageNotFoundError:
            number = "development"
        QMessageBox.about(
            self._window,
            "About Tastecut",
            f"Tastecut {number}\n\nIt learns from your ears how you want your songs cut.\n"
            "Everything stays on this computer.",
        )
