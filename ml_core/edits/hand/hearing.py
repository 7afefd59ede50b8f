"""What is heard of an edit around one of its joins."""

from __future__ import annotations

from ml_core.domain.edits import Edit

BEFORE_S, AFTER_S = 4.0, 3.0
"""A bar or two before the join, so that one knows what it comes from, and a bar after it."""


def around_join(
    edit: Edit, join: int, before_s: float = BEFORE_S, after_s: float = AFTER_S
) -> tuple[Edit, int]:
    """(a stretch of an edit around a join, the join's place in it in samples).

    It is shorter where the edit begins or ends near by, and has the other joins that lie in it.

    Args:
        edit: that has the join.
        join: which, from 0.
        before_s, after_s: seconds of the edit before and after the join.
    """
    rate_hz, at = edit.sample_rate_hz, edit.join_samples[join]
    start = max(0, at - round(before_s * rate_hz))
    end = min(edit.n_samples, at + round(after_s * rate_hz))
    spans, heard, position = [], [], 0
    for index, (low, high) in enumerate(edit.spans):
        first, last = max(start - position, 0), min(end - position, high - low)
        if first < last:
            spans.append((low + first, low + last))
            heard.append(index)
        position += high - low
    inner = slice(heard[0], heard[-1])
    stretch = Edit(
        edit.sha256,
        rate_hz,
        tuple(spans),
        edit.fades[inner],
        edit.gains_db[heard[0] : heard[-1] + 1],
        tails=edit.tails[inner],
    )
    return stretch, at - start
