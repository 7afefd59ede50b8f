"""How much silence edits keep that the music does not have: songs with silence added to them.

    python tests/benchmarks/bench_silence.py [--music DIR] [--songs 20] [--edits 10] [--out FILE]

Silence is added to real songs and rendered pieces: in front, within, behind, in several places, and
as what lies before a hidden track, which is another song. It is digital, dithered, or the hiss of a
tape 60 dB below the song. Where it was added is known, so what an edit keeps of it needs no code of
ours. Run it in a checkout of another build, with the same `--cache`, to compare: the same sounds
come from the same seed, and the analyses are kept.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from ml_core import audio_file
from ml_core.analysis.analyse import analyse
from ml_core.analysis.cache import load_analysis, save_analysis
from ml_core.domain.edits import Edit, Limits
from ml_core.edits.graph.edit_graph import EditGraph, build_graph
from ml_core.training.checkpoint import BASE_MODEL
from ml_core.training.deliver import deliver, draw

PLACES = ("in front", "within", "behind", "several", "hidden track")
KINDS = ("digital", "dithered", "tape hiss")
ALTERNATIVES = 4
LONGEST_SONG_S = 100.0
MOST_SILENCE_S = 2.0
TAPE_DB = -60.0
DITHER = 2.0**-15


@dataclass(frozen=True)
class Made:
    """A song with silence: its sound, and where silence was added, in samples."""

    name: str
    place: str
    kind: str
    sound: np.ndarray
    rate_hz: int
    silent: tuple[tuple[int, int], ...]


def sources(music: Path) -> list[Path]:
    """Real songs, then rendered pieces."""
    return sorted((music / "songs").iterdir()) + sorted((music / "truth").glob("*.ogg"))


def mono(path: Path) -> tuple[np.ndarray, int]:
    sound, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return sound[: round(LONGEST_SONG_S * rate)].mean(axis=1), rate


def silence(kind: str, n: int, song: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Silence of a kind, as loud as it is beside such a song."""
    if kind == "digital":
        return np.zeros(n, np.float32)
    if kind == "dithered":
        return (DITHER * (rng.random(n) - rng.random(n))).astype(np.float32)
    hiss = rng.standard_normal(n).astype(np.float32)
    return hiss * np.float32(np.sqrt(np.mean(song**2)) * 10 ** (TAPE_DB / 20))


def songs(music: Path, n_songs: int) -> Iterator[Made]:
    """Songs with silence; place and kind go round, so that each comes with each."""
    paths = sources(music)[:n_songs]
    for index, path in enumerate(paths):
        rng = np.random.default_rng([index, 58])
        place, kind = PLACES[index % len(PLACES)], KINDS[index % len(KINDS)]
        song, rate = mono(path)
        cuts = np.sort(rng.uniform(0.2, 0.8, 3)) * len(song)
        parts = {
            "in front": [None, song],
            "within": [song[: round(cuts[0])], None, song[round(cuts[0]) :]],
            "behind": [song, None],
            "several": [
                *(song[: round(cuts[0])], None, song[round(cuts[0]) : round(cuts[2])], None),
                *(song[round(cuts[2]) :], None),
            ],
        }
        if place == "hidden track":
            other, other_rate = mono(paths[(index + 1) % len(paths)])
            if other_rate != rate:
                other, _ = song[: len(song) // 2], rate
            parts[place] = [song, None, other]
        sound, silent, at = [], [], 0
        for music in parts[place]:
            part = music
            if part is None:
                length_s = rng.uniform(60, 150) if place == "hidden track" else rng.uniform(6, 40)
                part = silence(kind, round(length_s * rate), song, rng)
                silent.append((at, at + len(part)))
            sound.append(part)
            at += len(part)
        yield Made(path.stem, place, kind, np.concatenate(sound), rate, tuple(silent))


def graph_of(made: Made, cache: Path | None) -> EditGraph:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "song.flac"
        soundfile.write(path, made.sound, made.rate_hz, subtype="PCM_24")
        song = audio_file.read_song(path)
        analysis = load_analysis(cache, song.sha256) if cache else None
        if analysis is None:
            analysis = analyse(song, path)
            if cache:
                save_analysis(cache, analysis)
    return build_graph(analysis)


def edits_of(graph: EditGraph, n_edits: int) -> list[Edit]:
    """What is delivered and its alternatives, then what is proposed for rating."""
    rng = np.random.default_rng(58)
    made = deliver(BASE_MODEL, graph, Limits(), 0, ALTERNATIVES)
    edits = [each.candidate.edit for each in made]
    drawn = draw(BASE_MODEL, graph, Limits(), n_edits - len(edits), rng)
    return edits + [each.edit for each in drawn]


def kept_s(edit: Edit, silent: tuple[tuple[int, int], ...]) -> float:
    """Seconds of the added silence that an edit plays."""
    overlaps = (min(b, d) - max(a, c) for a, b in edit.spans for c, d in silent)
    return sum(max(0, overlap) for overlap in overlaps) / edit.sample_rate_hz


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    default = Path(__file__).resolve().parents[3] / "shared" / "music"
    parser.add_argument("--music", type=Path, default=default)
    parser.add_argument("--songs", type=int, default=20)
    parser.add_argument("--edits", type=int, default=10)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--cache", type=Path, help="folder where analyses are kept")
    arguments = parser.parse_args()
    rows = []
    print(
        f"{'song':32s} {'place':12s} {'kind':10s} {'silent s':>9s} {'too much':>9s} {'most s':>7s}"
    )
    for made in songs(arguments.music, arguments.songs):
        kept = [
            kept_s(e, made.silent)
            for e in edits_of(graph_of(made, arguments.cache), arguments.edits)
        ]
        row = {
            "song": made.name,
            "place": made.place,
            "kind": made.kind,
            "silent_s": sum(end - start for start, end in made.silent) / made.rate_hz,
            "kept_s": kept,
            "too_much": sum(seconds > MOST_SILENCE_S for seconds in kept),
        }
        rows.append(row)
        print(
            f"{made.name[:32]:32s} {made.place:12s} {made.kind:10s} {row['silent_s']:9.1f} "
            f"{row['too_much']:5d}/{len(kept):<3d} {max(kept):7.1f}",
            flush=True,
        )
    n_edits = sum(len(row["kept_s"]) for row in rows)
    too_much = sum(row["too_much"] for row in rows)
    mean_s = float(np.mean([seconds for row in rows for seconds in row["kept_s"]]))
    print(f"\n{too_much} of {n_edits} edits keep more than {MOST_SILENCE_S:.0f} s of it")
    print(f"mean {mean_s:.2f} s")
    if arguments.out:
        result = {"edits": n_edits, "too_much": too_much, "mean_kept_s": mean_s, "songs": rows}
        arguments.out.write_text(json.dumps(result, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
