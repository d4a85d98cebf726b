"""Periodic jobs happen once a period, however often they are asked for."""

from datetime import datetime

from django.db import connection, transaction

from accounts.models import Heartbeat


@transaction.atomic
def claim(job: str, period: str, now: datetime) -> bool:
    """True for the first caller of `job` in `period` ("2026-09"), False for every other.

    The claim stands in the caller's transaction: if that fails, the period is free again. A second caller waits
    for the first one's transaction to end.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_jobrun (job, period, at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            [job, period, now],
        )
        return cursor.rowcount == 1


@transaction.atomic
def beat(name: str, now: datetime) -> Heartbeat:
    """Notes that the part of the service called `name` is alive."""
    return Heartbeat.objects.update_or_create(name=name, defaults={"at": now})[0]
