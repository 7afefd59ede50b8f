"""The verb presets, and exports by a preset."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ml_core.cli.parser import parse
from ml_core.cli.presets.chosen import fill_in
from ml_core.domain.files.presets import Preset

Run = Callable[..., dict[str, Any]]


def _names(done: dict[str, Any]) -> list[str]:
    return [one["name"] for one in done["presets"]]


def test_presets_are_listed_saved_changed_and_deleted(run: Run, tmp_path: Path) -> None:
    shipped = run("presets")["presets"]
    assert run("presets", "list")["presets"] == shipped and all(one["shipped"] for one in shipped)
    options = ("--length", "0:20-0:40", "--loudness", "-15", "--format", "mp3", "--kbps", "192")
    saved = run("presets", "save", "Mine", *options)["presets"][-1]
    assert saved["length_s"] == [20.0, 40.0] and saved["format"] == "mp3" and not saved["shipped"]
    changed = run("presets", "save", "mine", "--true-peak", "-2")["presets"][-1]
    assert changed == saved | {"true_peak_db": -2.0}, "what is not given stays"
    assert run("presets", "save", "mine", "--length", "any")["presets"][-1]["length_s"] is None
    anew = run("presets", "save", "mine", "--format", "flac")["presets"][-1]
    assert (anew["format"], anew["kbps"]) == ("flac", 0)
    assert _names(run("presets", "rename", "mine", "Yours"))[-1] == "Yours"
    assert _names(run("presets", "copy", "yours", "Theirs"))[-2:] == ["Yours", "Theirs"]
    file = tmp_path / "p.json"
    run("presets", "export", file, "Yours")
    assert _names(json.loads(file.read_text(encoding="utf-8"))) == ["Yours"]
    left = _names(run("presets", "delete", "Yours", "Story"))
    assert "Yours" not in left and "Story" not in left
    assert _names(run("presets", "import", file))[-1] == "Yours"
    assert run("presets", "restore")["presets"][: len(shipped)] == shipped


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["delete", "Nix"], "no preset Nix"),
        (["save", "X", "--format", "mp3", "--depth", "16"], "MP3 has no depth"),
        (["save", " "], "needs a name"),
        (["save", "X", "--length", "9-3"], "range"),
        (["save", "X", "--pattern", "{"], "bracket"),
        (["save", "X", "--pattern", "{genre}"], "no field {genre}.\n"),
        (["rename", "Story", "reel"], "Reel"),
        (["import", "there-is-none.json"], "there-is-none.json"),
        (["sing"], "sing"),
    ],
)
def test_what_cannot_be_done_with_presets_is_one_sentence(
    refused: Callable[..., str], words: list[str], said: str
) -> None:
    assert said in refused("presets", *words)


def _filled(preset: Preset, *options: str) -> argparse.Namespace:
    arguments = parse(["export", "1", "--out", "x", "--preset", preset.name, *options])
    fill_in(arguments, preset)
    return arguments


def test_single_options_beside_a_preset_win() -> None:
    preset = Preset("P", (20.0, 20.0), -15.0, -2.0, "ogg", "", 8, 0, 48_000, 1, "{title}")
    plain = _filled(preset)
    assert (plain.duration, plain.loudness, plain.true_peak) == (20.0, -15.0, -2.0)
    assert (plain.format, plain.quality, plain.rate, plain.channels) == ("ogg", 8, 48_000, 1)
    assert plain.pattern == "{title}"
    assert _filled(preset, "--duration", "30").duration == 30.0
    assert _filled(preset, "--keep", "0.3-0.5").duration is None
    assert _filled(preset, "--length", "25-30").duration is None
    assert _filled(preset, "--cut-least").duration is None
    assert _filled(preset, "--loudness", "none").loudness == 0.0
    assert _filled(preset, "--loudness", "none").true_peak is None
    assert _filled(preset, "--true-peak", "-3").true_peak == -3.0
    as_wav = _filled(preset, "--format", "wav")
    assert (as_wav.format, as_wav.quality, as_wav.rate) == ("wav", None, 48_000)
    assert _filled(preset, "--quality", "3").quality == 3
    assert _filled(preset, "--rate", "0").rate == 0
    assert _filled(preset, "--pattern", "{name}").pattern == "{name}"


def test_an_export_by_a_preset_keeps_to_its_range(run: Run, tmp_path: Path) -> None:
    options = ("--length", "15-20", "--loudness", "-30", "--format", "flac")
    run("presets", "save", "Small", *options, "--pattern", "{name} small")
    (file,) = run("export", 1, "--out", tmp_path, "--preset", "SMALL")["files"]
    record = json.loads(Path(file).with_suffix(".edit.json").read_text(encoding="utf-8"))
    kept_s = sum(end - start for start, end in record["kept_samples"]) / record["sample_rate_hz"]
    assert 15.0 <= kept_s <= 20.0
    assert Path(file).name.endswith(" small.flac") and record["gain_db"] != 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--preset", "Nix"], "no preset Nix"),
        (["--true-peak", "-2"], "--loudness"),
        (["--duration", "20", "--length", "15-20"], "--length"),
        (["--preset", "Radio edit"], "0:40"),
    ],
)
def test_what_no_export_can_be_is_one_sentence(
    refused: Callable[..., str], tmp_path: Path, options: list[str], said: str
) -> None:
    assert said in refused("export", 1, "--out", tmp_path / "out", *options)
