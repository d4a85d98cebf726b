"""What is found in a sheet of earlier records is what was planted in it: nothing more, nothing less."""

import pytest

from accounts.models import Employer
from accounts.services.reference import load_local_authorities
from assessments.models import Record
from payments.earlier import checking
from payments.earlier.kinds import SHEETS
from registrations.bulk import reader
from registrations.bulk.columns import matched
from registrations.bulk.findings import BadFile
from registrations.models import AssessorAssignment, Placement, Registration
from registrations.services import assessors, changes
from registrations.states import DeferralReason, EarlierKind
from tests.cast import NOW, TODAY, Cast
from tests.factories import assessments as make_assessments
from tests.factories import payments as make
from tests.factories import registrations as make_registrations
from tests.ground.built_once import built_once
from tests.payments.earlier.faults import FAULTS, NUMBER
from tests.payments.earlier.sheets import (
    EMPLOYERS,
    OUTCOMES,
    PAYMENTS,
    PEOPLE,
    checked,
    csv,
    employer,
    found,
    outcome,
    payment,
    person,
    sent,
    taken,
)

MAKES = {EMPLOYERS: employer, PEOPLE: person, OUTCOMES: outcome, PAYMENTS: payment}


@built_once
def neighbours(before: Cast) -> Cast:
    """The people and employers that the kinds of fault need."""
    load_local_authorities(NOW)
    Employer.objects.create(
        name="City of Barking", kind="local_authority", local_authority_id="301", region="E12000007", opened_on=TODAY
    )
    here = [make.registered(before, now=NOW, number=number) for number in (0, 1)]
    make.draft(before, now=NOW)
    twice = {"swe_number": "SW820093", "withdrawn_on": "2025-12-01"}
    taken(PEOPLE, [person(90, withdrawn_on="2026-02-01"), person(91), person(92), person(93, **twice)], before)
    later = {"registered_on": "2026-02-01", "asye_start": "2026-02-01", "employment_start": "2026-02-01"}
    taken(PEOPLE, [person(94, **twice | later | {"withdrawn_on": "2026-03-01"})], before)
    taken(PAYMENTS, [payment(90)], before)
    by_reference = {
        each.earlier_rows.get(kind=PEOPLE).reference: each
        for each in Registration.objects.exclude(pk__in=[one.pk for one in here])
    }
    for reference in ("P-91", "P-92"):
        assessors.assign_assessor(by_reference[reference], before.ben, TODAY, by=before.amira, now=NOW)
    make_registrations.joined(by_reference["P-91"].nqsw, before.noor)
    make_assessments.draft(by_reference["P-91"], "agreement", now=NOW)
    changes.defer(
        by_reference["P-92"],
        TODAY,
        DeferralReason.SICKNESS,
        agreed=make_registrations.agreed(NOW),
        by=before.amira,
        now=NOW,
    )
    taken(PEOPLE, [person(number) for number in range(20)], before)
    assert Record.objects.count() == AssessorAssignment.objects.count() - 3 == 1
    return before


@pytest.mark.parametrize("kind", EarlierKind)
def test_what_was_planted_is_found(neighbours: Cast, kind: EarlierKind):
    planted = FAULTS[kind]
    shift = 0 if kind in (OUTCOMES, PAYMENTS) else 100  # of people who are here, or of new ones
    rows = [MAKES[kind](shift + number) for number in range(len(planted))]
    rows = [{**row, **fault.changed} for row, fault in zip(rows, planted, strict=True)]
    file = checked(kind, rows, neighbours)
    for number, (fault, said) in enumerate(zip(planted, found(file), strict=True), 2):
        assert said[:2] == (number, fault.column), said
        assert said[2].startswith(fault.said), said
    assert (file.good, file.bad) == (0, len(planted))


@pytest.mark.parametrize("kind", EarlierKind)
def test_good_rows_are_good_in_any_order_of_columns(neighbours: Cast, kind: EarlierKind):
    shift = 0 if kind in (OUTCOMES, PAYMENTS) else 100
    rows = [dict(reversed(list(MAKES[kind](shift + number).items()))) for number in range(3)]
    file = checked(kind, rows, neighbours)
    assert (file.good, file.bad, found(file)) == (3, 0, [])


def test_what_two_rows_say_is_found_in_each(before: Cast):
    rows = [person(1), person(2, swe_number="SW820001"), person(3, reference="p-1")]
    assert found(checked(PEOPLE, rows, before)) == [
        (2, "Reference", "This stands in row 4 too."),
        (2, NUMBER, "This stands in row 3 too."),
        (3, NUMBER, "This stands in row 2 too."),
        (4, "Reference", "This stands in row 2 too."),
    ]
    taken(PEOPLE, [person(1), person(2)], before)
    rows = [payment(1), payment(2, person="SW820001"), payment(3, person="P-1", milestone="Completion")]
    above = "A row further up says this of the same person."
    assert found(checked(PAYMENTS, rows, before)) == [(3, "Milestone", above)]
    rows = [outcome(1), outcome(2, person="SW820001")]
    assert found(checked(OUTCOMES, rows, before)) == [(3, "Person", above)]


def test_a_file_of_another_kind_is_refused_at_once():
    header = reader.read(csv(PAYMENTS, [payment(1)])).header
    with pytest.raises(BadFile, match="These columns are missing: “Employer”, “First name”"):
        matched(header, SHEETS[PEOPLE].columns)


def test_checking_costs_the_same_for_one_row_and_for_three(before: Cast, django_assert_num_queries):

    for first, rows in ((1, 1), (11, 3)):
        file = sent(PEOPLE, [person(first + number) for number in range(rows)], before)
        with django_assert_num_queries(16):
            checking.check_file(file, NOW)
    assert not Placement.objects.exists()
