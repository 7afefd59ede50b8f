"""The beat network: its arithmetic against torch, its chunks, what it hears, life without it."""

from __future__ import annotations

import io
import sys
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn import functional

from ml_core.analysis.analyse import analyse_spectra, find_grid
from ml_core.analysis.beats import network as network_module
from ml_core.analysis.beats.activation import beat_activation
from ml_core.analysis.beats.network import (
    FRAMES_PER_INPUT,
    N_INPUTS,
    BeatNetwork,
    activations,
    load_network,
    network_inputs,
    network_log_odds,
    shipped_network,
)
from ml_core.analysis.spectra.reading import ANALYSIS_HZ, FRAME_HZ, Spectra, read_spectra
from ml_core.demo_songs import DEMO_SONGS, synthesize
from ml_core.domain.songs import Song
from ml_core.progress import silent

N_CHANNELS, N_LAYERS = 6, 4


def random_network(seed: int = 0) -> BeatNetwork:
    rng = np.random.default_rng(seed)

    def numbers(*shape: int) -> np.ndarray:
        return rng.normal(0, 0.3, shape).astype(np.float32)

    n, layers = N_CHANNELS, N_LAYERS
    return BeatNetwork(
        mean=numbers(N_INPUTS),
        scale=1 + np.abs(numbers(N_INPUTS)),
        entry=numbers(5, N_INPUTS, n),
        entry_bias=numbers(n),
        kernels=numbers(layers, 5, n, n),
        kernel_biases=numbers(layers, n),
        mixes=numbers(layers, n, n),
        mix_biases=numbers(layers, n),
        exit=numbers(n, 4),
        exit_bias=numbers(4),
    )


def by_torch(network: BeatNetwork, inputs: np.ndarray) -> np.ndarray:
    """The same network by torch's convolutions."""

    def kernel(weights: np.ndarray) -> torch.Tensor:
        return torch.tensor(np.moveaxis(weights, 0, -1)).transpose(0, 1)

    rows = torch.tensor((inputs - network.mean) * network.scale).T[None]
    entry_bias = torch.tensor(network.entry_bias)
    state = functional.conv1d(rows, kernel(network.entry), entry_bias, stride=2, padding=2)
    state = functional.elu(state)
    for k in range(N_LAYERS):
        bias = torch.tensor(network.kernel_biases[k])
        weights = kernel(network.kernels[k])
        heard = functional.conv1d(state, weights, bias, padding=2**k * 2, dilation=2**k)
        mixed = functional.elu(heard)[0].T @ torch.tensor(network.mixes[k])
        state = state + (mixed + torch.tensor(network.mix_biases[k])).T[None]
    out = functional.elu(state)[0].T @ torch.tensor(network.exit) + torch.tensor(network.exit_bias)
    return out.reshape(-1, 2).numpy()


def demo_spectra(name: str) -> tuple[Spectra, np.ndarray, np.ndarray]:
    audio, rate_hz, truth = synthesize(name)
    spectra, _ = read_spectra([audio], rate_hz, len(audio), silent())
    return spectra, np.array(truth.beats_s), np.array(truth.downbeats_s)


def sound_spectra(mono: np.ndarray) -> Spectra:
    sound = mono.astype(np.float32)[:, None]
    return read_spectra([sound], ANALYSIS_HZ, len(sound), silent())[0]


@pytest.mark.parametrize("n_inputs", [2, 40, 500])
def test_numpy_computes_what_torch_computes(n_inputs: int) -> None:
    network = random_network()
    inputs = np.random.default_rng(1).normal(size=(n_inputs, N_INPUTS)).astype(np.float32)
    expected = by_torch(network, inputs)
    found = network.log_odds(inputs)
    assert found.shape == (n_inputs, 2)
    assert np.abs(found - expected).max() < 1e-3 * np.abs(expected).max()


