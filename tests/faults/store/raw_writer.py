"""A program that writes into a project's database without asking anybody, until it is killed."""

from __future__ import annotations

import sqlite3
import sys
import time

if __name__ == "__main__":
    raw = sqlite3.connect(sys.argv[1], timeout=5, isolation_level=None)
    print("writing", flush=True)
    number = 0
    while True:
        time.sleep(0.001)  # Without a pause two of these leave nobody else a turn.
        number += 1
        try:
            raw.execute(
                "INSERT OR REPLACE INTO settings VALUES (?, ?)",
                (f"{sys.argv[2]} {number % 50}", str(number)),
            )
        except sqlite3.OperationalError:  # Another program holds the file: try again.
            continue
