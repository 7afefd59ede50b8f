"""The verb "compare": old against new, blind, and the verdict."""

from __future__ import annotations

import argparse

from ml_core.cli.finding import find_again
from ml_core.cli.fits import note_what_fits
from ml_core.cli.output import complain_missing, complain_outdated, open_project, show, watch
from ml_core.domain.comparing import ON_LEARNED, ON_NEW, ComparisonFilesRequest
from ml_core.domain.early_end import MOST_PAIRS
from ml_core.domain.models import COMPARISON_PAIRS, ComparisonReport, ComparisonSession
from ml_core.errors import UserError
from ml_core.foreign_text import shown_text
from ml_core.progress import Progress
from ml_core.store import Store
from ml_core.store.compare_requests import (
    begun_session,
    compare_request,
    comparison_files_request,
    report_request,
)
from ml_core.store.requests import missing_songs


def compare(arguments: argparse.Namespace) -> None:
    """Old against new on songs that the taste has never learned from, if there are any.

    A blind session goes on until its n is reached.
    """
    find_again(arguments)
    with open_project(arguments) as store, watch(arguments) as progress:
        complain_outdated(store)
        note_what_fits(store, progress.part(0.0, 0.1))
        session = _session(store, arguments, progress.part(0.1, 0.4))
        report = _report(store, session, progress.part(0.4, 0.5))
        from ml_core.pipeline.comparing import write_comparison

        files = comparison_files_request(
            store, session, report, str(arguments.out), arguments.blind
        )
        results = write_comparison(files, progress.part(0.5, 1.0))
    lines = [*_verdict_lines(session, report, arguments), *_song_lines(files)]
    show(arguments, results, lines)


def _session(store: Store, arguments: argparse.Namespace, progress: Progress) -> ComparisonSession:
    """The unfinished session of the newest checkpoint, or a new one."""
    # Asked first: what was begun can be read, whatever the brief fits by now.
    session = begun_session(store)
    if session is not None:
        if arguments.pairs not in (None, session.n_pairs):
            raise UserError(
                f"This comparison was begun with {session.n_pairs} pairs.",
                "Leave out --pairs: the number is fixed beforehand.",
            )
        if arguments.early and not session.ends_early:
            raise UserError(
                "This comparison was begun with a fixed number of pairs.",
                "Leave out --early: its end is fixed beforehand.",
            )
        return session
    usual = MOST_PAIRS if arguments.early else COMPARISON_PAIRS
    request, wanted = compare_request(store, arguments.pairs or usual, ends_early=arguments.early)
    from ml_core.pipeline.learning import compare_pairs

    complain_missing(missing_songs(store, "compare"))
    pairs = compare_pairs(request, progress)
    _, kept = store.sessions.add(wanted, pairs)
    return kept


def _report(store: Store, session: ComparisonSession, progress: Progress) -> ComparisonReport:
    from ml_core.pipeline.learning import compare_report

    report = compare_report(report_request(store, session), progress)
    if report.verdict != "unfinished" and store.sessions.report(session.id) is None:
        store.sessions.save_report(session.id, report)
    return report


def _verdict_lines(
    session: ComparisonSession, report: ComparisonReport, arguments: argparse.Namespace
) -> list[str]:
    where = ON_NEW if session.on_reserved else ON_LEARNED
    pairs = f"{'at most ' if session.ends_early else ''}{session.n_pairs} pairs"
    lines = [f"{session.new} against {session.old} on {where}, {pairs}."]
    if report.verdict == "unfinished":
        n_answered = len(report.answers)
        lines.append(
            f"{n_answered} of {session.n_pairs} pairs are answered, "
            f"{session.n_pairs - n_answered} more{' at most' * session.ends_early}."
        )
        if arguments.blind:
            lines.append(f"Fill in {arguments.out / 'blind' / 'feedback_template.csv'}, then:")
            lines.append("  tastecut rate --from that file, and compare again")
        return lines
    low, high = report.interval
    if session.ends_early and report.n < session.n_pairs:
        lines.append(f"It ended after {report.n} pairs, since they show it.")
    lines.append(
        f"{report.wins} wins, {report.ties} ties, {report.losses} losses: {report.verdict} "
        f"({100 * low:.0f} to {100 * high:.0f} % of the decided pairs)."
    )
    if report.verdict == "better":
        lines.append(f"Use it with: tastecut activate {session.new}")
    return lines


def _song_lines(files: ComparisonFilesRequest) -> list[str]:
    """Which songs the taste had learned from, and which ones left the reserve."""

    def title(sha256: str) -> str:
        return shown_text(files.songs[sha256].title)

    lines = [f"  {title(sha256)}: {how}" for sha256, how in files.learned.items()]
    if lines:
        lines.insert(0, "It has learned from these songs:")
    if files.released:
        names = ", ".join(title(sha256) for sha256 in files.released)
        lines.append(f"{names}: compared now, so no longer kept aside. They may be rated.")
    return lines