@pytest.mark.parametrize("n_seconds", [7.0, 8.41, 12.38])
def test_chunks_of_a_long_song_join_without_a_seam(
    n_seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = random_network()
    rng = np.random.default_rng(2)
    spectra = sound_spectra(rng.normal(0, 0.1, round(n_seconds * ANALYSIS_HZ)))
    whole = network_log_odds(spectra, network)
    monkeypatch.setattr(network_module, "_CHUNK_FRAMES", 140)
    chunks = network_log_odds(spectra, network)
    assert np.abs(chunks - whole).max() < 1e-4 * np.abs(whole).max()


@pytest.mark.parametrize("n_frames", [1, 2, 3, 5, 400, 403])
def test_inputs_stand_at_their_frames(n_frames: int) -> None:
    logmel = np.zeros((n_frames, 40), np.float32)
    logmel[:, 0] = np.arange(n_frames)
    chroma = np.ones((-(-n_frames // 10) + 1, 12), np.float32)
    inputs = network_inputs(logmel, chroma, chroma)
    assert len(inputs) % 2 == 0
    assert len(inputs) * FRAMES_PER_INPUT >= n_frames
    # The mean of a ramp over three frames is its middle, save at both ends.
    inner = inputs[1 : max(1, n_frames // FRAMES_PER_INPUT - 1), 0]
    assert np.allclose(inner, FRAMES_PER_INPUT * np.arange(1, 1 + len(inner)))


def test_a_click_rises_at_its_own_input() -> None:
    logmel = np.zeros((100, 40), np.float32)
    logmel[50:] = 1.0
    chroma = np.ones((11, 12), np.float32)
    rises = network_inputs(logmel, chroma, chroma)[:, 40]
    # Frames 49 and 50 rise (centred difference); input 25 covers frames 49 to 51.
    assert set(np.flatnonzero(rises)) <= {24, 25}
    assert rises[25] == 1.0


def shipped() -> BeatNetwork:
    network = shipped_network()
    assert network is not None, "the weights are missing from ml_core/analysis"
    return network


def test_weights_ship_and_are_small() -> None:
    network = shipped()
    assert network.entry.dtype == np.float32
    n_weights = sum(getattr(network, name).size for name in BeatNetwork.__slots__)
    assert 50_000 < n_weights < 150_000


@pytest.mark.parametrize("name", DEMO_SONGS)
def test_beats_and_bar_starts_of_demo_songs_stand_out(name: str) -> None:
    spectra, beats_s, downbeats_s = demo_spectra(name)
    beat, bar_start = activations(spectra, shipped())
    assert beat.shape == bar_start.shape == (len(spectra.logmel),)

    def at(activation: np.ndarray, times_s: np.ndarray) -> np.ndarray:
        frames = np.round(times_s[:, None] * FRAME_HZ).astype(int) + np.arange(-3, 4)
        return activation[np.clip(frames, 0, len(activation) - 1)].max(axis=1)

    between_s = (beats_s[1:] + beats_s[:-1]) / 2
    assert np.mean(at(beat, beats_s)) > 2 * np.mean(at(beat, between_s))
    others_s = np.array([t for t in beats_s if np.abs(downbeats_s - t).min() > 0.05])
    assert np.mean(at(bar_start, downbeats_s)) > 2 * np.mean(at(bar_start, others_s))


def test_the_level_of_a_song_does_not_matter() -> None:
    rng = np.random.default_rng(3)
    sound = rng.normal(0, 0.01, 8 * ANALYSIS_HZ)
    sound[:: ANALYSIS_HZ // 2] += 0.5
    loud, soft = (network_log_odds(sound_spectra(gain * sound), shipped()) for gain in (1.0, 0.01))
    assert np.abs(loud - soft).max() < 0.01


@pytest.mark.parametrize("kind", ["silence", "noise", "short"])
def test_odd_sounds_give_finite_numbers(kind: str) -> None:
    rng = np.random.default_rng(4)
    n = 300 if kind == "short" else 5 * ANALYSIS_HZ
    sound = np.zeros(n) if kind == "silence" else rng.normal(0, 0.1, n)
    spectra = sound_spectra(sound)
    beat, bar_start = activations(spectra, shipped())
    assert len(beat) == len(spectra.logmel)
    assert np.isfinite(beat).all()
    assert np.isfinite(bar_start).all()
    assert beat.min() >= 0
    assert beat.max() <= 1


def test_a_file_with_pickled_objects_is_refused() -> None:
    file = io.BytesIO()
    np.savez(file, mean=np.array([{"run": "me"}], dtype=object))
    with pytest.raises(ValueError, match="pickle"):
        load_network(file.getvalue())


def test_without_the_weights_there_is_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network_module, "WEIGHTS_FILE", "not there.npz")
    shipped_network.cache_clear()
    assert shipped_network() is None
    shipped_network.cache_clear()


def test_the_kept_numbers_are_the_ones_used() -> None:
    network = random_network()
    file = io.BytesIO()
    np.savez(file, **{name: getattr(network, name) for name in BeatNetwork.__slots__})
    assert np.array_equal(load_network(file.getvalue()).kernels, network.kernels)
    louder = replace(network, exit_bias=network.exit_bias + 1)
    inputs = np.zeros((10, N_INPUTS), np.float32)
    assert np.allclose(louder.log_odds(inputs), network.log_odds(inputs) + 1, atol=1e-5)


def drum_spectra() -> tuple[Spectra, np.ndarray]:
    """Kicks on the beat at 120 beats a minute and louder hi-hats between them, 30 s."""
    rng = np.random.default_rng(5)
    n, beats_s = 30 * ANALYSIS_HZ, np.arange(0.5, 29.5, 0.5)
    sound = rng.normal(0, 1e-4, n)
    t = np.arange(ANALYSIS_HZ // 5) / ANALYSIS_HZ
    kick = 0.5 * np.sin(2 * np.pi * 60 * t) * np.exp(-t / 0.05)
    hat = 0.5 * np.diff(rng.normal(0, 1, len(t) + 1)) * np.exp(-t / 0.02)
    for beat_s in beats_s:
        for start_s, stroke in ((beat_s, kick), (beat_s + 0.25, hat)):
            start = round(start_s * ANALYSIS_HZ)
            sound[start : start + len(t)] += stroke[: n - start]
    return sound_spectra(sound), beats_s


@pytest.mark.parametrize("late_s", [0.0, 0.25])
def test_beats_are_where_the_network_is_sure(
    late_s: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    spectra, beats_s = drum_spectra()
    sure = np.full((len(spectra.logmel), 2), -6.0, np.float32)
    at = np.round((beats_s + late_s) * FRAME_HZ).astype(int)
    sure[at[:, None] + np.arange(-1, 2), 0] = 6.0
    monkeypatch.setattr(sys.modules[find_grid.__module__], "network_log_odds", lambda *_: sure)
    grid, _, _ = find_grid(spectra, silent(), network=random_network())
    near = np.abs(beats_s[:, None] + late_s - grid.beats_s).min(axis=1) < 0.04
    assert near.mean() > 0.9
    assert len(grid.beats_s) < 1.2 * len(beats_s)


def test_a_song_is_analysed_without_the_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    spectra, _ = drum_spectra()
    monkeypatch.setattr(sys.modules[find_grid.__module__], "shipped_network", lambda: None)
    song = Song("0" * 64, ("drums.wav",), ANALYSIS_HZ, 30 * ANALYSIS_HZ, 1)
    assert analyse_spectra(song, spectra, silent()).has_beat


def test_the_network_outvotes_the_linear_model_where_it_is_sure() -> None:
    linear, network = np.zeros(3), np.array([8.0, 3.5, -6.0], np.float32)
    with_network, without = beat_activation(linear, network), beat_activation(linear)
    assert with_network[0] > without[0]
    assert with_network[1] == pytest.approx(without[1])
    assert with_network[2] < without[2]
