"""Model files that somebody else made, or that a disk has damaged."""

from __future__ import annotations

import hashlib
import os
import pickle
from pathlib import Path

import numpy as np

from ml_core.errors import UserError
from ml_core.training.checkpoint import load_model
from tests.faults.learning.training_cases import LITTLE
from tests.faults.requiring import require
from tests.faults.studio import Studio, open_studio
from tests.faults.verdicts import Verdict


class Trap:
    """Unpickled, it makes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self.path,)


def pickles(folder: Path) -> list[bytes]:
    """Files that run something in a program that unpickles them; it leaves `executed` behind."""
    trap = Trap(folder / "executed")
    shell = b"cos\nsystem\n(S'touch %s'\ntR." % os.fsencode(folder / "executed")
    made = [pickle.dumps(trap, protocol) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)]
    import io

    import torch

    saved = io.BytesIO()
    torch.save(trap, saved)
    return [*made, shell, saved.getvalue()]


def _trained(verdict: Verdict) -> tuple[Studio, str, Path]:
    studio = open_studio(verdict)
    best = verdict.tastecut(*LITTLE, project=studio.project).data["checkpoints"]["best"]
    return studio, best, studio.project / "models" / f"{best}.safetensors"


def malicious(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 51: pickles in a model's place, and offered with their own right hash."""
    studio, best, model = _trained(verdict)
    whole, n_refused = model.read_bytes(), 0
    for _ in range(rounds):
        for data in pickles(verdict.folder):
            model.write_bytes(data)
            sha256 = hashlib.sha256(data).hexdigest()
            try:
                load_model(model, sha256)
            except UserError as error:
                verdict.told(error, model.name)
                n_refused += 1
            else:
                raise AssertionError("a pickle was taken for a model")
        verdict.refused("activate", best, project=studio.project, names=[best])
        require(not (verdict.folder / "executed").exists(), "it was executed")
    model.write_bytes(whole)
    verdict.tastecut("activate", best, project=studio.project)
    return f"{n_refused} pickles refused, none executed"


def mutants(verdict: Verdict, rounds: int, seed: int) -> str:
    """Case 52: a bit flipped, a part cut off, bytes added."""
    studio, best, model = _trained(verdict)
    whole, rng = model.read_bytes(), np.random.default_rng(seed)
    sha256 = hashlib.sha256(whole).hexdigest()
    for number in range(rounds):
        model.write_bytes(mutant_of(whole, number, rng))
        try:
            load_model(model, sha256)
        except UserError as error:
            verdict.told(error, model.name, "damaged")
        else:
            raise AssertionError("a damaged model was used")
        if number % 50 == 0:
            verdict.refused("activate", best, project=studio.project, names=[best])
    model.write_bytes(whole)
    verdict.tastecut("activate", best, project=studio.project)
    return f"{rounds} mutants refused"


def mutant_of(data: bytes, number: int, rng: np.random.Generator) -> bytes:
    """A damaged copy: by turns a bit flipped, a part cut off, bytes added."""
    changed = bytearray(data)
    if number % 3 == 0:
        changed[int(rng.integers(len(data)))] ^= 1 << int(rng.integers(8))
    elif number % 3 == 1:
        del changed[int(rng.integers(len(data))) :]
    else:
        changed += b"\0" * int(rng.integers(1, 9))
    return bytes(changed)
