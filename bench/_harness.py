"""What every benchmark stands on: a throw-away service, and figures taken in turn so that noise hits both alike.

A benchmark prints nothing itself:

    with service():
        from ... import ...          # Django is ready here
        figure("home page", ours=render_home, reference=render_base, target=2.0)
"""

import json
import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg

from asye import throwaway


@contextmanager
def service() -> Iterator[None]:
    """Servers that live as long as the block, migrated, with Django set up on them as the application's role.

    Django's test environment is left out: it makes every template copy its context for the test client to look at.
    """
    import django
    from django.conf import settings
    from django.db import connection

    with throwaway.servers() as environment:
        throwaway.migrate(environment)
        os.environ.update(environment)
        django.setup()
        settings.ALLOWED_HOSTS += ["testserver"]  # as which Django's client asks
        try:
            yield
        finally:
            connection.close()
            connection.close_pool()


def settle() -> None:
    """Does what autovacuum has done in a database that lives: plans rest on statistics of the rows."""
    with psycopg.connect(os.environ["OWNER_DATABASE_URL"], autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE")


def figure(
    what: str,
    *,
    ours: Callable[[], object],
    reference: Callable[[], object],
    target: float,
    repeats: int = 40,
    warm_ups: int = 2,
    per: tuple[int, int] = (1, 1),
) -> None:
    """Prints the median of each in milliseconds, their ratio, and whether it is at most `target`.

    `per` is how many things each of them does: what is printed is the time for one.
    """
    for _ in range(warm_ups):
        ours()
        reference()
    times: dict[str, list[float]] = {"ours": [], "reference": []}
    for _ in range(repeats):
        for name, act, count in (("ours", ours, per[0]), ("reference", reference, per[1])):
            began = time.perf_counter()
            act()
            times[name].append((time.perf_counter() - began) * 1000 / count)
    report(what, statistics.median(times["ours"]), statistics.median(times["reference"]), target)


def report(what: str, ours: float, reference: float, target: float, unit: str = "ms") -> None:
    """Prints a figure that was measured elsewhere, in milliseconds or in another unit."""
    ratio = ours / reference
    print(
        json.dumps(
            {
                "what": what,
                "ours": ours,
                "reference": reference,
                "unit": unit,
                "ratio": ratio,
                "target": target,
                "met": ratio <= target,
            }
        ),
        flush=True,
    )
