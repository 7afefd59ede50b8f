"""The verb edits: the window's map as JSON."""

from __future__ import annotations

from pathlib import Path

import pytest

from ml_core.cli import main
from tests.ml_core.cli.conftest import Run


def test_edits_are_many_and_keep_the_rules(run: Run) -> None:
    said = run("edits", "1", "--map", 30, "--forbid", "10-14", "--lock", "20-22")
    assert 20 < len(said["edits"]) <= 30
    for edit in said["edits"]:
        kept = edit["kept"]
        assert edit["duration_s"] == pytest.approx(sum(end - start for start, end in kept))
        assert all(end <= 10.1 or start >= 13.9 for start, end in kept)
        assert any(start <= 20.1 and end >= 21.9 for start, end in kept)
        assert 0.0 <= edit["loudness"] <= 1.0
        assert edit["match"] == ""
        assert edit["joins"] == len(kept) - 1
    assert run("edits", "1", "--map", 30, "--forbid", "10-14", "--lock", "20-22") == said
    assert len(run("edits", "1", "--map", 2)["edits"]) == 2


def test_edits_of_an_exact_length_can_all_be_stretched_to_it(run: Run) -> None:
    said = run("edits", "1", "--map", 30, "--duration", "24", "--exact")
    assert len(said["edits"]) > 3
    assert all(24 / 1.03 <= edit["duration_s"] <= 24 * 1.03 for edit in said["edits"])


def test_edits_that_cut_least_keep_all_but_what_is_forbidden(run: Run) -> None:
    said = run("edits", "1", "--map", 30, "--cut-least", "--forbid", "10-11")
    assert 1 <= len(said["edits"]) <= 30
    lengths = [edit["duration_s"] for edit in said["edits"]]
    assert lengths[0] == max(lengths) > 25
    assert all(end <= 10.1 or start >= 10.9 for e in said["edits"] for start, end in e["kept"])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("1", "--map", "0"), "from 1 to 1000"),
        (("1", "--map", "9" * 40), "from 1 to 1000"),
        (("nowhere.wav",), "is not among your songs"),
        (("1", "--duration", "500"), ""),
    ],
)
def test_a_map_that_can_not_be_is_one_sentence(
    project: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], sentence: str
) -> None:
    assert main(["edits", *arguments, "--project", str(project)]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert sentence in err
