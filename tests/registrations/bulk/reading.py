"""Reads the corpus file by file in a process of its own and prints how much memory and time each one took."""

import multiprocessing
import re
import resource
import time
from pathlib import Path

from registrations.bulk import reader
from registrations.bulk.findings import BadFile
from tests.registrations.bulk.corpus import CORPUS

CEILING = 800_000_000  # bytes of address space: what goes on growing ends here, not with the machine


def measured(data: bytes, answers: "multiprocessing.connection.Connection") -> None:
    """Reads one file in a process that may not grow beyond the ceiling."""
    resource.setrlimit(resource.RLIMIT_AS, (CEILING, CEILING))
    before, began = highest(), time.perf_counter()
    try:
        for _ in reader.read(data).rows:
            pass
    except BadFile:
        pass
    answers.send(((highest() - before) / 1024, time.perf_counter() - began))


def highest() -> int:
    """The most memory this process has held, in kilobytes; getrusage would count the one it came from too."""
    found = re.search(r"VmHWM:\s+([0-9]+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1])


def main() -> None:
    multiprocessing.set_forkserver_preload(["tests.registrations.bulk.corpus"])  # each child starts small and alike
    for name, case in CORPUS.items():
        ours, theirs = multiprocessing.Pipe(duplex=False)
        child = multiprocessing.get_context("forkserver").Process(target=measured, args=(case.data(), theirs))
        child.start()
        child.join(60)
        megabytes, seconds = ours.recv() if ours.poll() else (float("inf"), float("inf"))
        print(f"{name}\t{megabytes:.1f}\t{seconds:.2f}", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
