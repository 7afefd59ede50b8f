"""One list of exact versions that agrees with the ranges and leaves nothing to chance."""

from __future__ import annotations

import re
import subprocess
import tomllib
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]


def pins() -> dict[str, str]:
    lines = (ROOT / "packaging" / "constraints.txt").read_text().splitlines()
    pinned = [line for line in lines if line and not line.startswith("#")]
    for line in pinned:
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][0-9a-z.]*", line), line
    return {canonicalize_name(name): version for name, version in (p.split("==") for p in pinned)}


def requirements() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    texts = list(project["build-system"]["requires"])
    texts += project["project"]["dependencies"]
    for extra in project["project"]["optional-dependencies"].values():
        texts += extra
    return [Requirement(text) for text in texts]


def test_every_requirement_has_a_pin_within_its_range() -> None:
    pinned = pins()
    for requirement in requirements():
        assert pinned[canonicalize_name(requirement.name)] in requirement.specifier


def test_what_the_requirements_require_is_pinned_too() -> None:
    pinned = pins()
    for name in pinned:
        for text in metadata.requires(name) or []:
            needed = Requirement(text)
            # A CUDA build of torch brings its own libraries, each pinned by torch itself.
            if name == "torch" and needed.name.startswith(("nvidia", "cuda", "triton")):
                continue
            if needed.marker is None or needed.marker.evaluate({"extra": ""}):
                assert canonicalize_name(needed.name) in pinned, f"{name} needs {text}"


def test_what_is_installed_is_what_is_pinned() -> None:
    for name, version in pins().items():
        installed = metadata.version(name).partition("+")[0]  # torch: 2.13.0+cpu is 2.13.0
        assert installed == version, name


def test_the_check_of_every_commit_ends_with_pytest() -> None:
    script = ROOT / ".ci" / "run"
    assert subprocess.run(["bash", "-n", str(script)], check=False).returncode == 0
    assert script.read_text().rstrip().splitlines()[-1] == "exec python3 packaging/start.py test"
