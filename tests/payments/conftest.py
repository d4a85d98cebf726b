"""What most tests of money begin with: a year in which it is paid, one registration, and the first payment for it."""

from datetime import timedelta

from payments.models import Batch
from registrations.models import Registration
from tests.cast import NOW, Cast
from tests.factories import payments as make
from tests.factories import registrations as make_registrations
from tests.ground.built_once import built_once


@built_once
def open_year(cast: Cast) -> None:
    """A published programme year, a grant year and vendor details of both employers."""
    make.setting(cast, now=NOW)


@built_once
def registration(cast: Cast, open_year: None) -> Registration:
    """Somebody at Northshire: their first payment is owed."""
    return make.registered(cast, now=NOW)


@built_once
def first_paid(cast: Cast, registration: Registration) -> Batch:
    """The first payment for that registration, confirmed by the payer."""
    return make.confirmed(cast, now=NOW)


@built_once
def paid_twice(cast: Cast) -> tuple[Registration, Registration]:
    """One person under two numbers, paid at Northshire, withdrawn, and paid at Southmouth again."""
    make.setting(cast, now=NOW, on_withdrawal="keep")
    first = make.registered(cast, now=NOW)
    make.confirmed(cast, now=NOW)
    make_registrations.withdrawn(first, by=cast.amira, now=NOW + timedelta(days=1))
    second = make.registered(cast, now=NOW + timedelta(days=1), number=1, at="southmouth")
    make.confirmed(cast, now=NOW + timedelta(days=2))
    return first, second
