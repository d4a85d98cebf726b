"""What a change of the year does to money, and the page that shows it before it is confirmed (scenarios 15 to 19)."""

import html
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import roles
from assessments.services import appeals
from asye import clock
from asye.refusals import Refused
from payments.models import Batch, Line
from payments.presenters import effects
from payments.queries import owed
from payments.queries.effects import to_recover
from payments.queries.waiting import waiting_for
from registrations.models import Change, Registration
from registrations.services import changes, transfers, undoing
from tests.cast import NOW, TODAY, Cast
from tests.factories import accounts as people
from tests.factories import payments as make
from tests.factories import registrations as make_registrations
from tests.ground.built_once import built_once

pytestmark = pytest.mark.django_db
TOMORROW = NOW + timedelta(days=1)
PAID_BY = NOW + timedelta(days=2)


def text_of(response: HttpResponse) -> str:
    """What a page says, without its markup."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def fresh(registration: Registration) -> Registration:
    return Registration.objects.select_related("programme_year", "nqsw").get(pk=registration.pk)


def told(registration: Registration, act: Callable[[], object], *, moves: bool = False) -> list[str]:
    """The sentences on money of an act that is then done."""
    before = effects.look(fresh(registration), PAID_BY)
    act()
    return effects.money_lines(before, effects.look(fresh(registration), PAID_BY), moves=moves)


def withdraw(registration: Registration, cast: Cast, days: int = 30) -> object:
    on = registration.asye_start + timedelta(days=days)
    return changes.withdraw(fresh(registration), min(on, PAID_BY.date()), "They left.", by=cast.amira, now=PAID_BY)


@built_once
def kept(cast: Cast) -> Registration:
    """Paid for once, in a year that recovers nothing after a withdrawal."""
    make.setting(cast, now=NOW, on_withdrawal="keep")
    registration = make.registered(cast, now=NOW)
    make.confirmed(cast, now=NOW)
    return registration


def test_unpaid_start_pay_is_void_after_a_withdrawal(cast: Cast, registration: Registration) -> None:
    first, second = told(registration, lambda: withdraw(registration, cast))
    assert first == "The first payment of £1,000 has not been paid, and will not be."
    assert second == "The second payment of £1,000 is not made."
    assert owed(PAID_BY) == []
    assert not to_recover().exists()


def test_an_undone_withdrawal_restores_what_is_owed_once(cast: Cast, registration: Registration) -> None:
    withdraw(registration, cast)
    made = Change.objects.latest("id")
    first, _ = told(registration, lambda: undoing.undo(made, "Mistake.", by=cast.amira, now=PAID_BY))
    assert "is owed again" in first
    assert [one.milestone for one in owed(PAID_BY)] == ["registration"]


def test_a_return_makes_no_second_start_payment(cast: Cast, registration: Registration, first_paid: Batch) -> None:
    """Scenario 18: nothing is owed while deferred, nor because of the return."""
    agreed = make_registrations.agreed(TOMORROW)

    def defer() -> object:
        return changes.defer(fresh(registration), TODAY, "sickness", agreed=agreed, by=cast.amira, now=TOMORROW)

    first, second = told(registration, defer)
    assert first == "The first payment of £1,000 has been paid. It does not change."
    assert second.startswith("The second payment of £1,000 does not change")
    changes.resume(fresh(registration), PAID_BY.date(), by=cast.amira, now=PAID_BY)
    assert owed(PAID_BY) == []
    assert Line.objects.count() == 1


def test_nothing_is_confirmed_while_deferred(cast: Cast, registration: Registration) -> None:
    make_registrations.joined(registration.nqsw, cast.noor)
    make_registrations.deferred(fresh(registration), by=cast.amira, now=NOW)
    with pytest.raises(Refused, match="deferred"):
        make.completed(fresh(registration), "pass", cast, now=PAID_BY)
    assert [one.milestone for one in owed(PAID_BY)] == ["registration"]


def day(name: str, when: object) -> dict[str, object]:
    return {f"{name}_{part}": getattr(when, part) for part in ("day", "month", "year")}


def test_the_page_shows_dates_and_money_and_keeps_nothing_before_it_is_confirmed(
    cast: Cast, registration: Registration, client: Client
) -> None:
    client.force_login(cast.amira)
    url = reverse("registration_extend", args=[registration.pk])
    given = {"days": "30", "reason": "Part-time", "version": registration.version}
    with clock.moved_to(NOW):
        words = text_of(client.post(url, given))
        assert "Final review" in words
        assert "30 September 2027" in words
        assert "The second payment of £1,000 stays the same" in words
        assert not Change.objects.exists()
        client.post(url, {**given, "confirmed": "yes"})
    assert Change.objects.get().kind == "extension"


def test_a_move_through_the_pages(cast: Cast, registration: Registration, client: Client) -> None:
    """Southmouth asks by number; Northshire is shown the boundary and the money, and agrees."""
    starts = TODAY + timedelta(days=10)
    with clock.moved_to(NOW):
        client.force_login(cast.cora)
        assert "No NQSW moves between employers" in text_of(client.get(reverse("moves")))
        asked = {
            "swe_number": registration.nqsw.swe_number,
            **day("starts_on", starts),
            "assessor": cast.cal.pk,
            "version": 0,
        }
        shown = text_of(client.post(reverse("take_over"), asked))
        assert "never" not in shown.partition("The money")[0]
        assert registration.nqsw.last_name not in shown
        assert "Northshire" not in shown
        listed = text_of(client.post(reverse("take_over"), {**asked, "confirmed": "yes"}, follow=True))
        assert registration.nqsw.last_name not in listed
        assert "Northshire" not in listed
        move = registration.moves.get()
        assert "Northshire" not in text_of(client.get(reverse("move", args=[move.pk])))
        client.force_login(cast.amira)
        assert "Give the day they leave" in text_of(client.get(reverse("move", args=[move.pk])))
        url = reverse("move_agree", args=[move.pk])
        assert "Southmouth asks to go on with their year from 24 September 2026" in text_of(client.get(url))
        given = {**day("leaves_on", starts), "version": fresh(registration).version}
        assert "goes to the employer where the year is completed" in text_of(client.post(url, given))
        client.post(url, {**given, "confirmed": "yes"})
    assert registration.placements.count() == 2
    move.refresh_from_db()
    assert move.done_at is not None


def test_an_unfunded_person_has_no_payment_to_change(cast: Cast, open_year: None) -> None:
    registration = make_registrations.registered(
        cast.northshire,
        by=cast.amira,
        caseworker=cast.erin,
        assessor=cast.ben,
        now=NOW,
        number=0,
        qualified_on=TODAY - timedelta(days=365 * 6),
        swe_registered_from=TODAY - timedelta(days=365 * 6),
    )
    assert registration.verdict == "unfunded"
    assert told(registration, lambda: withdraw(registration, cast)) == [
        "They take part without funding, so this changes no payment."
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_what_the_lists_cost(cast: Cast, open_year: None, client: Client, count: int) -> None:
    found = [make.registered(cast, now=NOW, number=number) for number in range(count)]
    make.confirmed(cast, now=NOW)
    for registration in found:
        transfers.let_go(fresh(registration), TODAY, cast.southmouth, by=cast.amira, now=NOW)
    assert (_cost(client, cast.erin, "moves"), _cost(client, cast.cora, "moves")) == (MOVES, MOVES_OF_ONE)
    for registration in found:
        withdraw(registration, cast)
    assert _cost(client, cast.omar, "recoveries") == RECOVERIES


def test_a_year_that_never_started_is_proposed_under_every_rule(cast: Cast, kept: Registration) -> None:
    """Backdated before the start: paid start pay becomes a proposal, and none once the withdrawal is undone."""
    first, _ = told(kept, lambda: withdraw(kept, cast, days=-1))
    assert "because their year never started" in first
    assert to_recover().count() == 1
    made = Change.objects.latest("id")
    first, _ = told(kept, lambda: undoing.undo(made, "Mistake.", by=cast.amira, now=PAID_BY))
    assert first == "The first payment of £1,000 stays paid: it is no longer to be recovered."
    assert not to_recover().exists()


def test_a_restart_keeps_the_paid_slot_paid(cast: Cast, kept: Registration) -> None:
    withdraw(kept, cast)
    later = NOW + timedelta(days=60)
    again = make_registrations.submitted(
        cast.southmouth, by=cast.cora, assessor=cast.cal, now=later, email="again@people.example"
    )
    make_registrations.approved(again, by=cast.erin, now=later)
    assert again.nqsw_id == kept.nqsw_id
    assert owed(later) == []


@pytest.mark.parametrize(("rule", "proposed"), [("do_not_pay", True), ("pay", False)])
def test_a_paid_pass_that_an_appeal_turns_into_a_fail(cast: Cast, client: Client, rule: str, proposed: bool) -> None:
    """P10: whether a fail earns the second payment is the programme year's; what was paid for the pass follows it."""
    make.setting(cast, now=NOW, on_fail=rule)
    registration = make.registered(cast, now=NOW)
    outcome = make.completed(registration, "pass", cast, now=NOW)
    make.confirmed(cast, now=NOW)
    appeal = appeals.open_(outcome, grounds="The evidence was mixed up.", by=cast.amira, now=TOMORROW)
    assert not to_recover().exists()
    people.in_role(cast.nils, roles.SENIOR_LEAD, cast.northshire, by=cast.adele, now=NOW)
    given = {"result": "upheld", "because": "It was.", "notice_on": TOMORROW.date()}
    appeals.close(appeal, **given, by=cast.nils, now=TOMORROW)
    assert [line.milestone for line in to_recover()] == (["completion"] if proposed else [])
    client.force_login(cast.omar)
    with clock.moved_to(PAID_BY):
        shown = text_of(client.get(reverse("recoveries")))
    assert ("The pass it was paid for became a fail" in shown) == proposed


