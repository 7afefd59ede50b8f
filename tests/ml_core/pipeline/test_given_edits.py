"""Finished edits given in a file: read, or refused in one sentence."""

from __future__ import annotations

import pytest

from ml_core.errors import UserError
from ml_core.pipeline.given_edits import finished_of, read_edits
from tests.ml_core.training.conftest import _song


def test_edits_are_read_and_become_samples_of_their_song() -> None:
    graph = _song(0)
    rows = [
        {"song": "/a.ogg", "kept": [[10, 20], [2.5, 4]], "rough": True},
        {"song": "/a.ogg", "kept": [[0, graph.song_s + 0.04]], "length_given": True},
    ]
    first, second = read_edits({"edits": rows}, "e.json")
    edit = finished_of(first, graph, "a")
    rate = graph.analysis.sample_rate_hz
    assert edit.spans == ((10 * rate, 20 * rate), (int(2.5 * rate), 4 * rate))
    assert edit.is_rough
    assert not edit.is_length_given
    whole = finished_of(second, graph, "a")
    assert whole.spans == ((0, graph.analysis.n_samples),)
    assert whole.is_length_given
    late = read_edits([{"song": "/a.ogg", "kept": [[0, 9999]]}], "e.json")[0]
    with pytest.raises(UserError, match="ends after the song"):
        finished_of(late, graph, "a")


@pytest.mark.parametrize(
    "data",
    [
        7,
        {"pairs": []},
        [3],
        [{"song": "/a.ogg"}],
        [{"song": 3, "kept": [[0, 1]]}],
        [{"song": "", "kept": [[0, 1]]}],
        [{"song": "/a\0.ogg", "kept": [[0, 1]]}],
        [{"song": "/a.ogg", "kept": []}],
        [{"song": "/a.ogg", "kept": [[2, 1]]}],
        [{"song": "/a.ogg", "kept": [[0, float("nan")]]}],
        [{"song": "/a.ogg", "kept": [[0, 1]], "rough": "yes"}],
    ],
)
def test_what_is_no_list_of_edits_is_refused(data) -> None:
    with pytest.raises(UserError, match=r"e\.json") as told:
        read_edits(data, "e.json")
    assert told.value.remedy
