"""Files in all formats: `python tests/benchmarks/bench_formats.py [--seconds 120] [--hour]
[--out FILE]`.

Processor time of exporting by that of FFmpeg's own libraries (through PyAV) in the same run, at
equal settings: decode, copy, encode. That the source still is the song is looked at once for each
process and file, which is told beside it. Then of every format how far the decoded edit's start and
length lie from the edit's, and of 13 lossless sources in three formats whether what is kept is the
source's own, bit by bit, or the loss is told; and of lossy formats the true peak of a file that
was brought to a loudness. `--hour` adds the peak memory of exporting from a made-up song of one
hour, which takes two minutes to analyse.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import av
import numpy as np
import soundfile
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from ml_core.audio_file import (
    WRITE_FORMATS,
    blocks,
    file_sha256,
    holds_song,
    read,
    read_song,
    sound_sha256,
)
from ml_core.domain.edits import Edit
from ml_core.domain.songs import SongRef
from ml_core.export.audio import export_edit
from ml_core.export.loudness import measured
from tests.benchmarks.number_table import Row, print_rows, write_rows

RATE_HZ = 48_000
"""One that every format holds: none is resampled."""

REFERENCES = {
    "wav": ("pcm_s16le", "s16", "wav", 0, {}),
    "flac": ("flac", "s16", "flac", 0, {}),
    "mp3": ("libmp3lame", "fltp", "mp3", 0, {"flags": "+qscale", "global_quality": "0"}),
    "opus": ("libopus", "flt", "opus", 160_000, {}),
    "m4a": ("aac", "fltp", "ipod", 256_000, {}),
}
_SURE_S = 2.1
"""From then on a process takes a file that was not changed for the one that it looked at."""

GOALS = {"wav": 1.0, "flac": 1.0, "mp3": 1.5, "opus": 1.5}
SOURCES = (
    *product(("WAV",), ("PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE")),
    *product(("FLAC",), ("PCM_S8", "PCM_16", "PCM_24")),
    *product(("AIFF",), ("PCM_16", "PCM_24", "PCM_32", "FLOAT")),
)


def music(seconds: float) -> NDArray[np.float64]:
    """Chords, beats and a little noise, in stereo."""
    rng = np.random.default_rng(0)
    n = round(seconds * RATE_HZ)
    t = np.arange(n) / RATE_HZ
    root = np.array([110.0, 130.8, 98.0, 146.8])[(t / 2).astype(int) % 4]
    phase = 2 * np.pi * np.cumsum(root) / RATE_HZ
    sound = sum(np.sin(step * phase) / step for step in (1, 1.25, 1.5, 2, 3, 4)) * 0.08
    since = t % 0.5
    sound = sound + np.sin(2 * np.pi * 55 * since) * np.exp(-since * 12) * 0.4
    sound = sound + rng.standard_normal(n) * (0.002 + 0.08 * np.exp(-(t % 0.25) * 50))
    return np.stack([sound, np.roll(sound, 400) * 0.9], axis=1)


def halves(song: Path) -> tuple[Any, Edit]:
    """A song, and an edit that leaves out a tenth in its middle."""
    found = read_song(song)
    n = found.n_samples
    spans = ((0, n * 45 // 100), (n * 55 // 100, n))
    return found, Edit(
        found.sha256, found.sample_rate_hz, spans, fades=(1024,), tails=(0,), gains_db=(0.0, 0.0)
    )


def cpu_s(work: Callable[[], object], times: int = 3) -> float:
    """Least processor time of some runs."""
    taken = []
    for _ in range(times):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken)


def by_ffmpeg(song: Path, target: Path, file_format: str) -> None:
    """The same work by FFmpeg's libraries alone: nine tenths of the song, decoded and encoded."""
    codec, kind, muxer, bit_rate, options = REFERENCES[file_format]
    with av.open(str(song)) as source, av.open(str(target), "w", format=muxer) as out:
        stream: Any = out.add_stream(codec, rate=RATE_HZ, layout="stereo", options=options)
        if bit_rate:
            stream.bit_rate = bit_rate
        stream.codec_context.format = kind
        stream.codec_context.open()
        resampler = av.AudioResampler(kind, "stereo", RATE_HZ, stream.codec_context.frame_size)
        total = source.streams.audio[0].duration or 0
        for frame in source.decode(audio=0):
            if not 0.45 * total <= (frame.pts or 0) < 0.55 * total:
                frame.pts = None
                for piece in resampler.resample(frame):
                    out.mux(stream.encode(piece))
        for piece in resampler.resample(None):
            out.mux(stream.encode(piece))
        out.mux(stream.encode(None))


