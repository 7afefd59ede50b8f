"""A program that holds a database's write lock until it is killed."""

from __future__ import annotations

import sqlite3
import sys

if __name__ == "__main__":
    raw = sqlite3.connect(sys.argv[1], isolation_level=None)
    raw.execute("BEGIN IMMEDIATE")
    print("held", flush=True)
    sys.stdin.readline()
