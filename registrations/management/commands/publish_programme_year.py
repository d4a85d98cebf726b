"""Opens a drafted programme year to registrations, for good."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from asye import clock
from asye.dates import long_date
from registrations.management.drafted import add_programme, administrator, draft_of, told
from registrations.services import years


class Command(BaseCommand):
    help = "Publishes a drafted programme year: another administrator than the one who drafted it or made its choices."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="the programme year, like 2026-27")
        parser.add_argument("email", help="the administrator who publishes it")
        add_programme(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        by = administrator(options["email"])
        with told():
            year = years.publish_year(draft_of(options["code"], options["programme"]), by=by, now=clock.now())
        self.stdout.write(
            f"{year} is published: open from {long_date(year.window_from)} to {long_date(year.window_to)}."
        )
