"""Which button of Your taste is filled: what comes next."""

from __future__ import annotations

import pytest

from editor_app.places.taste.next_step import ENOUGH, TasteState, next_step


@pytest.mark.parametrize(
    ("state", "step"),
    [
        (TasteState(0), "rate"),
        (TasteState(ENOUGH - 1), "rate"),
        (TasteState(ENOUGH), "train"),
        # After training, whatever was rated since.
        (TasteState(0, "one"), "compare"),
        (TasteState(ENOUGH, "one"), "compare"),
        (TasteState(0, "two", "one"), "compare"),
        # Compared: a better one is taken into use there, another asks for more answers.
        (TasteState(0, "one", verdict="better"), "compare"),
        (TasteState(0, "one", verdict="no difference shown"), "rate"),
        (TasteState(ENOUGH, "one", verdict="no difference shown"), "train"),
        (TasteState(0, "one", verdict="worse"), "rate"),
        # In use.
        (TasteState(0, "one", "one"), "export"),
        (TasteState(ENOUGH - 1, "one", "one", "better"), "export"),
        (TasteState(ENOUGH, "one", "one", "better"), "train"),
    ],
)
def test_what_comes_next(state, step):
    assert next_step(state) == step
