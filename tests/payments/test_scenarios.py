"""Scenarios of registrations and their money that the service must stand, one test each by its number."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts import roles
from accounts.services import employers, people
from assessments.models import Outcome, Revision
from assessments.services import outcomes
from asye import clock
from asye.refusals import NotAllowed, Refused
from payments.models import GrantYear, Line, Payee
from payments.queries import forecast, owed
from payments.queries.effects import to_recover
from payments.queries.lines import content
from payments.services import batches, payees, sharing
from registrations import merger_queries, queries
from registrations.models import Change, Placement, ProgrammeYear, Registration
from registrations.services import changes, mergers, undoing, years
from registrations.states import ChangeKind
from tests.cast import NOW, TODAY, Cast
from tests.factories import assessments as make_assessments
from tests.factories import payments as make
from tests.factories import registrations as make_registrations
from tests.payments.test_changes import text_of

pytestmark = pytest.mark.django_db
LEFT = TODAY + timedelta(days=10)
LATER = NOW + timedelta(days=20)


def fresh(registration: Registration) -> Registration:
    return Registration.objects.select_related("programme_year", "nqsw__user").get(pk=registration.pk)


def recommended(registration: Registration, cast: Cast, result: str, *, now: datetime) -> Revision:
    """Noor's year up to its recommendation, which everybody has signed."""
    make_registrations.joined(registration.nqsw, cast.noor)
    found = make_assessments.recommended(fresh(registration), result, now=now).current_revision
    assert found is not None
    return found


def confirm(final: Revision, cast: Cast, result: str, *, now: datetime) -> Outcome:
    """Lena confirms what was recommended."""
    return outcomes.record_outcome(
        fresh(final.record.registration),
        final_revision=final,
        result=result,
        moderation_basis="not_sampled",
        notice_on=now.date() if result == "fail" else None,
        by=cast.lena,
        now=now,
    )


@pytest.mark.parametrize(
    ("last_day", "in_time", "too_late"),
    [
        (
            date(2027, 3, 31),
            datetime(2027, 3, 31, 22, 59, 30, tzinfo=UTC),
            datetime(2027, 3, 31, 23, 0, 10, tzinfo=UTC),
        ),
        (date(2027, 1, 31), datetime(2027, 1, 31, 23, 59, 30, tzinfo=UTC), datetime(2027, 2, 1, 0, 0, 10, tzinfo=UTC)),
    ],
    ids=["summer time", "winter time"],
)
def test_scenario_12_the_window_closes_at_midnight_in_london(
    cast: Cast, last_day: date, in_time: datetime, too_late: datetime
) -> None:
    """23:59:30 of the last day is in and 00:00:10 is out, on both sides of the change of the clocks."""
    make.setting(cast, now=NOW, window_to=last_day)
    start = last_day - timedelta(days=14)
    given = {"by": cast.amira, "assessor": cast.ben, "asye_start": start, "employment_start": start}
    with pytest.raises(Refused, match="Registration is closed"):
        make_registrations.submitted(cast.northshire, now=too_late, **given)
    made = make_registrations.submitted(cast.northshire, now=in_time, **given)
    assert made.programme_year == queries.year_open(last_day)


def test_scenario_13_registered_on_the_other_side_of_the_financial_year(cast: Cast) -> None:
    """Start on 31 March, registered on 2 April: the programme year of the day it was sent, the grant year of the day it
    was approved; and it waits in the list however far the year has turned."""
    make_registrations.published_year(2026, by=cast.adele, second=cast.zora, now=NOW)
    sent = datetime(2027, 4, 2, 9, 0, tzinfo=UTC)
    following = make_registrations.published_year(2027, by=cast.adele, second=cast.zora, now=sent)
    for start in (2026, 2027):
        make.grant_year(start)
    start = date(2027, 3, 31)
    registration = make_registrations.registered(
        cast.northshire,
        by=cast.amira,
        caseworker=cast.erin,
        assessor=cast.ben,
        now=sent,
        asye_start=start,
        employment_start=start,
    )
    assert registration.programme_year == following
    april = date(2027, 4, 1)
    for later in (sent, datetime(2028, 5, 1, 9, 0, tzinfo=UTC)):
        (due,) = owed(later)
        assert (due.due_on, due.grant_year, due.blocked) == (date(2027, 4, 2), "2027-28", "no_payee")
        in_april = [
            (year.code, month.pence["owed"])
            for year in forecast(later)
            for month in year.months
            if month.first == april
        ]
        assert in_april == [("2027-28", 100_000)]
    make.payee(cast.northshire, cast, now=later)
    file = bytes(make.released(cast, now=later).file.content).decode()
    assert ",Northshire,registration,2027-28,1000.00" in file


