"""Presets of exports: what they hold, how a list of them changes, and files of them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from ml_core.domain.files.choices import FileChoices
from ml_core.domain.files.preset_list import (
    MOST_PRESETS,
    PresetList,
    file_text,
    is_as_shipped,
    read_presets,
)
from ml_core.domain.files.preset_words import preset_words
from ml_core.domain.files.presets import LONGEST_NAME, Preset
from ml_core.errors import UserError

LOUD = Preset("Loud", (20.0, 40.0), -9.0, -2.0, "mp3", kbps=192, pattern="{name} (loud)")


def test_shipped_presets_are_there_at_first_and_can_all_be_written() -> None:
    kept = PresetList.kept(None)
    assert len(kept.presets) >= 6 and all(map(is_as_shipped, kept.presets))
    for one in kept.presets:
        assert Preset.from_json(json.loads(json.dumps(one.to_json()))) == one
        assert one.holds(one.length_s, one.file_format, one.chosen(FileChoices()))
        assert str(int(one.loudness_lufs)) in preset_words(one)


def test_a_preset_holds_until_any_of_its_values_is_another() -> None:
    choices = LOUD.chosen(FileChoices(tools="otio", title_pattern=""))
    assert choices.tools == "otio" and choices.title_pattern == "", "what it has no say in stays"
    assert LOUD.holds((20.0, 40.0), "mp3", choices)
    assert not LOUD.holds(None, "mp3", choices)
    assert not LOUD.holds((20.0, 40.0), "wav", choices)
    for other in (
        {"loudness_lufs": -10.0},
        {"true_peak_db": -1.0},
        {"kbps": 320},
        {"pattern": "x"},
    ):
        assert not LOUD.holds((20.0, 40.0), "mp3", replace(choices, **other))
    assert LOUD.holds((20.0, 40.0), "mp3", replace(choices, tools="edl"))
    quiet = replace(LOUD, loudness_lufs=0.0)
    assert quiet.holds((20.0, 40.0), "mp3", replace(choices, loudness_lufs=0.0, true_peak_db=-3.0))


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": " a"},
        {"name": "a\nb"},
        {"name": "x" * (LONGEST_NAME + 1)},
        {"length_s": (30.0, 20.0)},
        {"length_s": (0.0, 20.0)},
        {"loudness_lufs": 3.0},
        {"true_peak_db": 1.0},
        {"file_format": "aac"},
        {"file_format": "mp3", "depth": "16"},
        {"file_format": "mp3", "quality": 4},
        {"file_format": "wav", "kbps": 128},
        {"quality": -2},
        {"pattern": "{titel}"},
    ],
)
def test_a_preset_that_cannot_be_is_none(wrong: dict[str, object]) -> None:
    values: dict[str, object] = {"name": "A"} | wrong
    with pytest.raises(ValueError, match=r"\w"):
        Preset(**values)  # type: ignore[arg-type]


def test_a_list_is_added_to_changed_copied_and_brought_back() -> None:
    kept = PresetList().saved(LOUD)
    assert kept.presets[-1] == LOUD and kept.find("LOUD ") == LOUD
    assert PresetList.kept(json.loads(json.dumps(kept.to_json()))) == kept
    kept = kept.saved(replace(LOUD, kbps=128))
    assert kept.find("loud").kbps == 128 and len(kept.presets) == len(PresetList().presets) + 1
    kept, copy = kept.copied("loud")
    assert copy.name == "Loud 2" and kept.presets[-1] == copy
    with pytest.raises(UserError, match="Story"):
        kept.copied("loud", "story")
    with pytest.raises(UserError, match="Story"):
        kept.changed("loud", replace(LOUD, name="story"))
    kept = kept.changed("loud", replace(LOUD, name="LOUD"))
    assert kept.find("loud").name == "LOUD"
    fewer = kept.without("Story").without("reel")
    fewer = fewer.saved(replace(fewer.find("streaming"), loudness_lufs=-16.0))
    with pytest.raises(UserError, match="no preset"):
        fewer.find("Story")
    assert fewer.restored().presets == (*PresetList().presets, *kept.presets[-2:])
    empty = PresetList(())
    assert PresetList.kept(empty.to_json()) == empty, "who deleted all has none"


def test_there_is_an_end_to_presets() -> None:
    full = PresetList(tuple(Preset(f"P{k}") for k in range(MOST_PRESETS)))
    for change in (
        lambda: full.saved(LOUD),
        lambda: full.copied("P1"),
        lambda: full.joined([LOUD]),
    ):
        with pytest.raises(UserError, match=str(MOST_PRESETS)):
            change()
    assert len(full.restored().presets) == MOST_PRESETS


def test_presets_travel_in_a_file_and_change_none_that_is_there(tmp_path: Path) -> None:
    file = tmp_path / "presets.json"
    file.write_text(file_text([LOUD, *PresetList().presets]), encoding="utf-8")
    kept, new = PresetList().joined(read_presets(file))
    assert new == [LOUD] and kept == PresetList().saved(LOUD)
    other = replace(LOUD, name="loud", kbps=96)
    kept, new = kept.joined([other])
    assert [one.name for one in new] == ["loud 2"] and kept.find("Loud") == LOUD


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"presets": 3}',
        '{"kind": "songs", "presets": []}',
        '{"presets": [3]}',
        '{"presets": [{}]}',
        '{"presets": [{"name": 7}]}',
        '{"presets": [{"name": "A", "loudness_lufs": NaN}]}',
        '{"presets": [{"name": "A", "loudness_lufs": "loud"}]}',
        '{"presets": [{"name": "A", "length_s": [1, 2, 3]}]}',
        '{"presets": [{"name": "A", "length_s": [true, true]}]}',
        '{"presets": [{"name": "A", "kbps": 1e400}]}',
        '{"presets": [{"name": "A", "rate_hz": 99999999999}]}',
        '{"presets": [{"name": "A", "format": "exe"}]}',
        '{"presets": [{"name": "\\u001b[2J"}]}',
        '{"presets": [{"name": "A", "run": "this"}]}',
        '{"presets": [{"name": "A", "pattern": "{name"}]}',
        '{"presets": [' + '{"name": "A"},' * MOST_PRESETS + '{"name": "B"}]}',
    ],
)
def test_a_hostile_file_of_presets_is_one_sentence(tmp_path: Path, text: str) -> None:
    file = tmp_path / "odd.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=r"odd\.json"):
        read_presets(file)


def test_damaged_presets_of_a_project_are_left_out() -> None:
    good = LOUD.to_json()
    assert PresetList.kept([3, good, {"name": "x", "kbps": -1}, good]) == PresetList((LOUD,))
    assert PresetList.kept({"a": 1}) == PresetList()
