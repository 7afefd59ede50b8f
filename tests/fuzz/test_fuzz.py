"""The short form of fuzzing; `python -m tests.fuzz` is the long. Sounds are in fault 37's tests."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from ml_core.errors import UserError
from tests.fuzz.fuzzing import fuzz
from tests.fuzz.readers import READERS, Reader, verdict

SHORT = {
    "database": 25, "ratings-csv": 60, "ratings-json": 60, "record": 200, "pairs": 200,
    "rpp": 120, "otio": 120, "dawproject": 120,
}  # fmt: skip


@pytest.mark.parametrize("name", SHORT)
def test_fault_57_no_mutant_is_more_than_refused(name: str, tmp_path: Path) -> None:
    reader = READERS[name]
    corpus, work = tmp_path / "corpus", tmp_path / "work"
    corpus.mkdir()
    work.mkdir()
    valid = reader.valid(corpus)
    reader.prepare(work)
    file = tmp_path / f"file{reader.suffix}"
    file.write_bytes(valid)
    assert verdict(reader, file, work) == "read", "the file that they are made of is valid"
    told = []
    for number in range(SHORT[name]):
        file.write_bytes(reader.mutate(valid, random.Random(f"57 {name} {number}"), work))
        told.append(verdict(reader, file, work))
        assert not told[-1].startswith("fault"), (number, told[-1])
    assert any(one.startswith("refused") for one in told)


def _raises(error: Exception) -> Reader:
    def read(file: Path, work: Path) -> None:
        raise error

    return Reader(".txt", lambda work: b"", lambda data, rng, work: data, read)


def test_what_is_no_sentence_is_a_fault(tmp_path: Path) -> None:
    assert verdict(_raises(KeyError("x")), tmp_path, tmp_path).startswith("fault KeyError")
    assert verdict(_raises(UserError("two\nlines.")), tmp_path, tmp_path).startswith("fault")
    assert verdict(_raises(UserError("It can't be read.")), tmp_path, tmp_path).startswith(
        "refused"
    )


@pytest.mark.skipif(os.name != "posix", reason="limits on memory are POSIX")
def test_mutants_are_read_in_a_process_of_limits(tmp_path: Path) -> None:
    told = fuzz("wav", tmp_path, 60.0, 57, count=40)
    assert told.n_mutants == 40 == told.n_read + told.n_refused
    assert told.faults == []