@pytest.mark.parametrize(("on_move", "paid"), [("completing", "Southmouth"), ("registering", "Northshire")])
def test_scenario_15_a_move_between_the_two_payments(cast: Cast, client: Client, on_move: str, paid: str) -> None:
    """The second payment goes to the one employer that the programme year names. The first employer can act no more,
    and still reads its line and its statement."""
    make.setting(cast, now=NOW, on_move=on_move)
    registration = make.registered(cast, now=NOW)
    make.confirmed(cast, now=NOW)
    make.moved(registration, cast.southmouth, cast.cal, on=TODAY, by=cast.cora, now=NOW)
    with pytest.raises(NotAllowed):
        changes.extend(fresh(registration), 5, "More.", by=cast.amira, now=LATER)
    make.completed(fresh(registration), "pass", cast, now=LATER, by=cast.sol)
    assert [(due.milestone, due.employer_name) for due in owed(LATER)] == [("completion", paid)]
    line = Line.objects.get()
    client.force_login(cast.amira)
    with clock.moved_to(LATER):
        assert client.get(reverse("line", args=[line.pk])).status_code == 200
        statement = client.get(reverse("statement", args=[cast.northshire.pk, "2026-27"]))
    assert registration.reference in text_of(statement)


def test_scenario_17_a_year_that_was_complete_before_the_withdrawal(cast: Cast, client: Client) -> None:
    """An outcome has no day of its own but that of its decision. A withdrawn year gets none, whichever day is meant;
    where it was complete before, the withdrawal is undone with a reason, and then the outcome is confirmed."""
    make.setting(cast, now=NOW)
    registration = make.registered(cast, now=NOW)
    make.confirmed(cast, now=NOW)
    final = recommended(registration, cast, "pass", now=NOW + timedelta(days=9))
    changes.withdraw(fresh(registration), LEFT, "They left.", by=cast.amira, now=LATER)

    for days in (9, 10, 11, 20):  # the day before, the day itself and later
        with pytest.raises(Refused, match=r"withdrawn as of 24 September 2026.* undo the withdrawal first"):
            confirm(final, cast, "pass", now=NOW + timedelta(days=days))
    client.force_login(cast.amira)
    with clock.moved_to(LATER):
        page = text_of(client.get(reverse("registration", args=[registration.pk])))
    assert "if the year was complete before that day, the co-ordinator undoes the withdrawal first." in page
    assert owed(LATER) == []
    withdrawal = Change.objects.get(kind=ChangeKind.WITHDRAWAL)
    undoing.undo(withdrawal, "The year was complete on 23 September.", by=cast.amira, now=LATER)
    confirm(final, cast, "pass", now=LATER)
    assert [due.milestone for due in owed(LATER)] == ["completion"]
    assert not to_recover().exists()
    withdrawal.refresh_from_db()
    assert withdrawal.undone_because == "The year was complete on 23 September."


@pytest.mark.parametrize("paid", [False, True])
def test_scenario_17_a_withdrawal_backdated_before_the_start(cast: Cast, paid: bool) -> None:
    """Start pay that was not paid is void; what was paid is proposed for recovery, and nothing is taken by itself."""
    make.setting(cast, now=NOW)
    registration = make.registered(cast, now=NOW)
    if paid:
        make.confirmed(cast, now=NOW)
    before = registration.asye_start - timedelta(days=1)
    changes.withdraw(fresh(registration), before, "They never came.", by=cast.amira, now=LATER)
    assert (owed(LATER), to_recover().count()) == ([], int(paid))
    assert all(line.closed_as is None and line.kind == "payment" for line in Line.objects.all())


