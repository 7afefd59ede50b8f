"""Tastes: several in one project, each with ratings, models and comparisons of its own."""

from __future__ import annotations

import sqlite3
from collections import Counter

from ml_core.domain.models import Taste
from ml_core.errors import UserError
from ml_core.store.records.by_eye import ByEye
from ml_core.store.records.removed_tastes import last_removed, note_brought_back, note_removed
from ml_core.store.records.reserve import fill_reserve
from ml_core.store.records.taste_copies import copy_models, copy_ratings, copy_uses
from ml_core.store.records.taste_in_use import TasteInUse, choose_taste, chosen_taste
from ml_core.store.sqlite.changes import ALL, NOTHING, Changes
from ml_core.store.sqlite.database import Database, Row, utc_now

_LONGEST_NAME = 60
_CHOOSE = "Choose another name."
_TASTES: Changes = frozenset({"tastes"})

_SAID = (
    "FROM current_ratings AS c LEFT JOIN sessions AS s ON s.id = c.session "
    "WHERE c.answer != 'skip' AND (c.session IS NULL OR s.completed_utc IS NOT NULL)"
)
_COUNTED = (
    f"SELECT t.id, t.name, t.replaces, (SELECT count(*) {_SAID} AND c.taste = t.id) AS n_ratings "
    "FROM tastes AS t WHERE t.removed = 0 ORDER BY t.id"
)


def taste_name(text: str) -> str:
    """A name as it is kept: one line without space at its ends.

    Raises:
        UserError: if nothing is left of it, or too much.
    """
    name = " ".join(text.split())
    if not name or not name.isprintable():
        raise UserError("A taste needs a name.", 'Call it "Radio edit", say.')
    if len(name) > _LONGEST_NAME:
        raise UserError(f"The name is longer than {_LONGEST_NAME} letters.", "Shorten it.")
    return name


