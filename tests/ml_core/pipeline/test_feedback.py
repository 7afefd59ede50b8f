"""Filled CSV and JSON files, friendly and hostile."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_core.errors import UserError
from ml_core.pipeline.feedback import (
    TEMPLATE_COLUMNS,
    FilledAnswer,
    csv_text,
    escape_cell,
    read_filled,
    unescape_cell,
)


def _write(tmp_path: Path, text: str | bytes, name: str = "filled.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_filled_template_is_read_back(tmp_path: Path) -> None:
    rows = [
        (1, "song.wav", "pair_000_a.wav", "pair_000_b.wav", "A", "12.5", "3"),
        (2, "song.wav", "pair_001_a.wav", "pair_001_b.wav", "tie", "", ""),
        (3, "song.wav", "pair_002_a.wav", "pair_002_b.wav", "", "", ""),
        (4, "song.wav", "pair_003_a.wav", "pair_003_b.wav", "b much better", "1,5", "2"),
    ]
    accepted, refused = read_filled(_write(tmp_path, csv_text(TEMPLATE_COLUMNS, rows)))
    assert accepted == [
        FilledAnswer(1, 1, "A", 12.5, 3.0, song="song.wav"),
        FilledAnswer(2, 2, "tie", song="song.wav"),
        FilledAnswer(4, 4, "B", 1.5, 2.0, 2, song="song.wav"),
    ]
    assert refused == []


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_a_spreadsheets_own_separator_is_understood(tmp_path: Path, delimiter: str) -> None:
    text = "\ufeff" + delimiter.join(["Pair", "song", "Answer"]) + "\n"
    text += delimiter.join(["7", "a,b", "B"]) + "\n"
    accepted, refused = read_filled(_write(tmp_path, text))
    assert [(a.pair, a.answer) for a in accepted] == [(7, "B")]
    assert refused == []


def test_json_lists_and_objects_are_read(tmp_path: Path) -> None:
    rows = [{"id": 5, "answer": "skip"}, {"pair": "6", "answer": "A", "strength": 2}]
    for data in (rows, {"preferences": rows}, {"pairs": rows}):
        accepted, _ = read_filled(_write(tmp_path, json.dumps(data), "p.json"))
        assert [(a.pair, a.answer, a.strength) for a in accepted] == [(5, "skip", 1), (6, "A", 2)]


def test_fault_55_hostile_rows_are_refused_and_the_rest_counts(tmp_path: Path) -> None:
    rows = [
        {"pair": "../../etc/passwd", "answer": "A"},
        {"pair": "1; DROP TABLE ratings", "answer": "A"},
        {"pair": -1, "answer": "A"},
        {"pair": True, "answer": "A"},
        {"pair": 10**30, "answer": "A"},
        {"pair": 1.5, "answer": "A"},
        {"answer": "A"},
        {"pair": 2, "answer": "maybe"},
        {"pair": 2, "answer": "tie", "strength": 2},
        {"pair": 2, "answer": "A", "heard_a_s": "NaN"},
        {"pair": 2, "answer": "A", "heard_b_s": -1},
        {"pair": 2, "answer": "A", "song": "x" * 100_000},
        "not a row",
        None,
        {"pair": 3, "answer": "B"},
    ]
    accepted, refused = read_filled(_write(tmp_path, json.dumps(rows), "p.json"))
    assert [(a.pair, a.answer) for a in accepted] == [(3, "B")]
    assert [r.row for r in refused] == list(range(1, 15))
    assert all(r.reason.endswith(".") for r in refused)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0\0\0",
        b"\xff\xfe\xff",
        b"song,reply\nx,A\n",
        b"{",
        b"[" * 100_000,
        b'{"a": 1}',
        b"\x80\x81",
        b'pair,answer\n"1,A\n',
    ],
)
def test_fault_55_a_file_that_is_no_list_of_ratings_gets_a_sentence(
    tmp_path: Path, content: bytes
) -> None:
    with pytest.raises(UserError) as caught:
        read_filled(_write(tmp_path, content, "odd.csv"))
    assert "odd.csv" in caught.value.message


def test_fault_55_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    with pytest.raises(UserError, match=r"huge\.csv is too large"):
        read_filled(path)


@given(st.text(max_size=30))
def test_fault_56_escaping_is_undone_by_reading(text: str) -> None:
    assert unescape_cell(escape_cell(text)) == text
    assert not escape_cell(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.binary(max_size=200))
def test_fault_57_random_bytes_never_escape_as_a_traceback(data: bytes) -> None:
    path = Path(tempfile.gettempdir()) / f"tastecut-fuzz-{os.getpid()}.csv"
    path.write_bytes(data)
    try:
        read_filled(path)
    except UserError:
        pass
    finally:
        path.unlink()
