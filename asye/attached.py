"""Starts a program that ends when the process that started it ends, even by kill -9.

Run as a script, before the program takes its place: `python -I -S attached.py PARENT SIGNAL USER PROGRAM ...`.
It is a script because work between fork and exec is not safe in a process with threads.
On Linux the kernel sends the signal; elsewhere the list in var/stack.json is the only remedy.
"""

import ctypes
import os
import pwd
import signal
import sys

PR_SET_PDEATHSIG = 1


def command(program: list[str], *, end_signal: signal.Signals, user: str = "") -> list[str]:
    """The command that runs `program` attached to this process, as `user` where one is named (root only)."""
    return [sys.executable, "-I", "-S", __file__, str(os.getpid()), str(int(end_signal)), user, *program]


def main(parent: int, end_signal: int, user: str, program: list[str]) -> None:
    if user:
        account = pwd.getpwnam(user)
        os.setgroups([])
        os.setgid(account.pw_gid)
        os.setuid(account.pw_uid)
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, end_signal)  # after setuid, which clears it
    if os.getppid() != parent:
        sys.exit(f"{program[0]}: the process that started this one has already ended")
    os.execvp(program[0], program)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4:])
