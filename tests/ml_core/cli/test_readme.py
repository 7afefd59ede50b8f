"""The commands that the README shows are understood as they stand there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from ml_core.cli.parser import parse

README = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^    tastecut (.+(?:\n {20,}#.*)*)", README, re.MULTILINE)


def _verb_help(verb: str, capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit):
        parse([verb, "--help"])
    return capsys.readouterr().out


def test_every_command_and_every_option_named_beside_it_is_there(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert len(COMMANDS) >= 13
    for command in COMMANDS:
        words = shlex.split(command, comments=True)
        assert parse(words).verb == words[0]
        known = _verb_help(words[0], capsys)
        # "rate --from, then compare again" speaks of another verb.
        comment = re.sub(r"\brate --from", "", "".join(re.findall(r"#.*", command)))
        for option in re.findall(r"--[a-z-]+", comment):
            assert option in known, (command, option)


def test_all_that_can_be_done_to_tastes_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    shown = next(command for command in COMMANDS if command.startswith("tastes"))
    options = set(re.findall(r"^  (--[a-z-]+)", _verb_help("tastes", capsys), re.MULTILINE))
    general = {"--project", "--taste", "--json"}
    assert options - general == set(re.findall(r"--[a-z-]+", shown))
