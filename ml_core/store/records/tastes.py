"""Tastes: several in one project, each with ratings, models and comparisons of its own."""

from __future__ import annotations

import sqlite3

from ml_core.domain.models import Taste
from ml_core.errors import UserError
from ml_core.store.records.removed_tastes import last_removed, note_brought_back, note_removed
from ml_core.store.records.reserve import fill_reserve
from ml_core.store.sqlite.changes import ALL, NOTHING, Changes, Tables
from ml_core.store.sqlite.database import Database, Row, utc_now
from ml_core.store.sqlite.rating_rows import insert_changed, make_current, taste_value

_CURRENT = "taste"
"""The setting that holds the id of the taste in use."""
_LONGEST_NAME = 60
_CHOOSE = "Choose another name."
_TASTES: Changes = frozenset({"tastes"})

_COUNTED = (
    "SELECT t.id, t.name, t.replaces, (SELECT count(*) FROM current_ratings AS c "
    "LEFT JOIN sessions AS s ON s.id = c.session WHERE c.taste = t.id AND c.answer != 'skip' "
    "AND (c.session IS NULL OR s.completed_utc IS NOT NULL)) AS n_ratings "
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


def chosen_taste(database: Database) -> int:
    """Id of the taste in use, or of the first one where that is gone."""
    found = database.value(
        "SELECT id FROM tastes WHERE removed = 0 ORDER BY "
        "CAST(id AS TEXT) = (SELECT value FROM settings WHERE name = ?) DESC, id LIMIT 1",
        (_CURRENT,),
    )
    return int(found)


class TasteTable(Tables):
    """Reads and writes tastes. None is ever deleted: `removed` ones keep all they had."""

    def tastes(self) -> list[Taste]:
        """The tastes, oldest first."""
        return [
            Taste(row["id"], row["name"], row["n_ratings"], row["replaces"])
            for row in self._database.rows(_COUNTED)
        ]

    @property
    def taste(self) -> Taste:
        """The taste that all other methods read and write."""
        return next(taste for taste in self.tastes() if taste.id == self._taste)

    def find_taste(self, name: str) -> Taste:
        """The taste of this name, whatever its capitals.

        Raises:
            UserError: if there is none.
        """
        wanted = " ".join(name.split()).casefold()
        tastes = self.tastes()
        for taste in tastes:
            if taste.name.casefold() == wanted:
                return taste
        names = ", ".join(taste.name for taste in tastes)
        raise UserError(f'There is no taste "{name}".', f"Choose one of: {names}.")

    def find_removed_taste(self, name: str) -> int:
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
        self._taste = taste.id

    def use_taste(self, taste_id: int) -> Changes:
        """Make a taste the one in use, also when the project is opened again."""
        if taste_id == self._taste == chosen_taste(self._database):
            return NOTHING
        with self._database.writing() as connection:
            _require(connection, taste_id)
            _choose(connection, taste_id)
        self._taste = taste_id
        return ALL

    def add_taste(self, name: str) -> tuple[Changes, Taste]:
        """Add an empty taste over the same songs; songs left out stay so.

        Raises:
            UserError: if the name is taken, or is none.
        """
        with self._database.writing() as connection:
            taste_id = _insert(connection, taste_name(name))
            _copy_uses(connection, self._taste, taste_id, "AND use_by = 'person'")
            fill_reserve(connection, taste_id)
        return _TASTES, self._by_id(taste_id)

    def rename_taste(self, taste_id: int, name: str) -> Changes:
        """Call a taste otherwise.

        Raises:
            UserError: if the name is taken, or is none.
        """
        name = taste_name(name)
        with self._database.writing() as connection:
            _require(connection, taste_id)
            _require_free(connection, name, taste_id)
            connection.execute("UPDATE tastes SET name = ? WHERE id = ?", (name, taste_id))
        return _TASTES

    def duplicate_taste(self, taste_id: int, name: str) -> tuple[Changes, Taste]:
        """Add a taste that begins with another one's brief, ratings, models and uses of songs.

        Its ratings are rows of their own, in the order and with the times of the others; those of
        finished comparisons are plain ratings there, since the comparisons stay behind.

        Raises:
            UserError: if the name is taken, or is none.
        """
        with self._database.writing() as connection:
            _require(connection, taste_id)
            new_id = _insert(connection, taste_name(name))
            connection.execute(
                "UPDATE tastes SET brief = (SELECT brief FROM tastes WHERE id = ?) WHERE id = ?",
                (taste_id, new_id),
            )
            _copy_uses(connection, taste_id, new_id)
            _copy_ratings(connection, taste_id, new_id)
            _copy_models(connection, taste_id, new_id)
            fill_reserve(connection, new_id)
        return _TASTES, self._by_id(new_id)

    def reset_taste(self, taste_id: int) -> tuple[Changes, Taste]:
        """Begin a taste anew under its name and brief, without ratings and models.

        What it had is put aside with the old taste, whole: `bring_back_taste` undoes the reset.

        Returns:
            what changed, and the taste that took the name.
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
            _copy_uses(connection, taste_id, new_id, "AND use_by = 'person'")
            fill_reserve(connection, new_id)
            if is_chosen:
                _choose(connection, new_id)
        return self._after_swap(taste_id, new_id), self._by_id(new_id)

    def remove_taste(self, taste_id: int) -> Changes:
        """Take a taste off the list; `bring_back_taste` undoes it.

        Raises:
            UserError: if it is the only one.
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
                _choose(connection, int(other["id"]))
            connection.execute("UPDATE tastes SET removed = 1 WHERE id = ?", (taste_id,))
            note_removed(connection, taste_id)
        return self._after_swap(taste_id, int(other["id"]))

    def bring_back_taste(self, taste_id: int) -> Changes:
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
                _choose(connection, taste_id)
            # Songs may have come meanwhile.
            fill_reserve(connection, taste_id)
        return _TASTES if successor is None else self._after_swap(int(successor["id"]), taste_id)

    def _after_swap(self, gone: int, instead: int) -> Changes:
        """Work in another taste if the one at hand has gone."""
        if gone != self._taste:
            return _TASTES
        self._taste = instead
        return ALL

    def _by_id(self, taste_id: int) -> Taste:
        return next(taste for taste in self.tastes() if taste.id == taste_id)


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


def _choose(connection: sqlite3.Connection, taste_id: int) -> None:
    connection.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (_CURRENT, str(taste_id)))


