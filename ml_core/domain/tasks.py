"""The tasks that a worker process runs: what each is asked for, and what it answers.

A task travels by its name; `ml_core.pipeline.tasks` knows the function of each. None opens the
project's store: whoever asks reads it before and writes it after, so that there is one writer and a
worker that dies takes nothing with it. OPEN_ARCHIVE makes a project that nobody else has yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from ml_core.domain.adding import (
    AnalyseOutcome,
    AnalyseRequest,
    DemoRequest,
    LookOutcome,
    LookRequest,
    MatchRequest,
    ReadOutcome,
    ReadRequest,
)
from ml_core.domain.archiving import (
    OpenArchiveRequest,
    OpenedArchive,
    SaveArchiveRequest,
    SavedArchive,
)
from ml_core.domain.audits import AuditedEdit, AuditRequest
from ml_core.domain.bar_check import BarCheck, BarCheckRequest
from ml_core.domain.by_hand import (
    ChangeEditRequest,
    CheckEditRequest,
    JoinPlaces,
    JoinPlacesRequest,
)
from ml_core.domain.comparing import CompareRequest, ComparisonFilesRequest, ReportRequest
from ml_core.domain.edits import Edit
from ml_core.domain.files.batch import SongJob, SongOutcome, WrittenRequest
from ml_core.domain.files.found_edits import FindEditsRequest, FoundEdit
from ml_core.domain.files.own_edits import (
    EditedSongs,
    EditedSongsRequest,
    OwnEditRead,
    OwnEditRequest,
)
from ml_core.domain.files.stems import FindStemsRequest, StemsFound
from ml_core.domain.files.tags import SongTags, TagsRequest
from ml_core.domain.mapping import EditMap, HearRequest, MapRequest
from ml_core.domain.models import ComparisonReport, Reason
from ml_core.domain.playing import (
    OverviewRequest,
    PreparedAudio,
    PreparedPair,
    PrepareFileRequest,
    PreparePairRequest,
    SongOverview,
)
from ml_core.domain.ratings import Comparison
from ml_core.domain.requests import (
    Delivered,
    DeliverRequest,
    FitRequest,
    ProposeRequest,
    SongFit,
    TrainRequest,
    TrainResult,
)
from ml_core.domain.tasting import ExplainRequest, TasteRequest

Request = TypeVar("Request")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Task(Generic[Request, Result]):
    """A task, known by its name on both sides of a process's border.

    Whoever passes it on with a request is held to its types: a request of another kind, or a
    result taken for another kind, is a type error.
    """

    name: str


READ_SONGS: Task[ReadRequest, list[ReadOutcome]] = Task("read_songs")
UNSETTLED_SONGS: Task[LookRequest, list[str]] = Task("unsettled_songs")
"""Keys of songs whose files are not what they were when they were last read."""
LOOK_FOR_SONGS: Task[LookRequest, LookOutcome] = Task("look_for_songs")
MATCH_RECORDINGS: Task[MatchRequest, dict[int, int]] = Task("match_recordings")
"""The first song of the same recording, by the id of each new one."""
ANALYSE_SONG: Task[AnalyseRequest, AnalyseOutcome] = Task("analyse_song")
BAR_CHECK: Task[BarCheckRequest, BarCheck] = Task("bar_check")
DEMO_SONGS: Task[DemoRequest, list[str]] = Task("demo_songs")
"""The paths of the songs that were written."""
SONG_TAGS: Task[TagsRequest, SongTags] = Task("song_tags")
SONG_OVERVIEW: Task[OverviewRequest, SongOverview] = Task("song_overview")
PREPARE_PAIR: Task[PreparePairRequest, PreparedPair] = Task("prepare_pair")
PREPARE_FILE: Task[PrepareFileRequest, PreparedAudio] = Task("prepare_file")
SONG_FITS: Task[FitRequest, list[SongFit]] = Task("song_fits")
"""Whether each song has an edit within its limits."""
PROPOSE: Task[ProposeRequest, list[Comparison]] = Task("propose")
"""Pairs whose ids are 0: the store gives them theirs."""
TRAIN: Task[TrainRequest, TrainResult] = Task("train")
"""Its partial results are mappings: the next points of the curves, and the device."""
TASTE: Task[TasteRequest, dict[str, Any]] = Task("taste")
COMPARE_PAIRS: Task[CompareRequest, list[Comparison]] = Task("compare_pairs")
COMPARE_REPORT: Task[ReportRequest, ComparisonReport] = Task("compare_report")
WRITE_COMPARISON: Task[ComparisonFilesRequest, dict[str, Any]] = Task("write_comparison")
DELIVER: Task[DeliverRequest, list[Delivered]] = Task("deliver")
MAP_EDITS: Task[MapRequest, EditMap] = Task("map_edits")
HEAR_PLACE: Task[HearRequest, PreparedAudio] = Task("hear_place")
EXPLAIN: Task[ExplainRequest, list[Reason]] = Task("explain")
CHANGE_EDIT: Task[ChangeEditRequest, Edit] = Task("change_edit")
JOIN_PLACES: Task[JoinPlacesRequest, JoinPlaces] = Task("join_places")
CHECK_EDIT: Task[CheckEditRequest, str] = Task("check_edit")
"""The first rule that is broken, as a sentence; empty if none is."""
FIND_STEMS: Task[FindStemsRequest, StemsFound] = Task("find_stems")
EXPORT_SONG: Task[SongJob, SongOutcome] = Task("export_song")
FIND_WRITTEN: Task[WrittenRequest, list[tuple[str, ...]]] = Task("find_written")
"""The files of each job of a batch that an earlier run has written whole; none of others."""
EDITED_SONGS: Task[EditedSongsRequest, list[EditedSongs]] = Task("edited_songs")
"""Which songs files from other tools are edits of."""
READ_OWN_EDITS: Task[list[OwnEditRequest], list[OwnEditRead]] = Task("read_own_edits")
FIND_EDITS: Task[FindEditsRequest, list[FoundEdit]] = Task("find_edits")
"""Where finished edits, sound files, are found in their song."""
SAVE_ARCHIVE: Task[SaveArchiveRequest, SavedArchive] = Task("save_archive")
OPEN_ARCHIVE: Task[OpenArchiveRequest, OpenedArchive] = Task("open_archive")
AUDIT_JOINS: Task[AuditRequest, AuditedEdit] = Task("audit_joins")
