"""`make check`: every step that judges the code without running the tests. All of them run, also after a failure."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from asye import throwaway

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = Path(sys.executable).parent


def steps() -> Iterator[tuple[str, list[str]]]:
    """Each step's name and its command."""
    manage = [sys.executable, "manage.py"]
    yield "format", [str(PROGRAMS / "ruff"), "format", "--check", "."]
    yield "lint", [str(PROGRAMS / "ruff"), "check", "."]
    yield "types", [str(PROGRAMS / "mypy"), "."]
    yield "imports", [str(PROGRAMS / "lint-imports")]
    yield "settings", [*manage, "check", "--fail-level", "WARNING"]
    yield "migrations", [*manage, "makemigrations", "--check", "--dry-run"]
    yield "templates", [str(PROGRAMS / "djlint"), "templates", "--lint", "--quiet"]
    yield "template format", [str(PROGRAMS / "djlint"), "templates", "--check", "--quiet"]
    if any(ROOT.glob("*/management/commands/states_doc.py")):
        yield "generated docs", [*manage, "states_doc", "--check"]
    yield "API description", [*manage, "openapi_doc", "--check"]
    yield "locks", [sys.executable, "-m", "asye.locks", "--check"]


def main() -> int:
    failed = []
    (ROOT / "var" / "assets").mkdir(parents=True, exist_ok=True)
    with throwaway.servers() as environment:
        for name, command in steps():
            began = time.monotonic()
            done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
            verdict = "ok" if done.returncode == 0 else "FAILED"
            print(f"{name:<16} {verdict:<7} {time.monotonic() - began:5.1f} s", flush=True)
            if done.returncode != 0:
                failed.append(name)
                print((done.stdout + done.stderr).rstrip(), flush=True)
    print(f"check: {', '.join(failed)} failed" if failed else "check: all good", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
