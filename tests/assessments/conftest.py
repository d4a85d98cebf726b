"""A year under way at Northshire: Noor, assessed by Ben. Another at Southmouth, so that refusals have data present."""

from django.db import transaction

from accounts import roles
from assessments.models import Certificate, Outcome, Record
from assessments.services import certificates
from assessments.states import Result
from registrations.models import Registration
from tests.cast import CAST_JOINED, NOW, Cast
from tests.factories import accounts as make
from tests.factories import assessments as assess
from tests.factories import registrations as register
from tests.ground.built_once import built_once


@built_once
def year(cast: Cast) -> Registration:
    register.published_year(by=cast.adele, second=cast.zora, now=NOW)
    return register.registered(
        cast.northshire, by=cast.amira, caseworker=cast.erin, assessor=cast.ben, now=NOW, nqsw_user=cast.noor
    )


@built_once
def other_year(cast: Cast, year: Registration) -> Registration:
    """Somebody else's year at another employer."""
    nell = make.person("nell@people.example", "Nell", "Stone", by=cast.adele, now=CAST_JOINED)
    with transaction.atomic():
        make.in_role(nell, roles.NQSW, by=cast.adele, now=CAST_JOINED)
    return register.registered(
        cast.southmouth, by=cast.cora, caseworker=cast.erin, assessor=cast.cal, now=NOW, nqsw_user=nell, number=1
    )


@built_once
def evidence(year: Registration) -> None:
    """All that a recommendation stands on, agreed."""
    assess.evidence(year, now=NOW)


@built_once
def recommendation(year: Registration, evidence: None) -> Record:
    """A pass, signed by Ben."""
    return assess.agreed(year, "recommendation", now=NOW, recommendation=Result.PASS)


@built_once
def passed(recommendation: Record, cast: Cast) -> Outcome:
    """Confirmed by Lena."""
    return assess.decided(recommendation, by=cast.lena, now=NOW)


@built_once
def certificate(passed: Outcome) -> Certificate:
    """Drawn by the real engine."""
    made = certificates.render(passed.pk, now=NOW)
    assert made is not None
    return made


@built_once
def fail_recommended(year: Registration, evidence: None) -> Record:
    """Signed by Ben."""
    return assess.agreed(year, "recommendation", now=NOW, recommendation=Result.FAIL)


@built_once
def failed(fail_recommended: Record, cast: Cast) -> Outcome:
    """Confirmed by Lena, and Noor told today."""
    return assess.decided(fail_recommended, Result.FAIL, by=cast.lena, now=NOW)
