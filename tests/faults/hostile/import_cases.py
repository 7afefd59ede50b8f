"""Case 67: rating files of another project, told by content and not by number."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ml_core.domain.ratings import Comparison
from ml_core.pipeline.rating_files.feedback import (
    TEMPLATE_COLUMNS,
    FilledAnswer,
    RefusedRow,
    read_filled,
)
from ml_core.pipeline.rating_files.pair_files import write_pair_lists
from ml_core.pipeline.rating_files.pair_proof import PairProof, project_id_of
from ml_core.store import Store
from tests.faults.store.store_builder import pair, song
from tests.faults.verdicts import require, require_whole

N_PAIRS = 6
OLDER_COLUMNS = TEMPLATE_COLUMNS[:-1]
"""Of builds that wrote no keys."""

Row = dict[str, Any]
Filled = Callable[[Path, Path], Path]
"""Makes a rating file of a folder of pairs, in another folder; returns it."""


def project_with_pairs(folder: Path, seed: int, n_songs: int = 2) -> list[Comparison]:
    """A project whose pairs are not answered yet, and what `propose` writes, in `pairs`."""
    rng = random.Random(seed)
    with Store.open(folder) as store:
        for number in range(n_songs):
            store.songs.add(song(number), "ready")
        _, pairs = store.pairs.add([pair(rng, number % n_songs) for number in range(N_PAIRS)])
        (folder / "pairs").mkdir()
        songs = {entry.song.sha256: entry.song for entry in store.songs.listed()}
        write_pair_lists(pairs, songs, project_id_of(store), folder / "pairs")
    return pairs


def rows_of(folder: Path) -> list[Row]:
    """The template's rows, all answered."""
    with (folder / "feedback_template.csv").open(newline="") as file:
        return [{**row, "answer": "A"} for row in csv.DictReader(file)]


def _csv(path: Path, columns: Sequence[str], rows: Sequence[Row]) -> Path:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def _json(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    path.write_text(json.dumps({"pairs": list(rows)}))
    return path


def _pairs_json(folder: Path, *fields: str) -> list[Row]:
    pairs = json.loads((folder / "pairs.json").read_text())["pairs"]
    return [{name: row[name] for name in fields} | {"answer": "B"} for row in pairs]


PROVED: dict[str, Filled] = {
    "the template": lambda pairs, out: _csv(out / "f.csv", TEMPLATE_COLUMNS, rows_of(pairs)),
    "the template beside its pairs": lambda pairs, out: _csv(
        pairs / "f.csv", TEMPLATE_COLUMNS, rows_of(pairs)
    ),
    "numbers and keys": lambda pairs, out: _json(out / "f.json", _pairs_json(pairs, "id", "key")),
    "songs and what is kept": lambda pairs, out: _json(
        out / "f.json", _pairs_json(pairs, "id", "song", "a", "b")
    ),
    "numbers beside their pairs": lambda pairs, out: _json(
        pairs / "f.json", _pairs_json(pairs, "id")
    ),
    "numbers beside the folder of their pairs": lambda pairs, out: _json(
        pairs.parent / "f.json", _pairs_json(pairs, "id")
    ),
    "an older template beside its pairs": lambda pairs, out: _csv(
        pairs / "f.csv", OLDER_COLUMNS, rows_of(pairs)
    ),
}
"""Files that say by content what they are about: taken by their own project, by no other."""

UNPROVED: dict[str, Filled] = {
    "numbers alone": lambda pairs, out: _json(out / "f.json", _pairs_json(pairs, "id")),
}
"""Files that nobody can tell from another project's: taken by none."""


def answers_in(project: Path, file: Path) -> tuple[int, list[RefusedRow]]:
    """How many ratings a project takes from a file, as `rate --from` does, and the others."""
    answers, refused = read_filled(file)
    with Store.open(project) as store:
        proof = PairProof(store, file)
        found = [proof.rating(answer) for answer in answers if isinstance(answer, FilledAnswer)]
        taken = [one for one in found if not isinstance(one, RefusedRow)]
        if taken:
            store.ratings.add_all(taken)
    return len(taken), refused + [one for one in found if isinstance(one, RefusedRow)]


def foreign_ratings(folder: Path, rounds: int, seed: int) -> str:
    """Case 67: each kind of file, offered to its own project and to one of the same songs."""
    n_refused = 0
    kinds = [*PROVED, *UNPROVED]
    for number in range(rounds):
        kind = kinds[number % len(kinds)]
        here = folder / f"round {number}"
        ours, other, out = here / "ours", here / "other", here / "out"
        for path in (ours, other, out):
            path.mkdir(parents=True)
        project_with_pairs(ours, seed + 2 * number)
        project_with_pairs(other, seed + 2 * number + number % 2)  # Each other time the same pairs.
        file = ({**PROVED, **UNPROVED}[kind])(other / "pairs", out)
        taken, refused = answers_in(ours, file)
        same_content = number % 2 == 0 and kind == "songs and what is kept"
        if not same_content:  # The very same song and pair: its content can't tell.
            require(taken == 0, f"{kind}: {taken} ratings of another project were taken")
            require(len(refused) == N_PAIRS, f"{kind}: {len(refused)} refused")
            require(all(row.reason.endswith(".") for row in refused), f"{kind}: no sentence")
            n_refused += len(refused)
        taken, _ = answers_in(other, file)
        require(taken == (N_PAIRS if kind in PROVED else 0), f"{kind}: {taken} of its own taken")
        for project in (ours, other):
            require_whole(project)
    return f"{n_refused} ratings of other projects refused row by row, their own taken"
