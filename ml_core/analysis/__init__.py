"""What a song is made of: beats, bars, sections, and features of each."""

from ml_core.analysis.analyse import analyse
from ml_core.analysis.version import ANALYSER_VERSION

__all__ = ["ANALYSER_VERSION", "analyse"]
