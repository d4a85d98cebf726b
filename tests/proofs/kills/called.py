"""The proof by kills as a test calls it: in a process of its own, on a copy of the tests' server."""

import os
import shutil
import subprocess
import sys

from asye import embedded
from tests.ground import cluster

A_KILL = 3  # seconds at most; a crash of the database comes with every 25th


def killed(*, seeds: int, kills: int, first_seed: int = 1) -> list[str]:
    """What it says of each seed, and of all. Fails with everything that is wrong."""
    folder = embedded.throw_away_folder()
    told = [str(each) for each in (cluster.ground.postgres.sockets, folder, first_seed, seeds, kills)]
    try:
        done = subprocess.run(
            [sys.executable, "-W", "ignore::DeprecationWarning", "-m", "tests.proofs.kills", *told],
            cwd=cluster.ROOT, env={**os.environ, **cluster.environment()}, capture_output=True, text=True,
            timeout=120 + seeds * kills * A_KILL, check=False,
        )  # fmt: skip
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(done.stdout, done.stderr)  # noqa: T201
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()
