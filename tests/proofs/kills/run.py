"""Kills forked workers and crashes the database, seed by seed.

This process never opens a connection, so a fork is ready to work at once and shares none.
"""

import json
import mmap
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.template import Engine

from asye.embedded.postgres import Postgres
from payments import notices
from payments.models import GrantYear, Payee
from tests import cast
from tests.factories import payments as make
from tests.proofs import crowd
from tests.proofs.kills import acts, checking, worker
from tests.proofs.kills import server as servers

PLACES = 3  # workers at once
PEOPLE = 60
PEOPLE_A_DAY = 0.125
TEMPLATE, FULL = "asye_template", "kills"
CRASH_EVERY = 25  # kills, about
LONGEST = 0.250  # seconds between a worker's first moment and the blow
FUSE = 120  # statements
ROUGH_EVERY = 4  # seeds: one in so many also holds, cancels, rejects and returns
BEGAN = datetime(2026, 9, 14, 10, 0, tzinfo=UTC)
ENDED = datetime(2028, 6, 1, 10, 0, tzinfo=UTC)
ADVANCES = [date(2027, 3, 15), date(2028, 3, 15)]


@dataclass
class Seed:
    """One database, its payer, and what was done to it."""

    number: int
    kills: int
    server: Postgres
    slots: list[checking.Slot]
    folder: Path
    said: mmap.mmap
    killed: Counter[str] = field(default_factory=Counter)
    crashes: int = 0
    forks: int = 0
    blows: dict[int, tuple[int, float | None]] = field(default_factory=dict)  # by pid: place and when it is killed

    def __post_init__(self) -> None:
        self.rng = random.Random(self.number)  # noqa: S311  (the seed is printed)
        self.payer = self.folder / f"payer{self.number}"
        self.payer.mkdir()
        self.errors = self.folder / f"errors{self.number}"
        self.rough = self.number % ROUGH_EVERY == 0

    def run(self) -> dict[str, Any]:
        """Kills so many, then lets the rest be done in peace, and judges."""
        name = f"{FULL}_{self.number}"
        servers.copy_database(self.server, FULL, name)
        use(name)
        self._kill_all()
        facts = in_a_child(lambda: worker.finish(self._day(), ENDED))
        facts |= in_a_child(lambda: checking.judge(self.payer, self.slots, rough=self.rough))
        servers.drop_database(self.server, name)
        if wrong := [*facts["wrong"], *facts["wrong_then"], *["an approved batch has no file"] * facts["unfinished"]]:
            raise SystemExit(f"Seed {self.number}: {len(wrong)} wrong\n" + "\n".join(wrong[:50]))
        return facts

    def _kill_all(self) -> None:
        crash_at = self._next_crash()
        while self.killed.total() < self.kills:
            for place in set(range(PLACES)) - {place for place, _ in self.blows.values()}:
                self._fork(place)
            self._strike()
            if self.killed.total() >= crash_at:
                servers.crash(self.server, postmaster=self.rng.random() < 0.5)
                self.crashes += 1
                crash_at = self._next_crash()
        for pid in list(self.blows):
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        self.blows.clear()

    def _next_crash(self) -> int:
        return self.killed.total() + self.rng.randint(CRASH_EVERY // 2, CRASH_EVERY * 3 // 2)

    def _day(self) -> acts.Day:
        now = BEGAN + (ENDED - timedelta(days=60) - BEGAN) * min(1.0, self.killed.total() / self.kills)
        return acts.Day(now, None, None, self.payer, self.rough)  # type: ignore[arg-type]

    def _fork(self, place: int) -> None:
        self.forks += 1
        seed, fuse = f"{self.number}.{self.forks}", self.rng.choice([None, self.rng.randint(1, FUSE)])
        day = self._day()
        self.said[place] = worker.STARTING
        pid = os.fork()
        if pid == 0:
            worker.work(seed, day, place, self.said, fuse=fuse, errors=self.errors)
            os._exit(0)
        self.blows[pid] = (place, None)

    def _strike(self) -> None:
        """Kills those whose moment has come and buries whoever has died."""
        time.sleep(0.001)
        for pid, (place, when) in self.blows.items():
            if when is None and self.said[place] != worker.STARTING:
                self.blows[pid] = (place, time.monotonic() + self.rng.uniform(0, LONGEST))
            elif when is not None and time.monotonic() >= when:
                os.kill(pid, signal.SIGKILL)
        for pid in list(self.blows):
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                self._bury(pid, status)

    def _bury(self, pid: int, status: int) -> None:
        place, _ = self.blows.pop(pid)
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
            was = self.said[place]
            self.killed[acts.ACTS[was] if was < len(acts.ACTS) else "between acts"] += 1
        elif os.waitstatus_to_exitcode(status) != worker.DATABASE_WENT:
            raise SystemExit(f"Seed {self.number}: a worker broke.\n{self.errors.read_text()}")


def sentence(seed: Seed, facts: dict[str, Any]) -> str:
    """What was done in one seed and what came of it."""
    where = ", ".join(
        f"{seed.killed[name]} {name.replace('_', ' ')}" for name in (*acts.ACTS, "between acts") if seed.killed[name]
    )
    kind = "rough" if seed.rough else "plain"
    return (
        f"seed {seed.number} ({kind}): {seed.killed.total()} kills ({where}), {seed.crashes} database crashes, "
        f"{facts['left']} approved batches left to the sweeper, {facts['unfinished']} after it; "
        f"{len(seed.slots)} slots, {facts['lines']} lines in {facts['files']} files, {facts['entries']} entries; "
        "0 wrong"
    )


def summary(done: list[tuple[Seed, dict[str, Any]]]) -> str:
    """All seeds together."""
    kills, crashes = sum(seed.killed.total() for seed, _ in done), sum(seed.crashes for seed, _ in done)
    acting = kills - sum(seed.killed["between acts"] for seed, _ in done)
    slots, lines = sum(len(seed.slots) for seed, _ in done), sum(facts["lines"] for _, facts in done)
    entries = sum(facts["entries"] for _, facts in done)
    return (
        f"all {len(done)} seeds: {kills} kills, {acting} of them in the middle of an act, {crashes} database crashes, "
        f"{slots} slots, {lines} lines, {entries} entries, 0 wrong"
    )


def use(database: str) -> None:
    """Whoever is forked from now on works on this database, by a connection of its own."""
    connection.settings_dict["NAME"] = database
    connection.settings_dict["OPTIONS"].pop("pool", None)


def in_a_child(act: Callable[[], Any]) -> Any:
    """What the act gives, run by a forked process that ends by itself."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            said = json.dumps(act())
        except BaseException:
            import traceback

            said = json.dumps({"broke": traceback.format_exc()})
        with os.fdopen(write, "w") as out:
            out.write(said)
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as given:
        found = json.loads(given.read())
    os.waitpid(pid, 0)
    if isinstance(found, dict) and "broke" in found:
        raise SystemExit(found["broke"])
    return found


def fill() -> dict[str, Any]:
    """Two employers with vendor details, three grant years, and people registered day by day; gives who is whose."""
    with transaction.atomic():
        people = cast.build()
    make.setting(people, now=cast.NOW)
    for year, advance in ((2026, ADVANCES[0]), (2027, ADVANCES[1]), (2028, None)):
        make.grant_year(year)
        GrantYear.objects.filter(starts_on__year=year).update(final_year_advance_on=advance)
    like = make.registered(people, now=BEGAN)
    crowd.register(like, [people.northshire, people.southmouth], 1, PEOPLE - 1, a_day=PEOPLE_A_DAY)
    vendors = dict(Payee.objects.values_list("employer__name", "vendor_number"))
    return {"first": like.nqsw.swe_number, "vendors": vendors}


def slots(first: str, vendors: dict[str, str]) -> list[checking.Slot]:
    """What everybody is owed: reckoned here, not asked of the service."""
    numbers = [first, *(f"SW{crowd.FIRST_NUMBER + n}" for n in range(1, PEOPLE))]
    employers = [(name, vendors[name]) for name in ("Northshire", "Southmouth")]
    decided = [(BEGAN + timedelta(days=int(n / PEOPLE_A_DAY))).date() for n in range(PEOPLE)]
    return checking.slots_of(numbers, employers, decided, ADVANCES)


def prove(sockets: Path, folder: Path, seeds: range, kills: int) -> None:
    """Prints a sentence for each seed and one for all of them. Raises SystemExit where anything is wrong."""
    for message in (notices.BatchToApprove, notices.Remittance, notices.PaymentRejected):
        Engine.get_default().get_template(message.template)  # read once, before the forks
    server = servers.copied(sockets, folder)
    try:
        servers.copy_database(server, TEMPLATE, FULL)
        connection.settings_dict["HOST"] = str(server.sockets)
        use(FULL)
        owed = slots(**in_a_child(fill))
        said = mmap.mmap(-1, PLACES)
        done = []
        for number in seeds:
            seed = Seed(number, kills, server, owed, folder, said)
            done.append((seed, seed.run()))
            print(sentence(*done[-1]), flush=True)  # noqa: T201
        print(summary(done), flush=True)  # noqa: T201
    finally:
        server.stop()
