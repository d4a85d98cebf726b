"""Vendor details: two people, a call back, one in use."""

from datetime import timedelta

import pytest

from accounts import roles
from accounts.models import Employer, Notice
from accounts.services import people
from asye.refusals import NotAllowed, Refused
from payments.models import Payee
from payments.services import payees
from tests.cast import NOW, TODAY, Cast
from tests.factories import payments as make

pytestmark = pytest.mark.django_db


def _proposed(cast: Cast, number: str = "VN 12345") -> Payee:
    return payees.propose(cast.northshire, number, by=cast.omar, now=NOW)


def _verify(payee: Payee, cast: Cast, **changed: object) -> Payee:
    return payees.verify(
        payee, **{"called_back_on": TODAY, "note": "Finance desk.", "by": cast.priya, "now": NOW, **changed}
    )


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
    ],
)
def test_the_call_back_is_possible_and_told(cast: Cast, changed: dict[str, object], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        _verify(_proposed(cast), cast, **changed)


def test_one_proposal_one_number_one_verification(cast: Cast) -> None:
    payee = _proposed(cast)
    with pytest.raises(Refused, match="already waiting"):
        _proposed(cast, "VN99999")
    with pytest.raises(Refused, match="already held for Northshire"):
        payees.propose(cast.southmouth, "vn12345", by=cast.omar, now=NOW)
    _verify(payee, cast)
    with pytest.raises(Refused, match="already been verified"):
        _verify(payee, cast)
    with pytest.raises(Refused, match="already been verified"):
        payees.refuse(payee, "Wrong.", by=cast.priya, now=NOW)


def test_refused_details_can_be_proposed_again(cast: Cast) -> None:
    payees.refuse(_proposed(cast), "The number was misread.", by=cast.priya, now=NOW)
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
    with pytest.raises(Refused, match="in a batch that has not been handed over"):
        _verify(payee, cast)
    make.batches.mark_handed_over(batch, by=cast.omar, now=NOW, seen_sha256=batch.content_sha256)
    assert _verify(payee, cast).verified_at
