"""Runs the whole service on one machine: PostgreSQL, Redis, web, worker and beat, in that order, until Ctrl-C.

When one of them dies all are stopped; what a kill -9 left behind is stopped at the next start. Variables that are set
(DATABASE_URL, REDIS_URL, SITE_URL ...) are respected; what is missing is embedded, or made up for a demo here.
"""

import contextlib
import fcntl
import http.client
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

from asye import assets, attached, embedded, left_overs, run_environment
from asye.output import Output, say

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = Path(sys.executable).parent
DJANGO = [sys.executable, "manage.py"]
GRANIAN = ["--interface=wsgi", "--no-ws", "--log-level=warning", "--workers=2", "--blocking-threads=2"]
GRANIAN += ["--workers-kill-timeout=5"]  # one that is told to end while it starts would never hear of it again
READY_SECONDS = 90
STOP_SECONDS = 10


class Stopped(BaseException):
    """Ctrl-C or SIGTERM: nothing went wrong."""


class Died(RuntimeError):
    """A process that should run has ended, did not become ready or failed at its one task; the sentence names it."""


class Supervisor:
    """Starts processes, passes on what they write, watches those that must not end, and stops all, last started first.

    It has one thread: Linux tells a child of its parent's death as often as the parent had threads, and granian, told
    again while it takes in that it is to end, waits for itself for ever.
    """

    def __init__(self, var: Path) -> None:
        self.var = var
        self.env = {**os.environ, "PYTHONUNBUFFERED": "1", left_overs.MARK: secrets.token_hex(16)}
        self.servers: list[embedded.Postgres | embedded.Redis] = []
        self.services: dict[str, subprocess.Popen[bytes]] = {}  # these must not end
        self.tasks: dict[str, subprocess.Popen[bytes]] = {}  # these must
        self.output = Output()

    def serve(self, name: str, command: list[str]) -> None:
        """Starts a process that must not end while the service runs."""
        self.services[name] = self._launch(name, command, {})
        self._note()

    def begin(self, name: str, command: list[str], **different: str) -> None:
        """Starts a process that does one thing and ends; `different` are variables that only it sees."""
        self.tasks[name] = self._launch(name, command, different)
        self._note()

    def finish(self, name: str) -> None:
        """Waits for what `begin` started; raises Died when it failed."""
        process = self.tasks[name]
        self.wait_until(lambda: process.poll() is not None, name, seconds=None)
        self.say_the_rest()
        del self.tasks[name]
        self._note()
        if process.returncode != 0:
            raise Died(f"{name} failed (exit code {process.returncode})")

    def wait_until(self, ready: Callable[[], bool], what: str, seconds: float | None = READY_SECONDS) -> None:
        """Waits for readiness while watching everything that must not end."""
        deadline = None if seconds is None else time.monotonic() + seconds
        while not ready():
            self.check()
            if deadline is not None and time.monotonic() > deadline:
                raise Died(f"{what} was not ready after {seconds} seconds")
            self.output.pass_on(0.05)

    def check(self) -> None:
        """Raises Died naming a service or server that has ended."""
        for name, process in self.services.items():
            if process.poll() is not None:
                raise Died(f"{name} ended (exit code {process.returncode})")
        for server in self.servers:
            if server.process is not None and server.process.poll() is not None:
                raise Died(f"{type(server).__name__} ended (exit code {server.process.returncode}); see {server.log}")

    def watch(self) -> None:
        """Never returns: raises Died when something ends, Stopped when the person says so."""
        while True:
            self.check()
            self.output.pass_on(0.2)

    def stop(self) -> None:
        """Stops everything; what does not end in time is killed, with all that it started."""
        processes = [*self.tasks.values(), *reversed(self.services.values())]
        for process in processes:
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        while any(process.poll() is None for process in processes) and time.monotonic() < deadline:
            self.output.pass_on(0.05)
        for process in processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # also the children of one that died by itself
            process.wait()
        for server in reversed(self.servers):
            server.stop()
        self.say_the_rest()
        run_environment.forget(self.var)
        left_overs.forget(self.var)

    def say_the_rest(self) -> None:
        """Says all that was written until now."""
        while self.output.pass_on(0):
            pass

    def _launch(self, name: str, command: list[str], different: dict[str, str]) -> subprocess.Popen[bytes]:
        written = self.output.new_pipe("" if name == "people" else f"{name:<9} | ")
        process = subprocess.Popen(
            attached.command(command, end_signal=signal.SIGTERM),
            cwd=ROOT, env={**self.env, **different}, stdin=subprocess.DEVNULL, stdout=written, stderr=written,
            start_new_session=True,
        )  # fmt: skip
        os.close(written)
        return process

    def _note(self) -> None:
        pids = {name: process.pid for name, process in {**self.services, **self.tasks}.items()}
        for server in self.servers:
            if isinstance(server, embedded.Redis) and server.process is not None:
                pids["redis"] = server.process.pid
        left_overs.note(self.var, self.env[left_overs.MARK], pids)


def run(supervisor: Supervisor) -> None:
    """The whole service, from its servers to its demo; never returns."""
    start_servers(supervisor)
    run_environment.note(supervisor.var, supervisor.env)
    prepare(supervisor)
    with loading_reference(supervisor):
        start_service(supervisor)
    if supervisor.env["DEMO"] == "1":
        load_demo(supervisor)
    else:
        say(run_environment.FIRST_STEPS)
    supervisor.watch()