@pytest.mark.parametrize(("rule", "proposed"), [("recover", True), ("keep", False)])
def test_paid_start_pay_is_a_proposal_where_the_year_recovers_it(cast: Cast, rule: str, proposed: bool) -> None:
    make.setting(cast, now=NOW, on_withdrawal=rule)
    registration = make.registered(cast, now=NOW)
    make.confirmed(cast, now=NOW)
    first, _ = told(registration, lambda: withdraw(registration, cast))
    said = "a payments officer decides how" if proposed else "recovers nothing after a withdrawal"
    assert said in first
    assert to_recover().exists() == proposed
    assert Line.objects.get().closed_as is None  # no automatic debit
    tasks = [task.what for task in waiting_for(cast.omar, PAID_BY.date())]
    assert ("Look at payments to be recovered" in tasks) == proposed


def test_an_extension_beyond_the_last_paid_day_is_said(cast: Cast) -> None:
    last = TODAY + timedelta(days=420)
    make.setting(cast, now=NOW, last_completion_on=last)
    registration = make.registered(cast, now=NOW)
    _, second = told(registration, lambda: changes.extend(fresh(registration), 60, "More.", by=cast.amira, now=PAID_BY))
    assert "so it would not be made" in second


@pytest.mark.parametrize(
    ("rule", "said"), [("completing", "where the year is completed"), ("registering", "that registered them")]
)
def test_a_move_says_who_gets_the_second_payment(cast: Cast, rule: str, said: str) -> None:
    make.setting(cast, now=NOW, on_move=rule)
    registration = make.registered(cast, now=NOW)

    def let_go() -> object:
        return transfers.let_go(fresh(registration), TODAY, cast.southmouth, by=cast.amira, now=PAID_BY)

    assert said in told(registration, let_go, moves=True)[1]


MOVES, MOVES_OF_ONE, RECOVERIES = 13, 14, 13


def _cost(client: Client, who: object, page: str) -> int:
    client.force_login(who)  # type: ignore[arg-type]
    client.get(reverse(page))
    with CaptureQueriesContext(connection) as made:
        assert client.get(reverse(page)).status_code == 200
    return len(made)
