"""A year that starts on 1 September at Northshire: Noor, assessed by Ben. Amira co-ordinates, Lena leads."""

from datetime import UTC, date, datetime

from registrations.models import Registration
from tests.cast import Cast
from tests.factories import registrations as register
from tests.ground.built_once import built_once

APPROVED = datetime(2026, 8, 20, 9, 0, tzinfo=UTC)
START = date(2026, 9, 1)


@built_once
def began(cast: Cast) -> Registration:
    register.published_year(by=cast.adele, second=cast.zora, now=APPROVED)
    return register.registered(
        cast.northshire,
        by=cast.amira,
        caseworker=cast.erin,
        assessor=cast.ben,
        now=APPROVED,
        nqsw_user=cast.noor,
        asye_start=START,
        employment_start=START,
    )
