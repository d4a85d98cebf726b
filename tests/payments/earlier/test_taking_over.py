"""Employers, people, outcomes and past payments from before this service: taken over once, and never paid again."""

from datetime import date, timedelta

import pytest
from django.db import connection

from accounts.models import AuditEvent, Employer, Notice
from assessments.models import Outcome
from assessments.queries import pending_certificates
from asye.refusals import NotAllowed, Refused, Stale
from payments.earlier import checking
from payments.models import Entitlement, GrantYear, LedgerEntry, Line
from payments.queries.effects import to_recover
from payments.queries.owed import owed
from payments.services import preparing
from registrations import simulator
from registrations.models import NQSW, EarlierRow, Placement, Registration
from registrations.rules.earlier import YOURS
from registrations.services import assessors, earlier, judging
from registrations.states import EarlierState, EndReason, Milestone, Occasion, State, Verdict
from tests.cast import NOW, TODAY, Cast
from tests.factories import payments as make
from tests.payments.earlier.sheets import (
    EMPLOYERS,
    OUTCOMES,
    PAYMENTS,
    PEOPLE,
    checked,
    confirmed,
    csv,
    employer,
    found,
    outcome,
    payment,
    person,
    sent,
    taken,
)


def blocked() -> list[tuple[str, str]]:
    return [(each.milestone, each.blocked) for each in owed(NOW)]


def test_the_database_plans_for_what_was_taken_over(before: Cast):
    """It counts the rows anew as soon as they are there, whether or not autovacuum has come by."""

    def counted() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT reltuples FROM pg_class WHERE oid = 'registrations_earlierrow'::regclass")
            return int(cursor.fetchone()[0])

    taken(PEOPLE, [person(number) for number in range(1, 4)], before)
    assert counted() == EarlierRow.objects.count() == 3
    taken(PAYMENTS, [payment(1)], before)
    assert counted() == EarlierRow.objects.count() == 4


def test_scenario_20_legacy_import(before: Cast):
    """Start pay made by the former administrator: the slot is closed with source and reference, completion pay is
    possible, and re-running the import changes nothing."""
    people, payments = [person(1), person(2)], [payment(1), payment(2)]
    taken(PEOPLE, people, before)
    taken(PAYMENTS, payments, before)
    slots = Entitlement.objects.order_by("id").values_list(
        "milestone", "open", "paid_elsewhere_source", "paid_elsewhere_reference"
    )
    assert list(slots) == [
        ("registration", False, "Skills for Care portal", "PAY-1"),
        ("registration", False, "Skills for Care portal", "PAY-2"),
    ]
    assert (owed(NOW), Line.objects.count(), LedgerEntry.objects.count()) == ([], 0, 0)

    first = Registration.objects.get(earlier_rows__reference="P-1")
    assessors.assign_assessor(first, before.ben, TODAY, by=before.amira, now=NOW)
    make.completed(first, "pass", before, now=NOW)
    assert blocked() == [("completion", "")]
    line = preparing.prepare_batch(by=before.omar, now=NOW).lines.get()
    assert (line.milestone, line.registration, line.amount_pence) == (Milestone.COMPLETION, first, 100_000)

    counts = [model.objects.count() for model in (NQSW, Registration, Placement, Entitlement, EarlierRow)]
    for kind, rows in ((PEOPLE, people), (PAYMENTS, payments)):
        again = sent(kind, rows, before)
        assert again.state == EarlierState.TAKEN  # the same bytes lead to the file of the first time
        more = checked(kind, [*rows, {**rows[0], "reference": rows[0]["reference"].lower()}][:2][::-1], before)
        assert (more.good, more.already, more.bad, found(more)) == (0, 2, 0, [])
        assert confirmed(more, before).taken_at is None
    assert counts == [model.objects.count() for model in (NQSW, Registration, Placement, Entitlement, EarlierRow)]


def test_what_a_person_becomes(before: Cast):
    file = taken(PEOPLE, [person(1), person(2, swe_number="", funded="No", withdrawn_on="2026-01-10")], before)
    one, two = Registration.objects.order_by("id")
    assert one.nqsw.swe_number == "SW820001"
    assert (one.state, one.verdict, one.programme_year.code) == (State.REGISTERED, Verdict.FUNDABLE, "2025-26")
    assert one.reference is not None
    assert one.reference.startswith("CF2500001")
    assert one.placements.get().employer == before.northshire
    assert (two.nqsw.swe_number, two.nqsw.number_unknown_because) == (None, "Skills for Care portal has no number")
    assert (two.verdict, two.end_reason, two.ended_on) == (Verdict.UNFUNDED, EndReason.WITHDRAWN, date(2026, 1, 10))
    assert two.placements.get().ends_on == two.ended_on
    kept = EarlierRow.objects.get(registration=one)
    assert (kept.source, kept.reference, kept.file) == ("portal", "P-1", file)
    assert not Notice.objects.filter(to_email__startswith="earlier").exists()
    assert AuditEvent.objects.filter(act="registrations.keep_earlier", actor=before.erin).count() == 2
    assert judging.judge_again(one, Occasion.FACT, by=None, now=NOW) is None  # it was judged elsewhere


