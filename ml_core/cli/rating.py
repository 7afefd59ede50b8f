"""The verbs about ratings: propose, rate, taste, judge."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from ml_core import audio_file
from ml_core.cli.finding import find_again
from ml_core.cli.output import (
    complain_missing,
    complain_outdated,
    finite,
    open_project,
    show,
    watch,
)
from ml_core.domain.edits import Edit
from ml_core.domain.ratings import Comparison, Rating, changed_by_hand
from ml_core.domain.songs import Song
from ml_core.errors import UserError
from ml_core.pipeline.feedback import (
    FilledAnswer,
    RefusedRow,
    ratings_csv,
    ratings_json,
    read_filled,
)
from ml_core.pipeline.hand_changes import read_hand_change
from ml_core.store import Store
from ml_core.store.requests import missing_songs, propose_request, taste_request
from ml_core.store.whereabouts import present_song

SAME_TIME_S = 0.002
"""Times rounded to milliseconds by another program are still the same."""


def present_songs(store: Store) -> dict[str, Song]:
    """Each song of the library as it lies now, by its key."""
    return {entry.song.sha256: present_song(entry) for entry in store.songs.listed()}


def propose(arguments: argparse.Namespace) -> None:
    """Choose pairs, keep them, and write them as files to rate."""
    from ml_core.pipeline.pair_files import new_folder, write_pair_audio, write_pair_lists

    new_folder(arguments.out)
    find_again(arguments)
    with open_project(arguments) as store, watch(arguments) as progress:
        request = propose_request(store, arguments.pairs, arguments.seed)
        complain_outdated(store)
        complain_missing(missing_songs(store, "rate"))
        # Only now: torch takes seconds, and a mistake should not wait for it.
        from ml_core.pipeline.learning import propose as choose

        chosen = choose(request, progress.part(0.0, 0.2))
        songs = present_songs(store)
        write_pair_audio(chosen, songs, arguments.out, progress.part(0.2, 1.0))
        # Only now: pairs that nobody could hear must not wait for an answer.
        _, kept = store.pairs.add(chosen)
        rows = write_pair_lists(kept, songs, arguments.out)
    lines = [
        f"{len(rows)} pairs are in {arguments.out}.",
        "Fill in the answer column of feedback_template.csv with A, B, tie or skip, then:",
        f"  tastecut rate --from {arguments.out / 'feedback_template.csv'}",
    ]
    show(arguments, {"pairs": rows}, lines)


def rate(arguments: argparse.Namespace) -> None:
    """Read ratings from a filled file or from edits changed by hand, or write all of them."""
    if arguments.target is not None:
        _write_ratings(arguments)
        return
    if arguments.changed is not None:
        _rate_changed(arguments)
        return
    answers, refused = read_filled(arguments.source)
    accepted = 0
    with open_project(arguments) as store:
        ratings = []
        seen: set[int] = set()
        for answer in answers:
            rating = _rating_of(store, answer, seen)
            if isinstance(rating, RefusedRow):
                refused.append(rating)
            else:
                ratings.append(rating)
        if ratings:
            _, kept = store.ratings.add_all(ratings)
            accepted = len(kept)
    _show_taken(arguments, accepted, refused)


def _rate_changed(arguments: argparse.Namespace) -> None:
    """Edits changed by hand are preferred to those that were proposed."""
    refused: list[RefusedRow] = []
    with open_project(arguments) as store:
        known = {(r.a.spans, r.b.spans) for r in store.ratings.by_hand()}
        ratings = []
        for row, file in enumerate(arguments.changed, start=1):
            try:
                rating = changed_by_hand(*_changed_edits(store, file))
            except UserError as error:
                refused.append(RefusedRow(row, str(error)))
                continue
            if (rating.a.spans, rating.b.spans) in known:
                refused.append(RefusedRow(row, f"{file.name} is rated already."))
                continue
            known.add((rating.a.spans, rating.b.spans))
            ratings.append(rating)
        if not ratings and len(refused) == 1:
            raise UserError(refused[0].reason)
        if ratings:
            store.ratings.add_all(ratings)
    _show_taken(arguments, len(ratings), refused, "file")


def _changed_edits(store: Store, file: Path) -> tuple[Edit, Edit]:
    """(proposed, changed) of a record.

    Raises:
        UserError: if it is none, or of no song of this project.
    """
    proposed, changed = read_hand_change(file)
    entry = store.songs.find(changed.sha256)
    if entry is None or entry.song.sample_rate_hz != changed.sample_rate_hz:
        raise UserError(
            f"The song of {file.name} is not among your songs.", "Add it first: tastecut add PATH"
        )
    if max(end for _, end in changed.spans + proposed.spans) > entry.song.n_samples:
        raise UserError(
            f"{file.name} keeps more than the song holds.",
            f"The song ends at sample {entry.song.n_samples}.",
        )
    # The record names the song by its sound; ratings name it by its key.
    key = entry.song.sha256
    return replace(proposed, sha256=key), replace(changed, sha256=key)


def _show_taken(
    arguments: argparse.Namespace, accepted: int, refused: list[RefusedRow], what: str = "row"
) -> None:
    refused.sort(key=lambda row: row.row)
    data = {
        "accepted": accepted,
        "refused": [{"row": row.row, "reason": row.reason} for row in refused],
    }
    lines = ["1 rating is saved." if accepted == 1 else f"{accepted} ratings are saved."]
    lines += [f"{what} {row.row} was not taken: {row.reason}" for row in refused]
    show(arguments, data, lines)


def _rating_of(store: Store, answer: FilledAnswer, seen: set[int]) -> Rating | RefusedRow:
    comparison = store.pairs.find(answer.pair)
    if comparison is None:
        return RefusedRow(answer.row, f"There is no pair {answer.pair} in this project.")
    if answer.pair in seen:
        return RefusedRow(answer.row, f"Pair {answer.pair} is already in this file.")
    if not _is_of(store, answer, comparison):
        return RefusedRow(answer.row, f"Pair {answer.pair} of this project is another one.")
    seen.add(answer.pair)
    if store.ratings.is_answered(answer.pair):
        return RefusedRow(answer.row, f"Pair {answer.pair} is rated already.")
    return Rating(
        comparison_id=comparison.id,
        a=comparison.a,
        b=comparison.b,
        answer=answer.answer,
        strength=answer.strength,
        heard_a_s=answer.heard_a_s,
        heard_b_s=answer.heard_b_s,
        source="import" if comparison.session is None else "compare",
        reason=comparison.reason,
        repeat_of=comparison.repeat_of,
    )


def _is_of(store: Store, answer: FilledAnswer, comparison: Comparison) -> bool:
    """Whether a row is about this pair, as far as it says: numbers mean nothing elsewhere."""
    if answer.sha256:
        meant = store.songs.find(answer.sha256)
        if answer.sha256.lower() != comparison.sha256 and (
            meant is None or meant.song.sha256 != comparison.sha256
        ):
            return False
    named = store.songs.find(answer.song) if answer.song and not answer.sha256 else None
    if named is not None and named.song.sha256 != comparison.sha256:
        return False
    if answer.kept is None:
        return True
    return all(
        len(given) == len(edit.seconds)
        and all(
            abs(given_s - edit_s) <= SAME_TIME_S
            for given_span, edit_span in zip(given, edit.seconds, strict=True)
            for given_s, edit_s in zip(given_span, edit_span, strict=True)
        )
        for given, edit in zip(answer.kept, (comparison.a, comparison.b), strict=True)
    )


def _write_ratings(arguments: argparse.Namespace) -> None:
    target: Path = arguments.target
    if target.exists():
        raise UserError(f"{target} exists already.", "Give another name.")
    with open_project(arguments, write=False) as store:
        ratings = store.ratings.current(include_skips=True)
        songs = present_songs(store)
    if target.suffix.lower() == ".json":
        text = json.dumps(finite(ratings_json(ratings, songs)), indent=1)
    else:
        text = ratings_csv(ratings, songs)
    audio_file.write_text_atomic(target, text)
    data = {"file": str(target.absolute()), "ratings": len(ratings)}
    show(arguments, data, [f"{len(ratings)} ratings are in {target}."])


def taste(arguments: argparse.Namespace) -> None:
    """Say what was learned."""
    from ml_core.pipeline.learning import taste as learn_of

    with open_project(arguments, write=False) as store, watch(arguments) as progress:
        report = learn_of(taste_request(store), progress)
    show(arguments, report, list(report["lines"]))


def judge(arguments: argparse.Namespace) -> None:
    """Ask the reward model which of given edits is better."""
    from ml_core.cli.exporting import load_json
    from ml_core.pipeline.judging import judge_pairs, read_pairs, reward_of_project

    pairs = read_pairs(load_json(arguments.pairs), arguments.pairs.name)
    with open_project(arguments, write=False) as store, watch(arguments) as progress:
        model = reward_of_project(store)
        judged: list[dict[str, Any]] = judge_pairs(store, model, pairs, progress)
    lines = [
        f"pair {number}: A {100 * row['p_a']:.0f} %, B {100 * row['p_b']:.0f} %, "
        f"tie {100 * row['p_tie']:.0f} %"
        for number, row in enumerate(judged, start=1)
    ]
    show(arguments, {"judged": judged}, lines)
