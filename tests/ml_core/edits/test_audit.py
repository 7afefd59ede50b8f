"""The audit: rough joins stand out, seamless ones don't, uncut bar lines are the control."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ml_core.domain.edits import Edit
from ml_core.edits.audit import REASONS, BarLines, audit_edit, pooled

RATE_HZ = 22050
BAR = RATE_HZ  # a bar a second
N_BARS = 32
SHA = "ef" * 32
EDGES = np.arange(N_BARS + 1) * BAR


def music() -> np.ndarray:
    """Four-bar phrases in two keys, with a kick on each beat and a loose hand."""
    rng = np.random.default_rng(5)
    t = np.arange(BAR) / RATE_HZ
    out = np.zeros(N_BARS * BAR)
    for bar in range(N_BARS):
        root = (220.0, 262.0, 294.0, 247.0)[bar % 4] * (1.5 if bar % 16 >= 8 else 1.0)
        chord = sum(np.sin(2 * np.pi * root * ratio * t) for ratio in (1, 1.25, 1.5))
        part = chord * np.exp(-1.5 * t) * 0.1 * rng.uniform(0.9, 1.1)
        for beat in range(4):
            start = beat * BAR // 4 + int(rng.integers(0, 60))
            kick = np.sin(2 * np.pi * 60 * t[:3000]) * np.exp(-t[:3000] * 40)
            part[start : start + 3000] += kick[: len(part) - start] * rng.uniform(0.3, 0.4)
        part += rng.normal(scale=0.004, size=BAR)
        out[bar * BAR : (bar + 1) * BAR] = part
    return out.astype(np.float32)


@pytest.fixture(scope="module")
def song() -> np.ndarray:
    return music()


@pytest.fixture(scope="module")
def lines(song) -> BarLines:
    return BarLines.of(song, RATE_HZ, EDGES)


def edit(*spans: tuple[float, float], fade_s: float = 0.05) -> Edit:
    samples = tuple((round(a * RATE_HZ), round(b * RATE_HZ)) for a, b in spans)
    return Edit(SHA, RATE_HZ, samples, (round(fade_s * RATE_HZ),) * (len(spans) - 1))


def test_about_a_tenth_of_uncut_bar_lines_is_the_control(lines):
    assert lines.scores.shape == (N_BARS - 1,)
    assert 0.03 <= lines.control_share <= 0.14


def test_a_bar_line_is_scored_against_the_others_and_not_itself(song):
    clicking = song * 0.01
    clicking[20 * BAR - 300 : 20 * BAR] += 0.9 * (-1.0) ** np.arange(300)
    scores = BarLines.of(clicking, RATE_HZ, EDGES).scores
    assert int(np.argmax(scores)) == 19
    # Against a spread that it has widened itself it would score 23.
    assert scores[19] > 35


def test_a_long_song_is_measured_at_some_of_its_bar_lines(song):
    long = np.tile(song, 2)
    edges = np.arange(0, len(long) + 1, BAR // 8)
    assert len(BarLines.of(long, RATE_HZ, edges).scores) == 400


def test_a_seamless_join_blends_in_and_rough_ones_stand_out(song, lines):
    seamless = edit((0, 4 - 0.02), (16 - 0.02, 24))
    rough = edit((0, 4.37), (18.11, 24), fade_s=0.0)
    good = audit_edit(song, RATE_HZ, seamless, EDGES, lines).joins[0]
    bad = audit_edit(song, RATE_HZ, rough, EDGES, lines).joins[0]
    assert not good.stands_out
    assert bad.stands_out
    assert bad.score > good.score
    assert bad.out_s == pytest.approx(4.37, abs=1e-3)
    assert (bad.source_from_s, bad.source_to_s) == pytest.approx((4.37, 18.11), abs=1e-3)


def test_the_reason_is_what_was_done(song, lines):
    clicking = song.copy()
    clicking[20 * BAR - 441] += 0.9
    join = edit((0, 4 - 0.02), (20 - 0.02, 30), fade_s=0.0)
    assert audit_edit(clicking, RATE_HZ, join, EDGES, lines).joins[0].reason == "click"
    quiet = song.copy()
    quiet[16 * BAR :] *= 0.1
    join = edit((0, 4 - 0.02), (16 - 0.02, 24))
    report = audit_edit(quiet, RATE_HZ, join, EDGES, lines)
    assert report.joins[0].stands_out
    assert report.joins[0].reason in ("level", "timbre")
    levels = dict(zip(REASONS, report.joins[0].groups, strict=True))
    assert levels["level"] > 3 * levels["harmony"]


def test_stereo_and_mono_are_heard_alike(song, lines):
    join = edit((0, 4 - 0.02), (18.3, 24))
    mono = audit_edit(song, RATE_HZ, join, EDGES, lines)
    stereo = audit_edit(np.stack([song, song], axis=1), RATE_HZ, join, EDGES)
    assert stereo.joins[0].percentile == pytest.approx(mono.joins[0].percentile, abs=4)


def test_without_bar_lines_nothing_is_said_to_stand_out(song):
    report = audit_edit(song[: 3 * BAR], RATE_HZ, edit((0, 1.2), (2.1, 3)), EDGES[:3])
    assert [join.stands_out for join in report.joins] == [False]
    silence = np.zeros(8 * BAR, dtype=np.float32)
    silent = audit_edit(silence, RATE_HZ, edit((0, 3), (5, 8)), EDGES[:9])
    assert not silent.joins[0].stands_out


def test_pooling_counts_joins_and_weighs_the_control(song, lines):
    rough = audit_edit(song, RATE_HZ, edit((0, 4.37), (18.11, 24), fade_s=0.0), EDGES, lines)
    whole = audit_edit(song, RATE_HZ, edit((0, 24)), EDGES, lines)
    summary = pooled([rough, whole, replace(rough, control_share=0.5)])
    assert summary.n_joins == 2
    assert summary.share_standing_out == 1.0
    assert summary.control_share == pytest.approx((lines.control_share + 0.5) / 2)
    assert summary.auc > 0.9
    assert sum(dict(summary.reasons).values()) == 2
    assert pooled([whole]).share_standing_out is None
    assert set(summary.to_json()) >= {"n_joins", "share_standing_out", "control_share", "auc"}
