"""Whether an answer from a file is about this project's pair: every project has a pair 1.

A row is proved by the key that `propose` writes beside each pair, or by its song's hash or path
together with what both sides keep. What a row does not say, the `pairs.json` beside its file, or in
a folder beside it, may say: files of older builds hold no keys, and scripts often write the pair
and its answer alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from ml_core.domain.edits import Edit
from ml_core.domain.ratings import Comparison, Rating
from ml_core.errors import UserError
from ml_core.pipeline.rating_files.feedback import FilledAnswer, Kept, RefusedRow, kept_of
from ml_core.store import Store
from ml_core.untrusted_json import read_json

SAME_TIME_S = 0.002
"""Times rounded to milliseconds by another program are still the same."""

PAIRS_FILE = "pairs.json"

MOST_PAIRS_FILES = 50
"""So many folders beside a file of answers are looked at; a person has a few."""

_PROJECT_ID = "project_id"

# Of a hexadecimal number spreadsheets make 1.2E+15; with a letter before it stays a text.
_KEY_DIGITS = 15


def project_id_of(store: Store) -> str:
    """The random name that a project got when it was made; its copies and backups keep it."""
    return str(store.settings.get(_PROJECT_ID, ""))


def pair_key(project_id: str, comparison: Comparison) -> str:
    """What names a pair by its project and content; tells neither policies nor repeats apart."""
    content = [project_id, comparison.id, comparison.sha256, comparison.a.id, comparison.b.id]
    return "k" + hashlib.sha256(json.dumps(content).encode()).hexdigest()[:_KEY_DIGITS]


class PairProof:
    """Tells the answers of this project's pairs from others.

    Args:
        store: of the project.
        file: that the answers were read from.
    """

    def __init__(self, store: Store, file: Path) -> None:
        self._store = store
        self._project_id = project_id_of(store)
        self._beside = _pairs_beside(file)
        self._seen: set[int] = set()

    def rating(self, answer: FilledAnswer) -> Rating | RefusedRow:
        """The rating that an answer is, or why it is refused."""
        comparison = self._store.pairs.find(answer.pair)
        if comparison is None:
            return RefusedRow(answer.row, f"There is no pair {answer.pair} in this project.")
        if answer.pair in self._seen:
            return RefusedRow(answer.row, f"Pair {answer.pair} is already in this file.")
        why_not = self._why_not(answer, comparison)
        if why_not:
            return RefusedRow(answer.row, why_not)
        self._seen.add(answer.pair)
        if self._store.ratings.is_answered(answer.pair):
            return RefusedRow(answer.row, f"Pair {answer.pair} is rated already.")
        return Rating(
            comparison_id=comparison.id,
            a=comparison.a,
            b=comparison.b,
            answer=answer.answer,
            strength=answer.strength,
            heard_a_s=answer.heard_a_s,
            heard_b_s=answer.heard_b_s,
            source="import" if comparison.session is None else "compare",
            reason=comparison.reason,
            repeat_of=comparison.repeat_of,
        )

    def _why_not(self, answer: FilledAnswer, comparison: Comparison) -> str:
        """Why a row is not proved to be about this pair, as a sentence; empty if it is."""
        beside = self._beside.get(answer.pair, {})
        another = f"Pair {answer.pair} of this project is another one."
        said = answer.sha256 or answer.song
        names_song = self._names_song(said, comparison)
        kept = answer.kept or _both(beside)
        if names_song is False or (kept is not None and not _is_kept(kept, comparison)):
            return another
        key = answer.key or (_text(beside.get("key")) if answer.kept is None else "")
        if key:
            return "" if key == pair_key(self._project_id, comparison) else another
        if not said:
            said = _text(beside.get("song"))
            names_song = self._names_song(said, comparison)
        if not said:
            return "Nothing in this row tells which song and which pair it is about."
        return "" if names_song else f"The song of this row is not that of pair {answer.pair}."

    def _names_song(self, text: str, comparison: Comparison) -> bool | None:
        """Whether a path or hash is that of the pair's song; None where it is unknown here."""
        if not text or (text.isdecimal() and not _is_hash(text)):
            return None  # The number of a song means nothing elsewhere.
        if text.lower() == comparison.sha256:
            return True
        found = self._store.songs.find(text)
        if found is None:
            return False if _is_hash(text) else None
        return found.song.sha256 == comparison.sha256


def _is_hash(text: str) -> bool:
    return len(text) == 64 and all(char in "0123456789abcdefABCDEF" for char in text)


def _pairs_beside(file: Path) -> Mapping[int, Mapping[str, Any]]:
    """The rows of every `pairs.json` in the same folder and in those within it, by id.

    A pair of which two files say different things is left out: nothing proves which one is meant.
    """
    found: dict[int, Mapping[str, Any]] = {}
    contradicted: set[int] = set()
    for pairs_file in _pairs_files(file.parent):
        for row in _rows(pairs_file):
            if found.setdefault(row["id"], row) != row:
                contradicted.add(row["id"])
    return {pair: row for pair, row in found.items() if pair not in contradicted}


def _pairs_files(folder: Path) -> list[Path]:
    within = islice(folder.glob(f"*/{PAIRS_FILE}"), MOST_PAIRS_FILES)
    return [folder / PAIRS_FILE, *within]


def _rows(pairs_file: Path) -> list[Mapping[str, Any]]:
    """What a `pairs.json` tells of each pair; nothing where there is no sound one."""
    try:
        data = read_json(pairs_file)
    except UserError:
        return []
    rows = data.get("pairs") if isinstance(data, dict) else None
    return [
        row
        for row in (rows if isinstance(rows, list) else ())
        if isinstance(row, dict) and type(row.get("id")) is int
    ]


def _both(row: Mapping[str, Any]) -> tuple[Kept, Kept] | None:
    a, b = kept_of(row.get("a")), kept_of(row.get("b"))
    return None if a is None or b is None else (a, b)


def _is_kept(kept: tuple[Kept, Kept], comparison: Comparison) -> bool:
    return all(
        _is_same(given, edit)
        for given, edit in zip(kept, (comparison.a, comparison.b), strict=True)
    )


def _is_same(given: Sequence[tuple[float, float]], edit: Edit) -> bool:
    return len(given) == len(edit.seconds) and all(
        abs(given_s - edit_s) <= SAME_TIME_S
        for given_span, edit_span in zip(given, edit.seconds, strict=True)
        for given_s, edit_s in zip(given_span, edit_span, strict=True)
    )


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""
