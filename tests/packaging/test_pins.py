"""One list of exact versions that agrees with the ranges and leaves nothing to chance."""

from __future__ import annotations

import re
import subprocess
import tomllib
from importlib import metadata
from pathlib import Path

from packaging.markers import Marker
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


def locked(name: str) -> dict[str, tuple[str, Marker | None, int]]:
    """Version, where it is for, and number of hashes of each package of a lock."""
    found: dict[str, tuple[str, Marker | None, int]] = {}
    latest = ""
    for line in (ROOT / "packaging" / "locks" / f"{name}.txt").read_text().splitlines():
        if line.startswith("    --hash=sha256:"):
            version, marker, n_hashes = found[latest]
            found[latest] = version, marker, n_hashes + 1
        elif line and not line.startswith("#"):
            requirement = Requirement(line.rstrip("\\ "))
            (pin,) = requirement.specifier
            assert pin.operator == "==", line
            latest = canonicalize_name(requirement.name)
            assert latest not in found, f"{latest} twice"
            found[latest] = pin.version, requirement.marker, 0
    assert all(n_hashes for _, _, n_hashes in found.values()), "a package without hashes"
    return found


def everywhere(marker: Marker | None) -> bool:
    """Whether a locked package is installed on each supported system and Python."""
    return marker is None or all(
        marker.evaluate(
            {"python_version": python, "python_full_version": f"{python}.0", "sys_platform": system}
        )
        for python in ("3.11", "3.12", "3.13")
        for system in ("linux", "darwin", "win32")
    )


def test_the_locks_hold_what_is_required_with_the_pinned_versions() -> None:
    pinned, locks = pins(), {name: locked(name) for name in ("app", "test", "torch")}
    whole = {**locks["test"], **locks["torch"]}
    for name, version in pinned.items():
        assert whole[name][0] == version, name
    for requirement in requirements():
        assert everywhere(whole[canonicalize_name(requirement.name)][1]), requirement.name
    assert set(locks["app"]) <= set(locks["test"])
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    for text in [*project["build-system"]["requires"], *project["project"]["dependencies"]]:
        name = canonicalize_name(Requirement(text).name)
        assert name in locks["app"] or name in locks["torch"], name


def test_what_torch_brings_along_is_in_its_own_lock_alone() -> None:
    names = set(locked("torch"))
    assert "torch" in names and not names & set(locked("test"))
    assert all(
        name in ("torch", "triton") or name.startswith(("nvidia-", "cuda-")) for name in names
    )


def test_the_check_of_every_commit_ends_with_pytest() -> None:
    script = ROOT / ".ci" / "run"
    assert subprocess.run(["bash", "-n", str(script)], check=False).returncode == 0
    assert script.read_text().rstrip().splitlines()[-1] == "exec python3 packaging/start.py test"
