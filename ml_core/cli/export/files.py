"""How files are written, from the options of export."""

from __future__ import annotations

import argparse

from ml_core.domain.files.choices import AS_AT_FIRST, FileChoices
from ml_core.domain.files.formats import write_format
from ml_core.domain.files.name_pattern import TITLE_FIELDS, check_pattern
from ml_core.domain.files.tools import chosen_tools, refuse_what_tools_cannot_say
from ml_core.errors import UserError


def chosen_files(arguments: argparse.Namespace) -> FileChoices:
    """What the options choose; what they leave out is as at first.

    Args:
        arguments: with those of a preset, see `presets.chosen`.

    Raises:
        UserError: if a pattern can't be filled, or the format can't do what is asked.
    """
    pattern, title_pattern = arguments.pattern, arguments.title_pattern
    choices = FileChoices(
        AS_AT_FIRST.pattern if pattern is None else check_pattern(pattern),
        AS_AT_FIRST.title_pattern
        if title_pattern is None
        else title_pattern and check_pattern(title_pattern, TITLE_FIELDS),
        depth=arguments.depth or "",
        quality=-1 if arguments.quality is None else arguments.quality,
        kbps=arguments.kbps or 0,
        rate_hz=arguments.rate or 0,
        n_channels=arguments.channels or 0,
        loudness_lufs=arguments.loudness or 0.0,
        true_peak_db=AS_AT_FIRST.true_peak_db
        if arguments.true_peak is None
        else arguments.true_peak,
        tools=",".join(chosen_tools(arguments.daw)) if arguments.daw is not None else "",
        has_residues=not arguments.no_residues,
        copies_audio=arguments.copy_audio,
        stems_dir="" if arguments.stems is None else str(arguments.stems.absolute()),
    )
    if arguments.true_peak is not None and not choices.loudness_lufs:
        raise UserError("--true-peak is of no use without a loudness.", "Add --loudness.")
    for option, is_set, needed in (
        ("--no-residues", arguments.no_residues, bool(choices.tool_names)),
        ("--copy-audio", arguments.copy_audio, "dawproject" in choices.tool_names),
    ):
        if is_set and not needed:
            raise UserError(f"{option} is of no use without such a tool.", "Name it with --daw.")
    refuse_what_tools_cannot_say(choices.tool_names, arguments.format, arguments.exact)
    choices.encoding.require_possible(write_format(arguments.format))
    return choices
