"""Prints what the jobs would forget, before they do."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection, transaction

from asye import clock
from asye.dates import long_datetime
from reporting.presenters import forgetting as presenter
from reporting.queries import forgetting


class Command(BaseCommand):
    """manage.py retention_report"""

    help = (
        "A dry run of every job that forgets: what it would forget now and in the next 30 days, what is kept back and "
        "why, and the money that is open. Numbers and dates only. Changes nothing; the database holds it to that."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        now = clock.now()
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION READ ONLY")
            found, money = forgetting.forecasts(now), forgetting.open_money(now)
        print(f"As of {long_datetime(now)}")
        for each in found:
            print(f"{each.kind.what} ({each.kind.job}, kept for {each.kind.kept_for})")
            print(f"  would be forgotten now: {presenter.now_of(each)}")
            print(f"  in the next 30 days: {presenter.counted(each.soon)}")
            print(f"  kept back: {presenter.held_of(each)}")
        print("Open money, which no job touches")
        for line in presenter.money_rows(money):
            print(f"  {line[0]}: {line[1]}, {line[2]}")
