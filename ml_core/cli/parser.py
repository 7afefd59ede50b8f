"""The verbs and their options. The contract is fixed: scripts outside the project drive it."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from ml_core import __version__, paths
from ml_core.cli import archive_options
from ml_core.cli.argument_types import count, count_or_none, counts, ratio_range, seed
from ml_core.cli.brief_options import add_brief_options
from ml_core.cli.correct_options import add_correct_options
from ml_core.cli.export.change_options import add_change_options
from ml_core.cli.export.finished import add_finished_options
from ml_core.cli.export.options import add_edits_options, add_export_options
from ml_core.cli.presets.options import add_preset_verbs
from ml_core.errors import UserError


class _Parser(argparse.ArgumentParser):
    """An argument parser whose complaints are one sentence, like all others."""

    def error(self, message: str) -> NoReturn:
        remedy = f'See "{self.prog} --help".'
        raise UserError(message[:1].upper() + message[1:] + ".", remedy)


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The arguments, with `run` set to the verb's function.

    Raises:
        UserError: for anything not understood.
    """
    arguments = _parser().parse_args(list(argv))
    arguments.project = Path(arguments.project or paths.default_project_dir()).expanduser()
    if arguments.verb is None:
        arguments.run = _open_window
    return arguments


def _open_window(arguments: argparse.Namespace) -> None:
    # By name: the core knows no window, and this is the one place that starts it.
    options = ["--project", str(arguments.project)]
    if arguments.taste is not None:
        options += ["--taste", arguments.taste]
    raise SystemExit(importlib.import_module("editor_app.app").main(options))


def _later(module: str, function: str) -> Callable[[argparse.Namespace], None]:
    """The verb's function, imported when it runs: `--help` must not wait for torch."""

    def run(arguments: argparse.Namespace) -> None:
        getattr(importlib.import_module(f"ml_core.cli.{module}"), function)(arguments)

    return run


def _parser() -> argparse.ArgumentParser:
    common = _Parser(add_help=False)
    common.add_argument(
        "--project",
        metavar="DIR",
        default=argparse.SUPPRESS,
        help="the project's folder (default: your data folder)",
    )
    common.add_argument(
        "--taste",
        metavar="NAME",
        default=argparse.SUPPRESS,
        help="work in this taste (default: the one in use)",
    )
    common.add_argument(
        "--json", action="store_true", default=argparse.SUPPRESS, help="print one JSON object"
    )
    parser = _Parser(
        prog="tastecut",
        description="Teach an editor your taste.",
        epilog="Without a verb the window opens.",
    )
    parser.add_argument(
        "--project",
        metavar="DIR",
        default=None,
        help="the project's folder (default: your data folder)",
    )
    parser.add_argument(
        "--taste",
        metavar="NAME",
        default=None,
        help="work in this taste (default: the one in use)",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--version", action="version", version=f"tastecut {__version__}")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", parser_class=_Parser)

    def verb(name: str, module: str, words: str) -> argparse.ArgumentParser:
        made = verbs.add_parser(name, parents=[common], help=words, description=words)
        made.set_defaults(run=_later(module, name))
        return made

    _song_verbs(verb)
    _rating_verbs(verb)
    _training_verbs(verb)
    _export_verbs(verb)
    _project_verbs(verb)
    return parser


_Verb = Callable[[str, str, str], argparse.ArgumentParser]


def _song_verbs(verb: _Verb) -> None:
    add = verb("add", "songs", "add songs and analyse them")
    add.add_argument("paths", nargs="+", metavar="PATH")
    add.add_argument(
        "--long", action="store_true", help="also what is longer, slower or larger than songs are"
    )
    songs = verb("songs", "songs", "list your songs, remove some, or say what they are used for")
    what = songs.add_mutually_exclusive_group()
    for option, words in (
        ("--remove", "take songs off the list; their ratings go on teaching"),
        ("--rate", "use songs for rating"),
        ("--keep-aside", "keep songs aside for comparing"),
        ("--leave-out", "neither rate songs nor learn from their ratings"),
        ("--not-same", "count songs as recordings of their own, though another sounds like them"),
    ):
        what.add_argument(option, nargs="+", metavar="SONG", help=words)
    songs.add_argument(
        "--drop-ratings",
        action="store_true",
        help="with --remove: learn no more from the ratings of these songs",
    )
    analyse = verb("analyse", "songs", "analyse one file")
    analyse.add_argument("path", metavar="PATH")
    add_correct_options(verb("correct", "correcting", "see and correct a song's beats and bars"))
    add_brief_options(
        verb("brief", "briefing", "say what the edits are for, and see which songs fit")
    )


def _rating_verbs(verb: _Verb) -> None:
    propose = verb("propose", "rating", "write pairs of edits to rate")
    propose.add_argument("--pairs", type=count, default=24, metavar="N")
    propose.add_argument("--out", type=Path, required=True, metavar="DIR")
    propose.add_argument("--seed", type=seed, default=None, metavar="S")
    rate = verb("rate", "rating", "read or write ratings as CSV or JSON")
    way = rate.add_mutually_exclusive_group(required=True)
    way.add_argument(
        "--from",
        dest="source",
        type=Path,
        metavar="FILE",
        help="read ratings from a filled CSV or JSON file",
    )
    way.add_argument(
        "--to",
        dest="target",
        type=Path,
        metavar="FILE",
        help="write all ratings to a new CSV or JSON file",
    )
    way.add_argument(
        "--changed",
        dest="changed",
        type=Path,
        nargs="+",
        metavar="FILE.edit.json",
        help="records of exported edits whose kept_samples you changed: you prefer these",
    )
    verb("taste", "rating", "what was learned of your taste")
    judge = verb("judge", "rating", "the reward model's answer for given pairs")
    judge.add_argument("--pairs", type=Path, required=True, metavar="FILE")


