"""A year under way at Northshire: Noor, assessed by Ben. Another at Southmouth, so that refusals have data present."""

from django.db import transaction

from accounts import roles
from registrations.models import Registration
from tests.cast import CAST_JOINED, NOW, Cast
from tests.factories import accounts as make
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