def test_scenario_18_defer_resume_fail_and_a_fail_turned_round(cast: Cast) -> None:
    """Nothing is completed while deferred, the return pays nothing again, a fail follows the programme year, and a
    fail that was a mistake restores the second payment once."""
    make.setting(cast, now=NOW)
    registration = make.registered(cast, now=NOW)
    make.confirmed(cast, now=NOW)
    final = recommended(registration, cast, "fail", now=NOW)
    changes.defer(fresh(registration), TODAY, "sickness", agreed=make_registrations.agreed(NOW), by=cast.amira, now=NOW)
    with pytest.raises(Refused, match="deferred"):
        confirm(final, cast, "fail", now=NOW)
    back = NOW + timedelta(days=5)
    changes.resume(fresh(registration), back.date(), by=cast.amira, now=back)
    assert owed(back) == []
    failed = confirm(final, cast, "fail", now=LATER)
    assert owed(LATER) == []
    outcomes.supersede(
        failed, result="pass", because="Two results were swapped.", notice_on=None, under=None, by=cast.lena, now=LATER
    )
    (due,) = owed(LATER)
    assert (due.milestone, Placement.objects.count()) == ("completion", 1)
    make.released(cast, now=LATER)
    assert owed(LATER + timedelta(days=400)) == []


def _renamed(cast: Cast, name: str) -> None:
    details = employers.Details(name, cast.northshire.kind, cast.northshire.region)
    employers.change_details(cast.northshire, details, "We grew.", by=cast.adele, now=LATER)


def test_scenario_4_a_batch_is_frozen_and_says_what_has_happened_since(cast: Cast, client: Client) -> None:
    """The employer’s name, its vendor number, the rate and an NQSW’s status change: neither lines nor file do, and the
    approver sees which lines it is about."""
    make.setting(cast, now=NOW)
    left, stays = (make.registered(cast, now=NOW, number=number) for number in range(2))
    batch = make.submitted(cast, now=NOW)
    before, lines = content(batch), list(Line.objects.order_by("pk").values())
    _renamed(cast, "Northshire Together")
    proposed = payees.propose(cast.northshire, "VN77777", by=cast.omar, now=LATER)
    with pytest.raises(Refused, match=f"payments in batch {batch.reference}"):
        make.verified(proposed, cast, now=LATER)
    correction = years.draft_correction(stays.programme_year, "Another rate.", by=cast.adele, now=LATER)
    amounts = {"registration": 90_000, "completion": 90_000}
    years.edit_year(correction, {}, amounts_pence=amounts, by=cast.adele, now=LATER)
    years.publish_year(ProgrammeYear.objects.get(pk=correction.pk), by=cast.zora, now=LATER)
    changes.withdraw(fresh(left), LEFT, "They left.", by=cast.amira, now=LATER)
    withdrawn_line = batch.lines.get(registration=left)
    assert (content(batch), list(Line.objects.order_by("pk").values())) == (before, lines)

    client.force_login(cast.priya)
    for page in ("batch", "batch_approve"):
        with clock.moved_to(LATER):
            shown = text_of(client.get(reverse(page, args=[batch.pk])))
        assert f"{withdrawn_line.reference} {left.reference} What it pays is no longer owed" in shown
        for said in (
            "The employer has another name now; the file keeps the one it had: Northshire Together.",
            "Other vendor details were proposed; the line is paid under those in use.",
            "A newer version of its programme year pays another amount; it keeps its own.",
        ):
            assert shown.count(said) == 2, said
    with pytest.raises(Refused, match=f"{withdrawn_line.reference} of {left.reference}"):
        make.approve(batch, cast, now=LATER)
    batches.hold_line(withdrawn_line, "They left.", by=cast.omar, now=LATER)
    batch.refresh_from_db()
    batch = make.approve(batches.submit(batch, by=cast.omar, now=LATER, seen_version=batch.version), cast, now=LATER)
    make.files.write_pending(LATER)
    file = bytes(batch.file.content).decode()
    line = batch.lines.get()
    number = Payee.objects.get(employer=cast.northshire, ended_at__isnull=True, verified_at__isnull=False).vendor_number
    assert f"{line.reference},{number},Northshire,registration,2026-27,1000.00" in file


