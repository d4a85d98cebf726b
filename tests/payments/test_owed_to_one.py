"""What is owed to one employer is found among its own people, and is exactly its part of all that is owed."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Employer
from payments.queries import owed, statement
from registrations.models import Registration
from tests.cast import NOW, Cast
from tests.factories import payments as make
from tests.payments.test_merged import merged

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=3)


def agree(now: datetime) -> int:
    """Holds each employer's part to the whole, and gives how many are owed in all."""
    everything = owed(now)
    for employer in Employer.objects.all():
        assert owed(now, employer_id=employer.pk) == [one for one in everything if one.employer_id == employer.pk]
    return len(everything)


def test_it_works(cast: Cast, open_year: None) -> None:
    for number, at in enumerate(("northshire", "northshire", "southmouth")):
        make.registered(cast, now=NOW, number=number, at=at)
    assert agree(NOW) == 3
    make.submitted(cast, now=NOW)
    assert agree(NOW) == 0


@pytest.mark.parametrize("keep", [0, 1])
def test_one_person_under_two_records(cast: Cast, paid_twice: tuple[Registration, Registration], keep: int) -> None:
    merged(paid_twice[0].nqsw, paid_twice[1].nqsw, paid_twice[keep].nqsw, cast)
    make.completed(paid_twice[1], "pass", cast, now=LATER, by=cast.sol)
    assert agree(LATER) == 1
    assert [len(owed(LATER, registration_id=one.pk)) for one in paid_twice] == [0, 1]
    make.submitted(cast, now=LATER)
    assert agree(LATER) == 0
    assert [owed(LATER, registration_id=one.pk) for one in paid_twice] == [[], []]


def test_a_successor_is_owed_what_was_owed_to_those_it_took_over(cast: Cast, registration: Registration) -> None:
    make.registered(cast, now=NOW, number=1, at="southmouth")
    Employer.objects.filter(pk=cast.northshire.pk).update(closed_on=NOW.date(), successor=cast.southmouth)
    assert agree(LATER) == 2
    assert len(owed(LATER, employer_id=cast.southmouth.pk)) == 2


def test_a_year_that_moved(cast: Cast, registration: Registration) -> None:
    on = NOW.date() + timedelta(days=1)
    make.moved(registration, cast.southmouth, cast.cal, on=on, by=cast.cora, now=NOW)
    make.completed(registration, "pass", cast, now=LATER, by=cast.sol)
    assert agree(LATER) == 2
    assert {one.employer_id for one in owed(LATER)} == {cast.northshire.pk, cast.southmouth.pk}


def test_nobody_else_is_looked_at(cast: Cast, registration: Registration) -> None:
    """Whatever the number of the others: everything large is reached from the employer's placements by an index."""
    with CaptureQueriesContext(connection) as made:
        owed(NOW, employer_id=cast.northshire.pk)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {made[0]['sql']}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    for table in ("nqsw", "registration", "placement"):
        assert f"Seq Scan on registrations_{table} " not in plan, plan
    for table in ("entitlement", "line"):
        assert f"Seq Scan on payments_{table} " not in plan, plan


def test_a_page_of_a_statement_is_read_in_its_order(cast: Cast, open_year: None) -> None:
    """However many lines the employer has: none is read that is not shown."""
    lines = statement(cast.northshire, make.grant_year(), now=NOW).lines
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
    plan = lines[:50].explain()
    assert "line_of_statement" in plan
    assert "Sort" not in plan, plan
