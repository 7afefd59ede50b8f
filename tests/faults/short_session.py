"""A child process that opens a project, says its warnings, rates five pairs and ends."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from store_builder import fill

from ml_core.store import Store

if __name__ == "__main__":
    with Store.open(sys.argv[1]) as opened:
        print(*opened.warnings, sep="\n", flush=True)
        fill(opened, 5, int(sys.argv[2]))
