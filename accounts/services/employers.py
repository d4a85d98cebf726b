"""Organisations that employ NQSWs."""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts import rules
from accounts.models import Employer, LocalAuthority, User
from accounts.permissions import check_may_administer
from accounts.services import audit
from asye.clock import london_date
from asye.refusals import Refused


@transaction.atomic
def create_employer(
    name: str, kind: str, region: str, local_authority: LocalAuthority | None = None, *, by: User, now: datetime
) -> Employer:
    """Makes an employer that acts from today. `kind` and `region` are values of accounts.states.

    Raises NotAllowed, or Refused where the name or the local authority already has one.
    """
    under = check_may_administer(by, on=london_date(now))
    rules.check_employer_facts(kind, region, local_authority)
    name = name.strip()
    if Employer.objects.filter(name__iexact=name).exists():
        raise Refused("There is already an employer with this name", "name")
    if local_authority and Employer.objects.filter(local_authority=local_authority).exists():
        raise Refused("This local authority is already an employer", "local_authority")
    employer = Employer(
        name=name, kind=kind, region=region, local_authority=local_authority, opened_on=london_date(now)
    )
    try:
        with transaction.atomic():
            employer.save(force_insert=True)
    except IntegrityError as error:  # somebody else was quicker
        raise Refused("There is already an employer with this name or local authority", "name") from error
    audit.record("accounts.create_employer", employer, by=by, now=now, under=under, codes=[kind])
    return employer