def _training_verbs(verb: _Verb) -> None:
    train = verb("train", "training", "train on your ratings")
    train.add_argument("--device", choices=("auto", "cuda", "cpu"), default="auto")
    train.add_argument("--epochs", type=count, default=150, metavar="N")
    train.add_argument("--episodes", type=count, default=300, metavar="N")
    train.add_argument("--resume", action="store_true", help="go on where training was stopped")
    train.add_argument(
        "--by-eye",
        action=argparse.BooleanOptionalAction,
        help="learn from answers given by eye too, from now on, or not any more",
    )
    compare = verb("compare", "comparing", "old against new on songs it has never learned from")
    compare.add_argument("--out", type=Path, required=True, metavar="DIR")
    compare.add_argument(
        "--pairs",
        type=count,
        default=None,
        metavar="N",
        help="pairs of a new blind comparison (default 25; 40 with --early)",
    )
    compare.add_argument(
        "--early",
        action="store_true",
        help="end a new comparison as soon as its answers show something",
    )
    compare.add_argument(
        "--blind", action="store_true", help="also write the blind pairs and a CSV to fill in"
    )
    activate = verb("activate", "training", "use another checkpoint, or go back to one")
    activate.add_argument("checkpoint", metavar="CHECKPOINT", help='an id from history, or "base"')
    verb("history", "training", "the cycles so far")
    tastes = verb("tastes", "tastes", "the tastes of this project")
    what = tastes.add_mutually_exclusive_group()
    what.add_argument("--add", metavar="NAME", help="add an empty taste")
    what.add_argument("--rename", nargs=2, metavar=("OLD", "NEW"), help="call a taste otherwise")
    what.add_argument(
        "--duplicate",
        nargs=2,
        metavar=("OLD", "NEW"),
        help="add a taste that begins with the ratings and models of another",
    )
    what.add_argument("--reset", metavar="NAME", help="begin a taste anew; what it had is kept")
    what.add_argument("--undo-reset", metavar="NAME", help="go back to what a reset put aside")
    what.add_argument("--remove", metavar="NAME", help="take a taste off the list; it is kept")
    what.add_argument("--bring-back", metavar="NAME", help="put a removed taste back on the list")
    what.add_argument("--use", metavar="NAME", help="use this taste from now on")
    simulate = verb("simulate", "simulating", "a whole cycle with a scripted rater")
    simulate.add_argument("--rater", required=True, metavar="FILE.py:NAME")
    simulate.add_argument("--songs", type=Path, required=True, metavar="DIR")
    simulate.add_argument("--held-out", type=Path, required=True, metavar="DIR")
    simulate.add_argument("--ratings", type=count_or_none, default=48, metavar="N")
    words = "finished edits [{song, kept}] to learn from besides"
    simulate.add_argument("--edits", type=Path, default=None, metavar="FILE", help=words)
    simulate.add_argument("--seed", type=seed, default=0, metavar="S")
    simulate.add_argument("--keep", type=ratio_range, default=None, metavar="LO-HI")
    simulate.add_argument("--report-at", type=counts, default=(), metavar="N,N")
    simulate.add_argument("--judge", type=Path, default=None, metavar="FILE")


def _export_verbs(verb: _Verb) -> None:
    add_export_options(verb("export", "export.exporting", "export edits of your songs"))
    words = "what edits are exported as for where they go: list, save, delete, rename, copy, …"
    add_preset_verbs(verb("presets", "presets.listing", words))
    words = "many possible edits of a song, from short to long and calm to loud"
    add_edits_options(verb("edits", "export.mapping", words))
    learn = verb(
        "learn-edit", "export.learning_edits", "learn from an edit that you made in another tool"
    )
    learn.set_defaults(run=_later("export.learning_edits", "learn_edit"))
    learn.add_argument("song", metavar="SONG")
    learn.add_argument("edits", nargs="+", type=Path, metavar="EDIT")
    learn.add_argument("--dry-run", action="store_true", help="only say what would be learned")
    words = "their lengths were asked for (a reel, a slot), so they teach nothing of length"
    learn.add_argument("--length-given", action="store_true", help=words)
    learn.add_argument("--rough", action="store_true", help="made with little care: count for less")
    words = "list the finished edits that are learned from; leave out or drop some"
    add_finished_options(verb("finished-edits", "export.finished", words))
    words = "change an exported edit by hand: move or heal joins, cut out, bring back"
    add_change_options(verb("change", "export.changing", words))
    audit = verb("audit", "export.auditing", "how much the joins of exported edits stand out")
    audit.add_argument("files", nargs="+", type=Path, metavar="FILE.edit.json")


def _project_verbs(verb: _Verb) -> None:
    words = "copy the project's database, or save the whole project as one file"
    backup = verb("backup", "projects", words)
    backup.add_argument("file", nargs="?", type=Path, default=None, metavar="FILE")
    backup.add_argument(
        "--list", action="store_true", dest="is_list", help="say what each copy holds"
    )
    archive_options.add_to_backup(backup)
    words = "go back to a copy, or open a project that was saved as one file; without FILE list"
    restore = verb("restore", "projects", f"{words} the copies")
    restore.add_argument("file", nargs="?", type=Path, default=None, metavar="FILE")
    archive_options.add_to_restore(restore)
    verb("doctor", "projects", "check the project, models, sound and CUDA")
