"""Scenario 8: what waits for me, what I wait for and from whom, the most late first, with days late in words."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from html import unescape

import pytest
from django.test import Client

from accounts import roles
from accounts.models import AuditEvent, User
from assessments.models import ReminderChoice
from assessments.queries.late import maybe_due, maybe_late
from assessments.queries.waiting import coming, late_where_coordinated, late_where_led, waiting_for, waits_on
from assessments.queries.years import running, years
from asye import clock
from registrations.models import Registration
from registrations.services import changes
from registrations.states import DeferralReason
from reporting.presenters.tasks import nothing
from tests.assessments.outstanding.conftest import APPROVED, START
from tests.assessments.outstanding.telling import morning
from tests.cast import Cast
from tests.factories import assessments as make
from tests.factories import registrations as register

pytestmark = pytest.mark.django_db
LATE = date(2026, 10, 11)  # 12 days after the agreement was due


@pytest.fixture(autouse=True)
def twelve_days_late() -> Iterator[None]:
    with clock.moved_to(morning(LATE)):
        yield


@pytest.fixture
def read(client: Client) -> Callable[..., str]:
    """A page in words; with `typed` what its filter answers."""

    def read(user: User, address: str = "/", **typed: str) -> str:
        client.force_login(user)
        answer = client.post(address, typed, follow=True) if typed else client.get(address)
        assert answer.status_code == 200
        main = answer.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", main)))

    return read


def nothing_of(user: User, on: date) -> str:
    """What is said to somebody for whom nothing waits."""
    return nothing(coming(user, on), on)


def test_portfolio_8_each_role_sees_what_is_outstanding_and_how_late(
    began: Registration, cast: Cast, read: Callable[..., str]
) -> None:
    mine = "Start: Support and assessment agreement Noor Ashdown. Due 29 September 2026 12 days late"
    assert mine in read(cast.ben)
    assert mine in read(cast.noor)
    waited = (
        "Support and assessment agreement Noor Ashdown. Waiting for Noor Ashdown and Ben Okafor. "
        "Due 29 September 2026 12 days late"
    )
    assert waited in read(cast.amira)
    assert waited not in read(cast.lena)  # told from fourteen days on
    assert "Noor Ashdown" not in read(cast.cora)
    with clock.moved_to(morning(date(2026, 10, 13))):
        assert waited.replace("12 days", "14 days") in read(cast.lena)


def test_portfolio_4_what_was_sent_back_comes_before_what_is_more_late(
    began: Registration, cast: Cast, read: Callable[..., str]
) -> None:
    on = morning(date(2026, 10, 1))
    record = make.submitted(began, "direct_observation", now=on)
    field = next(one for one in make.schema_of(record).fields if one.is_written_by("nqsw"))
    make.records.return_(
        record, reason="Say more.", about_field=field.key, seen_version=record.version, by=cast.ben, now=on
    )
    first, *others = waiting_for(cast.noor, LATE)
    assert (first.what, first.due, first.is_returned) == ("Change: Direct observation 1", None, True)
    assert [task.due for task in others] == [date(2026, 9, 29)] * 3
    assert "What waits for you Change: Direct observation 1 Noor Ashdown. Sent back for changes" in read(cast.noor)
    waited = next(task for task in waits_on(cast.ben, LATE) if task.is_returned)
    assert (waited.what, waited.who) == ("Change: Direct observation 1", "Noor Ashdown")


def test_what_waits_only_for_a_coordinator_themselves_is_not_waited_for(began: Registration, cast: Cast) -> None:
    make.draft(began, "agreement", now=APPROVED + timedelta(days=20))
    record = began.records.get()
    make.finish(record, "nqsw", by=cast.noor, now=APPROVED + timedelta(days=20))
    cast.ben.memberships.create(role=roles.COORDINATOR.key, employer=cast.northshire, starts_on=START)
    agreement = "Support and assessment agreement"
    assert agreement in [task.what for task in late_where_coordinated(cast.amira, LATE)]
    assert agreement not in [task.what for task in late_where_coordinated(cast.ben, LATE)]
    assert f"Write your part: {agreement}" in [task.what for task in waiting_for(cast.ben, LATE)]


def test_who_leads_and_coordinates_one_employer_sees_what_is_late_once(began: Registration, cast: Cast) -> None:
    on = LATE + timedelta(days=7)
    assert len(late_where_led(cast.lena, on)) == 3
    cast.lena.memberships.create(role=roles.COORDINATOR.key, employer=cast.northshire, starts_on=START)
    assert (len(late_where_coordinated(cast.lena, on)), late_where_led(cast.lena, on)) == (3, [])


def test_while_a_year_is_paused_nothing_is_late(began: Registration, cast: Cast, read: Callable[..., str]) -> None:
    on = morning(date(2026, 9, 20))
    make.draft(began, "agreement", now=on)
    changes.defer(began, date(2026, 9, 20), DeferralReason.SICKNESS, agreed=register.agreed(on), by=cast.amira, now=on)
    assert waiting_for(cast.noor, LATE) == waiting_for(cast.ben, LATE) == []
    assert late_where_coordinated(cast.amira, LATE) == []


def test_an_empty_list_says_what_is_due_next(began: Registration, cast: Cast, read: Callable[..., str]) -> None:
    on = START
    changes.extend(began, 40, "Part time.", by=cast.amira, now=morning(on))
    with clock.moved_to(morning(on)):
        empty = "Nothing waits for you today. Due next: Development plan for the first months"
        assert f"{empty}, on 8 November 2026, in 68 days." in nothing_of(cast.noor, on)
        assert f"{empty}, Noor Ashdown, on 8 November 2026, in 68 days." in read(cast.ben)
        assert "Nothing waits for you today. The" not in read(cast.erin)
        assert "You wait for nobody today." in read(cast.ben, "/waiting/others")
        changes.defer(
            began, on, DeferralReason.SICKNESS, agreed=register.agreed(morning(on)), by=cast.amira, now=morning(on)
        )
        assert "Nothing waits for you today. Your year is paused, and its days move on until the return." in nothing_of(
            cast.noor, on
        )
        assert "Every year you assess is paused" in read(cast.ben)
    assert coming(cast.cal, LATE) is None


def test_a_long_list_is_narrowed_and_nothing_typed_is_in_its_address(
    began: Registration, cast: Cast, read: Callable[..., str], client: Client
) -> None:
    for number in range(1, 8):
        register.registered(
            cast.northshire, by=cast.amira, caseworker=cast.erin, assessor=cast.ben, number=number, now=APPROVED,
            asye_start=START + timedelta(days=30 * (number % 2)), employment_start=START,
        )  # fmt: skip
    assert read(cast.ben, "/waiting").count("Start: ") == 24
    assert read(cast.ben, "/waiting", text="ÁSHDOWN noor").count("Start: ") == 3
    assert read(cast.ben, "/waiting", when="late").count("days late") == 12
    assert "Nothing on this list fits what you selected." in read(cast.ben, "/waiting", text="Nobody")
    assert "Nothing on this list fits what you selected." in read(cast.ben, "/waiting", when="returned")
    assert "Due: Late" in read(cast.ben, "/waiting", when="late", text="self-assessment")
    assert "Noor" not in client.post("/waiting", {"text": "Noor"}).headers["Location"]


def test_what_the_database_finds_holds_all_that_is_due(began: Registration, cast: Cast) -> None:
    """The SELECT that spares working out every year leaves out none in which something is due, and most others."""
    changes.extend(began, 40, "Part time.", by=cast.amira, now=APPROVED)
    done = register.registered(
        cast.northshire, by=cast.amira, caseworker=cast.erin, assessor=cast.ben, number=1, now=APPROVED,
        asye_start=START, employment_start=START, nqsw_user=cast.nils,
    )  # fmt: skip
    for kind, point in (("agreement", ""), ("self_assessment", "start"), ("development_plan", "start")):
        make.agreed(done, kind, review_point=point, now=APPROVED + timedelta(days=20))
    for day in range(0, 400, 9):
        on = START + timedelta(days=day)
        due = {
            year.registration.pk
            for year in years(running(), on)
            if any(thing.due and thing.due <= on for thing in year.things())
        }
        assert due <= set(maybe_due(on, days=0))
        assert set(maybe_late(cast.amira, roles.COORDINATOR, on, days=0)) == set(maybe_due(on, days=0))
        assert maybe_late(cast.cora, roles.COORDINATOR, on, days=0) == []
    assert maybe_due(date(2026, 10, 20), days=0) == [began.pk]
    assert maybe_due(date(2026, 9, 1), days=27) == []
    assert maybe_due(date(2026, 9, 1), days=28) == [began.pk]


def test_a_person_chooses_which_reminders_they_get(began: Registration, cast: Cast, read: Callable[..., str]) -> None:
    assert "Choose which reminders you get" in read(cast.noor, "/waiting")
    assert "What is late is always told" in read(cast.noor, "/reminders")
    assert "You get letters only about what is late." in read(cast.noor, "/reminders", letters="only_late")
    assert "Select which letters you get" in read(cast.ben, "/reminders", letters="")
    assert ReminderChoice.objects.get().person == cast.noor
    assert AuditEvent.objects.get(act="assessments.choose_reminders").codes == ["only_late"]
    assert "You get letters before something is due too." in read(cast.noor, "/reminders", letters="all")


@pytest.mark.parametrize("who", ["amira", "lena", "dev", "erin", "udo"])
def test_what_is_told_to_somebody_for_their_role_they_cannot_turn_off(cast: Cast, client: Client, who: str) -> None:
    client.force_login(getattr(cast, who))
    assert client.get("/reminders").status_code == 403
    assert client.post("/reminders", {"letters": "only_late"}).status_code == 403
