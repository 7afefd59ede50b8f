#!/usr/bin/env python3
"""Cut the weights that the window uses out of Inter, a file each; see README.md beside this.

    python packaging/font/make_fonts.py INTER.ttf resources/fonts

INTER.ttf is the variable font, with the axes opsz and wght. Needs fontTools, which nothing else
here does.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

WEIGHTS = {"Regular": 400, "Medium": 500, "SemiBold": 600}
# For texts of 11 to 18 px; the other end of this axis is for headlines.
OPTICAL_SIZE = 14
# Equal figures, kerning, and what composes letters. Other forms of letters are left out.
FEATURES = ["tnum", "kern", "ccmp", "locl", "mark", "mkmk"]


def make(source: Path, target_dir: Path) -> None:
    """Write Inter-WEIGHT.ttf for each weight."""
    for style, weight in WEIGHTS.items():
        font = TTFont(source)
        axes = {"wght": weight, "opsz": OPTICAL_SIZE}
        font = instantiateVariableFont(font, axes, updateFontNames=True)
        options = Options()
        options.layout_features = FEATURES
        options.name_IDs = ["*"]
        options.notdef_outline = True
        keeper = Subsetter(options)
        keeper.populate(unicodes=font.getBestCmap())
        keeper.subset(font)
        font.save(target_dir / f"Inter-{style}.ttf")


if __name__ == "__main__":
    make(Path(sys.argv[1]), Path(sys.argv[2]))
