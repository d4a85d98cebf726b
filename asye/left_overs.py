"""What an earlier run left behind when it was killed, so that the next one can stop it and nothing else.

var/stack.json lists the processes with the time each began: a process id alone may by now be somebody else's.
On Linux the run's own mark in a process's environment also finds what those processes had started.
"""

import contextlib
import json
import os
import signal
import subprocess
import time
from pathlib import Path

MARK = "ASYE_STACK"
PATIENCE_SECONDS = 8


def note(var: Path, mark: str, pids: dict[str, int]) -> None:
    """Writes down what runs now. PostgreSQL is not in it: its own data folder says whether it still runs."""
    processes = [{"name": name, "pid": pid, "began": began(pid)} for name, pid in pids.items()]
    making = var / "stack.json.new"
    making.write_text(json.dumps({"mark": mark, "processes": processes}, indent=1))
    making.replace(var / "stack.json")


def forget(var: Path) -> None:
    """The run ended in order: there is nothing to stop."""
    (var / "stack.json").unlink(missing_ok=True)


def stop(var: Path) -> list[str]:
    """Stops what the last run left behind and returns a line for each process stopped."""
    try:
        left = json.loads((var / "stack.json").read_text())
    except (FileNotFoundError, ValueError):
        return []
    found = {entry["pid"]: entry["name"] for entry in left["processes"] if _is_it(entry["pid"], entry["began"])}
    for pid in _marked(left["mark"]):
        found.setdefault(pid, "a process")
    for how in (signal.SIGTERM, signal.SIGKILL):
        began_at = {pid: began(pid) for pid in found}
        for pid in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, how)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while any(_is_it(pid, began_at[pid]) for pid in found) and time.monotonic() < deadline:
            time.sleep(0.05)
    forget(var)
    return [f"{name} (process {pid})" for pid, name in found.items()]


def began(pid: int) -> str:
    """When the process began, in the system's own words; empty when it has ended."""
    stat = Path(f"/proc/{pid}/stat")
    if Path("/proc/self/stat").exists():
        try:
            state, *fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            return ""
        return "" if state == "Z" else fields[18]
    answer = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return answer.stdout.strip()


def _is_it(pid: int, when: str) -> bool:
    return bool(when) and began(pid) == when


def _marked(mark: str) -> list[int]:
    wanted = f"{MARK}={mark}".encode()
    pids = []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if wanted in environ.read_bytes().split(b"\0"):
                pids.append(int(environ.parent.name))
    return [pid for pid in pids if pid != os.getpid() and began(pid)]
