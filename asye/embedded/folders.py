"""Where embedded servers live: folders short enough for a socket's path and, under root, open to nobody."""

import contextlib
import fcntl
import hashlib
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from pathlib import Path

SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 103  # macOS allows 104 bytes with the closing zero, Linux 108
SHORT = Path("/tmp")  # noqa: S108  (what is made in it is private, and refused where somebody else's)
ONLY_ROOT_WRITES = Path("/var/lib")
START_SECONDS = 10  # after kill -9 the shared memory is held until the last child has gone


class ServerFailed(RuntimeError):
    """A server did not start or could not be found; the sentence says which and where its log is."""


def nobody() -> str:
    """The account PostgreSQL runs under: it refuses root, so root gives way to nobody."""
    return "nobody" if os.geteuid() == 0 else ""


def run_unprivileged(program: list[str]) -> subprocess.CompletedProcess[str]:
    drop = {}
    if nobody():
        account = pwd.getpwnam(nobody())
        drop = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    return subprocess.run(  # type: ignore[call-overload]
        program, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, **drop
    )


def folder_for_postgres(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if nobody():
        account = pwd.getpwnam(nobody())
        os.chown(folder, account.pw_uid, account.pw_gid)
    folder.chmod(0o700)
    return folder


def private_home(var: Path) -> Path:
    """Where data lives when root's project folder is closed to nobody: named in `var`, so a new clone begins anew."""
    named = var / "home-id"
    if not named.exists():
        var.mkdir(parents=True, exist_ok=True)
        named.write_text(secrets.token_hex(6))
    return ONLY_ROOT_WRITES / f"asye-{named.read_text()}"


def home_of_programs(program: Path) -> Path:
    """Where a copy of PostgreSQL's programs lives that nobody can reach; another build gets another place."""
    facts = program.stat()
    name = f"{program} {facts.st_size} {facts.st_mtime_ns}"
    return ONLY_ROOT_WRITES / f"asye-{hashlib.sha256(name.encode()).hexdigest()[:12]}"


def open_to_all(folder: Path) -> bool:
    """Whether every folder on the way can be passed by any account."""
    return all(parent.stat().st_mode & 0o001 for parent in folder.parents if parent.exists())


def short_folder(wanted: Path) -> Path:
    """`wanted`, or a private folder in /tmp when a socket's path there would be too long, or hold a comma: PostgreSQL
    and its clients read that as the next of several."""
    if len(os.fsencode(wanted / SOCKET_NAME)) <= LONGEST_SOCKET_PATH and "," not in str(wanted):
        return wanted
    return SHORT / f"asye-{hashlib.sha256(str(wanted).encode()).hexdigest()[:12]}"


def throw_away_folder() -> Path:
    """A new folder for servers that end with this process; short enough for sockets, passable for nobody.

    First it removes the folders of processes that were killed: their lock is free and their servers have ended.
    """
    for lock in SHORT.glob("asye-*/in-use.lock"):
        with contextlib.suppress(OSError), lock.open("r+") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(lock.parent, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix="asye-", dir=SHORT))
    folder.chmod(0o755)
    held = os.open(folder / "in-use.lock", os.O_CREAT | os.O_WRONLY)  # never closed: the process's end lets it go
    fcntl.flock(held, fcntl.LOCK_EX)
    return folder
