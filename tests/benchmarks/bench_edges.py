"""How delivered edits begin and end, beside the songs' own beginnings and endings.

    python tests/benchmarks/bench_edges.py [--music DIR] [--seeds 3] [--cache DIR] [--out FILE]

Of edits that the base policy delivers and draws, those beginnings and endings count that lie within
the song; the song's own stand beside them, and every bar line as chance. Levels are measured on the
rendered sound, in dB below the loudest half second; they share no code with what chooses
the places.

- cut in: how loud the source is in the 100 ms before the cut, against the 200 ms after it: at 0 dB
  the edit starts in the middle of something, at -20 dB it starts with an attack or after a rest.
- pause: the share that starts after a rest or with a clear attack (-6 dB and below).
- last 50 ms: how loud the edit's last 50 ms are.
- falls over: seconds from the last moment within 6 dB of the usual level to the end.
- section: the share that lies where a section of the song begins or ends.
- note, phrase: on songs with sung notes timed by hand, the share that lies in one.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import fitting_scripts  # noqa: F401 - the weights' own scripts
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench_joins import songs
from bench_voices import analysed, inside, voices_without, with_voice
from fit_voice_weights import read_songs, sung_files

from ml_core.domain.edits import Edit, Limits
from ml_core.edits.graph.edit_graph import EditGraph, build_graph
from ml_core.edits.render import render
from ml_core.training.checkpoint import BASE_MODEL
from ml_core.training.deliver import deliver, draw

N_ALTERNATIVES = 3
N_DRAWS = 3
FLOOR_DB = -80.0
CLEAR_DB = -6.0
AT_SECTION_S = 0.6
COLUMNS = ("n", "cut_in_db", "pause", "last_50ms_db", "falls_over_s", "section", "note", "phrase")


def edits_of(graph: EditGraph, seeds: int) -> list[Edit]:
    """What the base policy delivers and draws."""
    edits = []
    for seed in range(seeds):
        edits += [d.edit for d in deliver(BASE_MODEL, graph, Limits(), seed, N_ALTERNATIVES)]
        rng = np.random.default_rng([seed, 7])
        edits += [c.edit for c in draw(BASE_MODEL, graph, Limits(), N_DRAWS, rng)]
    return edits


def level_db(sound: np.ndarray) -> float:
    if not sound.size:
        return FLOOR_DB
    return max(FLOOR_DB, 10 * np.log10(np.mean(np.square(sound, dtype=np.float64)) + 1e-12))


def cut_in_db(audio: np.ndarray, rate: int, at: int) -> float:
    """Level before a place against the level after it."""
    before = audio[max(0, at - rate // 10) : at]
    return level_db(before) - level_db(audio[at : at + rate // 5])


def ending(sound: np.ndarray, rate: int) -> tuple[float, float]:
    """Level of the last 50 ms below the loudest half second, and seconds of the last fall."""
    hop = rate // 20
    frames = sound[: len(sound) // hop * hop].reshape(-1, hop * sound.shape[1])
    power = np.mean(np.square(frames, dtype=np.float64), axis=1)
    usual = 10 * np.log10(np.median(power[-200:]) + 1e-12)
    loudest = 10 * np.log10(np.convolve(power, np.ones(10) / 10, "same").max() + 1e-12)
    db = 10 * np.log10(power + 1e-12)
    loud = np.flatnonzero(db > usual - 6)
    return level_db(sound[-hop:]) - loudest, (
        len(db) - 1 - loud[-1] if len(loud) else 0
    ) * hop / rate


def beginnings_and_endings(
    graph: EditGraph, audio: np.ndarray, edits: list[Edit]
) -> dict[str, list[list[float]]]:
    """Rows of `COLUMNS[1:6]` for our edges within the song, its own, and its bar lines."""
    rate, n = graph.analysis.sample_rate_hz, graph.analysis.n_samples
    bounds = np.array([graph.edges_samples[s.start_bar] for s in graph.analysis.sections][1:])

    def at_section(sample: int) -> float:
        near = len(bounds) and np.abs(bounds - sample).min() <= AT_SECTION_S * rate
        return float(bool(near))

    rows: dict[str, list[list[float]]] = {"starts": [], "ends": [], "bar lines": []}
    for edit in edits:
        start, end = edit.spans[0][0], edit.spans[-1][1]
        if start > 0:
            cut = cut_in_db(audio, rate, start)
            rows["starts"].append([cut, cut <= CLEAR_DB, np.nan, np.nan, at_section(start)])
        if end < n:
            last, falls = ending(render(edit, audio), rate)
            rows["ends"].append([np.nan, np.nan, last, falls, at_section(end)])
    for line in graph.edges_samples[1:-1] - round(0.02 * rate):
        cut = cut_in_db(audio, rate, int(line))
        rows["bar lines"].append([cut, cut <= CLEAR_DB, np.nan, np.nan, at_section(int(line))])
    rows["song's own"] = [[np.nan, np.nan, *ending(audio, rate), np.nan]]
    return rows


def sung_edges(music: Path, cache: Path | None, seeds: int) -> dict[str, np.ndarray]:
    """Whether edges within sung songs lie inside notes and phrases, (n, 4) each."""
    sung = {song.name: song for song in read_songs(music, cache)}
    voices = voices_without(list(sung.values()), music, cache)
    found: dict[str, list[np.ndarray]] = {"starts": [], "ends": [], "bar lines": []}
    for path, truth_file in sung_files(music):
        truth = json.loads(truth_file.read_text(encoding="utf-8"))
        graph = build_graph(with_voice(analysed(path, cache), voices[path.stem]))
        rate, n = graph.analysis.sample_rate_hz, graph.analysis.n_samples
        edits = edits_of(graph, seeds)
        starts = [e.spans[0][0] / rate for e in edits if e.spans[0][0] > 0]
        ends = [e.spans[-1][1] / rate for e in edits if e.spans[-1][1] < n]
        found["starts"].append(inside(truth, np.array(starts)))
        found["ends"].append(inside(truth, np.array(ends)))
        lines_s = graph.edges_samples[1:-1] / rate - 0.02
        found["bar lines"].append(inside(truth, lines_s))
    return {kind: np.concatenate(rows) for kind, rows in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    default = Path(__file__).resolve().parents[3] / "shared" / "music"
    parser.add_argument("--music", type=Path, default=default)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--cache", type=Path, help="folder where analyses and features are kept")
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    rows: dict[str, list[list[float]]] = {}
    n_edits = 0
    for _, graph, audio in songs(arguments.music, arguments.cache):
        edits = edits_of(graph, arguments.seeds)
        n_edits += len(edits)
        for kind, found in beginnings_and_endings(graph, audio, edits).items():
            rows.setdefault(kind, []).extend(found)
    sung = sung_edges(arguments.music, arguments.cache, arguments.seeds)
    table = []
    for kind, found in rows.items():
        values = np.array(found, dtype=np.float64).reshape(-1, 5)
        seen = [v[np.isfinite(v)] for v in values.T]
        middle = [float(np.median(v)) if len(v) else None for v in seen]
        share = [float(np.mean(v)) if len(v) else None for v in seen]
        cuts = sung.get(kind, np.zeros((0, 4)))
        note, phrase = (float(x) for x in cuts[:, :2].mean(axis=0)) if len(cuts) else (None, None)
        numbers = [middle[0], share[1], middle[2], middle[3], share[4], note, phrase]
        table.append({"kind": kind} | dict(zip(COLUMNS, [len(found), *numbers], strict=True)))
    print(f"{n_edits} edits\n{'':12s}" + "".join(f"{c:>14s}" for c in COLUMNS))
    for each in table:
        texts = [f"{each[c]:14.2f}" if each[c] is not None else f"{'':14s}" for c in COLUMNS]
        print(f"{each['kind']!s:12s}" + "".join(texts))
    print({kind: (len(cuts), cuts.mean(axis=0).round(3).tolist()) for kind, cuts in sung.items()})
    if arguments.out:
        arguments.out.write_text(json.dumps(table, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
