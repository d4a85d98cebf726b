"""What the commands on drafted programme years share: who acts, on which draft, and how a refusal is told."""

from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import PermissionDenied
from django.core.management.base import CommandError

from accounts.models import User
from asye.refusals import Refused
from registrations.models import ProgrammeYear
from registrations.models.years import DRAFT
from registrations.states import Programme


def administrator(email: str) -> User:
    """The account of that address; whether it may keep years is the service's question. Raises CommandError."""
    by = User.objects.filter(email=email.strip().lower()).first()
    if by is None:
        raise CommandError(f"There is no account with the address {email}.")
    return by


def draft_of(code: str, programme: str) -> ProgrammeYear:
    """The draft of a programme year like 2026-27. Raises CommandError, naming the drafts there are."""
    drafts = ProgrammeYear.objects.filter(DRAFT, programme=programme)
    found = drafts.filter(code=code.strip()).first()
    if found is None:
        codes = ", ".join(drafts.order_by("code").values_list("code", flat=True)) or "none"
        raise CommandError(f"There is no draft of {code}. Drafts: {codes}. load_programme_years makes them.")
    return found


def add_programme(parser: ArgumentParser) -> None:
    """The programme, for those commands that name a year by its code."""
    parser.add_argument(
        "--programme",
        choices=Programme.values,
        default=Programme.ASYE_CHILD_AND_FAMILY.value,
        help="which programme's year; the ASYE with children and families where it is left out",
    )


@contextmanager
def told() -> Iterator[None]:
    """Tells a refusal as the command's error, in its own words."""
    try:
        yield
    except (Refused, PermissionDenied) as refusal:
        sentence = str(refusal) or "That account may not do this"
        raise CommandError(sentence if sentence.endswith(".") else f"{sentence}.") from refusal