def _merged(cast: Cast, on: datetime) -> None:
    """Northshire goes into Southmouth: proposed by Erin, confirmed by Zora."""
    day = on.date()
    merger = mergers.propose(cast.northshire, cast.southmouth, day, "One trust.", by=cast.erin, now=on)
    moving = list(merger_queries.placed_from(cast.northshire, day))
    digest = mergers.digest(moving)
    with pytest.raises(Refused, match="somebody else has to confirm it"):
        mergers.confirm(merger, by=cast.erin, now=on, seen_count=len(moving), seen_sha256=digest)
    mergers.confirm(merger, by=cast.zora, now=on, seen_count=len(moving), seen_sha256=digest)


@pytest.mark.parametrize("same_number", [False, True])
def test_scenario_24_an_employer_merges_between_approval_and_release(cast: Cast, same_number: bool) -> None:
    """Nothing of the approved batch is paid to the employer that is gone. A second person confirms the successor, and
    another its vendor number; where that is the number of the employer that is gone, a second person confirms that
    too. What was paid before stays with the old name."""
    people.give_role(cast.zora, roles.CASEWORKER, starts_on=TODAY, by=cast.adele, now=NOW)
    make.setting(cast, now=NOW)
    own = Payee.objects.get(employer=cast.northshire)
    Payee.objects.filter(employer=cast.southmouth).update(ended_at=NOW)
    make.registered(cast, now=NOW, number=1)
    paid = make.confirmed(cast, now=NOW).lines.get()
    make.registered(cast, now=NOW)
    batch = make.ready(cast, now=NOW)
    _merged(cast, LATER)
    with pytest.raises(Refused, match=f"Northshire closed after batch {batch.reference} was prepared"):
        batches.mark_handed_over(batch, by=cast.omar, now=LATER, seen_sha256=batch.content_sha256)
    with pytest.raises(Refused, match="what is owed goes to the successor once its vendor details are verified"):
        batches.download_file(batch, by=cast.omar, now=LATER)
    batches.cancel(batch, "Northshire has merged.", by=cast.omar, now=LATER)
    assert [(due.employer_name, due.blocked) for due in owed(LATER)] == [("Southmouth", "no_payee")]

    number = own.vendor_number if same_number else "VN77777"
    proposed = payees.propose(cast.southmouth, number, by=cast.omar, now=LATER)
    people.give_role(cast.omar, roles.PAYMENTS_APPROVER, starts_on=LATER.date(), by=cast.adele, now=LATER)
    with pytest.raises(Refused, match="You proposed these details"):
        make.verified(proposed, cast, now=LATER, by=cast.omar)
    GrantYear.objects.update(cool_off_days=0)
    verified = make.verified(proposed, cast, now=LATER)
    if same_number:
        assert [due.blocked for due in owed(LATER)] == ["shared_number"]
        said = sharing.explain(own, verified, "It took Northshire over.", by=cast.omar, now=LATER)
        with pytest.raises(Refused, match="somebody else has to confirm it"):
            sharing.confirm(said, by=cast.omar, now=LATER)
        sharing.confirm(said, by=cast.priya, now=LATER)
    line = make.released(cast, now=LATER).lines.get()
    assert (line.employer_name, line.payee, line.follows) == ("Southmouth", verified, batch.lines.get())
    assert line.sentence.endswith("Southmouth, which took over Northshire.")
    paid.refresh_from_db()
    assert (paid.employer_name, paid.closed_as, batch.lines.get().closed_as) == ("Northshire", None, "cancelled")
