"""A name that is another from end to end is asked about once there can be evidence (T38), and two days of one year
never belong to two employers or two assessors (T39)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from accounts.models import AuditEvent, User
from asye.refusals import Refused
from registrations.models import AssessorAssignment, FactRequest, Placement, Registration
from registrations.rules.names import both_ends_differ
from registrations.services import assessors, changes, own_facts, undoing
from registrations.states import ChangeKind
from tests.assessments.workflow.reading import text_of
from tests.cast import NOW, TODAY, Cast
from tests.factories import assessments as make


def asked(year: Registration, cast: Cast, first: str, last: str) -> FactRequest:
    wanted = {"first_name": first, "middle_names": "", "last_name": last, "former_name": ""}
    return own_facts.ask(year, "name", wanted, "It is mine.", by=cast.noor, now=NOW)


def test_fault_t38_another_name_from_end_to_end_is_interrupted(year: Registration, cast: Cast, as_: Any) -> None:
    """There are records of Noor Ashdown; Jane Smith would be somebody else, unless a caseworker has made sure."""
    make.draft(year, "agreement", now=NOW)
    request = asked(year, cast, "Jane", "Smith")
    erin, address = as_(cast.erin), reverse("fact_request", args=[request.pk])
    assert "Is this the same person?" in text_of(erin.get(address))
    stopped = erin.post(address, {"answer": "accept"})
    assert "Confirm that this is the same person" in text_of(stopped)
    with pytest.raises(Refused, match="first and the last name are both different") as refusal:
        own_facts.accept(request, by=cast.erin, now=NOW)
    assert refusal.value.field == "same_person"
    year.nqsw.refresh_from_db()
    assert year.nqsw.last_name == "Ashdown"
    assert erin.post(address, {"answer": "accept", "same_person": "on"}).status_code == 302
    year.nqsw.refresh_from_db()
    assert year.nqsw.full_name == "Jane Smith"
    assert "same_person" in AuditEvent.objects.filter(act="registrations.accept_correction").latest("pk").codes


def test_fault_t38_a_marriage_is_not(year: Registration, cast: Cast, as_: Any) -> None:
    request = asked(year, cast, year.nqsw.first_name, "Smith")
    erin, address = as_(cast.erin), reverse("fact_request", args=[request.pk])
    assert "same person" not in text_of(erin.get(address))
    assert erin.post(address, {"answer": "accept"}).status_code == 302


def test_fault_t38_refusing_asks_nothing(year: Registration, cast: Cast, as_: Any) -> None:
    request = asked(year, cast, "Jane", "Smith")
    address = reverse("fact_request", args=[request.pk])
    assert as_(cast.erin).post(address, {"answer": "refuse", "because": "Not theirs."}).status_code == 302
    request.refresh_from_db()
    assert request.accepted is False


@pytest.mark.parametrize(
    ("was", "wanted", "differ"),
    [
        (("Noor", "Rahman"), ("Jane", "Smith"), True),
        (("Noor", "Rahman"), ("Noor", "Smith"), False),
        (("Noor", "Rahman"), ("Nour Jane", "Rahman"), False),
        (("José", "Núñez"), ("JOSE", "Nunez"), False),
        (("Anna Maria", "van der Berg"), ("Anna", "Smith"), False),
        (("Anna Maria", "van der Berg"), ("Maria", "Smith"), True),
        (("", "Rahman"), ("Jane", "Smith"), True),
    ],
)
def test_which_names_are_another_persons(was: tuple[str, str], wanted: tuple[str, str], differ: bool) -> None:
    assert both_ends_differ(*was, *wanted) == differ


OVERLAPS = {
    "placement": ("registration_id, nqsw_id, employer_id", "placement_one_live"),
    "assessorassignment": (
        "placement_id, assessor_id, cover, note, assigned_by_id, assigned_at",
        "assignment_one_at_a_time",
    ),
}


@pytest.mark.parametrize("table", sorted(OVERLAPS))
@pytest.mark.parametrize("days", [0, 14, 400])
def test_fault_t39_the_database_refuses_two_at_once(year: Registration, table: str, days: int) -> None:
    """By raw SQL: ten days that begin with the first, in its midst and after a year."""
    columns, name = OVERLAPS[table]
    rows = f"registrations_{table}"
    with connection.cursor() as cursor, pytest.raises(IntegrityError, match=name), transaction.atomic():
        cursor.execute(
            f"INSERT INTO {rows} (starts_on, ends_on, {columns})"
            f" SELECT starts_on + %s, starts_on + %s, {columns} FROM {rows}",
            [days, days + 10],
        )


def test_fault_t39_only_the_latest_is_opened_again(year: Registration, bea: User, cast: Cast) -> None:
    """The first change of assessor stays while a second stands on it; undone in turn, all is as it was."""
    assessors.assign_assessor(year, bea, TODAY, by=cast.amira, now=NOW)
    later = NOW + timedelta(days=1)
    assessors.assign_assessor(year, cast.ben, TODAY + timedelta(days=1), by=cast.amira, now=later)
    first, second = year.changes.filter(kind=ChangeKind.ASSESSOR).order_by("pk")
    with pytest.raises(Refused):
        undoing.undo(first, "By mistake.", by=cast.amira, now=later)
    undoing.undo(second, "By mistake.", by=cast.amira, now=later)
    undoing.undo(first, "By mistake.", by=cast.amira, now=later)
    live = AssessorAssignment.objects.get(placement__registration=year, ends_on=None)
    assert live.assessor == cast.ben
    changes.withdraw(year, later.date(), "They left.", by=cast.amira, now=later)
    assert not Placement.objects.filter(registration=year, ends_on=None).exists()
