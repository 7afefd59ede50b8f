"""Filled CSV and JSON files, friendly and hostile."""

from __future__ import annotations

import json
import os
import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_core.errors import UserError
from ml_core.pipeline.rating_files.csv_files import csv_text, escape_cell, unescape_cell
from ml_core.pipeline.rating_files.feedback import TEMPLATE_COLUMNS, FilledAnswer, read_filled


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


_ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.just(10**400),
    st.floats(),
    st.sampled_from(["", " ", "A", "b much", "tie", "0", "maybe", "\ud800"]),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=2), st.integers(), max_size=1),
)
_FIELDS = ("pair", "id", "answer", "heard_a_s", "heard_b_s", "strength", "song", "sha256", "a", "b")
_ROWS = st.one_of(_ODD, st.dictionaries(st.sampled_from(_FIELDS), _ODD, max_size=6))


def _read(text: str, name: str) -> tuple[list[FilledAnswer], list[int]]:
    with tempfile.TemporaryDirectory() as folder:
        accepted, refused = read_filled(_write(Path(folder), text, name))
    assert all(row.reason.endswith(".") for row in refused)
    return accepted, [row.row for row in refused]


@given(st.lists(_ROWS))
def test_each_json_row_is_accepted_refused_or_left_empty(rows: list[object]) -> None:
    accepted, refused = _read(json.dumps(rows), "p.json")
    missing = set(range(1, len(rows) + 1)) - {a.row for a in accepted} - set(refused)
    assert len(accepted) + len(refused) + len(missing) == len(rows)
    for number in missing:
        row = rows[number - 1]
        assert isinstance(row, dict) and isinstance(row["answer"], str)
        assert not row["answer"].strip()


@pytest.mark.parametrize("answer", [0, False, None, [], {}, 0.0, True, ["A"], 2.0])
def test_a_json_answer_that_is_no_text_never_vanishes(answer: object) -> None:
    accepted, refused = _read(json.dumps([{"pair": 7, "answer": answer}]), "p.json")
    assert len(accepted) + len(refused) == 1


def test_a_number_as_the_answer_is_read_as_its_text(tmp_path: Path) -> None:
    rows = [{"pair": pair, "answer": pair} for pair in (0, 1, 2)]
    accepted, refused = read_filled(_write(tmp_path, json.dumps(rows), "p.json"))
    assert [a.answer for a in accepted] == ["tie", "A", "B"]
    assert refused == []


@given(
    st.lists(
        st.lists(st.sampled_from(["", " ", "3", "A", "tie", "x.wav", "maybe"]), min_size=1),
        min_size=1,
    )
)
def test_each_csv_row_is_accepted_refused_or_left_empty(cells: list[list[str]]) -> None:
    cells = [*cells, ["3", "x.wav", "", "", "A"]]
    lines = [",".join(row) for row in cells]
    accepted, refused = _read("\n".join([",".join(TEMPLATE_COLUMNS), *lines]) + "\n", "p.csv")
    rows = [row for row, line in zip(cells, lines, strict=True) if line]  # An empty line is none.
    missing = set(range(1, len(rows) + 1)) - {a.row for a in accepted} - set(refused)
    assert len(accepted) + len(refused) + len(missing) == len(rows)
    for number in missing:
        row = [cell.strip() for cell in rows[number - 1]]
        is_unfilled = len(row) in range(5, 9) and row[0] == "3" and row[4] == ""
        assert not any(row) or is_unfilled


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("7;A", "The pair is missing or is not a number."),
        ("7", "The answer is missing."),
        ("7,My, song.wav,,,A", "The time heard is not a number of seconds."),
        ("7,My, song.wav,,,12,3,,k1", "The row has more cells than there are columns."),
    ],
)
def test_a_csv_row_whose_cells_are_shifted_is_refused(
    tmp_path: Path, row: str, reason: str
) -> None:
    text = ",".join(TEMPLATE_COLUMNS) + f"\n{row}\n"
    accepted, refused = read_filled(_write(tmp_path, text))
    assert (accepted, [r.reason for r in refused]) == ([], [reason])


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("p.csv", "pair,answer,Answer\n1,A,\n", "two columns of one name"),
        (
            "p.json",
            '{"preferences": [], "pairs": [{"pair": 1, "answer": "A"}]}',
            "more than one list",
        ),
    ],
)
def test_a_file_with_rows_that_nobody_would_read_is_refused(
    tmp_path: Path, name: str, text: str, reason: str
) -> None:
    with pytest.raises(UserError, match=reason):
        read_filled(_write(tmp_path, text, name))


_LINES = ["pair,song,answer", '1,"a\u0085b, c.wav",A', "2,x.wav,tie", '3,"say ""hi"".wav",B', ""]


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "mixed"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_line_ends_encodings_and_separators_of_every_kind_are_read(
    tmp_path: Path, end: str, encoding: str, separator: str
) -> None:
    ends = ["\r", "\r\n", "\n", "\r\n"] if end == "mixed" else [end] * 4
    lines = [re.sub(r",(?=[^ ])", separator, line) for line in _LINES]
    text = "".join(line + e for line, e in zip(lines, ends, strict=False))
    accepted, refused = read_filled(_write(tmp_path, text.encode(encoding)))
    assert [(a.pair, a.song, a.answer) for a in accepted] == [
        (1, "a\u0085b, c.wav", "A"),
        (2, "x.wav", "tie"),
        (3, 'say "hi".wav', "B"),
    ]
    assert refused == []


def test_excels_own_separator_line_is_passed_over(tmp_path: Path) -> None:
    accepted, _ = read_filled(_write(tmp_path, "sep=;\r\npair;answer\r\n4;A\r\n"))
    assert [(a.pair, a.answer) for a in accepted] == [(4, "A")]


@pytest.mark.parametrize(
    "text",
    ['pair,answer\n1,"A', 'pair,answer\n1,"A"x\n', 'pair,answer\r1,"' + "x" * 200_000 + '"\r'],
)
def test_pythons_words_reach_nobody(tmp_path: Path, text: str) -> None:
    with pytest.raises(UserError, match=r"line [12] can't be read") as told:
        read_filled(_write(tmp_path, text))
    for word in ("newline", "delimiter", "field", "unexpected", "open the file"):
        assert word not in str(told.value)
