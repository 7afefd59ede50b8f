"""The tables, as they are in a new project. Older projects get here by `migrations`."""

from __future__ import annotations

VERSION = 5
"""Kept in the file's user_version; a file with a higher one is refused."""

FIRST_TASTE = 1
"""Id of the taste that a project begins with."""
FIRST_NAME = "My taste"

APPLICATION_ID = 0x54734374  # "TsCt": tells a Tastecut file from any other SQLite file.

# Ratings and marks are append-only: undo and re-rating are new rows, and the checksum of a row
# never has to follow a change. `current_ratings` and `open_comparisons` only say again, in a form
# that is found by key, what the ratings say ("next pair by NOT EXISTS" measured 126 ms at 100,000
# ratings, by key 0.04 ms).
#
# Pairs, ratings, models, comparing sessions and what songs are used for are each taste's own.
# Songs, analyses and marks belong to the project: a bad join is bad for every taste. A taste is
# never deleted. One that was removed, or replaced by an empty one of its name (a reset), keeps all
# it had. A rating holds its taste, so that it outlives its pair. The first taste is null there, so
# that rows of older versions keep their checksums.

# What came with version 2: at most one row a song, of those that a person corrected.
SONG_CORRECTIONS = """
CREATE TABLE song_corrections (
    song_id INTEGER PRIMARY KEY REFERENCES songs (id),
    corrections TEXT NOT NULL,
    pairs_after INTEGER NOT NULL
) STRICT;
"""

# What came with version 4. A song is known by its sound, of which a row of version 3 does not tell
# yet: it gets one when its file is next read. Songs that are one recording in several files share
# the id of the first as `recording`, which is null until they were compared. A path's stamp tells
# whether its file has to be read again.
SONG_SOUNDS = (
    """
CREATE TABLE song_sounds (
    song_id INTEGER PRIMARY KEY REFERENCES songs (id),
    sound TEXT NOT NULL UNIQUE,
    fingerprint BLOB NOT NULL,
    recording INTEGER REFERENCES songs (id)
) STRICT;
""",
    "CREATE INDEX song_sounds_by_recording ON song_sounds (recording);\n",
    """
CREATE TABLE file_stamps (
    path TEXT PRIMARY KEY NOT NULL,
    n_bytes INTEGER NOT NULL,
    changed_ns INTEGER NOT NULL
) STRICT;
""",
)

