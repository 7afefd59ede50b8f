"""A child process that writes one sound file, or goes on for ever until it is killed.

python -m tests.faults.export.writer PATH FORMAT ever      # says `block` after each block
python -m tests.faults.export.writer PATH FORMAT once      # says `written`, or `refused WORDS`
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ml_core.audio_file import write_atomic
from ml_core.errors import UserError

RATE_HZ = 48_000
"""A rate that every format has, Opus too."""


def _blocks(most: int | None) -> Iterator[NDArray[np.float32]]:
    rng = np.random.default_rng(0)
    done = 0
    while most is None or done < most:
        yield rng.uniform(-0.5, 0.5, (20_000, 2)).astype(np.float32)
        done += 1
        if most is None:
            print("block", flush=True)


def main(path: str, file_format: str, how: str) -> None:
    most = None if how == "ever" else 5
    try:
        write_atomic(path, _blocks(most), RATE_HZ, 2, file_format, overwrite=True)
        print("written", flush=True)
    except UserError as error:
        print("refused", error, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:4])
