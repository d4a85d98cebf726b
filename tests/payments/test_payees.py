"""Vendor details: two people, a call back, one in use."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from accounts import roles
from accounts.models import Employer, Notice
from accounts.services import addresses, employers, humans, people
from asye.refusals import NotAllowed, Refused
from payments.models import GrantYear, Payee
from payments.presenters.pages import why_blocked
from payments.presenters.vendor import number_changed
from payments.queries import owed
from payments.queries.contacts import contacts_for
from payments.services import payees
from tests.cast import NOW, TODAY, Cast
from tests.factories import payments as make

pytestmark = pytest.mark.django_db


def _proposed(cast: Cast, number: str = "VN 12345") -> Payee:
    return payees.propose(cast.northshire, number, by=cast.omar, now=NOW)


def _verify(payee: Payee, cast: Cast, **changed: object) -> Payee:
    return make.verified(payee, cast, **{"now": NOW, **changed})


def test_it_works(cast: Cast) -> None:
    payee = _verify(_proposed(cast), cast)
    assert (payee.vendor_number, payee.verified_by) == ("VN12345", cast.priya)
    assert Notice.objects.filter(user=cast.amira, kind="payments.vendor_details_changed").count() == 1
    second = payees.propose(cast.northshire, "vn77777", by=cast.omar, now=NOW)
    _verify(second, cast)
    payee.refresh_from_db()
    assert payee.ended_at == NOW


@pytest.mark.parametrize("number", ["", "12", "VN-123", "=1+1234", "ＶＮ12345", "1234567890123", "VN1234\x00"])
def test_a_number_that_is_none_is_refused(cast: Cast, number: str) -> None:
    with pytest.raises(Refused, match="must be 4 to 12 letters"):
        _proposed(cast, number)


def test_who_may_propose_verify_and_refuse(cast: Cast) -> None:
    payee = _proposed(cast)
    for user in cast.everybody():
        if user != cast.omar:
            with pytest.raises(NotAllowed):
                payees.propose(cast.southmouth, "VN22222", by=user, now=NOW)
        if user != cast.priya:
            with pytest.raises(NotAllowed):
                _verify(payee, cast, by=user)
            with pytest.raises(NotAllowed):
                payees.refuse(payee, "Wrong.", by=user, now=NOW)


def test_nobody_verifies_their_own(cast: Cast) -> None:
    people.give_role(cast.omar, roles.PAYMENTS_APPROVER, starts_on=TODAY, by=cast.adele, now=NOW)
    with pytest.raises(Refused, match="You proposed these details"):
        _verify(_proposed(cast), cast, by=cast.omar)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"called_back_on": TODAY + timedelta(days=1)}, "today or in the past"),
        ({"called_back_on": TODAY - timedelta(days=1)}, "on or after 14 September 2026"),
        ({"note": "  "}, "Enter a reason"),
        ({"spoke_to": "  "}, "Enter the role of the person you spoke to"),
        ({"contact": ""}, "Choose a contact that was held before"),
        ({"contact": "number"}, "Choose a contact that was held before"),
    ],
)
def test_the_call_back_is_possible_and_told(cast: Cast, changed: dict[str, object], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        _verify(_proposed(cast), cast, **changed)


def test_one_proposal_one_number_one_verification(cast: Cast) -> None:
    payee = _proposed(cast)
    with pytest.raises(Refused, match="already waiting"):
        _proposed(cast, "VN99999")
    _verify(payee, cast)
    with pytest.raises(Refused, match="Northshire is already paid under the vendor number VN12345"):
        _proposed(cast)
    with pytest.raises(Refused, match="already been verified"):
        _verify(payee, cast)
    with pytest.raises(Refused, match="already been verified"):
        payees.refuse(payee, "Wrong.", by=cast.priya, now=NOW)


def test_refused_details_can_be_proposed_again(cast: Cast) -> None:
    refused = payees.refuse(_proposed(cast), "The number was misread.", by=cast.priya, now=NOW)
    (letter,) = Notice.objects.filter(kind="payments.turned_down")
    assert (letter.user, letter.subject) == (cast.omar, "Something that you proposed was turned down")
    assert "Your proposal of vendor details of Northshire was turned down by a payments approver." in letter.body
    assert f"{reverse('payee', args=[refused.pk])}\n" in letter.body
    assert "VN12345" not in letter.body
    assert _verify(_proposed(cast), cast).verified_at


def test_a_closed_employer_gets_none(cast: Cast) -> None:
    Employer.objects.filter(pk=cast.northshire.pk).update(closed_on=TODAY)
    with pytest.raises(Refused, match="closed on 14 September 2026"):
        _proposed(cast)


def test_no_change_while_in_a_live_batch(cast: Cast) -> None:
    make.setting(cast, now=NOW)
    make.registered(cast, now=NOW)
    payee = _proposed(cast)
    batch = make.ready(cast, now=NOW)
    with pytest.raises(
        Refused, match=f"Northshire has payments in batch {batch.reference}, which has not been handed over"
    ):
        _verify(payee, cast)
    make.batches.mark_handed_over(batch, by=cast.omar, now=NOW, seen_sha256=batch.content_sha256)
    assert _verify(payee, cast).verified_at


def _changed(cast: Cast, *, now: datetime = NOW, number: str = "VN77777") -> Payee:
    """Northshire has vendor details since last year; others are proposed now."""
    make.payee(cast.northshire, cast, now=NOW - timedelta(days=365), number="VN11111")
    return payees.propose(cast.northshire, number, by=cast.omar, now=now)


def _keys(payee: Payee, cast: Cast) -> list[str]:
    return [contact.key for contact in contacts_for(payee, cast.priya, TODAY)]


def _number(cast: Cast, phone: str, *, now: datetime) -> None:
    """Amira gives Northshire another telephone number."""
    now_held = Employer.objects.get(pk=cast.northshire.pk)
    details = employers.Details(now_held.name, now_held.kind, now_held.region, phone=phone)
    employers.change_details(now_held, details, "We moved.", by=cast.amira, now=now)


def test_the_number_that_is_called_is_the_one_held_before(cast: Cast) -> None:
    """A number that was changed in the same days is not offered, and the page says so."""
    _number(cast, "01632 960 001", now=NOW - timedelta(days=200))
    _number(cast, "07700 900 982", now=NOW - timedelta(days=2))
    payee = _changed(cast)
    _number(cast, "07700 900 983", now=NOW)
    held = contacts_for(payee, cast.priya, TODAY)
    assert (held[0].key, held[0].number) == ("number", "+441632960001")
    assert "07700" not in str(held)
    warned = number_changed(payee, TODAY)
    assert warned.startswith("The telephone number of Northshire was changed on 12 September 2026, about the time")
    verified = _verify(payee, cast, contact="number")
    assert (verified.called_number, verified.called_person) == ("+441632960001", None)


def test_a_number_that_was_only_just_given_is_none(cast: Cast) -> None:
    _number(cast, "07700 900 982", now=NOW - timedelta(days=2))
    payee = _changed(cast)
    assert _keys(payee, cast) == [f"person-{cast.amira.pk}", f"person-{cast.lena.pk}"]
    assert "No number was held before, so none is offered." in number_changed(payee, TODAY)
    with pytest.raises(Refused, match="Choose a contact that was held before"):
        _verify(payee, cast, contact="number")


def test_who_came_or_changed_their_address_in_the_same_days_is_not_called(cast: Cast) -> None:
    """Nor is anybody who proposed or verifies; for an employer's first details it is enough to be there before."""
    newly = NOW - timedelta(days=3)
    people.give_role(
        cast.ben, roles.COORDINATOR, employer=cast.northshire, starts_on=newly.date(), by=cast.adele, now=newly
    )
    payee = _changed(cast)
    assert _keys(payee, cast) == [f"person-{cast.amira.pk}", f"person-{cast.lena.pk}"]
    addresses.change(cast.amira, "somebody@elsewhere.example", by=cast.amira, now=newly)
    assert _keys(payee, cast) == [f"person-{cast.lena.pk}"]
    humans.join(cast.priya, cast.lena, now=NOW)
    cast.priya.refresh_from_db()
    assert _keys(payee, cast) == []
    Payee.objects.filter(pk=payee.pk).update(refused_by=cast.priya, refused_at=NOW, refused_because="No contact.")
    people.give_role(cast.cal, roles.COORDINATOR, employer=cast.southmouth, starts_on=TODAY, by=cast.adele, now=NOW)
    first = payees.propose(cast.southmouth, "VN22222", by=cast.omar, now=NOW)
    assert f"person-{cast.cal.pk}" in _keys(first, cast)


