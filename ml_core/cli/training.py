"""The verbs about learning: train, activate, history."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

from ml_core.cli.output import open_project, show, watch
from ml_core.domain.models import BASE, Checkpoint, changed_rows
from ml_core.store.requests import model_ref, train_request


def train(arguments: argparse.Namespace) -> None:
    """Train on all ratings; the new checkpoint is used once it is activated."""
    with open_project(arguments) as store, watch(arguments) as progress:
        if arguments.by_eye is not None:
            store.by_eye.set_teaches(arguments.by_eye)
        request = train_request(
            store, arguments.device, arguments.epochs, arguments.episodes, arguments.resume
        )
        # Only now: torch takes seconds, and a mistake should not wait for it.
        from ml_core.pipeline.learning import train as learn

        result = learn(request, progress)
        for checkpoint in (result.final, result.best):
            store.models.add(checkpoint)
        active = store.models.active()
    metrics = result.metrics
    best, final = result.best.id, result.final.id
    held_out = metrics["held_out_accuracy"]
    data = {
        **metrics,
        "checkpoints": {"best": best, "final": final},
        "parent": result.best.parent,
        "active": BASE if active is None else active.id,
    }
    lines = [
        f"Trained on {result.best.n_ratings} ratings"
        f"{and_edits(metrics['finished_edits']['taught'])} in "
        f"{metrics['seconds']['reward'] + metrics['seconds']['policy']:.1f} s "
        f"on {metrics['device']}.",
        *metrics["notes"],
        *_edit_lines(metrics, result.best.n_ratings),
        *_by_eye_lines(metrics["n_by_eye_left_out"]),
        *_resume_lines(arguments, metrics),
        *_accuracy_lines(held_out),
        *told_again(metrics["told"]),
        *change_lines(metrics["what_changes"]),
        f"The new checkpoint is {best}. It is not in use yet.",
        "Prove it blind with: tastecut compare --blind --out DIR",
        f"or use it now with: tastecut activate {best}",
    ]
    show(arguments, data, lines)


def and_edits(n_taught: int) -> str:
    """What is said of finished edits after a number of ratings; empty without any."""
    if not n_taught:
        return ""
    return " and 1 finished edit" if n_taught == 1 else f" and {n_taught} finished edits"


def _edit_lines(metrics: Mapping[str, Any], n_ratings: int) -> list[str]:
    """What is said of finished edits; nothing where there are none."""
    from ml_core.training.told_lines import edit_lines

    edits = metrics["finished_edits"]
    lines = edit_lines(edits, n_ratings, metrics["told"].get("next_ratings", 0))
    return lines[1:] if edits["taught"] else lines  # How many there are was said before.


def told_again(told: Mapping[str, Any]) -> list[str]:
    """What the answers show, in the words of `taste`."""
    from ml_core.training.told_lines import taste_lines

    return taste_lines(told)


def change_lines(found: Mapping[str, Any]) -> list[str]:
    """What the training changes about usual edits, before and after; empty if that is not known."""
    rows = changed_rows(found)
    if not rows:
        return []
    return [
        f"{'What changes':28}{'before':>18}{'after':>18}",
        *(f"  {name:26}{before:>18}{after:>18}" for name, before, after in rows),
    ]


NAMES = {
    "ours": "your taste",
    "always_shorter": "always the shorter one",
    "length_only": "length alone",
    "network": "a network of 27,521 parameters",
    "random": "guessing",
}


def _accuracy_lines(held_out: dict[str, float | None]) -> list[str]:
    lines = ["Decided ratings that were foreseen, on songs held back:"]
    for name, words in NAMES.items():
        share = held_out.get(name)
        if share is not None:
            lines.append(f"  {words:32} {100 * share:3.0f} %")
    return lines if len(lines) > 1 else ["Too few ratings to hold some back and check."]


def _by_eye_lines(n: int) -> list[str]:
    if not n:
        return []
    were = "1 answer given by eye was" if n == 1 else f"{n} answers given by eye were"
    return [f"{were} left out; --by-eye learns from them too."]


def _resume_lines(arguments: argparse.Namespace, metrics: Mapping[str, Any]) -> list[str]:
    if not arguments.resume:
        return []
    if metrics["resumed_at_update"] == 0:
        return ["There was nothing to go on with, so training began anew."]
    return ["It went on where the last training was stopped."]


def activate(arguments: argparse.Namespace) -> None:
    """Use a checkpoint from now on; "base" goes back to the start."""
    checkpoint: str = arguments.checkpoint
    with open_project(arguments) as store:
        if checkpoint != BASE:
            # A model that can't be read must not take the place of one that can.
            from ml_core.training.checkpoint import load_model

            model = model_ref(store, store.models.by_id(checkpoint))
            load_model(model.file or "", model.sha256)
        store.models.activate(checkpoint)
    show(arguments, {"active": checkpoint}, [f"{checkpoint} is in use now."])


def _n_edits(checkpoint: Checkpoint) -> int:
    return int(checkpoint.metrics.get("finished_edits", {}).get("taught", 0))


def history(arguments: argparse.Namespace) -> None:
    """List the checkpoints, the verdicts of their comparisons, and which was active when."""
    with open_project(arguments, write=False) as store:
        active = store.models.active()
        active_id = BASE if active is None else active.id
        checkpoints = store.models.all()
        sessions = [(s, store.sessions.report(s.id)) for s in store.sessions.all()]
        activations = store.models.history()
    lines = [f"{'*' if active_id == BASE else ' '} {BASE:14} untrained"]
    for c in checkpoints:
        mark = "*" if c.id == active_id else " "
        known = f"{c.n_ratings} ratings{and_edits(_n_edits(c))}"
        lines.append(f"{mark} {c.id:14} {c.kind:5} from {c.parent}, {known}, {c.utc}")
    for session, report in sessions:
        verdict = "unfinished" if report is None else report.verdict
        where = "" if session.on_reserved else ", on songs it has learned from"
        lines.append(f"  compared {session.new} with {session.old}: {verdict}{where}")
    data = {
        "active": active_id,
        "checkpoints": [
            {
                "id": c.id,
                "kind": c.kind,
                "parent": c.parent,
                "ratings": c.n_ratings,
                "finished_edits": _n_edits(c),
                "utc": c.utc,
                "active": c.id == active_id,
            }
            for c in checkpoints
        ],
        "comparisons": [
            {
                "old": s.old,
                "new": s.new,
                "n": s.n_pairs,
                "verdict": r.verdict if r else None,
                "on_reserved_songs": s.on_reserved,
            }
            for s, r in sessions
        ],
        "activations": [{"checkpoint": a.checkpoint_id, "utc": a.utc} for a in activations],
    }
    show(arguments, data, lines)
