"""The hashed locks in requirements/: compiled from pyproject.toml, naming no package index and no host.

dev.txt is compiled first; the others start from its pins, so that one package has one version everywhere.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "requirements"
GROUPS = {"dev": ("embedded", "dev"), "embedded": ("embedded",), "run": (), "tools": ("tools",)}


class LockFailed(RuntimeError):
    """The locks could not be compiled; the sentence is uv's own."""


def compiled(into: Path, *options: str) -> None:
    """Writes every lock into the folder `into`, starting from the committed pins."""
    for name, groups in GROUPS.items():
        target = into / f"{name}.txt"
        start = LOCKS / f"{name}.txt" if name in ("dev", "tools") else into / "dev.txt"
        if start.exists():
            target.write_text(start.read_text())
        command = [str(Path(sys.executable).parent / "uv"), "pip", "compile", "--quiet", "--universal"]
        command += ["--python-version", "3.11", "--generate-hashes", "--no-emit-index-url", "--no-header"]
        for group in groups:
            command += ["--group", f"pyproject.toml:{group}"]
        if name != "tools":
            command.append("pyproject.toml")
        # Only the leading pair moves on by itself: the rest follow it.
        command += options if name in ("dev", "tools") else ()
        done = subprocess.run([*command, "-o", str(target)], cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise LockFailed(done.stderr.strip())


def stale() -> list[str]:
    """The names of the locks that pyproject.toml no longer gives."""
    with tempfile.TemporaryDirectory() as folder:
        compiled(Path(folder))
        return [
            f"requirements/{name}.txt"
            for name in GROUPS
            if (Path(folder) / f"{name}.txt").read_text() != (LOCKS / f"{name}.txt").read_text()
        ]


def main(arguments: list[str]) -> None:
    try:
        if "--check" in arguments:
            old = stale()
            sys.exit(f"Not current: {', '.join(old)}. Run `make lock`." if old else 0)
        with tempfile.TemporaryDirectory() as folder:
            compiled(Path(folder), *arguments)
            for name in GROUPS:
                (LOCKS / f"{name}.txt").write_text((Path(folder) / f"{name}.txt").read_text())
    except LockFailed as failure:
        sys.exit(str(failure))


if __name__ == "__main__":
    main(sys.argv[1:])
