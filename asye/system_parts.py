"""What no wheel brings: the libraries behind PDFs, a browser for the tests, Python's venv.

Looked for before anything slow. Installed when this is root on Debian or Ubuntu; otherwise the command is named.
"""

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome", "chromium-browser")
LIBRARIES = {
    "linux": ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0", "libfontconfig.so.1"),
    "darwin": ("libpango-1.0.dylib", "libpangoft2-1.0.dylib", "libharfbuzz-subset.dylib", "libfontconfig.dylib"),
}
HOMEBREW = "/opt/homebrew/lib"


class PartMissing(RuntimeError):
    """A part the command cannot do without is missing; the sentence names the command that installs it."""


def _loads(library: str) -> bool:
    for name in (library, f"{HOMEBREW}/{library}"):
        try:
            ctypes.CDLL(name)
        except OSError:
            continue
        return True
    return False


def _pdf_is_there() -> bool:
    return all(map(_loads, LIBRARIES.get(sys.platform, ())))


def _browser_is_there() -> bool:
    named = os.environ.get("CHROMIUM")
    return Path(named).exists() if named else any(map(shutil.which, BROWSERS))


def _venv_is_there() -> bool:
    return importlib.util.find_spec("ensurepip") is not None or shutil.which("uv") is not None


@dataclass(frozen=True)
class Part:
    """One thing a machine may lack: `choices` are sets of Debian packages, the first that installs is taken."""

    what: str
    is_there: Callable[[], bool]
    choices: tuple[tuple[str, ...], ...]
    homebrew: str
    without_it: str = ""


PDF = Part(
    what="the libraries that make PDFs",
    is_there=_pdf_is_there,
    choices=(("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fontconfig"),),
    homebrew="brew install pango",
    without_it="The service runs without them; certificates wait until they are there.",
)
BROWSER = Part(
    what="a Chromium for the browser tests (or its path in CHROMIUM)",
    is_there=_browser_is_there,
    choices=(("chromium-headless-shell",), ("chromium",)),  # the first draws for nobody and takes less
    homebrew="brew install --cask chromium",
)
VENV = Part(
    what="Python's venv module",
    is_there=_venv_is_there,
    choices=((f"python3.{sys.version_info.minor}-venv",), ("python3-venv",)),
    homebrew="brew install python",
)


def look_for(*parts: Part, needed: bool) -> None:
    """Installs the parts that are missing, or names the command: raises PartMissing where `needed`, else goes on."""
    missing = [part for part in parts if not part.is_there()]
    if missing and _may_install():
        _refresh_lists()
        missing = [part for part in missing if not _install(part)]
    if not missing:
        return
    names = " and ".join(part.what for part in missing)
    message = f"This machine lacks {names}.\nInstall with: {_command(missing)}"
    if needed:
        raise PartMissing(message)
    print("\n".join([message, *(part.without_it for part in missing)]), file=sys.stderr, flush=True)


def look_for_venv() -> None:
    """Python's venv, without which nothing can be installed apart from the machine's own packages."""
    look_for(VENV, needed=True)


def _on_debian() -> bool:
    return Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None


def _may_install() -> bool:
    return os.geteuid() == 0 and _on_debian()


def _command(missing: list[Part]) -> str:
    if sys.platform == "darwin":
        return " && ".join(part.homebrew for part in missing)
    packages = " ".join(package for part in missing for package in part.choices[0])
    sudo = "" if os.geteuid() == 0 else "sudo "
    command = f"{sudo}apt-get update && {sudo}apt-get install -y --no-install-recommends {packages}"
    return command if _on_debian() else f"your system's packages for (names as on Debian) {packages}"


def _refresh_lists() -> None:
    _apt("update", "-qq")


def _install(part: Part) -> bool:
    began = time.monotonic()
    print(f"Installing {part.what} …", end=" ", flush=True)
    for packages in part.choices:
        if _apt("install", "-y", "-qq", "--no-install-recommends", *packages) and part.is_there():
            print(f"{time.monotonic() - began:.0f} s", flush=True)
            return True
    print("failed", flush=True)
    return False


def _apt(*arguments: str) -> bool:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(["apt-get", *arguments], env=quiet, capture_output=True, check=False)
    importlib.invalidate_caches()
    return done.returncode == 0
