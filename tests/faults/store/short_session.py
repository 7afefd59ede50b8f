"""A child process that opens a project, says its warnings, rates five pairs and ends."""

from __future__ import annotations

import sys

from ml_core.store import Store
from tests.faults.store.store_builder import fill

if __name__ == "__main__":
    with Store.open(sys.argv[1]) as opened:
        print(*opened.warnings, sep="\n", flush=True)
        fill(opened, 5, int(sys.argv[2]))
