"""A sound card that needs no hardware: a private PulseAudio with a null sink, and its capture.

The null sink is paced in real time and hands on every bit. What plays to it must be started with
`environment`, since PortAudio looks for devices once, when it is loaded.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

RATE_HZ = 44100
BYTES_A_SAMPLE = 8
LIMIT_S = 30.0
# The monitor's buffers settle meanwhile: before, the capture starts late or with a gap (measured).
SETTLE_S = 2.2
# What sounds is captured this much later at most.
TAIL_S = 0.3

_PULSE = """\
load-module module-native-protocol-unix auth-anonymous=1 socket={socket}
load-module module-null-sink sink_name=test rate={rate} channels=2 format=float32le
set-default-sink test
set-default-source test.monitor
"""
_ALSA = """\
pcm_type.pulse {{ lib "libasound_module_pcm_pulse.so" }}
ctl_type.pulse {{ lib "libasound_module_ctl_pulse.so" }}
pcm.!default {{ type pulse server "unix:{socket}" device "test" handle_underrun 1 }}
ctl.!default {{ type pulse server "unix:{socket}" }}
"""
_BARE = """
import time, numpy, rtmixer
with rtmixer.Mixer(channels=2, samplerate=44100, blocksize=256, latency=0.05) as mixer:
    run = mixer.play_buffer(numpy.zeros((882000, 2), numpy.float32), channels=2)
    while run.done_frames < 0.1 * 44100:
        time.sleep(0.005)
"""


class VirtualCard:
    """The card of one folder; `start` and `stop` turn it on and off as often as wanted."""

    def __init__(self, folder: Path, rate_hz: int = RATE_HZ) -> None:
        self.folder, self._socket = folder, folder / "native"
        self.rate_hz = rate_hz
        folder.chmod(0o700)
        values = {"socket": self._socket, "rate": rate_hz}
        (folder / "null.pa").write_text(_PULSE.format(**values))
        (folder / "asound.conf").write_text(_ALSA.format(**values))
        self._pulse: subprocess.Popen[bytes] | None = None

    @staticmethod
    def is_possible() -> bool:
        """Whether PulseAudio and its recorder are installed."""
        return all(shutil.which(program) for program in ("pulseaudio", "parec"))

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to find this card and no other."""
        card = {
            "ALSA_CONFIG_PATH": str(self.folder / "asound.conf"),
            "PULSE_SERVER": f"unix:{self._socket}",
        }
        return os.environ | card

    def start(self) -> None:
        """Turn the card on."""
        home = str(self.folder)
        environment = os.environ | {
            "HOME": home, "XDG_RUNTIME_DIR": home, "XDG_CONFIG_HOME": home,
        }  # fmt: skip
        environment.pop("DISPLAY", None)
        options = (
            "-n", "-F", str(self.folder / "null.pa"), "--daemonize=no", "--exit-idle-time=-1",
            "--use-pid-file=no", "--realtime=no", "--high-priority=no", "--disable-shm=yes",
        )  # fmt: skip
        log = (self.folder / "pulse.log").open("wb")
        with log:
            self._pulse = subprocess.Popen(["pulseaudio", *options], env=environment, stderr=log)
        until_s = time.monotonic() + LIMIT_S
        while not self._answers():
            if time.monotonic() > until_s or self._pulse.poll() is not None:
                raise RuntimeError((self.folder / "pulse.log").read_text())
            time.sleep(0.05)

    def suspend(self, is_suspended: bool) -> None:
        """Have the card take nothing, as a sleeping one does; what plays to it stays open."""
        self._control("suspend-sink", "test", "1" if is_suspended else "0")

    def unplug(self) -> None:
        """Take the card away while its sound server runs on; what plays to it is ended."""
        listed = self._control("list", "short", "modules").splitlines()
        (sink,) = [line.split()[0] for line in listed if "sink_name=test" in line]
        self._control("unload-module", sink)

    def plug(self, rate_hz: int = RATE_HZ) -> None:
        """Put a card back that was unplugged, or another one that runs at another rate."""
        own = (f"rate={rate_hz}", "channels=2", "format=float32le")
        self._control("load-module", "module-null-sink", "sink_name=test", *own)
        self._control("set-default-sink", "test")
        self._control("set-default-source", "test.monitor")

    def bare_stream(self) -> subprocess.Popen[bytes]:
        """A process that plays silence to the card, and ends once the card has taken some.

        It tells what the card itself needs to begin: a null sink that has just come renders two
        seconds at once.
        """
        return subprocess.Popen([sys.executable, "-c", _BARE], env=self.environment)

    def _control(self, *words: str) -> str:
        done = subprocess.run(
            ["pactl", *words], env=self.environment, capture_output=True, text=True, check=True
        )
        return done.stdout

    def stop(self) -> None:
        """Turn the card off, whatever plays."""
        if self._pulse is not None:
            self._pulse.kill()
            self._pulse.wait()
            self._pulse = None
            self._socket.unlink(missing_ok=True)

    @contextmanager
    def capture(self) -> Iterator[Capture]:
        """Record all that sounds within the block."""
        recorder = Recorder(self)
        try:
            recorder.settle()
            with recorder.capture() as capture:
                yield capture
        finally:
            recorder.stop()

    def _answers(self) -> bool:
        asked = subprocess.run(
            ["pactl", "info"], env=self.environment, capture_output=True, check=False
        )
        return asked.returncode == 0


