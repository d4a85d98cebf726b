"""An employer closes or goes into a successor: who moves, what stays, and where the money goes."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import roles
from accounts.models import Employer, Membership, Notice
from accounts.permissions import has_role
from accounts.services import humans, people
from assessments.models import Record
from assessments.services import records
from asye import clock
from asye.refusals import NotAllowed, Refused, Stale
from payments.models import Line
from payments.queries import owed
from payments.services import batches
from registrations import merger_queries, queries
from registrations.models import AssessorAssignment, Merger, Placement, Registration
from registrations.services import assessors, checking, mergers
from tests.cast import NOW, TODAY, Cast
from tests.factories import payments as pay
from tests.factories import registrations as make

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=40)
DAY = TODAY + timedelta(days=30)


@pytest.fixture
def cast(cast: Cast) -> Cast:
    """Zora is a caseworker too: the second person."""
    people.give_role(cast.zora, roles.CASEWORKER, starts_on=TODAY, by=cast.adele, now=NOW)
    return cast


def one(cast: Cast, number: int = 0) -> Registration:
    return pay.registered(cast, now=NOW, number=number)


def proposed(cast: Cast) -> Merger:
    return mergers.propose(cast.northshire, cast.southmouth, DAY, "One trust.", by=cast.erin, now=NOW)


def confirm(cast: Cast, merger: Merger, now=LATER) -> Merger:
    moving = list(merger_queries.placed_from(merger.employer, merger.effective_on))
    return mergers.confirm(merger, by=cast.zora, now=now, seen_count=len(moving), seen_sha256=mergers.digest(moving))


def test_everybody_moves_on_the_day_and_the_past_stays(cast: Cast) -> None:
    pay.setting(cast, now=NOW)
    first, second = one(cast), one(cast, 1)
    gone = make.withdrawn(one(cast, 2), by=cast.amira, now=NOW)
    done = confirm(cast, proposed(cast))
    assert done.count == 2
    for each in (first, second):
        old, new = Placement.objects.filter(registration=each).order_by("id")
        assert (old.employer, old.ends_on) == (cast.northshire, max(DAY, old.starts_on))
        assert (new.employer, new.starts_on, new.ends_on) == (cast.southmouth, max(DAY, old.starts_on), None)
        assert queries.assessor_of(each, LATER.date()) == cast.ben
    assert Placement.objects.get(registration=gone).employer == cast.northshire
    closed = Employer.objects.get(pk=cast.northshire.pk)
    assert (closed.closed_on, closed.successor, closed.name) == (DAY, cast.southmouth, "Northshire")


def test_cover_and_handover_go_along(cast: Cast) -> None:
    pay.setting(cast, now=NOW)
    registration = one(cast)
    for who in (cast.dev, cast.mina):
        people.give_role(who, roles.ASSESSOR, employer=cast.northshire, starts_on=TODAY, by=cast.adele, now=NOW)
    assessors.assign_assessor(registration, cast.dev, TODAY, "Two visits are open.", by=cast.amira, now=NOW)
    back = LATER.date() + timedelta(days=9)
    assessors.cover_assessor(registration, cast.mina, TODAY, back, "Dev is away.", by=cast.amira, now=NOW)
    confirm(cast, proposed(cast))
    there = AssessorAssignment.objects.filter(placement__employer=cast.southmouth).order_by("cover")
    assert list(there.values_list("assessor", "starts_on", "ends_on", "cover", "note")) == [
        (cast.dev.pk, DAY, None, False, "Two visits are open."),
        (cast.mina.pk, DAY, back, True, "Dev is away."),
    ]


def test_answers_are_corrected_after_the_merger(cast: Cast) -> None:
    """The year keeps the first day it had with the employer before; that day cannot change any more."""
    pay.setting(cast, now=NOW)
    sent = make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW)
    confirm(cast, proposed(cast))
    make.queried(sent, by=cast.erin, now=LATER)
    given = make.answers(cast.cal, on=TODAY)
    earlier = replace(given, asye_start=given.asye_start + timedelta(days=1))
    with pytest.raises(Refused, match="cannot be changed here"):
        checking.answer(sent, "Corrected.", answers=earlier, by=cast.cora, now=LATER)
    checking.answer(sent, "Corrected.", answers=replace(given, job_title="Nurse"), by=cast.cora, now=LATER)
    sent.refresh_from_db()
    assert (sent.job_title, sent.asye_start) == ("Nurse", given.asye_start)
    assert list(sent.placements.values_list("starts_on", "ends_on")) == [(given.asye_start, DAY), (DAY, None)]
    assert queries.assessor_of(sent, LATER.date()) == cast.cal


def test_people_act_for_the_successor_and_no_more_for_what_closed(cast: Cast) -> None:
    pay.setting(cast, now=NOW)
    registration = one(cast)
    confirm(cast, proposed(cast))
    after = LATER.date()
    assert not has_role(cast.amira, roles.COORDINATOR, on=after, employer=cast.northshire)
    assert has_role(cast.amira, roles.COORDINATOR, on=after, employer=cast.southmouth)
    assert has_role(cast.amira, roles.COORDINATOR, on=DAY - timedelta(days=1), employer=cast.northshire)
    assert Membership.objects.get(user=cast.amira, employer=cast.northshire).ends_on is None
    assert registration in queries.registrations_visible_to(cast.cora, after)
    told = set(Notice.objects.filter(kind="registrations.employer_merged").values_list("user", flat=True))
    assert {cast.amira.pk, cast.cora.pk, cast.ben.pk} <= told


def test_nor_does_another_account_that_proves_to_be_the_proposers(cast: Cast) -> None:
    merger = proposed(cast)
    humans.join(cast.erin, cast.zora, now=NOW)
    cast.zora.refresh_from_db()
    with pytest.raises(Refused, match="somebody else has to confirm"):
        confirm(cast, merger)


def test_a_refusal_is_shown_as_an_error(cast: Cast, client: Client) -> None:
    pay.setting(cast, now=NOW)
    merger = proposed(cast)
    client.force_login(cast.zora)
    with clock.moved_to(NOW):
        said = client.post(reverse("merger_confirm", args=[merger.pk]), {"count": 0, "sha256": mergers.digest([])})
    page = said.content.decode()
    assert said.status_code == 409
    assert "<title>Error: Northshire into Southmouth" in page
    assert page.index("There is a problem") < page.index("Confirm it on that day or later") < page.index("<h1")


@pytest.mark.parametrize("count", [1, 3])
def test_what_the_pages_cost(cast: Cast, client: Client, count: int) -> None:
    pay.setting(cast, now=NOW)
    for number in range(count):
        one(cast, number)
    merger = proposed(cast)
    client.force_login(cast.zora)
    pages = [
        reverse("merger", args=[merger.pk]),
        reverse("employer_close", args=[cast.northshire.pk]),
        reverse("merger_propose", args=[cast.southmouth.pk]),
    ]
    cost = []
    for page in pages:
        with clock.moved_to(NOW), CaptureQueriesContext(connection) as made:
            shown = client.get(page).content.decode()
        assert shown.count("CF26") >= (0 if page == pages[2] else count)
        cost.append(len(made))
    assert cost == [14, 11, 11]


def test_exactly_who_was_seen_moves(cast: Cast) -> None:
    pay.setting(cast, now=NOW)
    one(cast)
    merger = proposed(cast)
    moving = list(merger_queries.placed_from(cast.northshire, DAY))
    one(cast, 1)
    with pytest.raises(Stale):
        mergers.confirm(merger, by=cast.zora, now=LATER, seen_count=1, seen_sha256=mergers.digest(moving))
    assert not Placement.objects.filter(employer=cast.southmouth).exists()


def test_refused(cast: Cast) -> None:
    merger = proposed(cast)
    with pytest.raises(Refused, match="somebody else"):
        mergers.confirm(merger, by=cast.erin, now=LATER, seen_count=0, seen_sha256="")
    with pytest.raises(Refused, match="on that day or later"):
        confirm(cast, merger, now=NOW)
    with pytest.raises(Refused, match="is waiting to be confirmed"):
        proposed(cast)
    with pytest.raises(Refused, match="is waiting to be confirmed"):
        mergers.close(cast.southmouth, DAY, "x", by=cast.erin, now=NOW)
    with pytest.raises(Refused, match="cannot go into itself"):
        mergers.propose(cast.southmouth, cast.southmouth, DAY, "x", by=cast.erin, now=NOW)
    with pytest.raises(Refused, match="Enter why"):
        mergers.cancel(merger, " ", by=cast.erin, now=NOW)
    mergers.cancel(merger, "A mistake.", by=cast.zora, now=NOW)
    for act in (confirm, lambda cast, merger: mergers.cancel(merger, "x", by=cast.erin, now=NOW)):
        with pytest.raises(Refused, match="called off"):
            act(cast, merger)
    again = proposed(cast)
    confirm(cast, again)
    with pytest.raises(Refused, match="already been confirmed"):
        confirm(cast, again)


@pytest.mark.parametrize("who", ["amira", "lena", "omar", "priya", "adele", "udo", "ana", "noor"])
def test_only_caseworkers(cast: Cast, who: str) -> None:
    by = getattr(cast, who)
    with pytest.raises(NotAllowed):
        mergers.propose(cast.northshire, cast.southmouth, DAY, "x", by=by, now=NOW)
    with pytest.raises(NotAllowed):
        mergers.close(cast.northshire, DAY, "x", by=by, now=NOW)
    merger = proposed(cast)
    with pytest.raises(NotAllowed):
        mergers.confirm(merger, by=by, now=LATER, seen_count=0, seen_sha256=mergers.digest([]))
    with pytest.raises(NotAllowed):
        mergers.cancel(merger, "x", by=by, now=NOW)


class TestClosing:
    def test_nobody_acts_or_is_registered_from_that_day(self, cast: Cast) -> None:
        pay.setting(cast, now=NOW)
        closed = mergers.close(cast.northshire, DAY, "No more social work.", by=cast.erin, now=NOW)
        assert closed.closed_on == DAY
        with pytest.raises(Refused, match="nobody can be registered"):
            make.submitted(closed, by=cast.amira, assessor=cast.ben, now=NOW)
        for who, role in ((cast.amira, roles.COORDINATOR), (cast.ben, roles.ASSESSOR)):
            assert has_role(who, role, on=DAY - timedelta(days=1), employer=closed)
            assert not has_role(who, role, on=DAY, employer=closed)

    def test_who_is_there_must_move_or_end_first(self, cast: Cast) -> None:
        pay.setting(cast, now=NOW)
        registration = one(cast)
        with pytest.raises(Refused, match="1 NQSW is still placed with Northshire"):
            mergers.close(cast.northshire, DAY, "x", by=cast.erin, now=NOW)
        make.withdrawn(registration, by=cast.amira, now=NOW)
        assert mergers.close(cast.northshire, DAY, "x", by=cast.erin, now=NOW).closed_on == DAY


class TestMoney:
    def test_what_is_owed_waits_for_the_successors_vendor_details(self, cast: Cast) -> None:
        """Scenario 24 of the peers: the successor and its vendor number are confirmed by a second person."""
        make.published_year(2026, by=cast.adele, second=cast.zora, now=NOW)
        pay.grant_year(2026)
        pay.payee(cast.northshire, cast, now=NOW)
        one(cast)
        assert [each.blocked for each in owed(NOW)] == [""]
        confirm(cast, proposed(cast))
        (waits,) = owed(LATER)
        assert (waits.employer_name, waits.blocked) == ("Southmouth", "no_payee")
        pay.payee(cast.southmouth, cast, now=LATER)
        (due,) = owed(LATER)
        assert due.blocked == ""
        line = pay.draft(cast, now=LATER).lines.get()
        assert line.employer == cast.southmouth
        assert line.sentence.endswith("registered the NQSW: Southmouth, which took over Northshire.")

    def test_a_merger_between_approval_and_release_holds_the_lines(self, cast: Cast) -> None:
        pay.setting(cast, now=NOW)
        one(cast)
        batch = pay.ready(cast, now=NOW)
        confirm(cast, proposed(cast))
        with pytest.raises(Refused, match="Northshire closed after batch"):
            batches.download_file(batch, by=cast.omar, now=LATER)
        with pytest.raises(Refused, match="Northshire closed after batch"):
            batches.mark_handed_over(batch, by=cast.omar, now=LATER, seen_sha256=batch.content_sha256)
        batches.cancel(batch, "Merged.", by=cast.omar, now=LATER)
        assert [each.employer_name for each in owed(LATER)] == ["Southmouth"]
        kept = Line.objects.get()
        assert (kept.employer_name, kept.closed_as) == ("Northshire", "cancelled")

    def test_a_draft_made_before_is_no_longer_owed_as_it_says(self, cast: Cast) -> None:
        pay.setting(cast, now=NOW)
        one(cast)
        batch = pay.draft(cast, now=NOW)
        confirm(cast, proposed(cast))
        with pytest.raises(Refused, match="no longer owed"):
            batches.submit(batch, by=cast.omar, now=LATER, seen_version=batch.version)


def test_records_of_the_year_go_along(cast: Cast) -> None:
    """Who looked after the year reads on at the successor; nobody reads there what ended before."""
    pay.setting(cast, now=NOW)
    moves, gone = one(cast), one(cast, 1)
    record, earlier = (records.open_record(each, "agreement", by=cast.ben, now=NOW) for each in (moves, gone))
    make.withdrawn(gone, by=cast.amira, now=NOW)
    readers = (cast.cora, cast.cal, cast.amira, cast.ben)
    before = [Record.objects.visible_to(user, TODAY).filter(pk=record.pk).exists() for user in readers]
    confirm(cast, proposed(cast))
    on = LATER.date()
    after = [Record.objects.visible_to(user, on).filter(pk=record.pk).exists() for user in readers]
    assert (before, after) == ([False, False, True, True], [True, False, True, True])
    assert not Record.objects.visible_to(cast.cora, on).filter(pk=earlier.pk).exists()
