"""Keys on the screen are those that act now: given others, a command shows these everywhere."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from editor_app.keys.action_table import TABLE
from editor_app.keys.place_table import PLACES
from tests.editor_app.conftest import words_of
from tests.editor_app.sound.fake_output import FakeOutput

ROOT = Path(__file__).parents[3] / "editor_app"
TABLES = {"action_table.py", "place_table.py"}
# "A and B" are the two edits, and no keys.
WRITTEN = re.compile(
    r"\b(Ctrl|Shift|Alt|Meta)\+|\bF\d\d?\b|\b(?!A\b)[A-Z] (and|or|,) (?!B\b)[A-Z]\b|\bpress [A-Z]\b"
)


def sentences(tree: ast.Module) -> Iterator[str]:
    """Every text in the code that is no docstring."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    documents = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in documents:
            yield node.value


def test_no_sentence_names_a_key_by_itself():
    found = {
        f"{path.relative_to(ROOT)}: {text}"
        for path in ROOT.rglob("*.py")
        if path.name not in TABLES
        for text in sentences(ast.parse(path.read_text("utf-8")))
        if WRITTEN.search(text)
    }
    assert found == set()


@pytest.mark.parametrize("text", ["J and K go to one", "Volume (Ctrl+Up)", "F1 tells more"])
def test_such_sentences_are_found(text):
    assert WRITTEN.search(text)
    assert not WRITTEN.search("Switch between A and B, or leave it")


def keys_told(widget) -> set[str]:
    """What stands as a key in tooltips and names: "Play (Space)", "Volume (Ctrl+Up, Ctrl+Down)"."""
    told = re.findall(r"\(([^()]+)\)", words_of(widget))
    return {key for keys in told for key in keys.split(", ")}


def test_every_key_shown_follows_the_persons_own(qtbot, open_window, filled, settings):
    filled(3, 2)
    main = open_window("songs", FakeOutput()).main
    for place in PLACES:
        main.show_place(place)
    first = {entry.keys[0] for entry in TABLE if entry.keys}
    assert len(first & keys_told(main)) > 30
    for n, entry in enumerate(entry for entry in TABLE if entry.keys):
        settings.set_keys(entry.id, [f"Ctrl+Alt+F{n % 35 + 1}" if n < 35 else f"Meta+{n}"])
    for place in PLACES:
        main.show_place(place)
        assert first & keys_told(main) == set()


def test_the_volume_names_the_keys_of_now(open_window, filled, settings):
    filled(3, 2)
    main = open_window("rate", FakeOutput()).main
    assert "Volume (Ctrl+Up, Ctrl+Down)" in words_of(main._status)
    settings.set_keys("louder", ["Ctrl+Alt+L"])
    settings.set_keys("quieter", [])
    assert "Volume (Ctrl+Alt+L)" in words_of(main._status)
    settings.set_keys("louder", [])
    assert "Volume (" not in words_of(main._status)