TABLES = """
CREATE TABLE settings (
    name TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE tastes (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    utc TEXT NOT NULL,
    brief TEXT,
    removed INTEGER NOT NULL DEFAULT 0 CHECK (removed IN (0, 1)),
    replaces INTEGER REFERENCES tastes (id)
) STRICT;
CREATE UNIQUE INDEX tastes_by_name ON tastes (name COLLATE NOCASE) WHERE removed = 0;

CREATE TABLE songs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sha256 TEXT NOT NULL UNIQUE,
    sample_rate_hz INTEGER NOT NULL,
    n_samples INTEGER NOT NULL,
    n_channels INTEGER NOT NULL,
    title TEXT NOT NULL,
    artist TEXT NOT NULL,
    file_format TEXT NOT NULL,
    subtype TEXT NOT NULL,
    warnings TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('waiting', 'ready', 'failed')),
    message TEXT NOT NULL,
    tempo_bpm REAL,
    meter INTEGER,
    added_utc TEXT NOT NULL,
    removed INTEGER NOT NULL DEFAULT 0 CHECK (removed IN (0, 1)),
    teaches INTEGER NOT NULL DEFAULT 1 CHECK (teaches IN (0, 1))
) STRICT;

CREATE TABLE song_uses (
    taste INTEGER NOT NULL REFERENCES tastes (id),
    song_id INTEGER NOT NULL REFERENCES songs (id),
    use TEXT NOT NULL CHECK (use IN ('rate', 'compare', 'out')),
    use_by TEXT NOT NULL CHECK (use_by IN ('rule', 'person', 'session')),
    PRIMARY KEY (taste, song_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE song_paths (
    path TEXT PRIMARY KEY NOT NULL,
    song_id INTEGER NOT NULL REFERENCES songs (id),
    seen INTEGER NOT NULL
) STRICT;
CREATE INDEX song_paths_by_song ON song_paths (song_id, seen);

CREATE TABLE song_use_history (
    id INTEGER PRIMARY KEY,
    song_id INTEGER NOT NULL REFERENCES songs (id),
    use TEXT NOT NULL,
    used_by TEXT NOT NULL,
    note TEXT NOT NULL,
    utc TEXT NOT NULL,
    taste INTEGER NOT NULL DEFAULT 1 REFERENCES tastes (id)
) STRICT;

CREATE TABLE sessions (
    id INTEGER PRIMARY KEY,
    old TEXT NOT NULL,
    new TEXT NOT NULL,
    n_pairs INTEGER NOT NULL,
    on_reserved INTEGER NOT NULL,
    seed INTEGER NOT NULL,
    utc TEXT NOT NULL,
    completed_utc TEXT,
    taste INTEGER NOT NULL DEFAULT 1 REFERENCES tastes (id),
    ends_early INTEGER NOT NULL DEFAULT 0 CHECK (ends_early IN (0, 1))
) STRICT;

CREATE TABLE reports (
    id INTEGER PRIMARY KEY,
    session_id INTEGER NOT NULL REFERENCES sessions (id),
    report TEXT NOT NULL,
    verdict TEXT NOT NULL,
    utc TEXT NOT NULL
) STRICT;
CREATE INDEX reports_by_session ON reports (session_id, id);

CREATE TABLE comparisons (
    id INTEGER PRIMARY KEY,
    batch INTEGER NOT NULL,
    position INTEGER NOT NULL,
    session INTEGER REFERENCES sessions (id),
    sha256 TEXT NOT NULL,
    a TEXT NOT NULL,
    b TEXT NOT NULL,
    origin_a TEXT NOT NULL,
    origin_b TEXT NOT NULL,
    reason TEXT NOT NULL,
    repeat_of INTEGER REFERENCES comparisons (id),
    utc TEXT NOT NULL,
    taste INTEGER NOT NULL DEFAULT 1 REFERENCES tastes (id)
) STRICT;
CREATE INDEX comparisons_by_batch ON comparisons (batch);
CREATE INDEX comparisons_by_song ON comparisons (sha256, session);
CREATE INDEX comparisons_by_session ON comparisons (session, position, id);

CREATE TABLE ratings (
    id INTEGER PRIMARY KEY,
    comparison_id INTEGER NOT NULL REFERENCES comparisons (id),
    withdraws INTEGER REFERENCES ratings (id),
    sha256 TEXT NOT NULL,
    a TEXT NOT NULL,
    b TEXT NOT NULL,
    answer TEXT NOT NULL CHECK (answer IN ('A', 'B', 'tie', 'skip', 'withdrawn')),
    strength INTEGER NOT NULL,
    heard_a_s REAL,
    heard_b_s REAL,
    source TEXT NOT NULL,
    reason TEXT NOT NULL,
    repeat_of INTEGER,
    session INTEGER,
    batch INTEGER NOT NULL,
    cycle TEXT NOT NULL,
    utc TEXT NOT NULL,
    checksum TEXT NOT NULL,
    taste INTEGER
) STRICT;
CREATE INDEX ratings_by_song ON ratings (sha256);

CREATE TABLE current_ratings (
    comparison_id INTEGER PRIMARY KEY REFERENCES comparisons (id),
    rating_id INTEGER NOT NULL UNIQUE REFERENCES ratings (id),
    answer TEXT NOT NULL,
    session INTEGER,
    taste INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX current_ratings_by_session ON current_ratings (session, answer);
CREATE INDEX current_ratings_by_taste ON current_ratings (taste, rating_id);

CREATE TABLE open_comparisons (
    comparison_id INTEGER PRIMARY KEY REFERENCES comparisons (id),
    session INTEGER,
    taste INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX open_comparisons_by_session ON open_comparisons (session, comparison_id);
CREATE INDEX open_comparisons_by_taste ON open_comparisons (taste, session, comparison_id);

CREATE TABLE marks (
    id INTEGER PRIMARY KEY,
    withdraws INTEGER UNIQUE REFERENCES marks (id),
    comparison_id INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    kind TEXT NOT NULL,
    side TEXT NOT NULL,
    from_sample INTEGER NOT NULL,
    to_sample INTEGER NOT NULL,
    utc TEXT NOT NULL,
    checksum TEXT NOT NULL
) STRICT;

CREATE TABLE checkpoints (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    record TEXT NOT NULL,
    checksum TEXT NOT NULL
) STRICT;

CREATE TABLE taste_checkpoints (
    taste INTEGER NOT NULL REFERENCES tastes (id),
    number INTEGER NOT NULL REFERENCES checkpoints (number),
    PRIMARY KEY (taste, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE activations (
    id INTEGER PRIMARY KEY,
    checkpoint TEXT NOT NULL,
    utc TEXT NOT NULL,
    taste INTEGER NOT NULL DEFAULT 1 REFERENCES tastes (id)
) STRICT;
"""

APPEND_ONLY = ("ratings", "marks", "checkpoints", "activations", "reports", "song_use_history")


def append_only_triggers(table: str) -> str:
    """SQL that makes SQLite itself refuse to change or delete a row of the table."""
    return "".join(
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;\n"
        for verb in ("UPDATE", "DELETE")
    )


def creation_sql() -> str:
    """All that makes an empty file a project of the present version."""
    tables = TABLES + SONG_CORRECTIONS + "".join(SONG_SOUNDS)
    triggers = "".join(append_only_triggers(table) for table in APPEND_ONLY)
    first = f"INSERT INTO tastes (id, name, utc) VALUES ({FIRST_TASTE}, '{FIRST_NAME}', '');"
    return (
        f"BEGIN;\n{tables}\n{triggers}\n{first}\n"
        f"PRAGMA application_id = {APPLICATION_ID};\nPRAGMA user_version = {VERSION};\nCOMMIT;"
    )