def start_servers(supervisor: Supervisor) -> None:
    """PostgreSQL and Redis, unless the environment names real ones; then the database with its roles."""
    env = supervisor.env
    if "DATABASE_URL" not in env:
        with said("PostgreSQL"):
            postgres = embedded.Postgres(supervisor.var)
            postgres.start()
            supervisor.servers.append(postgres)
            embedded.create_database(postgres.url(), "asye")
        env["DATABASE_URL"] = postgres.url(embedded.APP, "asye")
        env["OWNER_DATABASE_URL"] = postgres.url(embedded.OWNER, "asye")
    elif "OWNER_DATABASE_URL" not in env:
        raise Died("DATABASE_URL is set and OWNER_DATABASE_URL is not: set it to the role that owns the tables")
    if "REDIS_URL" not in env:
        with said("Redis"):
            redis = embedded.Redis(supervisor.var)
            redis.start(env)
            supervisor.servers.append(redis)
        env["REDIS_URL"] = redis.url


def prepare(supervisor: Supervisor) -> None:
    """Tables as their owner, static files where they changed."""
    with said("Tables and static files"):
        static_state = assets.static_state()
        collecting = not assets.static_is_current()
        if collecting:
            supervisor.begin("static", [*DJANGO, "collectstatic", "--noinput", "--skip-checks", "--verbosity=0"])
        migrate = [*DJANGO, "migrate", "--noinput", "--skip-checks", "--verbosity=0"]
        supervisor.begin("migrate", migrate, DATABASE_URL=supervisor.env["OWNER_DATABASE_URL"])
        supervisor.finish("migrate")
        if collecting:
            supervisor.finish("static")
            assets.mark_static_current(static_state)


@contextlib.contextmanager
def loading_reference(supervisor: Supervisor) -> Iterator[None]:
    """Reference data as the application, beside the start of the web server: the first page needs none of it."""
    commands = {"reference": "load_reference"}
    if supervisor.env["DEMO"] != "1":  # the demo brings grant years of its own
        commands["years"] = "load_grant_years"
    for name, command in commands.items():
        supervisor.begin(name, [*DJANGO, command, "--skip-checks"])
    yield
    for name in commands:
        supervisor.finish(name)


def start_service(supervisor: Supervisor) -> None:
    """Web first, so that the first page is there soonest; then worker and beat."""
    port = int(supervisor.env["PORT"])
    granian = [str(PROGRAMS / "granian"), *GRANIAN, "--host=127.0.0.1", f"--port={port}", "asye.wsgi:application"]
    celery = [str(PROGRAMS / "celery"), "--quiet", "-A", "asye.celery"]
    with said("Web"):
        supervisor.serve("web", granian)
        supervisor.wait_until(lambda: answers(port), "web")
    say(f"\n  The service is at {supervisor.env['SITE_URL']}\n")
    supervisor.serve("worker", [*celery, "worker", "--concurrency", "2", "--loglevel", "warning", "--without-mingle"])
    schedule = str(supervisor.var / "beat-schedule")
    supervisor.serve("beat", [*celery, "beat", "--schedule", schedule, "--pidfile=", "--loglevel", "warning"])


def load_demo(supervisor: Supervisor) -> None:
    """The invented people, then a table of who they are. The service runs on where this fails."""
    for name, command in (("demo", [*DJANGO, "demo"]), ("people", [*DJANGO, "demo", "--people"])):
        supervisor.begin(name, command)
        try:
            supervisor.finish(name)
        except Died as failure:
            supervisor.check()  # a service that died is another matter
            say(f"\n  {failure}: the service runs on without it.\n")
            return
    say(f"\n  The service is at {supervisor.env['SITE_URL']}  (Ctrl-C stops it)\n")


def answers(port: int) -> bool:
    """Whether the service answers; that it misses its worker (503) is no obstacle yet."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        line.request("GET", "/health")
        return line.getresponse().status != 500
    except OSError:
        return False
    finally:
        line.close()


@contextlib.contextmanager
def said(what: str) -> Iterator[None]:
    """Says that something is being started and, after it is, how long that took."""
    began = time.monotonic()
    say(f"{what} …")
    yield
    say(f"{what} ready after {time.monotonic() - began:.1f} s")


def _stop_now(how: int, frame: FrameType | None) -> None:
    raise Stopped


def main(var: Path = ROOT / "var") -> int:
    """Runs the service with its data in the folder `var` until it is stopped (0) or something fails (1)."""
    var.mkdir(parents=True, exist_ok=True)
    with (var / "stack.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("The service already runs from this folder. Stop it first (Ctrl-C where it runs).", file=sys.stderr)
            return 1
        for line in left_overs.stop(var):
            say(f"Stopped {line}, left over from an earlier run")
        for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(ending, _stop_now)
        supervisor = Supervisor(var)
        try:
            run_environment.fill_in(supervisor.env, var)
            run(supervisor)
        except Stopped:
            say("\nStopping …")
            return 0
        except (Died, embedded.ServerFailed, run_environment.NoPort) as failure:
            print(f"\n{failure}. Stopping everything else.", file=sys.stderr, flush=True)
            return 1
        finally:
            for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(ending, signal.SIG_IGN)
            supervisor.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:2])))
