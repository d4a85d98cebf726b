"""What the database itself refuses of earlier records, to the application and to the owner: each wall by name."""

import psycopg
import pytest

from accounts.models import User
from assessments.models import Outcome
from asye.refusals import Stale
from payments.models import Entitlement, Line
from payments.services import preparing
from registrations.models import EarlierFile, EarlierRow, Registration
from tests.cast import NOW, Cast
from tests.factories import payments as make
from tests.ground.built_once import built_once
from tests.payments.earlier.sheets import (
    OUTCOMES,
    PAYMENTS,
    PEOPLE,
    checked,
    confirmed,
    outcome,
    payment,
    person,
    taken,
)
from tests.payments.test_walls import Refuses, insert, raw, refuses  # noqa: F401  (fixtures)

COPY = "INSERT INTO registrations_earlierrow (file_id, kind, source, reference, said, registration_id, milestone)"


@built_once
def before(cast: Cast, open_year: None) -> Cast:
    taken(PEOPLE, [person(1, registered_on="2026-04-15"), person(2, registered_on="2026-04-15")], cast)
    return cast


def test_a_row_is_taken_over_once(before: Cast, refuses: Refuses, raw: psycopg.Connection) -> None:  # noqa: F811
    one, two = EarlierRow.objects.order_by("id")
    copy = f"{COPY} SELECT %s, %s, %s, %s, said, %s, milestone FROM registrations_earlierrow WHERE id = %s"
    other = checked(OUTCOMES, [outcome(1)], before)
    said = (one.file_id, "people", "portal")
    refuses(copy, [*said, "p-1", two.registration_id, two.pk], by="earlier_row_once")
    refuses(copy, [*said, "P-3", one.registration_id, one.pk], by="earlier_row_once_a_registration")
    refuses(copy, [*said, "", one.registration_id, one.pk], by="earlier_row_has_reference")
    refuses(copy, [*said, "P-3", None, one.pk], by="earlier_row_about_one_thing")
    refuses(copy, [other.pk, "people", "portal", "P-3", one.registration_id, one.pk], by="earlier_row_")
    refuses(copy, [other.pk, "outcomes", "claims_2026", "P-3", one.registration_id, one.pk], by="of_its_file")
    for statement in ("UPDATE registrations_earlierrow SET said = ''", "DELETE FROM registrations_earlierrow"):
        refuses(statement, by="append-only")
    raw.execute(copy, [other.pk, "outcomes", "portal", "O-1", one.registration_id, one.pk])


def test_a_slot_paid_elsewhere_cannot_be_paid(before: Cast, refuses: Refuses) -> None:  # noqa: F811
    make.registered(before, now=NOW)
    line = preparing.prepare_batch(by=before.omar, now=NOW).lines.get()
    taken(PAYMENTS, [payment(1), payment(2, milestone="Completion")], before)
    row = {field.column: getattr(line, field.attname) for field in Line._meta.concrete_fields if field.name != "id"}
    one = Entitlement.objects.get(paid_elsewhere_reference="PAY-1")
    registration = Registration.objects.get(nqsw=one.person)
    for is_open in (True, False):
        refuses(
            *insert({**row, "reference": "L0000000000000000001", "slot_id": one.pk, "slot_open": is_open,
                     "registration_id": registration.pk}),
            by="line_slot",
        )  # fmt: skip
    refuses("UPDATE payments_entitlement SET paid_elsewhere_source = '' WHERE id = %s", [one.pk], by="")
    refuses(
        "INSERT INTO payments_entitlement (person_id, milestone, paid_elsewhere_source, paid_elsewhere_reference)"
        " SELECT person_id, 'completion', paid_elsewhere_source, paid_elsewhere_reference"
        " FROM payments_entitlement WHERE id = %s",
        [one.pk],
        by="slot_paid_elsewhere_once",
    )
    refuses(
        "UPDATE payments_entitlement SET paid_elsewhere_source = 'x', paid_elsewhere_reference = 'y' WHERE id = %s",
        [line.slot_id],
        by="line_slot_is_open",
    )


def test_past_payments_are_confirmed_by_another_human(before: Cast, refuses: Refuses) -> None:  # noqa: F811
    file = checked(PAYMENTS, [payment(1)], before)
    confirm = (
        "UPDATE registrations_earlierfile SET taken = 1, taken_at = now(), taken_by_id = %s, taken_human_id = %s"
        " WHERE id = %s"
    )
    refuses(confirm, [before.omar.pk, before.omar.human_id, file.pk], by="nobody confirms past payments they sent in")
    refuses(confirm, [before.omar.pk, before.priya.human_id, file.pk], by="confirmed by another person")
    refuses(
        "UPDATE registrations_earlierfile SET uploaded_human_id = %s WHERE id = %s",
        [before.priya.human_id, file.pk],
        by="cannot be changed",
    )
    refuses("UPDATE registrations_earlierfile SET taken = 1 WHERE id = %s", [file.pk], by="taken_with_its_facts")
    refuses("UPDATE registrations_earlierfile SET good = 2 WHERE id = %s", [file.pk], by="checked_with_its_facts")
    refuses("DELETE FROM registrations_earlierfile WHERE id = %s", [file.pk], by="append-only")
    done = EarlierFile.objects.get(kind=PEOPLE)
    refuses("UPDATE registrations_earlierfile SET taken = 1 WHERE id = %s", [done.pk], by="cannot be changed")
    User.objects.filter(pk=before.omar.pk).update(human=before.priya.human)  # the two accounts prove to be one person's
    refuses(confirm, [before.priya.pk, before.priya.human_id, file.pk], by="nobody confirms past payments they sent in")


def test_an_outcome_without_a_recommendation_is_one_from_before(before: Cast, refuses: Refuses) -> None:  # noqa: F811
    taken(OUTCOMES, [outcome(1)], before)
    kept = Outcome.objects.get()
    here = make.registered(before, now=NOW)
    copy = (
        "INSERT INTO assessments_outcome"
        " (registration_id, moderation_basis, result, decided_by_id, decided_at, because)"
        " SELECT %s, %s, result, decided_by_id, decided_at, '' FROM assessments_outcome WHERE id = %s"
    )
    taken_over = Registration.objects.get(earlier_rows__reference="P-2")
    refuses(copy, [here.pk, "earlier", kept.pk], by="stands on a recommendation")
    refuses(copy, [taken_over.pk, "agreed", kept.pk], by="outcome_stands_on_a_recommendation")
    refuses(copy, [kept.registration_id, "earlier", kept.pk], by="outcome_one_first")


def test_who_has_to_wait_too_long_is_told(before: Cast, app_sql: psycopg.Connection) -> None:
    file = checked(OUTCOMES, [outcome(1)], before)
    with app_sql.transaction():
        app_sql.execute("SELECT FROM registrations_registration FOR UPDATE")
        with pytest.raises(Stale, match="Nothing was taken over"):
            confirmed(file, before)
    assert not Outcome.objects.exists()
