"""`make bench`: runs every benchmark and prints one row per figure beside the plain way and its limit."""

import json
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent


def figures(path: Path) -> list[dict[str, object]]:
    """What one benchmark printed; raises CalledProcessError when it broke."""
    done = subprocess.run(
        [sys.executable, "-m", f"bench.{path.stem}"], cwd=FOLDER.parent, stdout=subprocess.PIPE, text=True, check=True
    )
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def row(*cells: object) -> str:
    return "{!s:<58} {!s:>11} {!s:>11} {!s:>7} {!s:>7}  {!s}".format(*cells)


def main(chosen: list[str]) -> int:
    broken, met, targets = [], 0, 0
    print(row("what", "ours", "reference", "ratio", "target", "met"))
    for path in sorted(FOLDER.glob("[!_]*.py")):
        if chosen and path.stem not in chosen:
            continue
        try:
            found = figures(path)
        except subprocess.CalledProcessError:
            broken.append(path.stem)
            continue
        for figure in found:
            targets += 1
            met += bool(figure["met"])
            unit = figure.get("unit", "ms")
            ours, reference = f"{figure['ours']:.2f} {unit}", f"{figure['reference']:.2f} {unit}"
            ratio, target = f"{figure['ratio']:.2f}", f"{figure['target']:.2f}"
            print(
                row(figure["what"], ours, reference, ratio, target, "met" if figure["met"] else "NOT MET"), flush=True
            )
    if broken:
        print(f"broken: {', '.join(broken)}")
    print(f"bench: {met} of {targets} targets met")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
