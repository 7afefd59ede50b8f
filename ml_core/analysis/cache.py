"""Analyses kept by content hash and corrections: one file each, that can always be made again."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

import numpy as np

from ml_core.analysis.version import corrected_version, correction_key
from ml_core.domain.checked import require_sha256
from ml_core.domain.corrections import NO_CORRECTIONS, Corrections
from ml_core.domain.songs import Section, SongAnalysis
from ml_core.own_files import make_private_folder

_ARRAYS = (
    "beat_samples",
    "bar_start_beats",
    "bar_edges_samples",
    "bar_features",
    "beat_features",
    "edge_levels_db",
    "excerpt",
    "voice",
    "eighth_levels_db",
)
_PLAIN = (
    "sha256",
    "version",
    "sample_rate_hz",
    "n_samples",
    "meter",
    "tempo_bpm",
    "confidence",
    "has_beat",
    "loudness_lufs",
    "peak",
    "excerpt_hz",
)


def analysis_path(cache_dir: str | Path, sha256: str, key: str = "") -> Path:
    """Where a song's analysis is kept; `key` names its corrections, see `Corrections.key`."""
    require_sha256(sha256)
    return Path(cache_dir) / ".".join(filter(None, (sha256, key, "analysis.npz")))


def save_analysis(cache_dir: str | Path, analysis: SongAnalysis) -> Path:
    """Write an analysis; another process sees the old file or the new one, never a part.

    Raises:
        OSError: if it can't be written; nothing is left behind then.
    """
    target = analysis_path(cache_dir, analysis.sha256, correction_key(analysis.version))
    make_private_folder(target.parent)
    facts: dict[str, object] = {name: getattr(analysis, name) for name in _PLAIN}
    facts["bar_feature_names"] = analysis.bar_feature_names
    facts["beat_blocks"] = analysis.beat_blocks
    facts["sections"] = [(s.start_bar, s.end_bar, s.label) for s in analysis.sections]
    facts["warnings"] = analysis.warnings
    arrays = {name: getattr(analysis, name) for name in _ARRAYS}
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".analysis-", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, allow_pickle=False, facts=np.array(json.dumps(facts)), **arrays)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return target


def load_analysis(
    cache_dir: str | Path, sha256: str, corrections: Corrections = NO_CORRECTIONS
) -> SongAnalysis | None:
    """A kept analysis with these corrections; None if there is none, it is damaged, or another
    version made it.
    """
    path = analysis_path(cache_dir, sha256, corrections.key)
    version = corrected_version(corrections.key)
    try:
        # Opened here: numpy leaves a file open that turns out to be damaged.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            facts = json.loads(str(stored["facts"]))
            if facts["version"] != version or facts["sha256"] != sha256:
                return None
            arrays = {name: stored[name] for name in _ARRAYS}
        return SongAnalysis(
            **{name: facts[name] for name in _PLAIN},
            **arrays,
            bar_feature_names=tuple(facts["bar_feature_names"]),
            beat_blocks=tuple((str(n), int(a), int(b)) for n, a, b in facts["beat_blocks"]),
            sections=tuple(
                Section(int(a), int(b), str(label)) for a, b, label in facts["sections"]
            ),
            warnings=tuple(facts["warnings"]),
        )
    # A damaged file can make zip, zlib, JSON, numpy's header parser or the record itself raise
    # nearly anything (a TokenError in one of 4,000 trials). All of it means the same.
    except Exception:
        return None