class Recorder:
    """Records a card from now on, until it is stopped."""

    def __init__(self, card: VirtualCard) -> None:
        self._rate_hz = card.rate_hz
        self.file = card.folder / "captured.f32"
        command = (
            "parec", "-d", "test.monitor", "--raw", "--format=float32le", f"--rate={card.rate_hz}",
            "--channels=2", "--latency-msec=20",
        )  # fmt: skip
        with self.file.open("wb") as target:
            self._process = subprocess.Popen(command, stdout=target, env=card.environment)

    @property
    def n_samples(self) -> int:
        """How much was recorded."""
        return self.file.stat().st_size // BYTES_A_SAMPLE

    def settle(self) -> None:
        """Wait until what is captured will be whole."""
        self._wait_for(SETTLE_S)

    @contextmanager
    def capture(self) -> Iterator[Capture]:
        """Take what sounds within the block out of what is recorded."""
        capture = Capture(self.file, self.n_samples)
        yield capture
        self._wait_for(self.n_samples / self._rate_hz + TAIL_S)
        capture.end = self.n_samples

    def stop(self) -> None:
        """End the recording."""
        self._process.terminate()
        self._process.wait()

    def _wait_for(self, seconds: float) -> None:
        """Wait until so much was recorded; the card paces it."""
        until_s = time.monotonic() + LIMIT_S
        while self.n_samples / self._rate_hz < seconds:
            if time.monotonic() > until_s:
                raise TimeoutError("the card does not record")
            time.sleep(0.02)


class Capture:
    """A part of a recording: what has been recorded of it so far."""

    def __init__(self, file: Path, start: int) -> None:
        self._file, self._start = file, start
        self.end: int | None = None

    @property
    def sound(self) -> np.ndarray:
        """From the first to the last sample that is not silent, float32 (n, 2)."""
        with self._file.open("rb") as file:
            file.seek(BYTES_A_SAMPLE * self._start)
            n_bytes = -1 if self.end is None else BYTES_A_SAMPLE * (self.end - self._start)
            data = file.read(n_bytes)
        whole = len(data) // BYTES_A_SAMPLE * BYTES_A_SAMPLE
        sound = np.frombuffer(data[:whole], "<f4").reshape(-1, 2)
        sounding = np.flatnonzero(sound.any(axis=1))
        return sound[sounding[0] : sounding[-1] + 1] if len(sounding) else sound[:0]
