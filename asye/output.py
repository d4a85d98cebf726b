"""Passes on what processes write, each line under its process's name, without a thread of its own."""

import os
import selectors
import sys


def say(line: str) -> None:
    """Writes a line; when nobody reads any more (Ctrl-C also ends the tee of `make run | tee log`) goes on without."""
    try:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class Output:
    """The pipes that processes write to, each until the process and all it started have ended."""

    def __init__(self) -> None:
        self._open = selectors.DefaultSelector()
        self._begun: dict[int, bytes] = {}  # by pipe: the line that has no end yet

    def new_pipe(self, prefix: str) -> int:
        """The end to write to (close it here once a process has it); its lines are passed on behind `prefix`."""
        reading, writing = os.pipe()
        self._open.register(reading, selectors.EVENT_READ, prefix)
        return writing

    def pass_on(self, seconds: float) -> bool:
        """Waits so long for something to be written and says it; False when nothing was."""
        written = self._open.select(seconds)
        for key, _ in written:
            self._read(key)
        return bool(written)

    def _read(self, key: selectors.SelectorKey) -> None:
        read = os.read(key.fd, 65536)
        *lines, begun = (self._begun.pop(key.fd, b"") + read).split(b"\n")
        if read:
            self._begun[key.fd] = begun
        else:
            lines.append(begun)
            self._open.unregister(key.fd)
            os.close(key.fd)
        for line in lines:
            if line.strip():
                say(key.data + line.decode(errors="replace").rstrip())
