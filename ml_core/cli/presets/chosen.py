"""What a preset means for an export: whatever was not asked for by an option of its own."""

from __future__ import annotations

import argparse

from ml_core.cli.output import open_project
from ml_core.domain.files.formats import write_format
from ml_core.domain.files.preset_list import PRESETS_SETTING, PresetList
from ml_core.domain.files.presets import Preset

FORMAT_AT_FIRST = "wav"


def take_preset(arguments: argparse.Namespace) -> None:
    """Put the values of the preset that is named where no option was given, and the usual format.

    Raises:
        UserError: if there is no such preset.
    """
    if arguments.preset is not None:
        with open_project(arguments, write=False) as store:
            kept = PresetList.kept(store.settings.get(PRESETS_SETTING, None))
        fill_in(arguments, kept.find(arguments.preset))
    if arguments.format is None:
        arguments.format = FORMAT_AT_FIRST


def fill_in(arguments: argparse.Namespace, preset: Preset) -> None:
    """Set the options that were not given (None) as the preset has them.

    Another format gets what it can do of the preset's sound.
    """
    _fill_in_length(arguments, preset)
    _give(arguments, "format", preset.file_format)
    can = preset.encoding.as_far_as(write_format(arguments.format))
    if arguments.quality is None and arguments.kbps is None:
        arguments.quality, arguments.kbps = can.quality, can.kbps
    for name, value in (("depth", can.depth), ("rate", can.rate_hz), ("channels", can.n_channels)):
        _give(arguments, name, value)
    _give(arguments, "pattern", preset.pattern)
    _give(arguments, "loudness", preset.loudness_lufs)
    if arguments.loudness:
        _give(arguments, "true_peak", preset.true_peak_db)


def _fill_in_length(arguments: argparse.Namespace, preset: Preset) -> None:
    given = (arguments.duration, arguments.length, arguments.keep)
    if preset.length_s is None or arguments.cut_least or any(one is not None for one in given):
        return
    low, high = preset.length_s
    if low == high:
        arguments.duration = low
    else:
        arguments.length = preset.length_s


def _give(arguments: argparse.Namespace, name: str, value: object) -> None:
    if getattr(arguments, name) is None:
        setattr(arguments, name, value)
