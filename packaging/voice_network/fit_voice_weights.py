"""Train the network that hears singing, print leave-one-song-out numbers, write its weights.

    python packaging/voice_network/fit_voice_weights.py [--cache DIR] [--dry]

Run after any change to what the model looks at. Material: 8 sung songs with notes timed by hand
(songs by Fairy Bot Orchestra, Jonathan Coulton and Steven Dunston, Creative Commons, from the
collection of UltraStar Deluxe) and four mixes of each (see voice_mixes.py); most share one singer,
so the numbers say little about other voices. Only weights ship, no music. `weights_without` is what
the benchmark of voices uses: trained on all songs but the one measured, and their mixes.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.stats import rankdata
from torch import nn
from voice_mixes import SungSong, mixes, song_rows, sung_files, truth_of

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from conftest import find_music_dir  # noqa: E402

from ml_core.analysis.voice.features import base_columns, ranks  # noqa: E402
from ml_core.analysis.voice.network import (  # noqa: E402
    DILATIONS,
    N_TAPS,
    WEIGHTS_FILE,
    VoiceNetwork,
)

N_CHANNELS = 48
DROPOUT = 0.4
EPOCHS = 4
BATCH = 16
# Ten seconds.
PIECE_FRAMES = 500
LEARNING_RATE = 3e-3
WEIGHT_DECAY = 1e-2
# A song's ranks depend on how much of it is sung: each piece's are shifted by so much (deviation).
RANK_SHIFT = 0.05
TARGETS = ("note", "phrase")


def read_songs(music_dir: Path, cache: Path | None = None) -> list[SungSong]:
    """All sung songs."""
    songs = []
    for sound, truth in sung_files(music_dir):
        kept = cache / f"{sound.stem}.rows.npy" if cache else None
        if kept is not None and kept.is_file():
            rows = np.load(kept)
        else:
            rows = song_rows(sound)
            if kept is not None:
                np.save(kept, rows)
        songs.append(SungSong(sound.stem, rows, truth_of(truth, len(rows))))
    return songs


def inputs(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """What the network looks at, (n_frames, n_columns)."""
    return ranks(base_columns(rows))


class _Trained(nn.Module):
    """`VoiceNetwork` in training: layers are normalized by batch, which the weights take in."""

    def __init__(self, n_columns: int) -> None:
        super().__init__()
        self.entry = nn.Conv1d(n_columns, N_CHANNELS, 1)
        self.layers = nn.ModuleList(
            nn.Conv1d(N_CHANNELS, N_CHANNELS, N_TAPS, padding=d, dilation=d) for d in DILATIONS
        )
        self.norms = nn.ModuleList(nn.BatchNorm1d(N_CHANNELS) for _ in range(1 + len(DILATIONS)))
        self.exit = nn.Conv1d(N_CHANNELS, len(TARGETS), 1)
        self.drop, self.drop_columns = nn.Dropout(DROPOUT), nn.Dropout1d(DROPOUT / 2)

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        """Log-odds (n, 2, n_frames) of ranks (n, n_columns, n_frames)."""
        state = torch.relu(self.norms[0](self.entry(self.drop_columns(rows))))
        for layer, norm in zip(self.layers, self.norms[1:], strict=True):
            state = state + self.drop(torch.relu(norm(layer(state))))
        return self.exit(state)

    def weights(self) -> VoiceNetwork:
        """Without the norms, taps first."""
        folded = []
        for layer, norm in zip([self.entry, *self.layers], self.norms, strict=True):
            gain = norm.weight / torch.sqrt(norm.running_var + norm.eps)
            kernel = (layer.weight * gain[:, None, None]).permute(2, 1, 0)
            bias = (layer.bias - norm.running_mean) * gain + norm.bias
            folded.append((kernel.detach().numpy(), bias.detach().numpy()))
        (entry, entry_bias), *rest = folded
        kernels, biases = (np.stack(part) for part in zip(*rest, strict=True))
        exit_weights = self.exit.weight[:, :, 0].T.detach().numpy()
        return VoiceNetwork(
            entry[0], entry_bias, kernels, biases, exit_weights, self.exit.bias.detach().numpy()
        )


def fit(songs: list[SungSong]) -> VoiceNetwork:
    """A network trained on songs and mixes."""
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    looked_at, wanted = [], []
    for song in songs:
        ranked = inputs(song.rows)
        for first in range(0, len(ranked) - PIECE_FRAMES + 1, PIECE_FRAMES):
            looked_at.append(ranked[first : first + PIECE_FRAMES].T)
            wanted.append(song.sung[first : first + PIECE_FRAMES].T)
    rows = torch.from_numpy(np.stack(looked_at))
    sung = torch.from_numpy(np.stack(wanted).astype(np.float32))
    network = _Trained(rows.shape[1])
    optimizer = torch.optim.AdamW(network.parameters(), weight_decay=WEIGHT_DECAY)
    n_batches = len(rows) // BATCH
    steps = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, LEARNING_RATE, total_steps=EPOCHS * n_batches
    )
    for _ in range(EPOCHS):
        order = rng.permutation(len(rows))[: n_batches * BATCH].reshape(n_batches, BATCH)
        for batch in order:
            shifted = rows[batch] + RANK_SHIFT * torch.randn(BATCH, rows.shape[1], 1)
            loss = nn.functional.binary_cross_entropy_with_logits(network(shifted), sung[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            steps.step()
    return network.eval().weights()


def weights_without(
    songs: list[SungSong], music_dir: Path, cache: Path | None = None
) -> dict[str, VoiceNetwork]:
    """For each song the network trained on all others and their mixes."""
    material = songs + mixes(music_dir, cache)
    return {
        song.name: fit([other for other in material if other.name != song.name]) for song in songs
    }


def area_under_curve(score: np.ndarray, target: NDArray[np.bool_]) -> float:
    """Probability that a frame of the target scores above another one."""
    n = int(target.sum())
    below = rankdata(score)[target].sum() - n * (n + 1) / 2
    return float(below / (n * (len(target) - n)))


def main() -> None:
    """Measure, fit on all songs and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, help="folder where features are kept")
    parser.add_argument("--dry", action="store_true", help="measure only")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    music_dir = find_music_dir()
    if music_dir is None:
        sys.exit("No songs here: set TASTECUT_MUSIC to a folder with manifest.json.")
    songs = read_songs(music_dir, arguments.cache)
    if not arguments.dry:
        target = ROOT / "ml_core" / "analysis" / "voice" / WEIGHTS_FILE
        fit(songs + mixes(music_dir, arguments.cache)).save(target)
        print(target, "written", flush=True)
    without = weights_without(songs, music_dir, arguments.cache)
    areas = []
    for song in songs:
        score = without[song.name].log_odds(inputs(song.rows))
        right = np.mean((score > 0) == song.sung, axis=0)
        areas.append([area_under_curve(score[:, k], song.sung[:, k]) for k in (0, 1)] + [*right])
        print(f"{song.name[:40]:40s} " + " ".join(f"{v:.3f}" for v in areas[-1]), flush=True)
    mean, median = np.mean(areas, axis=0), np.median(areas, axis=0)
    print(
        f"area under the curve note {mean[0]:.3f}, phrase {mean[1]:.3f} (median {median[0]:.3f}, "
        f"{median[1]:.3f}), accuracy {mean[2]:.3f}, {mean[3]:.3f}"
    )


if __name__ == "__main__":
    main()