def time_rows(folder: Path, seconds: float) -> Iterator[Row]:
    """Processor time of each format by FFmpeg's."""
    song = folder / "song.wav"
    soundfile.write(song, music(seconds), RATE_HZ, "PCM_16")
    found, edit = halves(song)
    time.sleep(_SURE_S)  # so that the process remembers that the file is the song
    holds_song(song, found)
    check_s = cpu_s(lambda: sound_sha256(song))
    for name in REFERENCES:
        target = folder / f"edit.{name}"
        ours = cpu_s(lambda t=target, f=name: export_edit(found, edit, t, f, overwrite=True))
        theirs = cpu_s(lambda t=folder / f"ref.{name}", f=name: by_ffmpeg(song, t, f))
        sizes = {"ours_mb": target.stat().st_size / 1e6}
        sizes["ffmpeg_mb"] = (folder / f"ref.{name}").stat().st_size / 1e6
        more = {"ours_s": ours, "ffmpeg_s": theirs, "check_of_source_s": check_s, **sizes}
        yield Row(f"CPU by FFmpeg's, {name}", ours / theirs, "x", GOALS.get(name), more=more)


def place_rows(folder: Path) -> Iterator[Row]:
    """Of each format: where the decoded edit starts, and how long it is."""
    found, edit = halves(folder / "song.wav")
    export_edit(found, edit, folder / "plain.wav", "wav", overwrite=True)
    plain = read(folder / "plain.wav")
    for form in WRITE_FORMATS.values():
        target = folder / f"placed{form.extension}"
        export_edit(found, edit, target, form.name, overwrite=True)
        decoded = read(target)
        n = 1 << 17
        spectrum = np.fft.rfft(decoded[:n, 0], 2 * n) * np.conj(np.fft.rfft(plain[:n, 0], 2 * n))
        lag = int(np.argmax(np.fft.irfft(spectrum)))
        lag -= 2 * n if lag > n else 0
        yield Row(f"start of the decoded {form.name}", abs(lag), "samples", 0)
        yield Row(
            f"length of the decoded {form.name}", abs(len(decoded) - len(plain)), "samples", 0
        )


def null_rows(folder: Path) -> Iterator[Row]:
    """Of 13 lossless sources in three formats, those that differ outside the join.

    FLAC has no floats and no whole numbers of 32 bits: five pairs can't be kept.
    """
    sound = music(21.0)
    untold, told, kept = [], [], 0
    for (container, subtype), name in product(SOURCES, ("wav", "flac", "aiff")):
        song = folder / f"source.{container.lower()}"
        soundfile.write(song, sound, RATE_HZ, subtype, format=container)
        found, edit = halves(song)
        said: list[str] = []
        target = folder / f"nulled.{name}"
        export_edit(found, edit, target, name, overwrite=True, say=said.append)
        n = edit.spans[0][1] - 1024
        exact = soundfile.read(song, n, dtype="float64")[0]
        same = np.array_equal(exact, soundfile.read(target, n, dtype="float64")[0])
        kept += same
        if not same:
            (told if said else untold).append(f"{container} {subtype} as {name}")
    more = {"told": told, "untold": untold}
    yield Row("sources x formats that differ, untold, of 39", len(untold), "", 0, more=more)
    yield Row("sources x formats that differ, of 39", 39 - kept, "", 5, more=more)


def peak_rows(folder: Path) -> Iterator[Row]:
    """Of lossy formats: the true peak of the decoded file, of an edit that its peaks keep down."""
    song = folder / "loud.wav"
    soundfile.write(song, np.clip(music(12.0) * 3, -1, 1), RATE_HZ, "PCM_16")
    n = 12 * RATE_HZ
    spans = ((0, n * 45 // 100), (n * 55 // 100, n))
    edit = Edit(file_sha256(song), RATE_HZ, spans, fades=(1024,))
    known = SongRef(edit.sha256, str(song))
    for form in WRITE_FORMATS.values():
        if not form.is_lossless:
            target = folder / f"loud{form.extension}"
            export_edit(known, edit, target, form.name, overwrite=True, loudness_lufs=-5.0)
            heard = measured(blocks(target), RATE_HZ, 2)
            more = {"lufs": heard.lufs}
            yield Row(f"true peak of {form.name}", heard.true_peak_db, "dBTP", -1.0, more=more)


def hour_row(folder: Path) -> Row:
    """Peak memory of the command that exports half of an hour."""
    song, project = folder / "hour.flac", folder / "project"
    piece = music(600.0).astype(np.float32)
    with soundfile.SoundFile(song, "w", RATE_HZ, 2, "PCM_16", format="FLAC") as out:
        for number in range(6):
            out.write(piece * np.float32(1 - number / 20))
    command = [sys.executable, "-m", "ml_core.cli"]
    options = ["--project", str(project)]
    subprocess.run([*command, "add", str(song), *options], check=True, capture_output=True)
    export = ["export", "1", "--duration", "1800", "--out", str(folder / "out"), *options]
    script = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, "
        "capture_output=True); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    told = subprocess.run(
        [sys.executable, "-c", script, *command, *export], check=True, capture_output=True
    )
    return Row("peak memory from a one-hour song", int(told.stdout) / 1024, "MB", 500)


def main() -> None:
    """Print the table; write JSON by --out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--hour", action="store_true")
    parser.add_argument("--out", type=Path, default=None)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = [*time_rows(folder, arguments.seconds), *place_rows(folder), *null_rows(folder)]
        rows += peak_rows(folder)
        if arguments.hour:
            rows.append(hour_row(folder))
    print_rows(rows)
    write_rows(rows, arguments.out)


if __name__ == "__main__":
    main()
