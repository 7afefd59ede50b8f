"""What every test shares: its turn, the songs to measure on, and a home of its own."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests import order
from tests.garbage import Garbage
from tests.made_once import made_once
from tests.turns import alone_for_a_while, in_turn

if TYPE_CHECKING:
    from ml_core.demo_songs import DemoTruth

# Without a screen of its own Qt's offscreen one has 800 pixels each way, as nobody has.
SCREEN = Path(__file__).with_name("screen.json")
os.environ.setdefault("QT_QPA_PLATFORM", f"offscreen:configfile={SCREEN}")
os.environ.setdefault("OMP_NUM_THREADS", "1")

_GARBAGE: pytest.StashKey[Garbage] = pytest.StashKey()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Share the tests out so that both processes end together."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        items.sort(key=order.rank)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Leave the machine to tests that hear or show something in real time: nothing else runs."""
    with in_turn(item):
        result = yield
    item.config.stash[_GARBAGE].collect()
    return result


def pytest_sessionstart(session: pytest.Session) -> None:
    """From here on garbage is collected between tests alone."""
    session.config.stash[_GARBAGE] = Garbage()


@pytest.fixture
def alone(pytestconfig: pytest.Config) -> Callable[[], AbstractContextManager[None]]:
    """Holds the machine alone for what a test marked `beside` measures in real time."""
    return lambda: alone_for_a_while(pytestconfig)


def find_music_dir() -> Path | None:
    """Real songs for measuring: TASTECUT_MUSIC, else beside the checkout; users have neither."""
    named = os.environ.get("TASTECUT_MUSIC")
    path = Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "music"
    return path if (path / "manifest.json").is_file() else None


@pytest.fixture(scope="session")
def music_dir() -> Path:
    """The folder of real songs; skips visibly where it is not."""
    path = find_music_dir()
    if path is None:
        pytest.skip("no real songs here: set TASTECUT_MUSIC to a folder with manifest.json")
    return path


@pytest.fixture(scope="session")
def demo_songs(
    tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> list[DemoTruth]:
    """The demo songs, written once: each truth with the path of its file."""
    from ml_core.demo_songs import DemoTruth, write_demo_songs

    def make(folder: Path) -> None:
        truths = write_demo_songs(folder / "songs")
        plain = [asdict(truth) | {"path": str(truth.path)} for truth in truths]
        (folder / "truths.json").write_text(json.dumps(plain))

    def as_made(name: str, value: Any) -> Any:
        if name == "path":
            return Path(value)
        if not isinstance(value, list):
            return value
        return tuple(tuple(one) if isinstance(one, list) else one for one in value)

    folder = made_once("demo songs", make, tmp_path_factory, pytestconfig)
    truths = json.loads((folder / "truths.json").read_text())
    return [DemoTruth(**{n: as_made(n, value) for n, value in one.items()}) for one in truths]


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test touches the data of the person who runs it."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("TASTECUT_HOME", str(home / "project"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    return home
