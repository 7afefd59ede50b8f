"""The device comes and goes: noticed, told, looked for, and taken back by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Event
from time import perf_counter

import pytest
from pytestqt.qtbot import QtBot

from editor_app.sound import device as device_module
from editor_app.sound import output_stream
from editor_app.sound.background import InThread
from editor_app.sound.device import COMING_LOOKS, RETURN_LOOKS, STALL_LOOKS, SoundDevice
from ml_core.errors import UserError
from tests.editor_app.sound.fake_output import RATE_HZ, FakeOutput


class Shelf:
    """The devices that are plugged in, by name; None is the system's default."""

    def __init__(self) -> None:
        self.there: dict[str | None, FakeOutput] = {}
        self.asked: list[tuple[str | None, int]] = []

    def plug(self, name: str | None = None, rate_hz: int = RATE_HZ) -> FakeOutput:
        self.there[name] = FakeOutput(rate_hz)
        self.there[name].device_name = name or "Built-in"
        return self.there[name]

    def open(self, name: str | None, rate_hz: int) -> FakeOutput:
        self.asked.append((name, rate_hz))
        if name not in self.there:
            raise UserError(f"The sound device {name} can't be used.", "Connect it.")
        return self.there[name]


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def device(qtbot: QtBot, shelf: Shelf) -> Iterator[SoundDevice]:
    made = SoundDevice(open_stream=shelf.open)
    yield made
    made.close()


def look(device: SoundDevice, n_times: int) -> None:
    for _ in range(n_times):
        device._look()


def test_fault_66_a_stream_that_stalls_is_let_go_of_soon(device: SoundDevice, shelf: Shelf) -> None:
    output = shelf.plug()
    assert device.open()
    look(device, 10)
    output.is_stalled = True
    look(device, STALL_LOOKS - 1)
    assert device.stream is output and device.error is None
    del shelf.there[None]
    look(device, 1)
    assert device.stream is None and output.is_closed
    assert device.error is not None and "by itself" in device.error.remedy
    assert 2000 <= (STALL_LOOKS - 1) * device_module.WATCH_MS <= 2500, "a null sink may take 1.9 s"


def test_fault_66_a_stream_that_ended_is_let_go_of_at_once(
    device: SoundDevice, shelf: Shelf
) -> None:
    output = shelf.plug()
    device.open()
    output.is_stalled = output.has_ended = True
    del shelf.there[None]
    look(device, 1)
    assert device.stream is None and device.error is not None


def test_fault_66_an_open_device_is_no_sound_until_it_takes_some(
    device: SoundDevice, shelf: Shelf
) -> None:
    """A suspended device can be opened, and is silent: it is awaited, not believed."""
    output = shelf.plug()
    device.open()
    look(device, 1)
    output.is_stalled = True
    look(device, STALL_LOOKS)
    error = device.error
    assert error is not None and device.stream is None
    look(device, COMING_LOOKS - 1)
    assert device.error is error
    n_asked = len(shelf.asked)
    look(device, 1)
    assert len(shelf.asked) == n_asked + 1, "it is opened anew now and then"
    output.is_stalled = False
    look(device, 1)
    assert device.stream is output and device.error is None


def test_fault_66_a_device_that_is_gone_is_looked_for_again_and_again(
    device: SoundDevice, shelf: Shelf, qtbot: QtBot
) -> None:
    output = shelf.plug()
    device.open()
    output.has_ended = output.is_stalled = True
    del shelf.there[None]
    look(device, 1)
    assert device._retry.isActive() and device._retry.interval() <= 2000
    n_asked = len(shelf.asked)
    shelf.plug()
    with qtbot.waitSignal(device.changed, timeout=3000):
        pass
    assert device.stream is shelf.there[None] and len(shelf.asked) > n_asked
    assert shelf.asked[-1] == (None, RATE_HZ), "what is loaded fits: its rate is tried first"


def test_fault_66_a_key_looks_at_once(device: SoundDevice, shelf: Shelf) -> None:
    assert not device.open()
    shelf.plug()
    device.try_again()
    look(device, 1)
    assert device.stream is not None
    n_asked = len(shelf.asked)
    device.try_again()
    assert len(shelf.asked) == n_asked, "sound that is there is left alone"


def test_the_default_sounds_where_the_chosen_one_is_gone(device: SoundDevice, shelf: Shelf) -> None:
    built_in = shelf.plug()
    assert device.open("Headphones")
    assert device.stream is built_in and device.refused == "Headphones"
    shelf.plug("Headphones")
    assert device.open("Headphones")
    assert device.name == "Headphones" and not device.refused and built_in.is_closed


def test_fault_66_the_chosen_device_is_taken_back_once_it_is_there(
    device: SoundDevice, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.plug()
    shelf.plug("Headphones")
    device.open("Headphones")
    del shelf.there["Headphones"]
    device.stream.has_ended = device.stream.is_stalled = True
    look(device, 2)
    assert device.name == "Built-in" and device.refused == "Headphones"
    looked: list[bool] = []
    monkeypatch.setattr(device.outputs, "look_round", lambda: looked.append(True))
    look(device, RETURN_LOOKS)
    assert looked, "it is looked for while another sounds"
    device.outputs.see(["Built-in", "Microphone"])
    assert device.name == "Built-in"
    shelf.plug("Headphones")
    device.outputs.see(["Built-in", "Headphones"])
    assert device.name == "Headphones" and not device.refused


def test_no_sound_library_is_not_looked_for_again(qtbot: QtBot) -> None:
    def missing(*_: object) -> FakeOutput:
        raise UserError(*output_stream.NO_LIBRARY)

    device = SoundDevice(open_stream=missing)
    assert not device.open()
    assert not device._retry.isActive()
    device.close()


def test_a_device_that_never_answers_blocks_nobody(
    qtbot: QtBot, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[bool] = []
    monkeypatch.setattr(output_stream, "leave_as_it_is", lambda: left.append(True))
    answers, output = Event(), shelf.plug()

    def hang(name: str | None, rate_hz: int) -> FakeOutput:
        answers.wait(20)
        return output

    def took_s(work: Callable[[], object]) -> float:
        start_s = perf_counter()
        work()
        return perf_counter() - start_s

    device = SoundDevice(open_stream=hang, run=InThread("test-device"))
    assert took_s(device.open) < 0.05 and took_s(device.try_again) < 0.05
    assert device.stream is None and device.error is None
    with qtbot.waitSignal(device.changed):
        answers.set()
    assert device.stream is output
    answers.clear()
    assert took_s(device.reconnect) < 0.05
    assert took_s(device.close) < 1.0 and left
    answers.set()
    qtbot.waitUntil(lambda: output.is_closed)


def test_fault_66_a_driver_that_fails_in_any_way_is_asked_again(
    qtbot: QtBot, device: SoundDevice, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device_module, "RETRY_S", (0.01, 0.01))
    faults = [OSError("a driver's own fault")]

    def open_stream(name: str | None, rate_hz: int) -> FakeOutput:
        if faults:
            raise faults.pop()
        return shelf.open(name, rate_hz)

    shelf.plug()
    device._open_stream = open_stream
    device.open()
    assert device.stream is None and device.error is not None
    qtbot.waitUntil(lambda: device._coming is not None)
