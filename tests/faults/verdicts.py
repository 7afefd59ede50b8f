"""The one verdict of the fault suite, made before a fault is injected and asked after it.

Every acknowledged rating is found again; `PRAGMA integrity_check` is ok; nothing partial stands
under a final name; the original songs' SHA-256 and mtime are unchanged; the message names the file
and the remedy; the exit code is clean.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import numpy as np
import soundfile

from ml_core.domain.ratings import Rating
from ml_core.errors import UserError
from ml_core.paths import database_path
from ml_core.store import Store
from tests.faults.command import Done, tastecut
from tests.faults.ledger import Ledger, Rated, answers_in
from tests.faults.requiring import require, require_whole
from tests.faults.whole_files import partial_files, print_of

POINTS = ("ratings", "integrity", "whole files", "songs", "message", "exit code")


class Verdict:
    """What stood before, and how often each of the six points was looked at since.

    Attributes:
        folder: where the case works; all in it is looked through at the end.
        counts: how often each point was asked, by its name in `POINTS`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.counts: Counter[str] = Counter()
        self._songs: dict[Path, tuple[str, int]] = {}
        self._ratings: dict[Path, list[Rated]] = {}
        self._not_ours: set[Path] = set()
        originals = folder / "originals"
        originals.mkdir(parents=True)
        rng = np.random.default_rng(0)
        for number in range(2):
            path = originals / f"original {number}.wav"
            soundfile.write(path, 0.1 * rng.standard_normal((8_000, 2)), 8_000)
        self.watch(originals)

    def watch(self, *paths: Path) -> None:
        """Songs, or folders of them, that must stay as they are from now on."""
        for path in paths:
            files = sorted(path.rglob("*")) if path.is_dir() else [path]
            self._songs |= {file: print_of(file) for file in files if file.is_file()}

    def changes(self, *paths: Path) -> None:
        """Songs that the case itself moves or changes: not watched until `watch` again."""
        for path in paths:
            self._songs.pop(path, None)

    def injects(self, *paths: Path) -> None:
        """Files or folders that are the fault itself: they need not be whole."""
        self._not_ours |= set(paths)

    def expect(self, project: Path) -> None:
        """The ratings that a project holds now were acknowledged."""
        with Store.open(project, write=False) as store:
            self._ratings[project] = answers_in(store)

    def forget(self, project: Path) -> None:
        """A project whose ratings the case itself took away, or that is not looked at again."""
        self._ratings.pop(project, None)
        self._not_ours.add(project)

    def ledger_holds(self, ledger: Ledger, project: Path) -> None:
        """What a rater was told is in the project, whole."""
        ledger.compare(project)
        self.counts["ratings"] += 1
        self.counts["integrity"] += 1

    def whole(self, project: Path) -> None:
        """The database passes SQLite's full check, and every row its own."""
        require_whole(project)
        self.counts["integrity"] += 1

    def ratings_are(self, project: Path, expected: Iterable[Rating]) -> None:
        """The project holds exactly these ratings, and is whole."""
        self.whole(project)
        with Store.open(project, write=False) as store:
            require(store.ratings.current() == list(expected), "the ratings differ")
        self.counts["ratings"] += 1

    def told(self, said: UserError | str, *names: object) -> None:
        """A message names what it is about and what helps, on one line, as a sentence."""
        words = str(said).strip()
        require(words and "\n" not in words, f"no single line: {words[-300:]!r}")
        require("Traceback" not in words, words)
        for name in names:
            require(str(name) in words, f"{name} is not named: {words}")
        remedy = said.remedy if isinstance(said, UserError) else ""
        # A second sentence, or a second half of one, says what helps or what was done instead.
        require(
            remedy or len([part for part in re.split("[.;:] |, so ", words) if part]) > 1, words
        )
        self.counts["message"] += 1

    def tastecut(
        self, *arguments: object, project: Path | None = None, code: int | None = 0, **more: object
    ) -> Done:
        """Run the command, which must end cleanly.

        Args:
            code: the exit code that is right; None where 0 and 2 both are.
        """
        done = tastecut(*arguments, home=self.folder / "home", project=project, **more)
        self.ended(done, (0, 2) if code is None else (code,))
        return done

    def ended(self, done: Done, codes: tuple[int, ...] = (0,)) -> None:
        """A program ended with a clean exit code, without a traceback."""
        require(done.code in codes, f"exit code {done.code}: {done.err[-1_500:]}{done.out[-300:]}")
        require("Traceback" not in done.err + done.out, done.err[-1_500:])
        self.counts["exit code"] += 1

    def refused(self, *arguments: object, names: Iterable[object] = (), **more: object) -> Done:
        """Run the command, which must end with exit code 2 and one sentence that names a remedy."""
        done = self.tastecut(*arguments, code=2, **more)
        self.told(done.err.strip().splitlines()[-1] if done.err.strip() else "", *names)
        return done

    def check(self) -> None:
        """All six points, over all that is in the folder.

        Raises:
            AssertionError: naming what is wrong.
        """
        for path, before in self._songs.items():
            require(path.is_file() and print_of(path) == before, f"{path} was changed")
            self.counts["songs"] += 1
        for project in self._projects():
            with closing(sqlite3.connect(database_path(project))) as raw:
                found = raw.execute("PRAGMA integrity_check").fetchall()
            require(found == [("ok",)], f"{project}: {found[:3]}")
            self.whole(project)
        for project, expected in self._ratings.items():
            with Store.open(project, write=False) as store:
                missing = set(expected) - set(answers_in(store))
            require(not missing, f"{len(missing)} of {len(expected)} ratings are lost in {project}")
            self.counts["ratings"] += len(expected)
        partial = partial_files(self.folder, self._not_ours | {self.folder / "originals"})
        require(not partial, f"partial: {partial[:3]}")
        self.counts["whole files"] += 1

    def _projects(self) -> list[Path]:
        name = database_path(Path()).name
        found = []
        for folder, folders, files in os.walk(self.folder):
            here = Path(folder)
            folders[:] = [one for one in folders if here / one not in self._not_ours]
            if name in files and here not in self._not_ours:
                found.append(here)
        return found
