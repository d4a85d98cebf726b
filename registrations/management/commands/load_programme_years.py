"""Drafts the programme years 2018-19 to 2026-27 of the ASYE with children and families."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand

from accounts.models import User
from asye import clock
from registrations.management.drafted import administrator, told
from registrations.models import ProgrammeYear
from registrations.rules.years import CANNOT_HAPPEN
from registrations.services import years
from registrations.states import Milestone, Programme

FIRST, LAST = 2018, 2026
STILL_RUNNING_FROM = 2022  # older registrations can no longer claim or complete (rule P5)
EACH_MILESTONE_PENCE = 100_000
REVIEWS = {"review_3": 3, "review_6": 6, "review_final": 12}
EVIDENCE = {
    "direct_observation": 3,
    "feedback_people": 3,
    "feedback_professionals": 3,
    "critical_reflection": 2,
    "self_assessment": 3,
}
OLD_EVIDENCE = {**EVIDENCE, "critical_reflection": 3}  # the four-part set, used until September 2022
OLD_ISSUER, ISSUER = "Skills for Care", "Department for Education"


class Command(BaseCommand):
    help = "Drafts every programme year that is not there yet. Somebody else publishes them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the administrator who drafts them")

    def handle(self, *args: Any, **options: Any) -> None:
        with told():
            made = load(administrator(options["email"]))
        self.stdout.write(f"Drafted {len(made)} programme years: {', '.join(y.code for y in made) or 'none'}.")


def load(by: User) -> list[ProgrammeYear]:
    """Drafts the years that have no version yet, oldest first, and answers with them. Raises NotAllowed."""
    programme = Programme.ASYE_CHILD_AND_FAMILY
    there = set(ProgrammeYear.objects.filter(programme=programme).values_list("code", flat=True))
    return [_draft(start, by) for start in range(FIRST, LAST + 1) if _code(start) not in there]


def _code(start: int) -> str:
    return f"{start}-{(start + 1) % 100:02}"


def _draft(start: int, by: User) -> ProgrammeYear:
    over = CANNOT_HAPPEN if start < STILL_RUNNING_FROM else ""
    return years.draft_year(
        _code(start),
        programme=Programme.ASYE_CHILD_AND_FAMILY,
        window_from=date(start, 4, 1),
        window_to=date(start + 1, 3, 31),
        review_months=REVIEWS,
        evidence=EVIDENCE if start >= STILL_RUNNING_FROM else OLD_EVIDENCE,
        standard_set="pqs-2018",
        amounts_pence={milestone.value: EACH_MILESTONE_PENCE for milestone in Milestone},
        certificate_issuer=OLD_ISSUER if start < STILL_RUNNING_FROM else ISSUER,
        on_fail=over,
        on_withdrawal=over,
        on_move=over,
        by=by,
        now=clock.now(),
    )
