"""Finding and opening the device, with PortAudio as it may answer."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

import pytest

from editor_app.sound import output_stream
from editor_app.sound.output_stream import OutputStream
from ml_core.errors import UserError


class PortAudioError(Exception):
    pass


class FakeMixer:
    """Takes some rates, as a device does."""

    rates_hz: tuple[int, ...] = ()
    opened: list[dict[str, Any]]

    def __init__(self, **options: Any) -> None:
        if options["samplerate"] not in self.rates_hz:
            raise PortAudioError("Invalid sample rate")
        type(self).opened.append(options)
        self.samplerate, self.latency, self.active = float(options["samplerate"]), 0.05, True

    def start(self) -> None:
        pass


class FakeSoundDevice:
    """Three devices: a microphone, a default output and an interface."""

    PortAudioError = PortAudioError

    def __init__(self, names: tuple[str, ...]) -> None:
        channels = {"Microphone": 0, "Built-in": 2, "Scarlett 2i2": 4}
        self.listed = [
            {
                "name": name, "index": index, "hostapi": 0,
                "max_output_channels": channels[name], "default_samplerate": 96000.0,
            }
            for index, name in enumerate(names)
        ]  # fmt: skip

    def query_devices(self, kind: str | None = None) -> Any:
        if kind is None:
            return self.listed
        able = [device for device in self.listed if device["max_output_channels"]]
        if not able:
            raise PortAudioError("Error querying device -1")
        return able[0]

    def query_hostapis(self, index: int) -> dict[str, str]:
        return {"name": "ALSA"}


@pytest.fixture
def portaudio(monkeypatch: pytest.MonkeyPatch) -> Callable[..., type[FakeMixer]]:
    def install(*names: str, rates_hz: tuple[int, ...] = (96000,)) -> type[FakeMixer]:
        mixer = type("Mixer", (FakeMixer,), {"rates_hz": rates_hz, "opened": []})
        library = type("rtmixer", (), {"Mixer": mixer})
        monkeypatch.setattr(output_stream, "_libraries", lambda: (FakeSoundDevice(names), library))
        return mixer

    return install


ALL = ("Microphone", "Built-in", "Scarlett 2i2")


def test_the_default_device_opens_at_its_own_rate(portaudio: Any) -> None:
    mixer = portaudio(*ALL)
    stream = OutputStream()
    assert stream.sample_rate_hz == 96000 and stream.latency_samples == 4800
    assert stream.device_name == "Built-in (ALSA)"
    assert mixer.opened[0]["device"] == 1


def test_a_refused_rate_leads_to_a_common_one(portaudio: Any) -> None:
    portaudio(*ALL, rates_hz=(44100,))
    assert OutputStream().sample_rate_hz == 44100


def test_a_device_is_chosen_by_its_name(portaudio: Any) -> None:
    mixer = portaudio(*ALL)
    assert OutputStream("Scarlett 2i2 (ALSA)").device_name == "Scarlett 2i2 (ALSA)"
    assert mixer.opened[0]["device"] == 2


def test_outputs_are_listed_with_the_default_first(portaudio: Any) -> None:
    portaudio(*ALL)
    assert output_stream.devices() == ["Built-in (ALSA)", "Scarlett 2i2 (ALSA)"]
    portaudio("Microphone")
    assert output_stream.devices() == []


@pytest.mark.parametrize(
    ("names", "rates_hz", "wanted", "message"),
    [
        ((), (96000,), None, "No sound device was found."),
        (("Microphone",), (96000,), None, "No sound device was found."),
        (ALL, (), None, "No sound device was found."),
        (ALL, (96000,), "Gone (ALSA)", "Gone (ALSA) can't be used"),
        (ALL, (96000,), "Microphone (ALSA)", "Microphone (ALSA) can't be used"),
    ],
)
def test_fault_42_no_usable_device_is_told(
    portaudio: Any, names: Any, rates_hz: Any, wanted: str | None, message: str
) -> None:
    portaudio(*names, rates_hz=rates_hz)
    with pytest.raises(UserError) as error:
        OutputStream(wanted)
    assert message in error.value.message
    assert "by eye" in error.value.remedy


def test_fault_42_no_portaudio_library_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    real_import = builtins.__import__

    def without_portaudio(name: str, *rest: Any) -> Any:
        if name in ("sounddevice", "rtmixer"):
            raise OSError("PortAudio library not found")
        return real_import(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without_portaudio)
    with pytest.raises(UserError, match="PortAudio library is missing"):
        OutputStream()
    assert output_stream.devices() == []
    output_stream.look_again()


def test_where_one_may_go_on_by_eye_is_named_since_comparing_waits_for_sound() -> None:
    told = (output_stream.NO_LIBRARY, output_stream.NO_DEVICE, output_stream.DEVICE_LOST)
    unusable = output_stream._unusable("Box")
    for remedy in (*(remedy for _, remedy in told), unusable.remedy):
        assert remedy.endswith("In Rate you can go on by eye.") or "; in Rate you can" in remedy
