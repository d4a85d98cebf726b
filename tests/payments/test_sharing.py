"""Two employers under one vendor number: held until two people have said why that is right."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import roles
from accounts.models import AuditEvent, Employer, Notice, User
from accounts.services import humans, people
from asye import clock
from asye.refusals import NotAllowed, Refused, Stale
from payments.models import Batch, Payee, SharedNumber
from payments.presenters.ageing import blocked_rows
from payments.queries import owed, waiting_for
from payments.queries.sharing import shared_numbers
from payments.services import batches, payees, sharing
from tests.cast import NOW, TODAY, Cast
from tests.factories import payments as make
from tests.factories import registrations as make_registrations
from tests.ground.built_once import built_once

pytestmark = pytest.mark.django_db
WHY = "Southmouth runs the programme of Northshire."


@built_once
def two(cast: Cast) -> tuple[Payee, Payee]:
    """Both employers are paid under one number, and are owed a payment each."""
    make_registrations.published_year(2026, by=cast.adele, second=cast.zora, now=NOW)
    make.grant_year()
    both = tuple(make.payee(each, cast, now=NOW, number="VN55555") for each in (cast.northshire, cast.southmouth))
    make.registered(cast, now=NOW)
    make.registered(cast, now=NOW, number=1, at="southmouth")
    return both[0], both[1]


def explained(two: tuple[Payee, Payee], cast: Cast) -> SharedNumber:
    return sharing.explain(*two, WHY, by=cast.omar, now=NOW)


def test_it_works(two: tuple[Payee, Payee], cast: Cast) -> None:
    assert [one.blocked for one in owed(NOW)] == ["shared_number"] * 2
    said = sharing.explain(two[1], two[0], WHY, by=cast.omar, now=NOW)  # whichever is named first
    assert [one.blocked for one in owed(NOW)] == ["shared_number"] * 2
    sharing.confirm(said, by=cast.priya, now=NOW)
    assert [one.blocked for one in owed(NOW)] == ["", ""]
    assert make.confirmed(cast, now=NOW).lines.count() == 2


def test_what_is_blocked_says_what_to_do(two: tuple[Payee, Payee], cast: Cast) -> None:
    row = blocked_rows(owed(NOW))[0]
    assert row[-1].startswith("Another employer has the same vendor number. Say under “Vendor details” why")


def test_it_is_said_by_one_and_confirmed_by_another(two: tuple[Payee, Payee], cast: Cast) -> None:
    for user in cast.everybody():
        if user != cast.omar:
            with pytest.raises(NotAllowed):
                sharing.explain(*two, WHY, by=user, now=NOW)
    said = explained(two, cast)
    for user in cast.everybody():
        if user != cast.priya:
            with pytest.raises(NotAllowed):
                sharing.confirm(said, by=user, now=NOW)
    for user in (cast.omar, cast.udo):
        people.give_role(user, roles.PAYMENTS_APPROVER, starts_on=TODAY, by=cast.adele, now=NOW)
    humans.join(cast.omar, cast.udo, now=NOW)
    for user in (cast.omar, User.objects.get(pk=cast.udo.pk)):
        with pytest.raises(Refused, match="somebody else has to confirm it"):
            sharing.confirm(said, by=user, now=NOW)
    sharing.confirm(said, by=cast.priya, now=NOW)
    with pytest.raises(Refused, match="already been confirmed"):
        sharing.confirm(said, by=cast.priya, now=NOW)


def test_it_is_turned_down_with_a_reason_and_something_else_is_said(two: tuple[Payee, Payee], cast: Cast) -> None:
    said = explained(two, cast)
    for user in cast.everybody():
        if user != cast.priya:
            with pytest.raises(NotAllowed):
                sharing.refuse(said, "No.", by=user, now=NOW)
    with pytest.raises(Refused, match="Enter a reason"):
        sharing.refuse(said, "", by=cast.priya, now=NOW)
    sharing.refuse(said, "They do not know of it.", by=cast.priya, now=NOW)
    assert {one.blocked for one in owed(NOW)} == {"shared_number"}
    (letter,) = Notice.objects.filter(kind="payments.turned_down")
    assert (letter.user, letter.subject) == (cast.omar, "Something that you proposed was turned down")
    assert "What you said of the vendor number that Northshire and Southmouth have in common" in letter.body
    assert f"{reverse('shared_number', args=[said.pk])}\n" in letter.body
    for act in (
        lambda: sharing.confirm(said, by=cast.priya, now=NOW),
        lambda: sharing.refuse(said, "No.", by=cast.priya, now=NOW),
    ):
        with pytest.raises(Refused, match="This was turned down"):
            act()
    again = sharing.explain(*two, "Their board has written to us.", by=cast.omar, now=NOW)
    sharing.confirm(again, by=cast.priya, now=NOW)
    with pytest.raises(Refused, match="already been confirmed"):
        sharing.refuse(again, "No.", by=cast.priya, now=NOW)
    assert [one.blocked for one in owed(NOW)] == ["", ""]
    acts = AuditEvent.objects.filter(object_type="payments.sharednumber").order_by("id").values_list("act", flat=True)
    assert list(acts) == [
        "payments.explain_shared",
        "payments.refuse_shared",
        "payments.explain_shared",
        "payments.confirm_shared",
    ]


def test_it_is_turned_down_on_a_page(two: tuple[Payee, Payee], cast: Cast, opened: Callable[[User, str], str]) -> None:
    said = explained(two, cast)
    page, refuse = (reverse(name, args=[said.pk]) for name in ("shared_number", "shared_number_refuse"))
    assert refuse in opened(cast.priya, page)
    assert refuse not in opened(cast.omar, page)
    client = Client()
    client.force_login(cast.priya)
    with clock.moved_to(NOW):
        done = client.post(refuse, {"reason": "They do not know of it."}, follow=True).content.decode()
        again = client.post(refuse, {"reason": "They do not know of it."}).content.decode()
    assert "Turned down. Both employers stay held" in done
    assert "Priya Nair. They do not know of it." in done
    assert "Confirm that this is right" not in done
    assert refuse not in done
    assert "This was turned down." in again
    explain = reverse("payee_shared", args=[two[0].pk, two[1].pk])
    assert explain in opened(cast.omar, "/payments/payees")
    assert f"{WHY} Turned down" in opened(cast.omar, explain)
    tasks = [task.what for task in waiting_for(cast.omar, TODAY)]
    assert "Say why two employers have one vendor number" in tasks


def test_what_cannot_be_said(two: tuple[Payee, Payee], cast: Cast) -> None:
    with pytest.raises(Refused, match="Enter a reason"):
        sharing.explain(*two, "  ", by=cast.omar, now=NOW)
    with pytest.raises(Refused, match="no longer paid under one number"):
        sharing.explain(two[0], two[0], WHY, by=cast.omar, now=NOW)
    explained(two, cast)
    with pytest.raises(Refused, match="already been said"):
        explained(two, cast)
    other = payees.propose(cast.northshire, "VN66666", by=cast.omar, now=NOW)
    make.verified(other, cast, now=NOW)
    with pytest.raises(Refused, match="no longer paid under one number"):
        explained(two, cast)


def test_another_number_for_one_of_them_asks_no_more(two: tuple[Payee, Payee], cast: Cast) -> None:
    """And going back to the shared one asks anew: what was confirmed was of the details that have ended."""
    sharing.confirm(explained(two, cast), by=cast.priya, now=NOW)
    make.grant_year().__class__.objects.update(cool_off_days=0)
    make.verified(payees.propose(cast.northshire, "VN66666", by=cast.omar, now=NOW), cast, now=NOW)
    assert shared_numbers() == []
    make.verified(payees.propose(cast.northshire, "VN55555", by=cast.omar, now=NOW), cast, now=NOW)
    assert [each.is_right for each in shared_numbers()] == [False]
    assert {one.blocked for one in owed(NOW)} == {"shared_number"}


def test_a_proposal_alone_holds_nothing_and_is_shown(cast: Cast) -> None:
    make.setting(cast, now=NOW)
    make.registered(cast, now=NOW)
    number = Payee.objects.get(employer=cast.northshire).vendor_number
    proposed = payees.propose(cast.southmouth, number, by=cast.omar, now=NOW)
    assert [one.blocked for one in owed(NOW)] == [""]
    client = Client()
    client.force_login(cast.priya)
    with clock.moved_to(NOW):
        page = client.get(reverse("payee_verify", args=[proposed.pk])).content.decode()
    assert "Northshire has the same vendor number. While both are in use" in page


def test_a_batch_under_way_waits_too(cast: Cast) -> None:
    """The other employer’s number is verified after the batch was submitted: it cannot be approved."""
    make.setting(cast, now=NOW)
    make.registered(cast, now=NOW)
    batch = make.submitted(cast, now=NOW)
    number = Payee.objects.get(employer=cast.northshire).vendor_number
    make.verified(payees.propose(cast.southmouth, number, by=cast.omar, now=NOW), cast, now=NOW)
    with pytest.raises(Refused, match="Vendor number to be confirmed"):
        make.approve(batch, cast, now=NOW)
    line = batch.lines.get()
    batches.hold_line(line, "Whose number is it?", by=cast.omar, now=NOW)
    assert [one.blocked for one in owed(NOW)] == ["held"]


@pytest.mark.parametrize("act", ["submit", "approve"])
def test_a_number_that_comes_to_be_shared_at_that_very_moment(
    cast: Cast, act: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lines were found good; then the other employer's number is verified, and the database says so."""
    make.setting(cast, now=NOW)
    make.registered(cast, now=NOW)
    batch = make.submitted(cast, now=NOW) if act == "approve" else make.draft(cast, now=NOW)
    proposed = payees.propose(
        cast.southmouth, Payee.objects.get(employer=cast.northshire).vendor_number, by=cast.omar, now=NOW
    )
    good = batches.no_longer_owed

    def then_verified(pk: int, on: date) -> list[tuple[str, str, str]]:
        found = good(pk, on)
        make.verified(proposed, cast, now=NOW)
        return found

    monkeypatch.setattr(batches, "no_longer_owed", then_verified)
    said = f"Vendor details that batch {batch.reference} pays under changed at this moment, so nothing was done."
    acts = {
        "approve": lambda: make.approve(batch, cast, now=NOW),
        "submit": lambda: batches.submit(batch, by=cast.omar, now=NOW, seen_version=batch.version),
    }
    with pytest.raises(Stale, match=said):
        acts[act]()
    assert Batch.objects.get(pk=batch.pk).state == {"approve": "submitted", "submit": "draft"}[act]


