"""Records keep what their docstrings promise, or can't be made."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ml_core.domain.adding import ReadOutcome
from ml_core.domain.audits import AuditedEdit, AuditedJoin
from ml_core.domain.bar_check import BarCheck
from ml_core.domain.by_hand import (
    ChangeEditRequest,
    CheckEditRequest,
    EditChange,
    JoinPlace,
    JoinPlaces,
    JoinPlacesRequest,
)
from ml_core.domain.comparing import CompareRequest, ComparisonFilesRequest
from ml_core.domain.corrections import NO_CORRECTIONS, Corrections, Step
from ml_core.domain.edits import Brief, Candidate, Edit, Limits, Origin
from ml_core.domain.files.tags import SongTags
from ml_core.domain.models import (
    BASE_REF,
    Checkpoint,
    ComparisonReport,
    ComparisonSession,
    ModelRef,
    Reason,
    Taste,
)
from ml_core.domain.playing import (
    OverviewRequest,
    PreparedAudio,
    PreparedPair,
    PreparePairRequest,
    SongLayout,
    SongOverview,
)
from ml_core.domain.ratings import Comparison, Mark, Rating
from ml_core.domain.requests import (
    Delivered,
    DeliverRequest,
    ProposeRequest,
    SongTask,
    TrainRequest,
)
from ml_core.domain.songs import SILENCE, Section, Song, SongRef
from ml_core.domain.tasting import ExplainRequest, TasteRequest

ROOT = Path(__file__).resolve().parents[3]
SHA, OTHER = "a" * 64, "b" * 64
EDIT = Edit(SHA, 100, ((0, 10), (20, 30)), (4,), (0.0, -1.0), tails=(3,))
OF_OTHER = Edit(OTHER, 100, ((0, 10),))
HERE = JoinPlace(0, 0.5, "clean", EDIT)
TASK = SongTask(SHA, "/song.wav")
SONG = SongRef(SHA, "/song.wav")
MODEL = ModelRef("c1", "/m.safetensors", SHA)
LAYOUT = SongLayout(SHA, 100, 90, (0, 40, 80), (0, 20), ((0, 80, "A"),), 120.0, 4, 0.5, True)
AUDIO = PreparedAudio("/a.f32", 90, 100, (10, 20))
NAN = float("nan")

GOOD: list[Any] = [
    EDIT,
    Brief("Reel", 20.0, 40.0),
    Limits(locked=((1.0, 2.0),)),
    Origin("base", 0),
    Comparison(EDIT, EDIT, "random", id=1),
    Rating(1, EDIT, EDIT, "A", 2, heard_a_s=1.5),
    Mark(1, SHA, "bad_join", "A", 10, 20),
    Taste(1, "My taste"),
    Checkpoint("c1", "c1.safetensors", SHA, "best", "base", {}, 0, "", 3, "2026-01-01"),
    ComparisonSession("base", "c1", 25, True, 0),
    ComparisonReport(2, 1, 1, 0, (0.2, 1.0), 0.5, "better", answers=("A", "skip")),
    Song(SHA, ("/a.wav",), 44_100, 1000, 2),
    Section(0, 2, "A"),
    Reason("energy", "louder", 0.4, (0.1, 0.7)),
    SongTags(SHA, ("An album", "2012")),
    TASK,
    SONG,
    MODEL,
    ProposeRequest("/cache", (TASK,), 8, 0, MODEL),
    TrainRequest("/cache", "/models", (TASK,), (), 0, parent=MODEL),
    DeliverRequest("/cache", TASK, 0),
    Delivered(Candidate(EDIT, Origin()), 0.0, 0.5, 0.1),
    PreparePairRequest("/cache", SONG, (EDIT,), 48_000, "/out"),
    AUDIO,
    PreparedPair(AUDIO, (AUDIO,), 0.5, LAYOUT),
    LAYOUT,
    OverviewRequest("/cache", SONG),
    SongOverview(SHA, ((-0.5, 0.5, 0.2),), LAYOUT),
    ReadOutcome("/a.wav", None, "It is silent."),
    AuditedJoin(1.0, 99.0, True, "level"),
    AuditedEdit((AuditedJoin(1.0, 9.0, False, "click"),), 9, 0.1),
    BarCheck(LAYOUT, NO_CORRECTIONS, (0, 1), (), "/peaks.npz"),
    ChangeEditRequest("/cache", TASK, EDIT, EditChange("cut", span_s=(1.0, 2.0))),
    JoinPlacesRequest("/cache", TASK, EDIT, 0),
    JoinPlaces(EDIT, 0, {"both": (HERE,)}),
    CheckEditRequest("/cache", TASK, EDIT),
    CompareRequest("/cache", (TASK,), 25, 0, new=MODEL),
    ComparisonFilesRequest(
        ComparisonSession("base", "c1", 1, True, 0),
        ComparisonReport(1, 0, 0, 0, (0.0, 1.0), 1.0, "unfinished"),
        (Comparison(EDIT, EDIT, "check"),),
        {SHA: Song(SHA, ("/a.wav",), 44_100, 1000, 2)},
        "/out",
    ),
    ExplainRequest("/cache", TASK, EDIT, MODEL),
    TasteRequest("/cache", (TASK,), ()),
    Step("tap", taps=(1, 2, 3, 4)),
    Step("shift", -1),
    Step("meter", 3),
    Step("double"),
    Corrections((Step("double"),)),
]

BROKEN: dict[type, list[dict[str, Any]]] = {
    Edit: [
        {"sha256": "A" * 64},
        {"sample_rate_hz": 0},
        {"spans": ()},
        {"spans": ((0, 10), (30, 30))},
        {"spans": ((-1, 10), (20, 30))},
        {"fades": (1, 2)},
        {"fades": (-1,)},
        {"gains_db": (0.0,)},
        {"fade_in": -1},
        {"fade_out": -1},
        {"tails": (1, 2)},
        {"tails": (-1,)},
    ],
    Brief: [{"shortest_s": 0.0}, {"longest_s": -1.0}, {"shortest_s": 50.0}],
    Limits: [
        {"keep_low": -0.1},
        {"keep_high": 1.1},
        {"keep_low": 0.95},
        {"keep_low": NAN},
        {"shortest_s": -1.0},
        {"longest_s": 0.0},
        {"longest_s": NAN},
        {"locked": ((2.0, 2.0),)},
        {"forbidden": ((-1.0, 2.0),)},
        {"shortest_segment_bars": 0},
    ],
    Origin: [{"style": -2}],
    Comparison: [{"b": OF_OTHER}, {"reason": "because"}, {"id": -1}, {"position": -1}],
    Rating: [
        {"b": OF_OTHER},
        {"answer": "C"},
        {"strength": 3},
        {"answer": "tie"},
        {"heard_a_s": -1.0},
        {"heard_b_s": NAN},
        {"heard_b_s": float("inf")},
        {"source": "rumour"},
        {"reason": "because"},
    ],
    Mark: [
        {"sha256": "no hash"},
        {"kind": "too long"},
        {"side": ""},
        {"side": "C"},
        {"from_sample": -1},
        {"kind": "both_bad"},
        {"kind": "both_bad", "side": ""},
    ],
    Taste: [{"n_ratings": -1}],
    Checkpoint: [
        {"sha256": "no hash"},
        {"kind": "worst"},
        {"file_name": "../elsewhere.safetensors"},
        {"file_name": ""},
        {"n_ratings": -1},
    ],
    ComparisonSession: [{"n_pairs": 0}],
    ComparisonReport: [
        {"wins": -1},
        {"n": -1},
        {"interval": (0.8, 0.2)},
        {"interval": (-0.1, 0.2)},
        {"p": 1.5},
        {"p": NAN},
        {"verdict": "no idea"},
        {"answers": ("A", "C")},
    ],
    Song: [{"sha256": ""}, {"sample_rate_hz": 0}, {"n_channels": 0}, {"n_samples": -1}],
    Section: [{"start_bar": -1}, {"end_bar": 0}],
    Reason: [{"interval": (0.7, 0.1)}],
    SongTags: [{"facts": ("two\nlines",)}, {"facts": ("",)}],
    SongTask: [{"sha256": "no hash"}],
    SongRef: [{"sha256": "no hash"}],
    ModelRef: [{"file": None}, {"sha256": ""}, {"sha256": "no hash"}],
    ProposeRequest: [{"n_pairs": 0}],
    TrainRequest: [
        {"device": "abacus"},
        {"epochs": -1},
        {"episodes": -1},
    ],
    DeliverRequest: [{"n_alternatives": 0}],
    Delivered: [
        {"utility_sd": -1.0},
        {"reasons": (Reason("a", "", 0.1, (0, 1)), Reason("b", "", -0.4, (-1, 0)))},
    ],
    PreparePairRequest: [{"edits": (OF_OTHER,)}, {"sample_rate_hz": 0}],
    PreparedAudio: [{"n_samples": -1}, {"sample_rate_hz": 0}, {"joins": (20, 10)}],
    PreparedPair: [{"gain": 0.0}, {"edits": (replace(AUDIO, sample_rate_hz=8000),)}],
    SongLayout: [
        {"bar_edges_samples": (0,)},
        {"bar_edges_samples": (0, 40, 40)},
        {"bar_edges_samples": (-1, 40)},
        {"bar_edges_samples": (0, 91)},
        {"beat_samples": (20, 0)},
        {"sections": ((80, 80, "A"),)},
        {"confidence": 1.5},
    ],
    OverviewRequest: [{"n_columns": 0}],
    SongOverview: [{"columns": ((0.5, -0.5, 0.2),)}],
    ReadOutcome: [{"message": ""}, {"song": Song(SHA, (), 44_100, 1000, 2)}],
    AuditedJoin: [{"out_s": -1.0}, {"percentile": 101.0}, {"reason": "smell"}],
    AuditedEdit: [
        {"joins": (AuditedJoin(2.0, 9.0, False, "click"), AuditedJoin(1.0, 9.0, False, "click"))},
        {"n_bar_lines": -1},
        {"control_share": 1.1},
    ],
    BarCheck: [
        {"doubtful_bars": (2,)},
        {"doubtful_bars": (-1,)},
        {"corrections": NO_CORRECTIONS.confirmed()},
        {"corrections": NO_CORRECTIONS.doubled()},
    ],
    ChangeEditRequest: [{"edit": OF_OTHER}],
    JoinPlacesRequest: [{"edit": OF_OTHER}, {"join": -1}, {"join": 1}],
    JoinPlaces: [{"by_side": {"both": ()}}, {"by_side": {"both": (HERE, HERE)}}],
    CheckEditRequest: [{"edit": OF_OTHER}],
    CompareRequest: [{"n_pairs": 0}],
    ComparisonFilesRequest: [{"songs": {}}],
    ExplainRequest: [{"edit": OF_OTHER}, {"model": BASE_REF}],
    TasteRequest: [{"previous_ratings": -1}],
    Corrections: [{"steps": (Step("double"),) * 101}],
}


@pytest.mark.parametrize("record", GOOD, ids=lambda record: type(record).__name__)
def test_what_is_promised_can_be_made(record: Any) -> None:
    assert replace(record) == record


@pytest.mark.parametrize(
    ("kind", "change"),
    [(kind, change) for kind, changes in BROKEN.items() for change in changes],
    ids=lambda value: value.__name__ if isinstance(value, type) else " ".join(value),
)
def test_what_is_not_promised_can_t_be_made(kind: type, change: dict[str, Any]) -> None:
    good = next(record for record in GOOD if type(record) is kind)
    with pytest.raises(ValueError):
        replace(good, **change)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Step("triple"),  # type: ignore[arg-type]
        lambda: Step("double", 1),
        lambda: Step("halve", taps=(1, 2, 3, 4)),
        lambda: Step("shift", 0),
        lambda: Step("shift", 1, (1, 2, 3, 4)),
        lambda: Step("shift", 1001),
        lambda: Step("meter", 8),
        lambda: Step("tap", 1, (1, 2, 3, 4)),
        lambda: Step("tap", taps=(1, 2, 3)),
        lambda: Step("tap", taps=(1, 2, 2, 3)),
        lambda: Step("tap", taps=(-1, 2, 3, 4)),
    ],
)
def test_steps_that_say_nothing_can_t_be_made(make: Callable[[], Step]) -> None:
    with pytest.raises(ValueError):
        make()


def test_spans_may_go_back_overlap_and_touch() -> None:
    edit = Edit(SHA, 100, ((50, 90), (0, 60), (60, 70)))
    assert (edit.n_samples, edit.n_joins, edit.join_samples) == (110, 2, (40, 100))
    assert Edit.from_json(edit.to_json()) == edit


@pytest.mark.parametrize(("answer", "sign"), [("A", 1), ("B", -1), ("tie", 0)])
def test_an_answer_has_a_sign(answer: Any, sign: int) -> None:
    assert Rating(1, EDIT, EDIT, answer).sign == sign


def test_a_skip_has_no_sign() -> None:
    with pytest.raises(ValueError, match="skip"):
        _ = Rating(1, EDIT, EDIT, "skip").sign


def _classes() -> Iterator[tuple[Path, ast.ClassDef]]:
    for folder in ("ml_core", "editor_app"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ClassDef):
                    yield file, node


def _told(node: ast.ClassDef) -> list[str]:
    """Names in the section "Attributes:" of a class's docstring."""
    section = re.split(r"^Attributes:\n", ast.get_docstring(node) or "", flags=re.MULTILINE)
    if len(section) == 1:
        return []
    lines = re.split(r"\n(?=\S)", section[1])[0].splitlines()
    entries = [re.match(r"([a-z_0-9]+(, [a-z_0-9]+)*):", line) for line in _outer(lines)]
    return [name for entry in entries if entry for name in entry[1].split(", ")]


