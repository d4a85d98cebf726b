"""Drafts the programme years that the service knows: the ASYE since 2018-19, adults, and the two-year programme."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from accounts.models import User
from asye import clock
from registrations.management import shipped
from registrations.management.drafted import administrator, told
from registrations.models import ProgrammeYear
from registrations.services import years


class Command(BaseCommand):
    help = "Drafts every programme year that is not there yet. Somebody else publishes them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the administrator who drafts them")

    def handle(self, *args: Any, **options: Any) -> None:
        with told():
            made = load(administrator(options["email"]))
        self.stdout.write(f"Drafted {len(made)} programme years: {', '.join(str(year) for year in made) or 'none'}.")


def load(by: User) -> list[ProgrammeYear]:
    """Drafts the years that have no version yet, oldest first, and answers with them. Raises NotAllowed."""
    there = set(ProgrammeYear.objects.values_list("programme", "code"))
    return [_draft(each, by) for each in shipped.all_years() if (each.programme, each.code) not in there]


def _draft(each: shipped.Shipped, by: User) -> ProgrammeYear:
    return years.draft_year(
        each.code,
        programme=each.programme,
        window_from=each.window_from,
        window_to=each.window_to,
        amounts_pence=each.amounts_pence,
        by=by,
        now=clock.now(),
        **each.facts,
    )
