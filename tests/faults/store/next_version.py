"""A version of the tables that was never released: what the next migration will be like.

As a script it migrates a project, saying `migrating` when the step begins.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from unittest import mock

from ml_core.store import Store
from ml_core.store.sqlite import known_schema, migrations, schema


def to_next_version(connection: sqlite3.Connection) -> None:
    """Add a column, and rewrite the largest table as a change of its columns would."""
    connection.execute("ALTER TABLE songs ADD COLUMN mood TEXT NOT NULL DEFAULT ''")
    (sql,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'ratings'").fetchone()
    for verb in ("update", "delete"):
        connection.execute(f"DROP TRIGGER ratings_no_{verb}")
    connection.execute(sql.replace("CREATE TABLE ratings", "CREATE TABLE new_ratings"))
    for (rating_id,) in connection.execute("SELECT id FROM ratings").fetchall():
        connection.execute(
            "INSERT INTO new_ratings SELECT * FROM ratings WHERE id = ?", (rating_id,)
        )
    connection.execute("DROP TABLE ratings")
    connection.execute("ALTER TABLE new_ratings RENAME TO ratings")
    for statement in schema.append_only_triggers("ratings").strip().split("\n"):
        connection.execute(statement)


@contextmanager
def migrating_to_next(
    step: Callable[[sqlite3.Connection], None] = to_next_version,
) -> Iterator[None]:
    """As if the program were one version further on."""
    now = schema.VERSION
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as made:
        made.executescript(schema.creation_sql())
        digests = {now: known_schema.schema_digest(made)}
        to_next_version(made)
        digests[now + 1] = known_schema.schema_digest(made)
    with (
        mock.patch.dict(known_schema.RELEASED, digests),
        mock.patch.object(schema, "VERSION", now + 1),
        mock.patch.dict(migrations.STEPS, {now: step}),
    ):
        yield


def _saying(connection: sqlite3.Connection) -> None:
    print("migrating", flush=True)
    to_next_version(connection)


if __name__ == "__main__":
    with migrating_to_next(_saying):
        Store.open(sys.argv[1]).close()
