"""Which files are being read as songs, as the worker tells it while it reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from editor_app.work.jobs import Job


@dataclass(frozen=True, slots=True)
class FileBeingRead:
    """A file that was chosen and is no song of the library yet.

    Attributes:
        share_done: of it, 0..1; None before its turn.
    """

    path: str
    share_done: float | None = None


class ReadingFiles(QObject):
    """The files of one job at a time.

    Signals:
        changed: there are others, or one is further.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._files: dict[str, FileBeingRead] = {}
        self._n_files, self._n_over = 0, 0
        self._share_done = 0.0

    @property
    def files(self) -> tuple[FileBeingRead, ...]:
        """Those that are to be read and those that are songs, in order; none that was refused."""
        return tuple(self._files.values())

    @property
    def counts(self) -> tuple[int, int]:
        """(files that are over, all files); (0, 0) while they are looked for, or none is read."""
        return self._n_over, self._n_files

    @property
    def share_done(self) -> float:
        """Of all files, 0..1."""
        return self._share_done

    def follow(self, job: Job[object], chosen: Sequence[str]) -> None:
        """Follow a job that reads what was chosen, until it ends."""
        self._files = {path: FileBeingRead(path) for path in chosen}
        self._n_files = self._n_over = 0
        self._share_done = 0.0
        job.progress.connect(self._on_progress)
        self.changed.emit()

    def end(self) -> None:
        """Nothing is read any more."""
        self._files, self._n_files, self._n_over = {}, 0, 0
        self.changed.emit()

    def _on_progress(self, share_done: float, _words: str, partial: object) -> None:
        self._share_done = share_done
        if isinstance(partial, Mapping):
            match partial:
                case {"files": [*paths]}:
                    self._files = {str(path): FileBeingRead(str(path)) for path in paths}
                    self._n_files = len(paths)
                case {"read": path}:
                    self._n_over += 1
                    self._set(str(path), 1.0)
                case {"refused": path}:
                    self._n_over += 1
                    self._files.pop(str(path), None)
                case {"reading": path}:
                    self._set(str(path), 0.0)
        elif self._n_files:
            inside = share_done * self._n_files - self._n_over
            at = next((f for f in self._files.values() if f.share_done not in (None, 1.0)), None)
            if at is not None:
                self._set(at.path, min(max(inside, 0.0), 0.99))
        self.changed.emit()

    def _set(self, path: str, share_done: float) -> None:
        if path in self._files:
            self._files[path] = replace(self._files[path], share_done=share_done)
