"""A forked process that acts until it is killed. What it is doing stands in memory that the killer can read."""

import mmap
import os
import random
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import InterfaceError, OperationalError, connection

from accounts.models import User
from payments.queries.ledger import verify
from payments.services import files
from tests.proofs.kills import acts, checking

STARTING, BETWEEN = 255, 254  # what a place says where it is not the number of an act
DATABASE_WENT, BROKE = 3, 4
WENT = ("57P01", "57P02", "57P03", "")  # shut down, crashed, not up yet; no answer at all


def work(seed: str, day: acts.Day, place: int, said: mmap.mmap, *, fuse: int | None, errors: Path) -> None:
    """Acts for ever. With a `fuse` it kills itself before the statement of that number, or beside that commit."""
    rng = random.Random(seed)  # noqa: S311  (to be repeated)
    try:
        day = _with_people(day)
        said[place] = BETWEEN
        if fuse is not None:
            _light(fuse, rng)
        while True:
            name = acts.chosen(rng, rough=day.rough)
            batches = acts.done_to(name, rough=day.rough)
            if batches:
                said[place] = acts.ACTS.index(name)
                acts.act(name, day, rng.choice(batches), rng)
                said[place] = BETWEEN
    except (OperationalError, InterfaceError) as error:
        if _state(error) in WENT:
            os._exit(DATABASE_WENT)
        _broke(errors, seed)
    except BaseException:
        _broke(errors, seed)


def finish(day: acts.Day, last: datetime) -> dict[str, Any]:
    """After the last kill: the sweeper alone finishes every approved batch; then people go on in peace to the end."""
    day = _with_people(day)
    left = acts.unwritten()
    files.write_pending(day.now)
    facts = {"left": left, "unfinished": acts.unwritten(), "wrong_then": verify()}
    peace, before = replace(day, now=last), None
    while (now := checking.state()) != before:
        before = now
        for name in ("prepare", *acts.WAITING):
            for batch in acts.done_to(name, rough=day.rough):
                acts.act(name, peace, batch, None)
    return facts


def _state(error: Exception) -> str:
    return getattr(error.__cause__, "sqlstate", None) or ""


def _with_people(day: acts.Day) -> acts.Day:
    people = User.objects.select_related("human").in_bulk(["omar@dfe.example", "priya@dfe.example"], field_name="email")
    return replace(day, officer=people["omar@dfe.example"], approver=people["priya@dfe.example"])


def _light(fuse: int, rng: random.Random) -> None:
    """Statements are counted, and the commit is one of them: the blow falls before it is sent or after its answer."""
    burnt = [0]

    def burn() -> None:
        burnt[0] += 1
        if burnt[0] >= fuse:
            os.kill(os.getpid(), signal.SIGKILL)

    def statement(execute: Callable[..., Any], *args: Any) -> Any:
        burn()
        return execute(*args)

    commit = connection._commit

    def committed() -> Any:
        if rng.random() < 0.5:
            burn()
        done = commit()
        burn()
        return done

    connection.execute_wrappers.append(statement)
    connection._commit = committed


def _broke(errors: Path, seed: str) -> None:
    with errors.open("a") as out:
        out.write(f"{seed}\n{traceback.format_exc()}\n")
    sys.stderr.flush()
    os._exit(BROKE)
