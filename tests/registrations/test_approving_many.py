"""Many registrations approved from the queue: exactly those that were shown, each once."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent
from asye import clock
from asye.refusals import NotAllowed, Refused
from payments.models import Entitlement
from registrations.models import Registration
from registrations.services import approving, checking
from registrations.states import Milestone, State
from tests.cast import NOW
from tests.factories import registrations as make
from tests.registrations.test_races import at_once

pytestmark = pytest.mark.django_db
QUEUE, PREVIEW = "/registrations/queue", "/registrations/queue/approve"


@pytest.fixture(autouse=True)
def at_now(year):
    with clock.moved_to(NOW):
        yield


@pytest.fixture
def sent(cast):
    """`sent(2)` are two registrations that the register confirms, sent a minute apart."""
    numbers = iter(range(100))

    def made(count: int, *, confirmed: bool = True) -> list[Registration]:
        found = []
        for number in (next(numbers) for _ in range(count)):
            at = NOW - timedelta(hours=1) + timedelta(minutes=number)
            one = make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=at, number=number)
            if confirmed:
                checking.check_register_entry(one, by=cast.erin, now=NOW)
            one.refresh_from_db()
            found.append(one)
        return found

    return made


def said(response) -> str:
    return " ".join(response.content.decode().replace("&#x27;", "'").split())


def preview(client, found):
    response = client.post(QUEUE, {"rows": [each.pk for each in found]})
    assert response.status_code == 302, said(response)
    return client.get(response.url)


def form_of(shown) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(rows|digest)" value="([^"]*)"', shown.content.decode()))


def test_it_works(client, cast, sent):
    found = sent(3)
    client.force_login(cast.erin)
    shown = preview(client, found[:2])
    assert all(each.nqsw.full_name in said(shown) for each in found[:2])
    assert found[2].nqsw.full_name not in said(shown)
    assert "£2,000 will be owed in all" in said(shown)
    done = client.post(PREVIEW, form_of(shown), follow=True)
    assert "2 registrations approved" in said(done)
    states = [Registration.objects.get(pk=each.pk).state for each in found]
    assert states == [State.REGISTERED, State.REGISTERED, State.SUBMITTED]
    assert AuditEvent.objects.filter(act="registrations.approve", actor=cast.erin).count() == 2
    again = client.post(PREVIEW, form_of(shown), follow=True)
    assert "No registration was approved" in said(again)
    assert AuditEvent.objects.filter(act="registrations.approve").count() == 2


def test_what_changed_since_is_left_and_said(client, cast, sent):
    changed, same, decided = sent(3)
    client.force_login(cast.erin)
    shown = preview(client, [changed, same, decided])
    checking.check_register_entry(changed, by=cast.erin, now=NOW)
    checking.approve(decided, by=cast.erin, now=NOW)
    done = said(client.post(PREVIEW, form_of(shown), follow=True))
    assert "1 registration approved" in done
    assert done.count("It changed after the page was opened") == 2
    changed.refresh_from_db()
    assert changed.state == State.SUBMITTED


def test_what_cannot_be_approved_is_shown_and_not_sent(client, cast, sent):
    (good,) = sent(1)
    (unchecked,) = sent(1, confirmed=False)
    client.force_login(cast.erin)
    queue = said(client.get(QUEUE))
    assert "Not checked yet" in queue
    shown = preview(client, [good, unchecked])
    assert "Check the Social Work England register before you approve." in said(shown)
    assert [row.split(":")[0] for row in form_of(shown)["rows"].split()] == [str(good.pk)]
    nothing = preview(client, [unchecked])
    assert "None of the registrations you selected can be approved" in said(nothing)
    assert form_of(nothing) == {}


def test_only_caseworkers_and_none_of_their_own(client, cast, sent):
    (own,) = sent(1)
    own.nqsw.user = cast.erin
    own.nqsw.save(update_fields=["user"])
    client.force_login(cast.erin)
    assert "your own" in said(preview(client, [own]))
    (result,) = approving.approve_many([(own.pk, own.version)], by=cast.erin, now=NOW)
    assert "your own" in result.refusal
    for who in (cast.amira, cast.udo, cast.adele, cast.noor, cast.omar):
        with pytest.raises(NotAllowed):
            approving.approve_many([], by=who, now=NOW)
    with pytest.raises(Refused):
        approving.approve_many([(number, 1) for number in range(101)], by=cast.erin, now=NOW)


def test_what_was_paid_before_is_not_owed_again(client, cast, sent):
    (one,) = sent(1)
    Entitlement.objects.create(
        person=one.nqsw,
        milestone=Milestone.REGISTRATION,
        paid_elsewhere_source="The administrator before",
        paid_elsewhere_reference="X1",
    )
    client.force_login(cast.erin)
    shown = said(preview(client, [one]))
    assert ("£0 will be owed in all" in shown, "Nothing" in shown) == (True, True)


@pytest.mark.parametrize("data", [{}, {"rows": ["0"]}, {"rows": ["x"]}, {"rows": ["1", "x\x00"]}])
def test_ticking_nothing_or_nonsense_is_said(client, cast, sent, data):
    sent(1)
    client.force_login(cast.erin)
    assert "There is a problem" in said(client.post(QUEUE, data))


@pytest.mark.parametrize("change", ["digest", "rows"])
def test_what_was_not_shown_is_not_approved(client, cast, sent, change):
    one, other = sent(2)
    client.force_login(cast.erin)
    given = form_of(preview(client, [one]))
    given[change] = {"digest": "0" * 64, "rows": f"{other.pk}:{other.version}:100000"}[change]
    for data in (given, {}, {"rows": "x", "digest": "0" * 64}):
        assert client.post(PREVIEW, data).status_code == 409
    assert not Registration.objects.filter(state=State.REGISTERED).exists()


def test_the_oldest_comes_first_in_pages(client, cast, sent, monkeypatch):
    monkeypatch.setattr("registrations.views.checking.PER_PAGE", 2)
    found = sent(3, confirmed=False)
    client.force_login(cast.erin)
    first = client.get(QUEUE)
    assert [each.pk for each in first.context["page"]] == [each.pk for each in found[:2]]
    second = client.get(QUEUE, {"after": first.context["page"].after})
    assert [each.pk for each in second.context["page"]] == [found[2].pk]


def cost(client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as made:
        assert client.get(url).status_code == 200
    return len(made)


def test_the_pages_cost_the_same_at_one_and_three(client, cast, sent):
    client.force_login(cast.erin)
    found = sent(1)
    costs = []
    for _ in range(2):
        ticked = client.post(QUEUE, {"rows": [each.pk for each in found]}).url
        costs.append((cost(client, QUEUE), cost(client, ticked)))
        found += sent(2)
    assert costs == [(12, 18), (12, 18)]


@pytest.mark.django_db(transaction=True)
def test_two_caseworkers_at_once_approve_each_once(cast, sent):
    found = [(each.pk, each.version) for each in sent(6)]
    results: list[approving.Result] = []

    def press(rows) -> None:
        results.extend(approving.approve_many(rows, by=cast.erin, now=NOW))

    assert at_once(lambda: press(found), lambda: press(found[::-1])) == ["done", "done"]
    assert sum(not each.refusal for each in results) == 6
    assert Registration.objects.filter(state=State.REGISTERED).values("reference").distinct().count() == 6