def test_who_proposed_is_not_called_on_another_account_of_theirs(cast: Cast) -> None:
    """Two accounts that turned out to be one human after the proposal, whichever of the two humans it is since."""
    payee = _changed(cast)
    humans.join(cast.omar, cast.amira, now=NOW)
    assert _keys(Payee.objects.get(pk=payee.pk), cast) == [f"person-{cast.lena.pk}"]
    with pytest.raises(Refused, match="Choose a contact that was held before"):
        _verify(payee, cast, contact=f"person-{cast.amira.pk}")


def test_the_days_a_contact_must_have_stood_are_the_grant_years(cast: Cast) -> None:
    newly = NOW - timedelta(days=3)
    people.give_role(
        cast.ben, roles.COORDINATOR, employer=cast.northshire, starts_on=newly.date(), by=cast.adele, now=newly
    )
    payee = _changed(cast)
    make.grant_year(2026, contact_settled_days=3)
    assert f"person-{cast.ben.pk}" in _keys(payee, cast)
    GrantYear.objects.update(contact_settled_days=4)
    assert f"person-{cast.ben.pk}" not in _keys(payee, cast)


def test_the_contacts_of_before_are_told_of_a_change_twice(cast: Cast) -> None:
    """When it is proposed and when it is verified, though their role has ended since; of first details only then."""
    make.payee(cast.northshire, cast, now=NOW - timedelta(days=365), number="VN11111")
    proposals = Notice.objects.filter(kind="payments.vendor_details_proposed")
    changes = Notice.objects.filter(kind="payments.vendor_details_changed", created_at=NOW)
    assert not proposals.exists()
    people.end_role(cast.lena.memberships.get(), on=TODAY, by=cast.adele, now=NOW)
    payee = _proposed(cast)
    assert set(proposals.values_list("user", flat=True)) == {cast.amira.pk, cast.lena.pk}
    _verify(payee, cast)
    assert set(changes.values_list("user", flat=True)) == {cast.amira.pk, cast.lena.pk}
    body = changes.get(user=cast.lena).body
    assert "from 24 September 2026" in body
    assert "VN12345" not in body


def test_a_changed_number_rests_and_a_first_one_does_not(cast: Cast) -> None:
    """Nothing is paid to the employer meanwhile, and the page says until when."""
    make.setting(cast, now=NOW)
    make.registered(cast, now=NOW)
    first = Payee.objects.get(employer=cast.northshire)
    assert (first.used_from, [one.blocked for one in owed(NOW)]) == (TODAY, [""])
    changed = _verify(_proposed(cast), cast)
    assert changed.used_from == TODAY + timedelta(days=10)
    (due,) = owed(NOW)
    assert (due.blocked, why_blocked(due)) == ("cool_off", "New vendor details are used from 24 September 2026.")
    with pytest.raises(Refused, match="Nothing is owed that can be paid now"):
        make.draft(cast, now=NOW + timedelta(days=9))
    assert make.draft(cast, now=NOW + timedelta(days=10)).lines.get().payee == changed


def test_the_days_of_rest_are_the_grant_years(cast: Cast) -> None:
    make.setting(cast, now=NOW)
    GrantYear.objects.update(cool_off_days=3)
    assert _verify(_proposed(cast), cast).used_from == TODAY + timedelta(days=3)
