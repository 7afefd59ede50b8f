"""A child process that makes backups until it is killed."""

from __future__ import annotations

import sys

from ml_core.store import Store

if __name__ == "__main__":
    with Store.open(sys.argv[1]) as store:
        print("ready", flush=True)
        while True:
            print(store.backup(), flush=True)
