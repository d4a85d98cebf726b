"""`python -m tests.proofs.kills SOCKETS FOLDER FIRST_SEED SEEDS KILLS_A_SEED`, with the environment of the service.

SOCKETS is where the tests' migrated server listens: it is copied and left as it is.
"""

import gc
import sys
from pathlib import Path

import django

if __name__ == "__main__":
    django.setup()
    from tests.proofs.kills import run

    sockets, folder, first, seeds, kills = sys.argv[1:]
    gc.freeze()  # what the forks share they do not copy
    run.prove(Path(sockets), Path(folder), range(int(first), int(first) + int(seeds)), int(kills))
