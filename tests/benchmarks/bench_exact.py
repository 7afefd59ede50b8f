"""Exact lengths: `python tests/benchmarks/bench_exact.py [--songs 20] [--format wav] [--out FILE]`.

Three odd lengths of each song (about .3, .5 and .7 of it) through the command. Of each file: how
far its own length lies from the one asked for, how much was stretched, and, where something was,
how loud and how like the unstretched edit it is (log spectrum, onsets), beside the stretcher's own
preset on the same edit.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import statistics
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray
from python_stretch import Signalsmith

from ml_core.audio_file import read
from ml_core.cli import main as tastecut
from ml_core.edits.exact import stretching
from ml_core.edits.exact.lengths import Stretch
from ml_core.edits.render import render
from ml_core.pipeline.auditing import read_record

Audio = NDArray[np.float32]
SHARES = (0.3, 0.5, 0.7)
EXCERPT_S = 20.0
_FRAME, _ONSET_FRAME, _ONSET_HOP = 2048, 512, 128
_FLOOR = 1e-3  # of the loudest bin: -60 dB


def run(*arguments: object) -> dict[str, Any]:
    """A verb of the command; its JSON, also where nothing could be done."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = tastecut([*map(str, arguments), "--json"])
    data = json.loads(out.getvalue() or "{}")
    return data if code == 0 else {"files": [], "failed": [{"message": err.getvalue().strip()}]}


def spectra(sound: Audio, centres: NDArray[np.int64]) -> NDArray[np.float64]:
    """Magnitudes of frames around samples, (n_frames, n_bins), of the channels' mean."""
    mono = np.pad(sound.mean(axis=1), _FRAME)
    frames = np.stack([mono[c + _FRAME // 2 : c + _FRAME // 2 + _FRAME] for c in centres])
    return np.abs(np.fft.rfft(frames * np.hanning(_FRAME)))


def onsets(sound: Audio) -> NDArray[np.float64]:
    """Strength of onsets, one a hop."""
    frames = np.lib.stride_tricks.sliding_window_view(sound.mean(axis=1), _ONSET_FRAME)
    heights = np.log1p(100 * np.abs(np.fft.rfft(frames[::_ONSET_HOP] * np.hanning(_ONSET_FRAME))))
    return np.maximum(0.0, np.diff(heights, axis=0)).sum(axis=1)


def likeness(plain: Audio, made: Audio, ratio: float) -> dict[str, float]:
    """Distance of log spectra at the same music in dB, correlation of onsets, level in dB."""
    centres = np.arange(_FRAME, len(plain) - _FRAME, 1024)
    one, other = spectra(plain, centres), spectra(made, np.rint(centres * ratio).astype(np.int64))
    floor = _FLOOR * one.max()
    distance = 20 * np.log10(np.maximum(one, floor) / np.maximum(other, floor))
    before, after = onsets(plain), onsets(made)
    mapped = np.interp(np.arange(len(before)) * ratio, np.arange(len(after)), after)
    power = [float(np.mean(np.square(s, dtype=np.float64))) for s in (plain, made)]
    return {
        "log_spectrum_db": float(np.sqrt(np.mean(np.square(distance), axis=1)).mean()),
        "onset_correlation": float(np.corrcoef(before, mapped)[0, 1]),
        "level_db": 10 * float(np.log10(power[1] / power[0])),
    }


def qualities(record: Path) -> dict[str, Any]:
    """Likeness of a stretched edit and of the library's own preset to the edit as it was cut."""
    source, edit = read_record(record)
    ratio = json.loads(record.read_text())["stretch"]
    rate_hz = edit.sample_rate_hz
    plain = render(replace(edit, fade_in=0, fade_out=0), read(source))[: int(EXCERPT_S * rate_hz)]
    stretch = Stretch(len(plain), round(len(plain) * ratio))
    ours = np.concatenate(list(stretching.stretched_blocks([plain], stretch, rate_hz)))
    preset = Signalsmith.Stretch(0)
    preset.preset(plain.shape[1], rate_hz)
    preset.setTimeFactor(1 / ratio)
    theirs = preset.process(np.ascontiguousarray(plain.T)).T
    return {"ours": likeness(plain, ours, ratio), "preset": likeness(plain, theirs, ratio)}


def measure(project: Path, out: Path, song: dict[str, Any], form: str) -> list[dict[str, Any]]:
    """A row for each length of a song."""
    rows = []
    for share in SHARES:
        asked_s = round(song["duration_s"] * share, 1) + 0.037
        made = run(
            "export", song["id"], "--project", project, "--out", out, "--exact",
            "--duration", asked_s, "--format", form,
        )  # fmt: skip
        row: dict[str, Any] = {"song": song["title"], "asked_s": asked_s, "refused": ""}
        if made["files"]:
            file = Path(made["files"][0])
            info = soundfile.info(str(file))
            record = file.with_name(file.stem + ".edit.json")
            row["error_ms"] = 1000 * (info.frames / info.samplerate - asked_s)
            row["stretch_percent"] = 100 * (json.loads(record.read_text())["stretch"] - 1)
            if row["stretch_percent"]:
                row |= qualities(record)
        else:
            row["refused"] = made["failed"][0]["message"]
        rows.append(row)
        print(
            f"{row['song'][:32]:32s} {asked_s:8.3f}",
            row["refused"] or f"{row['error_ms']:7.2f} ms {row['stretch_percent']:6.2f} %",
            flush=True,
        )
    return rows


def main() -> None:
    """Measure as many songs as are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    default = Path(__file__).resolve().parents[3] / "shared" / "music"
    parser.add_argument("--music", type=Path, default=default)
    parser.add_argument("--songs", type=int, default=20)
    parser.add_argument("--format", default="wav")
    parser.add_argument("--cache", type=Path, help="a project that keeps the analyses")
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        project = arguments.cache or Path(temporary) / "project"
        files = sorted((arguments.music / "songs").iterdir())[: arguments.songs]
        added = run("add", *files, "--project", project)["songs"]
        ready = [song for song in added if song["status"] == "ready"]
        rows = [
            row
            for song in ready
            for row in measure(project, Path(temporary) / "out", song, arguments.format)
        ]
    summary = summed(rows)
    print(json.dumps(summary, indent=1))
    if arguments.out:
        arguments.out.write_text(json.dumps({"summary": summary, "rows": rows}, indent=1))


def summed(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """What the rows say together."""
    written = [row for row in rows if not row["refused"]]
    changed = [row for row in written if row["stretch_percent"]]
    summary: dict[str, Any] = {
        "asked": len(rows),
        "written": len(written),
        "refused": len(rows) - len(written),
        "within_10_ms": sum(abs(row["error_ms"]) <= 10 for row in written),
        "worst_error_ms": max((abs(row["error_ms"]) for row in written), default=None),
        "left_bit_identical": len(written) - len(changed),
        "most_stretch_percent": max((abs(r["stretch_percent"]) for r in changed), default=0.0),
        "median_stretch_percent": statistics.median(
            [abs(row["stretch_percent"]) for row in written] or [0.0]
        ),
    }
    for who in ("ours", "preset") if changed else ():
        summary[who] = {
            name: statistics.median(row[who][name] for row in changed)
            for name in ("log_spectrum_db", "onset_correlation", "level_db")
        }
    return summary


if __name__ == "__main__":
    main()
