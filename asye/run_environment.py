"""The variables of `make run`: what the person did not set is made up here, and noted for commands beside the run.

`python -m asye.run_environment COMMAND` runs manage.py on the database of the run that is under way.
"""

import contextlib
import json
import os
import secrets
import socket
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FIRST_PORT = 8000
NOTED = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "SITE_URL", "DEMO")
FIRST_STEPS = """
  Nobody can sign in yet. In a second window make the first administrator, who invites the others:

    sh asye/bootstrap.sh manage first_administrator --email … --first-name … --last-name …

  Mail is written to the folder var/mail, where EMAIL_HOST names no mail server: the links of those who are invited
  stand there. Next come the programme years: docs/deployment.md, "First steps on a new server", step 5, each command
  in the same way.
"""


class NoPort(RuntimeError):
    """Every port that was tried is taken, or PORT is none."""


def fill_in(env: dict[str, str], var: Path) -> None:
    """Fills in what the person did not set: a port, the address, a secret kept in var/, the demo, a place for mail."""
    env.setdefault("PORT", str(free_port(FIRST_PORT)))
    if not (env["PORT"].isascii() and env["PORT"].isdigit()):
        raise NoPort(f"PORT must be a number like {FIRST_PORT}, not {env['PORT']!r}")
    env.setdefault("SITE_URL", f"http://localhost:{env['PORT']}")
    env.setdefault("DEMO", "1")
    if env["DEMO"] != "1" and "EMAIL_HOST" not in env and env["SITE_URL"].startswith("http:"):
        (var / "mail").mkdir(mode=0o700, exist_ok=True)  # what is in it lets its reader in
        env.setdefault("MAIL_FOLDER", str(var / "mail"))
    if os.geteuid() == 0:  # on a machine where root is all there is, Celery's five lines at every start help nobody
        env.setdefault("PYTHONWARNINGS", "ignore:You're running the worker with superuser privileges")
    secret = var / "secret_key"
    if "SECRET_KEY" not in env:
        if not secret.exists():
            _write_privately(secret, secrets.token_urlsafe(64))
        env["SECRET_KEY"] = secret.read_text()


def free_port(first: int) -> int:
    """The first port from `first` on that nobody listens at."""
    for port in range(first, first + 100):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port
    raise NoPort(f"no port from {first} to {first + 99} is free; set PORT")


def note(var: Path, env: dict[str, str]) -> None:
    """Writes down where the service of this run is, for this account only."""
    _write_privately(var / "environment.json", json.dumps({name: env[name] for name in NOTED}, indent=1))


def forget(var: Path) -> None:
    """The run has ended."""
    (var / "environment.json").unlink(missing_ok=True)


def manage(arguments: list[str], var: Path = ROOT / "var") -> None:
    """Becomes manage.py with the variables of the run that is under way; exits with a sentence where there is none."""
    try:
        noted = json.loads((var / "environment.json").read_text())
    except FileNotFoundError:
        sys.exit("The service does not run. Start it with `make run` in another window first.")
    os.execve(sys.executable, [sys.executable, "manage.py", *arguments], {**os.environ, **noted})


def _write_privately(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)


if __name__ == "__main__":
    manage(sys.argv[1:])
