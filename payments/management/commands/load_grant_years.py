"""Loads the financial years of the grant. Running it again changes nothing."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from asye import clock
from payments.services.years import open_year

FIRST = 2022  # registrations of 2022-23 and later can still complete (rule P5)
BUDGET_PENCE = 640_000_000  # about £6.4 million a year


class Command(BaseCommand):
    """manage.py load_grant_years"""

    help = "Loads the financial years of the grant, from 2022-23 up to the one after the present. Safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        now = clock.now()
        today = clock.london_date(now)
        last = (today.year if today >= date(today.year, 4, 1) else today.year - 1) + 1
        with transaction.atomic():
            made = [open_year(start, BUDGET_PENCE, now=now)[1] for start in range(FIRST, last + 1)]
        print(f"{sum(made)} grant years loaded, {len(made) - sum(made)} there already.")
