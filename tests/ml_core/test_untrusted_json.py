"""JSON that a person or another program can have changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_core.errors import UserError
from ml_core.untrusted_json import DEEPEST, parse_json, read_json

REFUSED = {
    "a number of 400 digits": "1" * 400,
    "a number of 5,000 digits": "[" + "9" * 5_000 + "]",
    "an endless exponent": "[1e999]",
    "Infinity": '{"a": Infinity}',
    "minus Infinity": "-Infinity",
    "NaN": "[NaN]",
    "half a character": r'["\ud800"]',
    "half a character in a name": r'{"\udbff": 1}',
    "deep lists": "[" * 5_000 + "]" * 5_000,
    "lists that never end": "[" * 200_000,
    "deep objects": '{"a":' * 300 + "1" + "}" * 300,
    "a name twice": '{"a": 1, "a": 2}',
    "nothing": "",
    "two values": "{} {}",
    "a comment": "[1] // two",
    "a NUL": '["a\0b"]',
}


@pytest.mark.parametrize("kind", REFUSED)
def test_fault_55_what_is_no_plain_json_is_refused_in_words(kind: str, tmp_path: Path) -> None:
    for data in (REFUSED[kind], REFUSED[kind].encode("utf-8", "surrogatepass")):
        with pytest.raises(ValueError, match=r"[a-z]") as told:
            parse_json(data)
        assert "Expecting" not in str(told.value) and "0x" not in str(told.value)
    file = tmp_path / "foreign.json"
    file.write_text(REFUSED[kind])
    with pytest.raises(UserError, match=r"foreign\.json is not valid JSON"):
        read_json(file)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32-be"])
def test_any_unicode_encoding_is_read(encoding: str) -> None:
    assert parse_json('{"Größe": [1, -2.5e3, true, null]}'.encode(encoding)) == {
        "Größe": [1, -2500.0, True, None]
    }


def test_bytes_of_a_file_name_survive() -> None:
    assert parse_json(json.dumps(["caf\udce9.wav", "🎵"])) == ["caf\udce9.wav", "🎵"]


def test_depth_is_bounded_where_it_says() -> None:
    assert parse_json("[" * DEEPEST + "]" * DEEPEST)
    with pytest.raises(ValueError, match="deep"):
        parse_json("[" * (DEEPEST + 1) + "]" * (DEEPEST + 1))


def test_what_can_not_be_read_is_named(tmp_path: Path) -> None:
    for file in (tmp_path / "missing.json", tmp_path, tmp_path / "a\0b.json"):
        with pytest.raises(UserError):
            read_json(file)
    (tmp_path / "latin.json").write_bytes(b'["caf\xe9"]')
    with pytest.raises(UserError, match="UTF-8"):
        read_json(tmp_path / "latin.json")


@given(st.binary(max_size=200) | st.text(alphabet='[]{}":,\\ue1-0.dDnNfI ', max_size=60))
def test_fault_57_any_bytes_are_json_or_refused(data: bytes | str) -> None:
    try:
        value = parse_json(data)
    except ValueError:
        return
    assert parse_json(json.dumps(value)) == value
    parse_json(data, odd_as_text=True)
