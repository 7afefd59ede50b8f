"""What `NAME.edit.json` beside an edit says of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ml_core.domain.edits import Edit
from ml_core.edits.exact.lengths import Stretch


def edit_record(
    source: Path,
    edit: Edit,
    join_costs: Sequence[float | None] = (),
    sound: str = "",
    *,
    stretch: Stretch | None = None,
) -> dict[str, Any]:
    """What `NAME.edit.json` says: plain data, times of the source and the output in seconds.

    Args:
        source: the song's file.
        edit: of it.
        join_costs: one for each join, if there are any.
        sound: the identity of the song's sound, where it is not the song's key itself.
        stretch: of an edit with an exact length. Its ratio is told as `stretch`, 1 where nothing
            was stretched; joins then lie where they sound in the file.

    Raises:
        ValueError: if there are costs, but not one for each join.
    """
    costs = list(join_costs) or [None] * edit.n_joins
    if len(costs) != edit.n_joins:
        raise ValueError("one cost for each join")
    rate = edit.sample_rate_hz
    ratio = stretch.ratio if stretch else 1.0
    return {
        "schema": 1,
        "source": str(source),
        "sha256": sound or edit.sha256,
        "sample_rate_hz": rate,
        "kept_samples": [list(span) for span in edit.spans],
        # What `rate --changed` compares kept_samples with, once they were changed by hand.
        "proposed_samples": [list(span) for span in edit.spans],
        # Beyond the fixed fields: what the joins sound like is needed to audit or redo them.
        "fades_samples": list(edit.fades),
        "tails_samples": list(edit.tails),
        "fade_in_samples": edit.fade_in,
        "fade_out_samples": edit.fade_out,
        "gains_db": list(edit.gains_db),
        **({"stretch": ratio, "out_samples": stretch.to_samples} if stretch else {}),
        "joins": [
            {
                "out_s": centre * ratio / rate,
                "source_from_s": left_end / rate,
                "source_to_s": right_start / rate,
                "cost": None if cost is None or not math.isfinite(cost) else float(cost),
            }
            for centre, (_, left_end), (right_start, _), cost in zip(
                edit.join_samples, edit.spans[:-1], edit.spans[1:], costs, strict=True
            )
        ],
    }