def test_what_is_no_longer_shared_is_turned_down_but_not_confirmed(two: tuple[Payee, Payee], cast: Cast) -> None:
    said = explained(two, cast)
    make.verified(payees.propose(cast.southmouth, "VN66666", by=cast.omar, now=NOW), cast, now=NOW)
    with pytest.raises(Refused, match="no longer paid under one number, so there is nothing to confirm"):
        sharing.confirm(said, by=cast.priya, now=NOW)
    assert sharing.refuse(said, "It is another one now.", by=cast.priya, now=NOW).refused_at == NOW


def test_a_long_list_is_read_a_page_at_a_time(
    two: tuple[Payee, Payee], cast: Cast, opened: Callable[[User, str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of three employers under one number every two are a row."""
    monkeypatch.setattr("payments.views.payees.ON_A_PAGE", 2)
    third = Employer.objects.create(
        name="Eastfield", kind="childrens_trust", region="london", opened_on=TODAY - timedelta(days=900)
    )
    people.give_role(cast.amira, roles.COORDINATOR, employer=third, starts_on=TODAY, by=cast.adele, now=NOW)
    make.payee(third, cast, now=NOW, number="VN55555")
    counts = [
        opened(cast.omar, f"/payments/payees{query}").count("say why this is right") for query in ("", "?shared=2")
    ]
    assert counts == [2, 1]


@pytest.fixture
def opened() -> Callable[[User, str], str]:
    def open_it(user: User, url: str) -> str:
        client = Client()
        client.force_login(user)
        with clock.moved_to(NOW):
            return client.get(url).content.decode()

    return open_it


def test_officer_and_approver_are_told(
    two: tuple[Payee, Payee], cast: Cast, opened: Callable[[User, str], str]
) -> None:
    def tasks(user: User) -> list[str]:
        return [f"{task.what}: {task.about}" for task in waiting_for(user, TODAY) if "number" in task.what]

    both = "Northshire and Southmouth, VN55555"
    assert tasks(cast.omar) == [f"Say why two employers have one vendor number: {both}"]
    assert tasks(cast.priya) == []
    page = reverse("payee_shared", args=[two[0].pk, two[1].pk])
    assert page in opened(cast.omar, "/payments/payees")
    assert page not in opened(cast.priya, "/payments/payees")
    client = Client()
    client.force_login(cast.omar)
    with clock.moved_to(NOW):
        client.post(page, {"reason": WHY})
    said = SharedNumber.objects.get()
    assert tasks(cast.omar) == []
    assert tasks(cast.priya) == [f"Confirm that two employers have one vendor number: {both}"]
    confirm = reverse("shared_number", args=[said.pk])
    assert "Confirm that this is right" in opened(cast.priya, confirm)
    assert "Confirm that this is right" not in opened(cast.omar, confirm)
    client.force_login(cast.priya)
    with clock.moved_to(NOW):
        client.post(confirm)
    assert tasks(cast.priya) == []
    assert "Confirmed as right" in opened(cast.udo, "/payments/payees")


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_stays(cast: Cast, count: int) -> None:
    for number in range(count + 1):
        employer = Employer.objects.create(
            name=f"Trust {number}", kind="childrens_trust", region="london", opened_on="2020-09-01"
        )
        people.give_role(cast.amira, roles.COORDINATOR, employer=employer, starts_on=TODAY, by=cast.adele, now=NOW)
        make.payee(employer, cast, now=NOW, number="VN55555")
    client = Client()
    client.force_login(cast.omar)
    with clock.moved_to(NOW), CaptureQueriesContext(connection) as queries:
        page = client.get("/payments/payees").content.decode()
    assert page.count("say why this is right") == count * (count + 1) // 2
    assert len(queries) == 17


def test_an_employer_hears_nothing_of_the_other(two: tuple[Payee, Payee], cast: Cast) -> None:
    """Neither the co-ordinator, who sees each payment, nor the senior lead, who sees sums."""
    for user, said in (
        (cast.amira, "We are checking the payment details"),
        (cast.lena, "Vendor number to be confirmed"),
    ):
        client = Client()
        client.force_login(user)
        with clock.moved_to(NOW):
            page = client.get(reverse("statement", args=[cast.northshire.pk, "2026-27"])).content.decode()
        assert said in page
        assert "Southmouth" not in page
        assert "another employer" not in page.lower()
