"""From a bare clone to a running service or a finished test run: `sh asye/bootstrap.sh TARGET`.

The standard library only: it runs under the Python that asye/bootstrap.sh found, before anything is installed.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path

from asye import installing, system_parts

ROOT = Path(__file__).resolve().parent.parent
PYTHON = ROOT / ".venv" / "bin" / "python"
PROOFS = ROOT / "tests" / "proofs"


def run(args: list[str]) -> None:
    """The whole service with its demo, until Ctrl-C. Missing libraries leave certificates waiting, and say so."""
    system_parts.look_for(system_parts.PDF, needed=False)
    system_parts.look_for_venv()
    installing.python_packages("embedded")
    installing.front_end()
    _become("-m", "asye.supervisor", *args)


def manage(args: list[str]) -> None:
    """A command of manage.py on the service that runs in another window."""
    if not PYTHON.exists():
        sys.exit("Nothing is set up yet. Start the service with `make run` in another window first.")
    _become("-m", "asye.run_environment", *args)


def test(args: list[str]) -> None:
    """Every test but the long proofs, on three processes: two work while one waits; `args` go to pytest."""
    _ready_for_tests()
    _become("-m", "pytest", "-n", "3", "--dist", "loadgroup", *args)


def prove(args: list[str]) -> None:
    """The long proofs."""
    if not any(PROOFS.rglob("test_*.py")):
        print("no proofs yet")
        return
    _ready_for_tests()
    _become("-m", "pytest", str(PROOFS), "-m", "prove", *args)


def check(args: list[str]) -> None:
    """Everything a machine can say about the code without running the tests."""
    _ready_for_development()
    _become("-m", "asye.checks", *args)


def bench(args: list[str]) -> None:
    """Each figure of bench/ beside the plain way and its limit."""
    _ready_for_development()
    _become("-m", "bench", *args)


def lock(args: list[str]) -> None:
    """Writes requirements/ anew from pyproject.toml, pins as they are; `--upgrade` moves them on."""
    _ready_for_development()
    _become("-m", "asye.locks", *args)


TARGETS: dict[str, Callable[[list[str]], None]] = {
    target.__name__: target for target in (run, manage, test, check, prove, bench, lock)
}


def keep_what_is_compiled() -> None:
    """Python keeps what it compiles, in var/ where the environment wants nothing beside the sources.

    A run starts six processes and a test run a hundred, and each would compile every library again: two seconds.
    """
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        os.environ.setdefault("PYTHONPYCACHEPREFIX", str(ROOT / "var" / "cache" / "bytecode"))


def _ready_for_tests() -> None:
    system_parts.look_for(system_parts.PDF, system_parts.BROWSER, needed=True)
    _ready_for_development()


def _ready_for_development() -> None:
    system_parts.look_for_venv()
    installing.python_packages("dev")
    installing.front_end()


def _become(*program: str) -> None:
    keep_what_is_compiled()
    sys.stdout.flush()
    os.execv(PYTHON, [str(PYTHON), *program])


def main(argv: list[str]) -> None:
    target = TARGETS.get(argv[0]) if argv else None
    if target is None:
        sys.exit(f"Say which: {', '.join(TARGETS)}.")
    os.chdir(ROOT)
    try:
        target(argv[1:])
    except (installing.InstallFailed, system_parts.PartMissing) as failure:
        sys.exit(str(failure))
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main(sys.argv[1:])
