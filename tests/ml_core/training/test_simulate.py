"""The simulated cycle: its JSON has the command's shape, and the project's store stays as it is."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import pytest

from ml_core.domain.early_end import MOST_PAIRS
from ml_core.domain.edits import Limits
from ml_core.domain.requests import SongTask
from ml_core.errors import UserError
from ml_core.progress import silent
from ml_core.training import simulate as loop
from ml_core.training.checkpoint import Model


@dataclass
class Scripted:
    """Likes short edits, or says what it is told to."""

    says: str = ""

    def rate(self, source_path: str, kept_a, kept_b, rng: np.random.Generator) -> str:
        assert source_path.startswith("/song ")
        lasts = [sum(end - start for start, end in kept) for kept in (kept_a, kept_b)]
        if self.says:
            return self.says
        return "tie" if abs(lasts[0] / lasts[1] - 1) < 0.03 else "BA"[int(lasts[0] < lasts[1])]


@pytest.fixture
def simulation(graphs) -> loop.Simulation:
    songs = [SongTask(sha256, f"/song {k}", Limits()) for k, sha256 in enumerate(graphs)]
    return loop.Simulation(
        "", tuple(songs[:6]), tuple(songs[6:]), n_ratings=20, report_at=(12, 40), device="cpu"
    )


def test_a_cycle_in_the_shape_the_command_prints(graphs, simulation, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    judged: list[Model] = []

    def judge(model: Model) -> list[dict[str, float]]:
        judged.append(model)
        return [{"p_a": 0.5, "p_b": 0.3, "p_tie": 0.2}]

    found = loop.simulate(simulation, graphs, Scripted(), judge, silent())
    assert json.loads(json.dumps(found)) == found
    assert set(found) == {"pairs", "verdict", "reports"}
    assert len(found["pairs"]) == 20
    for pair in found["pairs"]:
        assert set(pair) == {"song", "a", "b", "answer", "reason", "listen_s"}
        assert 4.0 <= pair["listen_s"] <= sum(b - a for a, b in pair["a"] + pair["b"]) + 1e-9
        assert pair["answer"] in ("A", "B", "tie")
        assert pair["song"] in {song.path for song in simulation.songs}
        for kept in (pair["a"], pair["b"]):
            assert all(start < end for start, end in kept)
    reasons = [pair["reason"] for pair in found["pairs"]]
    assert reasons.count("repeat") == 2
    assert {"matched", "random", "active"} <= set(reasons)

    assert [report["ratings"] for report in found["reports"]] == [12, 20]
    assert len(judged) == 2
    for report in found["reports"]:
        assert set(report) == {"ratings", "held_out", "judged", "baselines", "seconds"}
        assert {"reward", "policy"} <= set(report["seconds"])
        assert {"ours", "always_shorter", "length_only", "network"} <= set(report["baselines"])
        assert report["judged"] == [{"p_a": 0.5, "p_b": 0.3, "p_tie": 0.2}]
        assert [song["song"] for song in report["held_out"]] == ["/song 6", "/song 7"]
        for song in report["held_out"]:
            assert len(song["old_samples"]) == len(song["new_samples"]) == 24
            assert song["new"]
            assert song["old"]
            assert song["old_reranked"]

    verdict = found["verdict"]
    assert verdict["n"] == verdict["wins"] + verdict["ties"] + verdict["losses"] <= MOST_PAIRS
    assert verdict["promoted"] is (verdict["verdict"] == "better") is True
    # Plain draws follow the taste as well, not only what is delivered.
    last = found["reports"][-1]["held_out"]
    mean_s = {
        name: np.mean([sum(b - a for a, b in kept) for song in last for kept in song[name]])
        for name in ("old_samples", "new_samples")
    }
    assert mean_s["new_samples"] < 0.95 * mean_s["old_samples"]
    # Nothing is written but to a temporary folder that is gone.
    assert list(tmp_path.iterdir()) == []


def test_an_answer_that_is_none_is_told(graphs, simulation) -> None:
    with pytest.raises(UserError, match="answered 'left'"):
        loop.simulate(simulation, graphs, Scripted("left"), None, silent())


def test_a_rater_who_only_ties_ends_in_no_difference_shown(graphs, simulation) -> None:
    found = loop.simulate(simulation, graphs, Scripted(says="tie"), None, silent())
    assert [report["ratings"] for report in found["reports"]] == [12, 20]
    assert set(found["reports"][-1]["baselines"].values()) == {None}
    song = found["reports"][-1]["held_out"][0]
    assert song["new"] == song["old"]
    assert found["verdict"]["verdict"] == "no difference shown"
    assert found["verdict"]["promoted"] is False
    assert found["verdict"]["ties"] == MOST_PAIRS
