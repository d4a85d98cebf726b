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

from asye import throwaway


@contextmanager
def service() -> Iterator[None]:
    """Servers that live as long as the block, migrated, with Django set up on them as the application's role."""
    import django
    from django.db import connection
    from django.test.utils import setup_test_environment, teardown_test_environment

    with throwaway.servers() as environment:
        throwaway.migrate(environment)
        os.environ.update(environment)
        django.setup()
        setup_test_environment()
        try:
            yield
        finally:
            teardown_test_environment()
            connection.close()
            connection.close_pool()


def figure(
    what: str, *, ours: Callable[[], object], reference: Callable[[], object], target: float, repeats: int = 40
) -> None:
    """Prints the median of each in milliseconds, their ratio, and whether it is at most `target`."""
    for warm_up in (ours, reference, ours, reference):
        warm_up()
    times: dict[str, list[float]] = {"ours": [], "reference": []}
    for _ in range(repeats):
        for name, act in (("ours", ours), ("reference", reference)):
            began = time.perf_counter()
            act()
            times[name].append((time.perf_counter() - began) * 1000)
    medians = {name: statistics.median(taken) for name, taken in times.items()}
    ratio = medians["ours"] / medians["reference"]
    print(json.dumps({"what": what, **medians, "ratio": ratio, "target": target, "met": ratio <= target}), flush=True)