def _outer(lines: list[str]) -> list[str]:
    return [line for line in textwrap.dedent("\n".join(lines)).splitlines() if line[:1] != " "]


def _has(node: ast.ClassDef) -> set[str]:
    fields = {n.target.id for n in node.body if isinstance(n, ast.AnnAssign)}  # type: ignore[union-attr]
    methods = {n.name for n in node.body if isinstance(n, ast.FunctionDef)}
    own = {
        n.attr
        for n in ast.walk(node)
        if isinstance(n, ast.Attribute)
        and isinstance(n.ctx, ast.Store)
        and isinstance(n.value, ast.Name)
        and n.value.id == "self"
    }
    return fields | methods | own


def test_every_attribute_that_a_docstring_tells_is_there() -> None:
    told = {(file.name, node.name): set(_told(node)) - _has(node) for file, node in _classes()}
    assert sum(bool(_told(node)) for _, node in _classes()) > 100
    assert {where: names for where, names in told.items() if names} == {}


def test_parts_are_numbered_since_a_and_b_are_the_edits() -> None:
    named = {label: Section(0, 4, label).name for label in ("A", "B", "Z", "AA", "AB", SILENCE)}
    assert named == {"A": "1", "B": "2", "Z": "26", "AA": "27", "AB": "28", SILENCE: SILENCE}


@pytest.mark.parametrize(
    ("utility", "sd", "match"),
    [
        (3.0, 0.5, "strong match"),
        (1.5, 0.5, "good match"),
        (1.5, 1.5, "match not known yet"),
        (-1.5, 1.5, "match not known yet"),
        (-1.5, 0.5, "weak match"),
        (3.0, 0.0, ""),
    ],
)
def test_a_match_is_told_in_steps_that_the_answers_support(utility, sd, match) -> None:
    candidate = Candidate(Edit("a" * 64, 8000, ((0, 8000),)), Origin(), (0.0,))
    assert Delivered(candidate, utility, sd, 0.0, is_proven=True).match == match
    assert Delivered(candidate, utility, sd, 0.0).match == "", "of random answers nothing is said"
