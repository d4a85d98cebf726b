"""The real service as its own processes: granian, a Celery worker and beat over this process's database and Redis."""

import os
import shelve
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
import redis

from asye import attached
from tests.ground import cluster

READY_SECONDS = 60
DRAIN_SECONDS = 30
QUIET_READS = 4


class Stack:
    """The service's processes. `url` is its address; the clock of all of them is moved by `set_clock`."""

    NAMES = ("web", "worker", "beat")

    def __init__(self) -> None:
        self.folder = cluster.ground.folder / f"stack-{cluster.DATABASE}"
        self.folder.mkdir()
        self.port = _free_port()
        self.url = f"http://localhost:{self.port}"
        self.clock_file = self.folder / "clock"
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.broker = redis.Redis.from_url(cluster.ground.redis.url)

    def set_clock(self, instant: datetime) -> None:
        """From now on the service's clock starts at `instant` (aware) and runs on."""
        if instant.tzinfo is None:
            raise ValueError("The clock needs an instant with a time zone.")
        making = self.clock_file.with_suffix(".new")
        making.write_text(instant.isoformat())
        making.replace(self.clock_file)

    def start(self, name: str) -> None:
        """Starts one of NAMES and waits until it does its work."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                attached.command(self._program(name), end_signal=_END.get(name, signal.SIGTERM)),
                cwd=cluster.ROOT, env=self.environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        self._wait_for(name)

    def kill(self, name: str) -> None:
        """SIGKILL to the process and all it started: what a power cut does."""
        _kill_group(self.processes[name], signal.SIGKILL)

    def restart(self, name: str) -> None:
        """Kills it if it runs and starts it again."""
        if name in self.processes:
            self.kill(name)
        self.start(name)

    def after_a_night_off(self) -> None:
        """Beat comes back as if it had been away since yesterday: it finds every job due and sends them all."""
        _kill_group(self.processes["beat"], signal.SIGTERM)  # not every kind of shelf is there after a SIGKILL
        with shelve.open(str(self._schedule), writeback=True) as kept:  # noqa: S301 (beat wrote it)
            for entry in kept["entries"].values():
                entry.last_run_at -= timedelta(days=1)
        self.start("beat")

    def run_task(self, name: str, timeout: float = 30, args: tuple[object, ...] = ()) -> None:
        """Sends the Celery task of that name and waits until the worker has no work left."""
        from asye.celery import app

        app.send_task(name, args=args)
        self.drain(timeout)

    def drain(self, timeout: float = DRAIN_SECONDS) -> None:
        """Waits until no task is queued, running or waiting for its time."""
        deadline = time.monotonic() + timeout
        quiet = 0
        while quiet < QUIET_READS:  # a message that the worker has just taken is for a moment in neither
            quiet = 0 if self.broker.llen("celery") or self.broker.hlen("unacked") else quiet + 1
            if time.monotonic() > deadline:
                raise TimeoutError(f"The worker still had work after {timeout} s.\n{self.log('worker')}")
            time.sleep(0.05)

    def log(self, name: str) -> str:
        """The last lines the process wrote."""
        return "\n".join(self._written(name).splitlines()[-60:])

    def times_received(self, message: str) -> int:
        """How often the worker has written that it took the message of that id."""
        return self._written("worker").count(f"[{message}] received")

    def _written(self, name: str) -> str:
        path = self.folder / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def wake(self) -> None:
        """Starts what does not run and lets beat tick: the beginning of a test."""
        self.clock_file.unlink(missing_ok=True)
        for name in self.NAMES:
            if name not in self.processes or self.processes[name].poll() is not None:
                self.start(name)
        self.processes["beat"].send_signal(signal.SIGCONT)

    def rest(self) -> None:
        """Stops beat's clock and waits for the worker, so that nothing writes after the test."""
        self.processes["beat"].send_signal(signal.SIGSTOP)
        try:
            self.drain()
        except TimeoutError:
            self.kill("worker")
            self.broker.flushdb()

    def stop(self) -> None:
        """Ends every process: the session is over."""
        for process in self.processes.values():
            process.send_signal(signal.SIGCONT)
            _kill_group(process, signal.SIGTERM)
        self.broker.close()

    def environment(self) -> dict[str, str]:
        """The variables of the service's processes, for a command that a test runs beside them."""
        return {**os.environ, "SITE_URL": self.url, "CLOCK_FILE": str(self.clock_file), "PYTHONUNBUFFERED": "1"}

    @property
    def _schedule(self) -> Path:
        return self.folder / "beat-schedule"

    def _program(self, name: str) -> list[str]:
        programs = Path(sys.executable).parent
        celery = [str(programs / "celery"), "-A", "asye.celery"]
        if name == "web":
            server = [str(programs / "granian"), "--interface", "wsgi", "--workers", "1", "--blocking-threads", "4"]
            return [*server, "--host", "127.0.0.1", "--port", str(self.port), "asye.wsgi:application"]
        if name == "worker":
            return [*celery, "worker", "--concurrency", "2", "--loglevel", "info", "--without-mingle"]
        return [*celery, "beat", "--schedule", str(self._schedule), "--pidfile=", "--loglevel", "info"]

    def _wait_for(self, name: str) -> None:
        process = self.processes[name]
        before = self._written(name).count(_READY_LINES.get(name, ""))
        deadline = time.monotonic() + READY_SECONDS
        while not self._is_ready(name, before):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{name} did not start:\n{self.log(name)}")
            time.sleep(0.05)

    def _is_ready(self, name: str, before: int) -> bool:
        if name == "web":
            return _answers(f"{self.url}/health")
        return self._written(name).count(_READY_LINES[name]) > before


_END = {"beat": signal.SIGKILL}  # between two tests it is stopped, and a stopped process hears nothing else
_READY_LINES = {"worker": " ready.", "beat": "beat: Starting"}


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=5) as answer:  # noqa: S310  (our own address)
            return answer.status < 500
    except HTTPError as answer:
        return answer.code != 500  # it may well say that the worker is not there yet
    except OSError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _kill_group(process: subprocess.Popen[bytes], how: signal.Signals) -> None:
    for signalled in (how, signal.SIGKILL):
        try:
            os.killpg(process.pid, signalled)
        except ProcessLookupError:
            break
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            continue
    process.wait()


@pytest.fixture(scope="session")
def _stack(django_db_setup: None, static_files: None) -> Iterator[Stack]:
    running = Stack()
    yield running
    running.stop()


@pytest.fixture
def stack(_stack: Stack, transactional_db: None) -> Iterator[Stack]:
    """The running service over an empty database; its clock is the real one until the test moves it."""
    _stack.wake()
    yield _stack
    _stack.rest()
