"""A process that does one job of payments over and over, to be killed at any moment."""

import sys
from datetime import datetime

import django


def main(job: str, now: datetime) -> None:
    """Prepares the month or writes files until it is killed."""
    django.setup()
    from payments.services import files, preparing

    act = {"prepare": preparing.prepare_month, "write": files.write_pending}[job]
    print("ready", flush=True)  # noqa: T201
    while True:
        act(now)


if __name__ == "__main__":
    main(sys.argv[1], datetime.fromisoformat(sys.argv[2]))
