"""Comparing sessions: their fixed number of pairs, and their reports."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace

from ml_core.domain.models import ComparisonReport, ComparisonSession
from ml_core.domain.ratings import Comparison
from ml_core.errors import UserError
from ml_core.store.records.reserve import compared_note
from ml_core.store.records.taste_in_use import TasteInUse
from ml_core.store.song_facts.learned_songs import learned_before
from ml_core.store.sqlite.changes import Changes
from ml_core.store.sqlite.codec import UNREADABLE, canonical
from ml_core.store.sqlite.database import Database, Row, utc_now
from ml_core.store.sqlite.pair_rows import insert_batch

_REPORTS: Changes = frozenset({"reports"})
_STARTED: Changes = frozenset({"reports", "comparisons"})


class SessionTable:
    """Reads and writes comparing sessions. Their pairs and answers are in the other tables."""

    def __init__(self, database: Database, taste: TasteInUse) -> None:
        self._database = database
        self._taste = taste
        self._held: dict[int, bool] = {}

    def add(
        self, session: ComparisonSession, comparisons: Sequence[Comparison] = ()
    ) -> tuple[Changes, ComparisonSession]:
        """Start a comparing session, with its pairs or with none yet (`ComparisonTable.add`).

        Args:
            session: its id is given here.
            comparisons: its pairs in order; their session and position are given here.
        """
        session = replace(session, utc=session.utc or utc_now())
        with self._database.writing() as connection:
            cursor = connection.execute(
                "INSERT INTO sessions "
                "(old, new, n_pairs, on_reserved, seed, utc, taste, ends_early) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    session.old,
                    session.new,
                    session.n_pairs,
                    int(session.on_reserved),
                    session.seed,
                    session.utc,
                    self._taste.id,
                    int(session.ends_early),
                ),
            )
            session = replace(session, id=int(cursor.lastrowid or 0))
            insert_batch(
                connection,
                [
                    replace(comparison, session=session.id, position=position)
                    for position, comparison in enumerate(comparisons)
                ],
                self._taste.id,
            )
        return _STARTED if comparisons else _REPORTS, session

    def all(self) -> list[ComparisonSession]:
        """The taste's comparing sessions, oldest first."""
        rows = self._database.rows(
            "SELECT * FROM sessions WHERE taste = ? ORDER BY id", (self._taste.id,)
        )
        return [replace(_session(row), on_reserved=self._is_on_reserved(row)) for row in rows]

    def _is_on_reserved(self, row: Row) -> bool:
        """Whether none of a session's songs was learned from when it was begun.

        Earlier versions went by what the songs were put aside for.
        """
        session_id = row["id"]
        if not row["on_reserved"] or session_id in self._held:
            return self._held.get(session_id, False)
        learned = learned_before(self._database.rows, session_id)
        songs = self._database.rows(
            "SELECT DISTINCT songs.id FROM comparisons JOIN songs USING (sha256) WHERE session = ?",
            (session_id,),
        )
        holds = not any(song["id"] in learned for song in songs)
        if self._database.row("SELECT 1 FROM ratings WHERE session = ?", (session_id,)):
            self._held[session_id] = holds  # From the first answer on it stays so.
        return holds

    def released(self, session_id: int) -> list[str]:
        """Hashes of the songs that a finished comparison took out of the reserve."""
        rows = self._database.rows(
            "SELECT DISTINCT songs.sha256 FROM song_use_history AS h "
            "JOIN songs ON songs.id = h.song_id WHERE h.taste = ? AND h.note = ? ORDER BY songs.id",
            (self._taste.id, compared_note(session_id)),
        )
        return [row["sha256"] for row in rows]

    def is_complete(self, session_id: int) -> bool:
        """Whether its end is reached: its last pair, or earlier where it ends early."""
        return (
            self._database.value("SELECT completed_utc FROM sessions WHERE id = ?", (session_id,))
            is not None
        )

    def save_report(self, session_id: int, report: ComparisonReport) -> Changes:
        """Keep a session's report; a later one replaces it, the earlier stays as a row.

        Raises:
            UserError: if there is no such session.
        """
        with self._database.writing() as connection:
            known = connection.execute("SELECT 1 FROM sessions WHERE id = ?", (session_id,))
            if known.fetchone() is None:
                raise UserError(f"There is no comparison {session_id}.")
            connection.execute(
                "INSERT INTO reports (session_id, report, verdict, utc) VALUES (?, ?, ?, ?)",
                (session_id, canonical(asdict(report)), report.verdict, utc_now()),
            )
        return _REPORTS

    def report(self, session_id: int) -> ComparisonReport | None:
        """The session's last report; None before there is one."""
        text = self._database.value(
            "SELECT report FROM reports WHERE session_id = ? ORDER BY id DESC LIMIT 1",
            (session_id,),
        )
        return None if text is None else report_from_text(text)


def _session(row: Row) -> ComparisonSession:
    return ComparisonSession(
        old=row["old"],
        new=row["new"],
        n_pairs=row["n_pairs"],
        on_reserved=bool(row["on_reserved"]),
        seed=row["seed"],
        utc=row["utc"],
        id=row["id"],
        ends_early=bool(row["ends_early"]),
    )


def report_from_text(text: str) -> ComparisonReport:
    """The report in a row of `reports`.

    Raises:
        ValueError: if the row is damaged.
    """
    try:
        data = json.loads(text)
        low, high = data["interval"]
        data["interval"] = (low, high)
        data["per_song"] = tuple(data["per_song"])
        data["answers"] = tuple(data["answers"])
        return ComparisonReport(**data)
    except UNREADABLE as error:
        raise ValueError("no report") from error