class TasteTable:
    """Reads and writes tastes. None is ever deleted: `removed` ones keep all they had."""

    def __init__(self, database: Database, taste: TasteInUse, by_eye: ByEye) -> None:
        self._database = database
        self._taste = taste
        self._by_eye = by_eye

    def listed(self) -> list[Taste]:
        """The tastes on the list, oldest first."""
        left_out = self._left_out()
        return [
            Taste(row["id"], row["name"], row["n_ratings"] - left_out[row["id"]], row["replaces"])
            for row in self._database.rows(_COUNTED)
        ]

    def _left_out(self) -> Counter[int]:
        """How many answers of each taste do not count, since they were given by eye."""
        by_eye = self._by_eye.ids()
        if not by_eye or self._by_eye.teaches:
            return Counter()
        rows = self._database.rows(f"SELECT c.taste, c.rating_id {_SAID}")
        return Counter(row["taste"] for row in rows if row["rating_id"] in by_eye)

    def in_use(self) -> Taste:
        """The taste that the store's parts read and write."""
        return next(taste for taste in self.listed() if taste.id == self._taste.id)

    def find(self, name: str) -> Taste:
        """The taste of this name, whatever its capitals.

        Raises:
            UserError: if there is none.
        """
        wanted = " ".join(name.split()).casefold()
        tastes = self.listed()
        for taste in tastes:
            if taste.name.casefold() == wanted:
                return taste
        names = ", ".join(taste.name for taste in tastes)
        raise UserError(f'There is no taste "{name}".', f"Choose one of: {names}.")

    def find_removed(self, name: str) -> int:
        """Id of the taste of this name that was removed last; what a reset put aside is not one.

        Raises:
            UserError: if there is none.
        """
        found = last_removed(self._database, " ".join(name.split()))
        if found is not None:
            return found
        raise UserError(f'No taste "{name}" was removed.', "tastecut tastes lists those there are.")

    def work_in(self, taste: Taste) -> None:
        """Read and write this taste from now on, in this store only."""
        self._taste.id = taste.id

    def use(self, taste_id: int) -> Changes:
        """Make a taste the one in use, also when the project is opened again.

        Raises:
            UserError: if it is not on the list.
        """
        if taste_id == self._taste.id == chosen_taste(self._database):
            return NOTHING
        with self._database.writing() as connection:
            _require(connection, taste_id)
            choose_taste(connection, taste_id)
        self._taste.id = taste_id
        return ALL

    def add(self, name: str) -> tuple[Changes, Taste]:
        """Add an empty taste over the same songs; songs left out stay so.

        Raises:
            UserError: if the name is taken, or is none.
        """
        with self._database.writing() as connection:
            taste_id = _insert(connection, taste_name(name))
            copy_uses(connection, self._taste.id, taste_id, only_by_hand=True)
            fill_reserve(connection, taste_id)
        return _TASTES, self._by_id(taste_id)

    def rename(self, taste_id: int, name: str) -> Changes:
        """Call a taste otherwise.

        Raises:
            UserError: if the name is taken, or is none, or the taste is not on the list.
        """
        name = taste_name(name)
        with self._database.writing() as connection:
            _require(connection, taste_id)
            _require_free(connection, name, taste_id)
            connection.execute("UPDATE tastes SET name = ? WHERE id = ?", (name, taste_id))
        return _TASTES

    def duplicate(self, taste_id: int, name: str) -> tuple[Changes, Taste]:
        """Add a taste that begins with another one's brief, ratings, models and uses of songs.

        Its ratings are rows of their own, in the order and with the times of the others. Ratings of
        finished comparisons are plain ratings there, since the comparisons stay behind.

        Raises:
            UserError: if the name is taken, or is none, or the taste is not on the list.
        """
        with self._database.writing() as connection:
            _require(connection, taste_id)
            new_id = _insert(connection, taste_name(name))
            connection.execute(
                "UPDATE tastes SET brief = (SELECT brief FROM tastes WHERE id = ?) WHERE id = ?",
                (taste_id, new_id),
            )
            copy_uses(connection, taste_id, new_id)
            copy_ratings(connection, taste_id, new_id)
            copy_models(connection, taste_id, new_id)
            fill_reserve(connection, new_id)
        return _TASTES, self._by_id(new_id)

    def reset(self, taste_id: int) -> tuple[Changes, Taste]:
        """Begin a taste anew under its name and brief, without ratings and models.

        What it had is put aside with the old taste, whole: `bring_back` undoes the reset.

        Returns:
            what changed, and the taste that took the name.

        Raises:
            UserError: if the taste is not on the list.
        """
        with self._database.writing() as connection:
            row = _require(connection, taste_id)
            is_chosen = chosen_taste(self._database) == taste_id
            connection.execute("UPDATE tastes SET removed = 1 WHERE id = ?", (taste_id,))
            new_id = _insert(connection, row["name"])
            connection.execute(
                "UPDATE tastes SET brief = ?, replaces = ? WHERE id = ?",
                (row["brief"], taste_id, new_id),
            )
            copy_uses(connection, taste_id, new_id, only_by_hand=True)
            fill_reserve(connection, new_id)
            if is_chosen:
                choose_taste(connection, new_id)
        return self._after_swap(taste_id, new_id), self._by_id(new_id)

    def remove(self, taste_id: int) -> Changes:
        """Take a taste off the list; `bring_back` undoes it.

        Raises:
            UserError: if it is the only one, or is not on the list.
        """
        with self._database.writing() as connection:
            _require(connection, taste_id)
            other = connection.execute(
                "SELECT id FROM tastes WHERE removed = 0 AND id != ? ORDER BY id LIMIT 1",
                (taste_id,),
            ).fetchone()
            if other is None:
                raise UserError("A project needs one taste.", "Add another one first.")
            if chosen_taste(self._database) == taste_id:
                choose_taste(connection, int(other["id"]))
            connection.execute("UPDATE tastes SET removed = 1 WHERE id = ?", (taste_id,))
            note_removed(connection, taste_id)
        return self._after_swap(taste_id, int(other["id"]))

    def bring_back(self, taste_id: int) -> Changes:
        """Put a removed taste back on the list, in the place of what replaced it or it replaced.

        Raises:
            UserError: if another taste has its name now, or there is no such taste.
        """
        with self._database.writing() as connection:
            row = connection.execute("SELECT * FROM tastes WHERE id = ?", (taste_id,)).fetchone()
            if row is None:
                raise UserError("There is no such taste.")
            # Either way: undoing a reset, and doing it again.
            successor = connection.execute(
                "SELECT id FROM tastes WHERE (replaces = ? OR id = ?) AND removed = 0",
                (taste_id, row["replaces"]),
            ).fetchone()
            if successor is not None:
                is_chosen = chosen_taste(self._database) == successor["id"]
                connection.execute("UPDATE tastes SET removed = 1 WHERE id = ?", (successor["id"],))
            remedy = f'Rename that one first: tastecut tastes --rename "{row["name"]}" NAME.'
            _require_free(connection, row["name"], taste_id, remedy)
            connection.execute("UPDATE tastes SET removed = 0 WHERE id = ?", (taste_id,))
            note_brought_back(connection, taste_id)
            if successor is not None and is_chosen:
                choose_taste(connection, taste_id)
            # Songs may have come meanwhile.
            fill_reserve(connection, taste_id)
        return _TASTES if successor is None else self._after_swap(int(successor["id"]), taste_id)

    def _after_swap(self, gone: int, instead: int) -> Changes:
        """Work in another taste if the one at hand has gone."""
        if gone != self._taste.id:
            return _TASTES
        self._taste.id = instead
        return ALL

    def _by_id(self, taste_id: int) -> Taste:
        return next(taste for taste in self.listed() if taste.id == taste_id)


def _require(connection: sqlite3.Connection, taste_id: int) -> Row:
    row: Row | None = connection.execute(
        "SELECT * FROM tastes WHERE id = ? AND removed = 0", (taste_id,)
    ).fetchone()
    if row is None:
        raise UserError("That taste is not in the project.")
    return row


def _require_free(
    connection: sqlite3.Connection, name: str, taste_id: int = 0, remedy: str = _CHOOSE
) -> None:
    taken = connection.execute(
        "SELECT name FROM tastes WHERE removed = 0 AND id != ?", (taste_id,)
    ).fetchall()
    if name.casefold() in {row["name"].casefold() for row in taken}:
        raise UserError(f'There is a taste "{name}" already.', remedy)


def _insert(connection: sqlite3.Connection, name: str) -> int:
    _require_free(connection, name)
    cursor = connection.execute("INSERT INTO tastes (name, utc) VALUES (?, ?)", (name, utc_now()))
    return int(cursor.lastrowid or 0)
