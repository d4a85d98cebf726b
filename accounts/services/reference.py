"""Reference data that comes with the service."""

import csv
from datetime import datetime
from pathlib import Path

from django.db import transaction

from accounts.models import LocalAuthority

LOCAL_AUTHORITIES = Path(__file__).resolve().parent.parent / "reference" / "local_authorities.csv"


@transaction.atomic
def load_local_authorities(now: datetime) -> int:
    """Writes the 153 local authorities, or brings them up to date; answers how many. Doing it twice changes nothing."""
    with LOCAL_AUTHORITIES.open(encoding="utf-8", newline="") as file:
        rows = [LocalAuthority(**row) for row in csv.DictReader(file)]
    LocalAuthority.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["code"], update_fields=["name", "gss_code", "region"]
    )
    return len(rows)
