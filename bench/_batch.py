"""What a batch costs in a process of its own: megabytes at most, and milliseconds a line until its file is written and
then until its response is imported."""

import json
import re
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROUNDS = 5


def main(pk: str) -> None:
    import django

    django.setup()
    from accounts.models import User
    from payments.models import Batch
    from payments.services import batches, files, responses
    from tests.cast import NOW, TODAY
    from tests.factories import payments as make

    omar, priya = (User.objects.get(email=f"{name}@dfe.example") for name in ("omar", "priya"))
    draft = Batch.objects.get(pk=pk)

    def written() -> None:
        sent = batches.submit(draft, by=omar, now=NOW, seen_version=draft.version)
        seen = {"count": sent.line_count, "sum_pence": sent.sum_pence, "sha256": sent.content_sha256}
        batches.approve(sent, by=priya, now=NOW, **{f"seen_{name}": value for name, value in seen.items()})
        assert files.write_pending(NOW) == 1

    count = draft.lines.count()
    found = {"written": timed(written) / count, "mb": highest()}
    written()
    file = Batch.objects.get(pk=pk)
    batches.mark_handed_over(file, by=omar, now=NOW, seen_sha256=file.content_sha256)
    answers = [
        (line, *(("paid", "") if n % 10 else ("rejected", f"No {n}."))) for n, line in enumerate(file.lines.all())
    ]
    content = make.response(*answers, on=TODAY)

    def imported() -> None:
        done = responses.import_file(content, by=omar, now=NOW, batch=file)
        assert done.paid + done.rejected == count

    found |= {"imported": timed(imported) / count, "imported_mb": highest()}
    print(json.dumps(found))


def timed(act: Callable[[], None]) -> float:
    """Milliseconds until the last constraint has been looked at; each time it is undone."""
    from django.db import connection, transaction

    taken = []
    for _ in range(ROUNDS):
        with transaction.atomic(), connection.cursor() as cursor:
            began = time.perf_counter()
            act()
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            taken.append((time.perf_counter() - began) * 1000)
            transaction.set_rollback(True)
    return statistics.median(taken)


def highest() -> float:
    """Megabytes; ru_maxrss would be the parent's too."""
    found = re.search(r"VmHWM:\s+([0-9]+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1]) / 1024


if __name__ == "__main__":
    main(sys.argv[1])
