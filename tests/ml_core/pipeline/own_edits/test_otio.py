"""What timelines hold besides clips in a row: gaps, nests, warps, transitions, missing files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ml_core.domain.files.clips_read import MOST_CLIPS
from ml_core.errors import UserError
from ml_core.pipeline.own_edits.reading import OwnEdit, read_own_edit
from tests.editor_app.conftest import make_song

SONG = make_song(1)
RATE_HZ = SONG.sample_rate_hz
Json = dict[str, Any]


def time(value: float, rate: float = RATE_HZ) -> Json:
    return {"OTIO_SCHEMA": "RationalTime.1", "value": value * rate, "rate": rate}


def span(start: float, length: float, rate: float = RATE_HZ) -> Json:
    times = {"start_time": time(start, rate), "duration": time(length, rate)}
    return {"OTIO_SCHEMA": "TimeRange.1", **times}


def clip(start: float, length: float, rate: float = RATE_HZ, **more: Any) -> Json:
    media = {"OTIO_SCHEMA": "ExternalReference.1", "target_url": "file:///music/one.wav"}
    own = {"source_range": span(start, length, rate), "media_reference": media, "name": "C"}
    return {"OTIO_SCHEMA": "Clip.1", **own, **more}


def gap(length: float) -> Json:
    return {"OTIO_SCHEMA": "Gap.1", "source_range": span(0, length)}


def track(*items: Json, kind: str = "Audio", **more: Any) -> Json:
    return {"OTIO_SCHEMA": "Track.1", "name": "T", "kind": kind, "children": list(items), **more}


def stack(*items: Json, **more: Any) -> Json:
    return {"OTIO_SCHEMA": "Stack.1", "name": "S", "children": list(items), **more}


def read(folder: Path, *tracks: Json) -> OwnEdit:
    path = folder / "a.otio"
    path.write_text(json.dumps({"OTIO_SCHEMA": "Timeline.1", "tracks": stack(*tracks)}))
    return read_own_edit(path, SONG, ["/music/one.wav"])


def seconds(own: OwnEdit) -> list[tuple[float, float]]:
    return [(start / RATE_HZ, end / RATE_HZ) for start, end in own.edit.spans]


def test_gaps_and_other_rates_keep_every_clip_in_its_place(tmp_path: Path):
    own = read(tmp_path, track(clip(0, 4, 24), gap(2), clip(10, 4, 30)))
    assert seconds(own) == [(0.0, 4.0), (10.0, 14.0)]
    assert own.at_s == ((0.0, 4.0), (6.0, 10.0)) and "rest of 2.0 s" in own.left_out[0]


def test_nested_compositions_are_looked_into_and_trimmed(tmp_path: Path):
    inner = track(clip(0, 4), clip(20, 4))
    nested = stack(stack(inner, source_range=span(1, 5)), track(gap(3)))
    own = read(tmp_path, track(clip(40, 2), nested, clip(50, 2)))
    assert seconds(own) == [(40.0, 42.0), (1.0, 4.0), (20.0, 22.0), (50.0, 52.0)]
    assert own.left_out == () and own.at_s[-1] == (7.0, 9.0)


def test_warps_by_one_are_none_and_others_are_named_also_around_a_nest(tmp_path: Path):
    def warp(scalar: float) -> list[Json]:
        return [{"OTIO_SCHEMA": "LinearTimeWarp.1", "time_scalar": scalar}]

    freeze = [{"OTIO_SCHEMA": "FreezeFrame.1", "time_scalar": 0}]
    own = read(tmp_path, track(
        clip(0, 4, effects=warp(1.0)), clip(10, 4, effects=warp(-1.0)),
        stack(track(clip(20, 4)), effects=warp(2.0)), clip(30, 4, effects=freeze), clip(40, 4),
    ))  # fmt: skip
    assert seconds(own) == [(0.0, 4.0), (40.0, 44.0)]
    assert own.left_out[:2] == (
        "The clip C is stretched or reversed.", "The stack S is stretched or reversed.",
    )  # fmt: skip


def test_missing_files_pictures_and_what_is_off_are_named(tmp_path: Path):
    missing = {"OTIO_SCHEMA": "MissingReference.1"}
    made = {"OTIO_SCHEMA": "GeneratorReference.1"}
    own = read(
        tmp_path,
        track(clip(0, 4), clip(0, 4, media_reference=missing), clip(0, 4, media_reference=made)),
        track(clip(10, 4), kind="Video"),
        track(clip(20, 4), enabled=False),
    )
    assert seconds(own) == [(0.0, 4.0)]
    assert own.left_out == (
        "The clip C names a file that is missing there.", "The clip C is made by a generator.",
        "The track T is of pictures.", "The track T is switched off.",
    )  # fmt: skip
    assert seconds(read(tmp_path, track(clip(10, 4), kind="Video"))) == [(10.0, 14.0)]


def test_transitions_are_the_fades_of_joins_and_ends(tmp_path: Path):
    fade = {
        "OTIO_SCHEMA": "Transition.1", "in_offset": time(0.5), "out_offset": time(0.5),
    }  # fmt: skip
    own = read(tmp_path, track(clip(1, 4), fade, clip(20, 4), fade))
    assert seconds(own) == [(1.0, 5.0), (20.0, 24.0)]
    assert own.edit.fades == (RATE_HZ,) and own.edit.fade_out == RATE_HZ


def test_a_clip_without_a_range_is_its_whole_file(tmp_path: Path):
    media = {
        "OTIO_SCHEMA": "ExternalReference.1", "target_url": "one.wav",
        "available_range": span(3600, 8),
    }  # fmt: skip
    own = read(tmp_path, track(clip(0, 1, source_range=None, media_reference=media)))
    assert seconds(own) == [(0.0, 8.0)]
    cut = read(tmp_path, track(clip(3602, 4, media_reference=media)))
    assert seconds(cut) == [(2.0, 6.0)]


@pytest.mark.parametrize(
    "item",
    [
        clip(0, -4), clip(0, float("1e300")), {"OTIO_SCHEMA": "Clip.1"}, stack(source_range={}),
        clip(0, 4, effects=[{"OTIO_SCHEMA": "LinearTimeWarp.1"}]), clip(0, 4, effects=5),
        {"OTIO_SCHEMA": "Transition.1"}, track(children=7), clip(0, 4, name=["\x1b[2J"]),
    ],
)  # fmt: skip
def test_odd_items_are_one_sentence_or_left_out(item: Json, tmp_path: Path):
    try:
        own = read(tmp_path, track(clip(0, 4), item, clip(10, 4)))
    except UserError as error:
        assert len(str(error).splitlines()) == 1 and "a.otio" in str(error)
    else:
        assert seconds(own)[0] == (0.0, 4.0)


def test_more_clips_than_any_edit_has_are_refused(tmp_path: Path):
    small = {
        "OTIO_SCHEMA": "Clip.1", "source_range": {"start_time": {"value": 0, "rate": 1},
        "duration": {"value": 1, "rate": 1}}, "media_reference": {"target_url": "one.wav"},
    }  # fmt: skip
    with pytest.raises(UserError, match="more than 20000 clips"):
        read(tmp_path, track(*([small] * (MOST_CLIPS + 1))))
