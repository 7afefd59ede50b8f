"""The network that hears singing: as torch computes it, how far it looks, what ships."""

from __future__ import annotations

from importlib import resources

import numpy as np
import torch
from torch.nn import functional

from ml_core.analysis.voice.network import DILATIONS, N_TAPS, WEIGHTS_FILE, VoiceNetwork, fitted


def any_network(n_columns=7, n=5, seed=0):
    rng = np.random.default_rng(seed)

    def some(*shape):
        return rng.normal(0, 0.4, shape).astype(np.float32)

    kernels, biases = some(len(DILATIONS), N_TAPS, n, n), some(len(DILATIONS), n)
    return VoiceNetwork(some(n_columns, n), some(n), kernels, biases, some(n, 2), some(2))


def by_torch(network, rows):
    state = torch.relu(torch.from_numpy(rows @ network.entry + network.entry_bias).T[None])
    for dilation, kernel, bias in zip(
        DILATIONS, network.kernels, network.kernel_biases, strict=True
    ):
        weights = torch.from_numpy(kernel).permute(2, 1, 0)
        state = state + torch.relu(
            functional.conv1d(
                state, weights, torch.from_numpy(bias), padding=dilation, dilation=dilation
            )
        )
    return state[0].T.numpy() @ network.exit + network.exit_bias


def test_it_computes_what_torch_does():
    rows = np.random.default_rng(1).normal(size=(300, 7)).astype(np.float32)
    assert np.allclose(any_network().log_odds(rows), by_torch(any_network(), rows), atol=1e-4)


def test_it_looks_so_far_and_no_further():
    rows = np.random.default_rng(1).normal(size=(300, 7)).astype(np.float32)
    changed = rows.copy()
    changed[150] += 3.0
    differs = np.any(any_network().log_odds(rows) != any_network().log_odds(changed), axis=1)
    reach = sum(DILATIONS)
    assert differs[150] and np.flatnonzero(differs).min() >= 150 - reach
    assert np.flatnonzero(differs).max() <= 150 + reach


def test_fewer_frames_than_it_looks_at_are_enough():
    assert any_network().log_odds(np.zeros((3, 7), np.float32)).shape == (3, 2)


def test_weights_are_kept_in_half_precision(tmp_path):
    network = any_network()
    network.save(tmp_path / "weights.npz")
    with np.load(tmp_path / "weights.npz", allow_pickle=False) as kept:
        assert set(kept) == set(VoiceNetwork.__slots__)
        assert all(kept[name].dtype == np.float16 for name in kept)
        assert np.allclose(kept["kernels"], network.kernels, atol=1e-2)


def test_what_ships_is_small_and_hears_every_column():
    file = resources.files("ml_core.analysis.voice").joinpath(WEIGHTS_FILE)
    assert len(file.read_bytes()) < 200_000
    assert np.all(np.abs(fitted().entry).max(axis=1) > 0)
