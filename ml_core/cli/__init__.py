"""The `tastecut` command: everything the window does, headless, from the same functions."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence

from ml_core.cli.output import EXIT_OURS, EXIT_PERSON, complain, printable
from ml_core.cli.parser import parse
from ml_core.errors import Cancelled, OwnFault, UserError
from ml_core.log import logging_to, note_fault


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code (0 done, 1 our fault, 2 the person's)."""
    # One thread: two torch threads made small networks slower (measured: 790 to 570 steps/s).
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    with logging_to("command"):
        return _run(sys.argv[1:] if argv is None else argv)


def _run(argv: Sequence[str]) -> int:
    try:
        arguments = parse(argv)
        arguments.run(arguments)
        return 0
    except UserError as error:
        complain(str(error))
        _give_up_output()
        return EXIT_PERSON
    except OwnFault as error:
        note_fault(traceback.format_exc())
        complain(str(error))
        _give_up_output()
        return EXIT_OURS
    except (Cancelled, KeyboardInterrupt):
        return EXIT_PERSON
    except BrokenPipeError:
        _give_up_output()
        return 0
    except Exception as error:
        note_fault(traceback.format_exc())
        complain(f"Something went wrong inside Tastecut: {error}")
        if sys.stderr is not None:
            sys.stderr.write(printable(traceback.format_exc()))
        return EXIT_OURS


def _give_up_output() -> None:
    """Drop what could not be written, or Python would complain once more when it ends."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except AttributeError:  # Standard output is closed.
        pass
