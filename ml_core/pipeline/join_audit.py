"""How much the joins of an edit that is shown stand out."""

from __future__ import annotations

from ml_core import audio_file
from ml_core.domain.audits import AuditedEdit, AuditedJoin, AuditRequest
from ml_core.edits.audit import BarLines, audit_edit
from ml_core.edits.silence.kept import kept_silence_s
from ml_core.pipeline.materials import graph
from ml_core.progress import Progress

_MOST_SONGS = 8
_lines: dict[tuple[str, bytes], BarLines] = {}


def audit_joins(request: AuditRequest, progress: Progress) -> AuditedEdit:
    """Listen to the joins of an edit and to the uncut bar lines of its song.

    Raises:
        UserError: if the song's file is gone or is another song now.
    """
    edit = request.edit
    progress.report(0.0, "Listening to the joins")
    song = graph(request.cache_dir, request.song, progress)
    silences = song.silent_spans
    if not edit.n_joins:
        return AuditedEdit((), 0, 0.0, kept_silence_s(edit, silences))
    analysis = song.analysis
    audio = audio_file.read(request.song.path)
    edges = analysis.bar_edges_samples
    key = (edit.sha256, edges.tobytes())
    if key not in _lines:
        # The alternatives of a song are looked at one after the other: the last songs' are kept.
        while len(_lines) >= _MOST_SONGS:
            del _lines[next(iter(_lines))]
        _lines[key] = BarLines.of(audio, edit.sample_rate_hz, edges, silences)
    report = audit_edit(audio, edit.sample_rate_hz, edit, edges, _lines[key], silences)
    return AuditedEdit(
        tuple(
            AuditedJoin(j.out_s, j.percentile, j.stands_out, j.reason, j.is_silent)
            for j in report.joins
        ),
        len(report.control_scores),
        report.control_share,
        report.kept_silence_s,
    )
