"""Reads files within a limit on memory and time, in a process of its own.

Prints one line a file: "song N_SAMPLES" or "refused SENTENCE". Anything else (a crash, a traceback,
an endless loop) is what the tests look for.

Usage: python limited_reader.py MEBIBYTES SECONDS_A_FILE FILE...
"""

from __future__ import annotations

import resource
import signal
import sys

from ml_core.audio_file import blocks, read_song
from ml_core.errors import UserError


def main(mebibytes: int, seconds: int, paths: list[str]) -> None:
    """Read each file as a song, and once more in blocks."""
    resource.setrlimit(resource.RLIMIT_AS, (mebibytes << 20, mebibytes << 20))
    for path in paths:
        signal.alarm(seconds)  # not handled: an endless loop ends this process
        try:
            song = read_song(path)
            if sum(len(block) for block in blocks(path)) != song.n_samples:
                print("differs", flush=True)
            print("song", song.n_samples, flush=True)
        except UserError as error:
            print("refused", error, flush=True)
        signal.alarm(0)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
