"""How files are written, from the options of export."""

from __future__ import annotations

import argparse

from ml_core.domain.files.choices import AS_AT_FIRST, FileChoices
from ml_core.domain.files.name_pattern import TITLE_FIELDS, check_pattern


def chosen_files(arguments: argparse.Namespace) -> FileChoices:
    """What the options choose; what they leave out is as at first.

    Raises:
        UserError: if a pattern can't be filled.
    """
    pattern, title_pattern = arguments.pattern, arguments.title_pattern
    return FileChoices(
        AS_AT_FIRST.pattern if pattern is None else check_pattern(pattern),
        AS_AT_FIRST.title_pattern
        if title_pattern is None
        else title_pattern and check_pattern(title_pattern, TITLE_FIELDS),
    )
