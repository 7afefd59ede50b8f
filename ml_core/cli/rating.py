"""The verbs about ratings: propose, rate, taste, judge."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from ml_core import audio_file
from ml_core.cli.export.recorded import changed_edits
from ml_core.cli.finding import find_again
from ml_core.cli.fits import count_fits, note_what_fits, notes
from ml_core.cli.output import (
    complain_missing,
    complain_outdated,
    finite,
    open_project,
    show,
    show_taken,
    watch,
)
from ml_core.cli.training import change_lines
from ml_core.domain.files.own_edits import OwnEditRequest
from ml_core.domain.ratings import HEARD_S, Rating, answer_counts, changed_by_hand
from ml_core.domain.songs import Song
from ml_core.errors import UserError
from ml_core.paths import printable_name
from ml_core.pipeline.rating_files.feedback import (
    RefusedRow,
    ratings_csv,
    ratings_json,
    read_filled,
)
from ml_core.pipeline.rating_files.pair_proof import PairProof, pair_key, project_id_of
from ml_core.progress import silent
from ml_core.store import Store
from ml_core.store.own_edits import keep_read, own_edit_request
from ml_core.store.requests import (
    missing_songs,
    newest_checkpoint,
    propose_request,
    taste_request,
)
from ml_core.store.whereabouts import present_song
from ml_core.untrusted_json import read_json


def present_songs(store: Store) -> dict[str, Song]:
    """Each song of the library as it lies now, by its key."""
    return {entry.song.sha256: present_song(entry) for entry in store.songs.listed()}


def propose(arguments: argparse.Namespace) -> None:
    """Choose pairs, keep them, and write them as files to rate."""
    from ml_core.pipeline.rating_files.pair_files import (
        new_folder,
        write_pair_audio,
        write_pair_lists,
    )

    new_folder(arguments.out)
    where = find_again(arguments)
    with open_project(arguments) as store, watch(arguments) as progress:
        note_what_fits(store, progress.part(0.0, 0.1))
        count = count_fits(store, store.fits.known(), where)
        if count.n_usable == 0 and count.n_songs and not count.n_unknown:
            raise UserError(count.warning, count.remedy)
        request = propose_request(store, arguments.pairs, arguments.seed)
        complain_outdated(store)
        complain_missing(missing_songs(store, "rate"))
        # Only now: torch takes seconds, and a mistake should not wait for it.
        from ml_core.pipeline.learning import propose as choose

        chosen = choose(request, progress.part(0.1, 0.2))
        songs = present_songs(store)
        write_pair_audio(chosen, songs, arguments.out, progress.part(0.2, 1.0))
        # Only now: pairs that nobody could hear must not wait for an answer.
        _, kept = store.pairs.add(chosen)
        rows = write_pair_lists(kept, songs, project_id_of(store), arguments.out)
    lines = [
        *notes(count),
        f"{len(rows)} pairs are in {arguments.out}.",
        "Fill in the answer column of feedback_template.csv with A, B, tie or skip, then:",
        f"  tastecut rate --from {arguments.out / 'feedback_template.csv'}",
    ]
    show(arguments, {"pairs": rows, "notes": notes(count)}, lines)


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
        proof = PairProof(store, arguments.source)
        for answer in answers:
            rating = proof.rating(answer)
            if isinstance(rating, RefusedRow):
                refused.append(rating)
            else:
                ratings.append(rating)
        if ratings:
            _, kept = store.ratings.add_all(ratings)
            accepted = len(kept)
    by_eye = sum(rating.is_by_eye and rating.answer != "skip" for rating in ratings)
    _show_taken(arguments, accepted, refused, printable_name(str(arguments.source)), by_eye=by_eye)


def _rate_changed(arguments: argparse.Namespace) -> None:
    """Edits changed by hand are preferred to those that were proposed."""
    from ml_core.pipeline.own_edits.taking import read_own_edits

    refused: list[RefusedRow] = []
    asked: list[OwnEditRequest] = []
    with open_project(arguments) as store:
        known = {(r.a.spans, r.b.spans) for r in store.ratings.by_hand()}
        ratings = []
        for row, file in enumerate(arguments.changed, start=1):
            try:
                rating = changed_by_hand(*changed_edits(store, file))
            except UserError as error:
                refused.append(RefusedRow(row, str(error)))
                continue
            if (rating.a.spans, rating.b.spans) in known:
                refused.append(RefusedRow(row, f"{file.name} is rated already."))
                continue
            known.add((rating.a.spans, rating.b.spans))
            ratings.append(rating)
            entry = store.songs.find(rating.sha256)
            if entry is not None:
                asked.append(own_edit_request(store, entry, str(file)))
        if ratings:
            store.ratings.add_all(ratings)
        for read in read_own_edits(asked, silent()):
            keep_read(store, read)
    _show_taken(
        arguments,
        len(ratings),
        refused,
        ", ".join(printable_name(str(file)) for file in arguments.changed),
        "file",
    )


def _show_taken(
    arguments: argparse.Namespace,
    accepted: int,
    refused: list[RefusedRow],
    source: str,
    what: str = "row",
    by_eye: int = 0,
) -> None:
    refused.sort(key=lambda row: row.row)
    data = {
        "accepted": accepted,
        "refused": [{"row": row.row, "reason": row.reason} for row in refused],
    }
    lines = [f"{what} {row.row} was not taken: {row.reason}" for row in refused]
    saved = "1 rating is saved" if accepted == 1 else f"{accepted} ratings are saved"
    count = f"{len(refused)} {what}{'' if len(refused) == 1 else 's'}"
    lines.append(f"{saved}, {count} not taken." if refused else f"{saved}.")
    if by_eye:
        lines.append(f"By eye, since a side was heard for less than {HEARD_S:.0f} s: {by_eye}.")
    nothing = f"No rating of {source} was saved: no answer is filled in."
    if refused:
        nothing = f"No rating of {source} was saved, {count} not taken: {refused[0].reason}"
    done = (accepted, accepted + len(refused))
    show_taken(arguments, data, lines, done, nothing)


def _write_ratings(arguments: argparse.Namespace) -> None:
    target: Path = arguments.target
    if target.exists():
        raise UserError(f"{target} exists already.", "Give another name.")
    with open_project(arguments, write=False) as store:
        ratings = store.ratings.current(include_skips=True)
        songs, keys = present_songs(store), _keys(store, ratings)
        by_eye = store.by_eye.teaches
    if target.suffix.lower() == ".json":
        text = json.dumps(finite(ratings_json(ratings, songs)), indent=1)
    else:
        text = ratings_csv(ratings, songs, keys)
    audio_file.write_text_atomic(target, text)
    counts = answer_counts(ratings, by_eye)
    data = {"file": str(target.absolute()), **counts}
    said = "1 rating" if counts["ratings"] == 1 else f"{counts['ratings']} ratings"
    if counts["by_eye_left_out"]:
        said += f", {counts['by_eye_left_out']} by eye"
    if counts["skip"]:
        said += f", {counts['skip']} skipped"
    show(arguments, data, [f"{said}: all are in {target}."])


def _keys(store: Store, ratings: Sequence[Rating]) -> dict[int, str]:
    """Keys of the pairs of some ratings, by id."""
    project_id = project_id_of(store)
    pairs = (store.pairs.find(rating.comparison_id) for rating in ratings)
    return {pair.id: pair_key(project_id, pair) for pair in pairs if pair is not None}


def taste(arguments: argparse.Namespace) -> None:
    """Say what was learned."""
    from ml_core.pipeline.learning import taste as learn_of

    with open_project(arguments, write=False) as store, watch(arguments) as progress:
        report = learn_of(taste_request(store), progress)
        newest = newest_checkpoint(store)
    report["what_changes"] = {} if newest is None else newest.metrics.get("what_changes", {})
    show(arguments, report, [*report["lines"], *change_lines(report["what_changes"])])


def judge(arguments: argparse.Namespace) -> None:
    """Ask the reward model which of given edits is better."""
    from ml_core.pipeline.judging import judge_pairs, read_pairs, reward_of_project

    pairs = read_pairs(read_json(arguments.pairs), printable_name(arguments.pairs))
    with open_project(arguments, write=False) as store, watch(arguments) as progress:
        model = reward_of_project(store)
        judged, learned = judge_pairs(store, model, pairs, progress)
    lines = [
        f"pair {number}: A {100 * row['p_a']:.0f} %, B {100 * row['p_b']:.0f} %, "
        f"tie {100 * row['p_tie']:.0f} %{_LEARNED if is_known else ''}"
        for number, (row, is_known) in enumerate(zip(judged, learned, strict=True), start=1)
    ]
    show(arguments, {"judged": judged, "learned_from": learned}, lines)


_LEARNED = ", on a song it has learned from"
