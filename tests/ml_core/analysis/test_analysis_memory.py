"""Long songs: what is kept in memory is small, and does not hold the sound."""

from __future__ import annotations

import os
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
from numpy.typing import NDArray

from ml_core.analysis.spectra.reading import read_spectra
from ml_core.progress import silent
from tests.ml_core.analysis.tunes import RATE_HZ, band

UNDER_LIMIT = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (int(1.5 * 2**30),) * 2)
from ml_core.analysis.analyse import analyse
from ml_core.domain.songs import Song
path, rate_hz, n_samples = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
analysis = analyse(Song("0" * 64, (path,), rate_hz, n_samples, 2), path)
print(analysis.n_bars)
"""


def repeated(audio: NDArray[np.float32], n_samples: int) -> Iterator[NDArray[np.float32]]:
    for _ in range(0, n_samples, len(audio)):
        yield audio


def test_twenty_minutes_take_less_than_their_mono_sound() -> None:
    audio, _ = band(8, 4, 120)
    n_samples = 20 * 60 * RATE_HZ
    tracemalloc.start()
    try:
        spectra, _ = read_spectra(repeated(audio, n_samples), RATE_HZ, n_samples, silent())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert spectra.duration_s >= 20 * 60
    assert peak < 4 * n_samples


@pytest.mark.soak
@pytest.mark.timeout(900)
@pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_AS is Linux's")
def test_fault_39_three_hours_under_1_5_gib(tmp_path: Path) -> None:
    audio, _ = band(32, 4, 123)
    stereo = np.repeat(audio / 2, 2, axis=1)
    path = tmp_path / "long.flac"
    n_samples = 0
    with sf.SoundFile(path, "w", RATE_HZ, 2, subtype="PCM_16") as file:
        while n_samples < 3 * 3600 * RATE_HZ:
            file.write(stereo)
            n_samples += len(stereo)
    command = [sys.executable, "-c", UNDER_LIMIT, str(path), str(RATE_HZ), str(n_samples)]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 3000
