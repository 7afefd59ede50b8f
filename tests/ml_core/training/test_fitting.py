"""Whether a song fits is what proposing, training and comparing find when they try."""

from __future__ import annotations

import pytest

from ml_core.domain.edits import Brief, Limits
from ml_core.edits.graph.edit_graph import EditGraph, build_graph
from ml_core.errors import UserError
from ml_core.training.checkpoint import BASE_MODEL
from ml_core.training.deliver import deliver
from ml_core.training.fitting import misfit
from tests.ml_core.edits.song_builder import build_song


@pytest.fixture(scope="module")
def graph() -> EditGraph:
    """A song of 64 s."""
    return build_graph(build_song())


@pytest.mark.parametrize(
    ("brief", "fits"),
    [
        (Brief(), True),
        (Brief("Reel", 20.0, 40.0), True),
        (Brief("Long", 70.0, None), False),
        (Brief("Nearly all", 64.2, 64.6), False),
        (Brief("Between two bars", 20.9, 21.1), False),
        (Brief("Of whole bars", 29.0, 31.0), True),
        (Brief("At most a bar", None, 1.0), False),
    ],
)
def test_a_song_fits_where_an_edit_can_be_delivered(
    graph: EditGraph, brief: Brief, fits: bool
) -> None:
    limits = Limits.from_brief(brief)
    assert (misfit(graph, limits) == "") == fits
    if fits:
        edit = deliver(BASE_MODEL, graph, limits, 0)[0].edit
        low, high = limits.duration_range_s(graph.song_s)
        assert low - 0.1 <= edit.duration_s <= high + 0.1
    else:
        with pytest.raises(UserError):
            deliver(BASE_MODEL, graph, limits, 0)