def test_employers_and_who_refers_to_them(before: Cast):
    rows = [employer(1), employer(2, name="NORTHSHIRE", kind="Children's trust", region="North East")]
    file = checked(EMPLOYERS, rows, before)
    assert [(each.row, each.is_note) for each in file.findings.all()] == [(3, True)]
    confirmed(file, before, only_good=False)
    made = Employer.objects.get(name="Fosterers 1")
    assert (made.phone, made.opened_on) == ("+442079460000", TODAY)
    assert EarlierRow.objects.get(reference="ORG-2").employer == before.northshire
    taken(PEOPLE, [person(1, employer="org-1"), person(2, employer="ORG-2")], before)
    placed = Placement.objects.order_by("id").values_list("employer__name", flat=True)
    assert list(placed) == ["Fosterers 1", "Northshire"]


def test_outcomes_end_the_year_and_draw_no_certificate(before: Cast):
    taken(PEOPLE, [person(1), person(2)], before)
    rows = [outcome(1), outcome(2, person="SW820002", result="Fail", notice_on="2026-08-19")]
    taken(OUTCOMES, rows, before)
    one, two = Outcome.objects.order_by("id")
    assert (one.result, one.moderation_basis, one.final_revision, one.decided_by) == (
        *("pass", "earlier", None),
        before.erin,
    )
    assert (two.notice_on, two.appeal_by) == (date(2026, 8, 19), date(2026, 9, 16))
    ended = Registration.objects.order_by("id").values_list("ended_on", "end_reason")
    assert set(ended) == {(date(2026, 8, 20), EndReason.OUTCOME_CONFIRMED)}
    assert set(Placement.objects.values_list("ends_on", flat=True)) == {date(2026, 8, 20)}
    assert not pending_certificates().exists()
    assert not Notice.objects.filter(subject__icontains="outcome").exists()


def test_nothing_from_before_is_owed_until_a_sheet_says_so(before: Cast):
    """Registered and finished elsewhere: blocked until it is said whether it was paid, then closed or owed."""
    taken(PEOPLE, [person(1), person(2)], before)
    taken(OUTCOMES, [outcome(1)], before)
    assert sorted(blocked()) == [("completion", "earlier"), ("registration", "earlier"), ("registration", "earlier")]
    with pytest.raises(Refused, match="Nothing is owed that can be paid now"):
        preparing.prepare_batch(by=before.omar, now=NOW)
    rows = [payment(1), payment(2, paid="No"), payment(3, person="SW820001", milestone="Completion")]
    taken(PAYMENTS, rows, before)
    assert blocked() == [("registration", "")]
    assert [
        line.registration.nqsw.swe_number for line in preparing.prepare_batch(by=before.omar, now=NOW).lines.all()
    ] == ["SW820002"]


def test_a_year_that_was_left_before_may_have_been_paid(before: Cast):
    """Funded and withdrawn before, registered again here: the payment is once in a life (D6), so it waits as well."""
    left = {"swe_number": simulator.people()[0].number, "withdrawn_on": "2026-01-10"}
    taken(PEOPLE, [person(1, **left)], before)
    make.registered(before, now=NOW)
    make.registered(before, now=NOW, number=1)
    assert sorted(blocked()) == [("registration", ""), ("registration", "earlier")]
    taken(PAYMENTS, [payment(1)], before)
    assert blocked() == [("registration", "")]
    GrantYear.objects.filter(code="2026-27").update(final_year_advance_on=TODAY)
    assert {each for each in blocked() if each[0] == "completion"} == {("completion", "")}


def test_a_year_that_was_not_funded_before_holds_nothing_back(before: Cast):
    left = {"swe_number": simulator.people()[0].number, "withdrawn_on": "2026-01-10"}
    taken(PEOPLE, [person(1, **left, funded="No")], before)
    make.registered(before, now=NOW)
    assert blocked() == [("registration", "")]


def test_paid_before_under_another_record(before: Cast):
    """Paid here, and before this service to what proves to be the same person: the payment here is to be recovered."""
    here = make.registered(before, now=NOW)
    make.confirmed(before, now=NOW)
    taken(PEOPLE, [person(1, withdrawn_on="2026-01-10")], before)
    taken(PAYMENTS, [payment(1)], before)
    assert not to_recover().exists()
    NQSW.objects.filter(swe_number="SW820001").update(merged_into=here.nqsw)
    (line,) = to_recover()
    assert (line.registration, line.paid_twice) == (here, True)


def test_two_numbers_of_one_person(before: Cast):
    """Records that were merged keep their numbers: two rows of one file do not register the person twice (E9)."""
    taken(PEOPLE, [person(1, withdrawn_on="2025-10-10"), person(2, withdrawn_on="2025-10-10")], before)
    kept, gone = NQSW.objects.order_by("id")
    NQSW.objects.filter(pk=gone.pk).update(merged_into=kept)
    days = dict.fromkeys(("registered_on", "asye_start", "employment_start"), "2026-02-01")
    file = checked(PEOPLE, [person(3, swe_number="SW820001", **days), person(4, swe_number="SW820002", **days)], before)
    said = "A row further up is about the same person, who has both numbers here."
    assert found(file) == [(3, "Social Work England number", said)]
    confirmed(file, before)
    assert Registration.objects.get(ended_on=None).nqsw == kept


