"""Checkpoints and which of them is active. Their files lie in the project's folder of models."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from ml_core.domain.models import BASE, Checkpoint
from ml_core.errors import UserError
from ml_core.store.records.taste_in_use import TasteInUse
from ml_core.store.sqlite.changes import NOTHING, Changes
from ml_core.store.sqlite.codec import UNREADABLE, canonical, checksum, matches
from ml_core.store.sqlite.database import Database, utc_now

_CHECKPOINTS: Changes = frozenset({"checkpoints"})


@dataclass(frozen=True, slots=True)
class Activation:
    """One step of the history: which checkpoint became active, and when.

    Attributes:
        checkpoint: None for the base policy.
    """

    id: int
    checkpoint_id: str
    checkpoint: Checkpoint | None
    utc: str


class CheckpointTable:
    """Reads and writes checkpoints; the history only grows."""

    def __init__(self, database: Database, taste: TasteInUse) -> None:
        self._database = database
        self._taste = taste

    def add(self, checkpoint: Checkpoint) -> Changes:
        """Keep a checkpoint; it becomes active only by `activate`.

        Raises:
            ValueError: if another checkpoint has its id.
        """
        if checkpoint.id == BASE or not checkpoint.id:
            raise ValueError("a checkpoint needs an id of its own")
        record = canonical(asdict(checkpoint))
        with self._database.writing() as connection:
            known = connection.execute(
                "SELECT record FROM checkpoints WHERE id = ?", (checkpoint.id,)
            ).fetchone()
            if known is not None and known["record"] != record:
                raise ValueError(f"another checkpoint is called {checkpoint.id}")
            if known is not None:
                return NOTHING
            number = connection.execute(
                "INSERT INTO checkpoints (id, record, checksum) VALUES (?, ?, ?)",
                (checkpoint.id, record, checksum([checkpoint.id, record])),
            ).lastrowid
            connection.execute(
                "INSERT INTO taste_checkpoints VALUES (?, ?)", (self._taste.id, number)
            )
        return _CHECKPOINTS

    def all(self) -> list[Checkpoint]:
        """The taste's checkpoints in the order they were made; damaged rows are left out."""
        return self._read("ORDER BY number")

    def _read(self, which: str, *values: str) -> list[Checkpoint]:
        rows = self._database.rows(
            "SELECT c.* FROM checkpoints AS c JOIN taste_checkpoints AS t USING (number) "
            f"WHERE t.taste = ? {which}",
            (self._taste.id, *values),
        )
        whole = [
            _checkpoint(row["record"])
            for row in rows
            if matches([row["id"], row["record"]], row["checksum"])
        ]
        return [checkpoint for checkpoint in whole if checkpoint is not None]

    def by_id(self, checkpoint_id: str) -> Checkpoint:
        """The checkpoint with this id.

        Raises:
            UserError: if there is none.
        """
        found = self._read("AND c.id = ?", checkpoint_id)
        if found:
            return found[0]
        raise UserError(
            f"There is no checkpoint {checkpoint_id}.", 'See "tastecut history" for their names.'
        )

    def active(self) -> Checkpoint | None:
        """The checkpoint in use; None for the base policy."""
        active = self._database.value(
            "SELECT checkpoint FROM activations WHERE taste = ? ORDER BY id DESC LIMIT 1",
            (self._taste.id,),
        )
        return None if active in (None, BASE) else self.by_id(str(active))

    def activate(self, checkpoint_id: str) -> Changes:
        """Make a checkpoint, or "base", the active one: forward or back.

        Raises:
            UserError: if there is no such checkpoint.
        """
        if checkpoint_id != BASE:
            self.by_id(checkpoint_id)
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO activations (checkpoint, utc, taste) VALUES (?, ?, ?)",
                (checkpoint_id, utc_now(), self._taste.id),
            )
        return _CHECKPOINTS

    def history(self) -> list[Activation]:
        """Every activation of the taste, oldest first."""
        known = {checkpoint.id: checkpoint for checkpoint in self.all()}
        return [
            Activation(row["id"], row["checkpoint"], known.get(row["checkpoint"]), row["utc"])
            for row in self._database.rows(
                "SELECT * FROM activations WHERE taste = ? ORDER BY id", (self._taste.id,)
            )
        ]


def _checkpoint(text: str) -> Checkpoint | None:
    """The checkpoint in a row; None if it is none, though its checksum fits."""
    try:
        return Checkpoint(**json.loads(text))
    except UNREADABLE:
        return None