def _copy_uses(connection: sqlite3.Connection, old: int, new: int, which: str = "") -> None:
    connection.execute(
        f"INSERT INTO song_uses SELECT ?, song_id, use, use_by FROM song_uses WHERE taste = ? "
        f"{which}",
        (new, old),
    )


def _copy_ratings(connection: sqlite3.Connection, old: int, new: int) -> None:
    """Copy the answers that teach, skips included, and their pairs."""
    rows = connection.execute(
        "SELECT ratings.* FROM current_ratings AS c JOIN ratings ON ratings.id = c.rating_id "
        "LEFT JOIN sessions AS s ON s.id = c.session "
        "WHERE c.taste = ? AND (c.session IS NULL OR s.completed_utc IS NOT NULL) "
        "ORDER BY c.rating_id",
        (old,),
    ).fetchall()
    pairs = {row["comparison_id"]: 0 for row in rows}
    # In the order of the pairs: one that repeats another comes after it.
    for pair_id in sorted(pairs):
        repeated = connection.execute(
            "SELECT repeat_of FROM comparisons WHERE id = ?", (pair_id,)
        ).fetchone()["repeat_of"]
        cursor = connection.execute(
            "INSERT INTO comparisons (batch, position, session, sha256, a, b, origin_a, origin_b, "
            "reason, repeat_of, utc, taste) SELECT batch, position, NULL, sha256, a, b, origin_a, "
            "origin_b, reason, ?, utc, ? FROM comparisons WHERE id = ?",
            (pairs.get(repeated) or None, new, pair_id),
        )
        pairs[pair_id] = int(cursor.lastrowid or 0)
    for row in rows:
        pair_id = pairs[row["comparison_id"]]
        changes = {
            "comparison_id": pair_id,
            "session": None,
            "repeat_of": pairs.get(row["repeat_of"]) or None,
            "taste": taste_value(new),
        }
        rating_id = insert_changed(connection, row, changes)
        make_current(connection, pair_id, rating_id, row["answer"])


def _copy_models(connection: sqlite3.Connection, old: int, new: int) -> None:
    connection.execute(
        "INSERT INTO taste_checkpoints SELECT ?, number FROM taste_checkpoints WHERE taste = ?",
        (new, old),
    )
    connection.execute(
        "INSERT INTO activations (checkpoint, utc, taste) SELECT checkpoint, ?, ? "
        "FROM activations WHERE taste = ? ORDER BY id DESC LIMIT 1",
        (utc_now(), new, old),
    )