def test_an_employer_that_closes(before: Cast):
    """Nobody is placed with it beyond its last day; who left before is."""
    Employer.objects.filter(pk=before.northshire.pk).update(closed_on=TODAY + timedelta(days=1))
    rows = [person(1), person(2, withdrawn_on="2026-01-10"), person(3, employer="Southmouth")]
    file = checked(PEOPLE, rows, before)
    assert found(file) == [(2, "Employer", "The employer closes, or has closed, before this registration ends.")]
    assert confirmed(file, before).taken == 2


def test_no_advance_for_who_may_have_finished_before(before: Cast):
    """Their outcome may not have been taken over yet: the final-year advance waits for the same answer."""
    taken(PEOPLE, [person(1), person(2)], before)
    taken(PAYMENTS, [payment(1), payment(2), payment(3, person="P-1", milestone="Completion", paid="No")], before)
    GrantYear.objects.filter(code="2026-27").update(final_year_advance_on=TODAY)
    assert sorted(blocked()) == [("completion", ""), ("completion", "earlier")]


def test_a_changed_row_is_told_and_changes_nothing(before: Cast):
    taken(PEOPLE, [person(1)], before)
    file = checked(PEOPLE, [person(1, last_name="Other"), person(2)], before)
    said = "This row was taken over on 14 September 2026 and said something else then."
    assert found(file) == [(2, "Reference", said), (2, "Social Work England number", found(file)[1][2])]
    confirmed(file, before)
    assert NQSW.objects.get(swe_number="SW820001").last_name == "O’Neill-Łukasz 1"
    assert NQSW.objects.filter(swe_number="SW820002").exists()


def test_the_same_file_says_when_and_by_whom(before: Cast):
    first = taken(PEOPLE, [person(1)], before)
    again = earlier.send(
        *(PEOPLE, "portal", csv(PEOPLE, [person(1)])),
        name="x.csv", ending="csv", unused=[], by=before.erin, now=NOW + timedelta(days=90),
    )  # fmt: skip
    assert (again.already, again.file.pk, again.file.taken_by) == (True, first.pk, before.erin)


def test_what_has_become_impossible_is_found_at_the_end(before: Cast):
    file = checked(PEOPLE, [person(1), person(2)], before)
    make.registered(before, now=NOW)
    Registration.objects.update(nqsw=Registration.objects.get().nqsw)
    NQSW.objects.filter(registrations__isnull=False).update(swe_number="SW820001")
    left = confirmed(file, before, only_good=False)
    assert (left.taken_at, left.good) == (None, 1)
    assert [row for row, _, _ in found(left)] == [2]
    assert not EarlierRow.objects.exists()
    assert confirmed(left, before).taken == 1


def test_only_what_was_shown_is_taken_over(before: Cast):
    file = checked(PEOPLE, [person(1), person(2, funded="")], before)
    with pytest.raises(Refused, match="Some rows cannot be taken over"):
        confirmed(file, before, only_good=False)
    file.digest = "0" * 64
    with pytest.raises(Stale):
        confirmed(file, before)
    assert not EarlierRow.objects.exists()


def test_money_facts_need_two_people(before: Cast):
    taken(PEOPLE, [person(1)], before)
    file = checked(PAYMENTS, [payment(1)], before)
    for somebody in (before.omar, before.erin, before.adele, before.udo):
        with pytest.raises(NotAllowed):
            confirmed(file, before, by=somebody)
    before.priya.human = before.omar.human
    before.priya.save(update_fields=["human"])
    with pytest.raises(Refused, match=YOURS):
        confirmed(file, before)
    assert Entitlement.objects.count() == 0


def test_a_fault_of_ours_holds_up_no_other_file(before: Cast, monkeypatch: pytest.MonkeyPatch):
    broken, good = sent(PEOPLE, [person(1)], before), sent(PEOPLE, [person(2)], before)
    real = checking.check

    def falls(entries, headings, file, **options):
        if file.pk == broken.pk:
            raise KeyError("Zoë")
        return real(entries, headings, file, **options)

    monkeypatch.setattr(checking, "check", falls)
    checking.check_pending(NOW)
    broken.refresh_from_db()
    good.refresh_from_db()
    assert (broken.state, good.state) == (EarlierState.UNREADABLE, EarlierState.CHECKED)


def test_a_file_is_deleted_and_forgotten(before: Cast):
    file = checked(PEOPLE, [person(1)], before)
    earlier.check_again(file, by=before.erin, now=NOW)
    checking.check_pending(NOW)
    file.refresh_from_db()
    assert earlier.delete(file, by=before.erin, now=NOW).state == EarlierState.DELETED
    kept = taken(PEOPLE, [person(1)], before)
    assert earlier.purge(NOW + timedelta(days=31)) == 1
    kept.refresh_from_db()
    assert (kept.content, kept.state) == (None, EarlierState.TAKEN)
