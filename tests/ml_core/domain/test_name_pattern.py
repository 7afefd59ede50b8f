"""Patterns of names: filled without gaps, refused with what there is."""

from __future__ import annotations

import pytest

from ml_core.domain.files.choices import AS_AT_FIRST, FileChoices, choices_from, choices_json
from ml_core.domain.files.name_pattern import check_pattern, filled, length_words
from ml_core.errors import UserError

FACTS = {"name": "03 x", "title": "Harbour", "artist": "A", "album": "B", "length": "1m23s"}


@pytest.mark.parametrize(
    ("pattern", "whole", "bare"),
    [
        ("{name} (edit {length})", "03 x (edit 1m23s)", "(edit 1m23s)"),
        ("{artist} - {title} {length}", "A - Harbour 1m23s", "1m23s"),
        ("{title} - {artist}", "Harbour - A", ""),
        ("{length} {title} ({album})", "1m23s Harbour (B)", "1m23s"),
        ("{length} [{artist} - {album}]", "1m23s [A - B]", "1m23s"),
        ("{track}. {length}", "1m23s", "1m23s"),
        ("_{length}_", "_1m23s_", "_1m23s_"),
        ("Best  of {artist}", "Best of A", "Best of"),
        ("no field", "no field", "no field"),
    ],
)
def test_a_field_that_is_not_known_leaves_no_gap(pattern, whole, bare):
    assert filled(check_pattern(pattern), FACTS) == whole
    assert filled(pattern, {"length": "1m23s", "artist": " \n "}) == bare


@pytest.mark.parametrize("pattern", ["", "  ", "{foo}", "{}", "{title", "title}", "{{title}}"])
def test_what_cannot_be_filled_is_refused_with_the_fields_that_there_are(pattern):
    with pytest.raises(UserError) as refused:
        check_pattern(pattern)
    assert "{title}" in refused.value.remedy and "\n" not in str(refused.value)


def test_a_values_brackets_are_no_fields():
    assert filled("{title}", {"title": "{artist}", "artist": "A"}) == "{artist}"


def test_a_length_is_written_without_what_windows_refuses():
    lengths = {0.4: "0s", 59.6: "1m00s", 83: "1m23s", 45: "45s", 3723: "1h02m03s"}
    assert {seconds: length_words(seconds) for seconds in lengths} == lengths


def test_choices_come_back_and_damage_costs_one_of_them():
    chosen = FileChoices("{title}", "")
    assert choices_from(choices_json(chosen)) == chosen
    for text in ("", "[]", "{", "null", '{"pattern": 3}', '{"pattern": "{no}", "more": 1}'):
        assert choices_from(text) == AS_AT_FIRST, text
    assert choices_from('{"pattern": "{bad}", "title_pattern": ""}') == FileChoices(
        AS_AT_FIRST.pattern, ""
    )
