"""An NQSW whom no letter reaches: their co-ordinator is told, and so are they."""

from uuid import uuid4

import pytest
from django.urls import reverse

from accounts import notices, roles
from accounts.models import Notice
from accounts.notify import Report
from accounts.services import mail, receipts
from accounts.states import Delivery
from accounts.waiting import found
from asye import clock
from registrations import waiting
from registrations.models import Registration
from tests.cast import NOW, TODAY
from tests.factories import registrations as make
from tests.ground.built_once import built_once

ASK = "Ask an NQSW for another email address: letters come back"
GIVE = "Give us another email address: letters to you come back"


@pytest.fixture(autouse=True)
def _today():
    with clock.moved_to(NOW):
        yield


@built_once
def both(cast):
    """Noor, who has joined, and somebody who was invited: the letters to both came back, the neighbour's too."""
    make.published_year(by=cast.adele, second=cast.zora, now=NOW)
    here = {"by": cast.amira, "caseworker": cast.erin, "assessor": cast.ben, "now": NOW}
    joined = make.registered(cast.northshire, nqsw_user=cast.noor, **here)
    invited = make.registered(cast.northshire, number=1, **here)
    make.registered(cast.southmouth, by=cast.cora, caseworker=cast.erin, assessor=cast.cal, now=NOW, number=2)
    notices.queue(notices.PasswordChanged(), to=cast.noor, now=NOW)
    mail.send_pending(NOW)
    for one in Registration.objects.select_related("nqsw__invitation__user", "nqsw__user"):
        address = (one.nqsw.user or one.nqsw.invitation.user).email
        letter = Notice.objects.filter(to_email=address).first()
        receipts.take(Report(uuid4(), letter.reference, Delivery.TEMPORARY, NOW), now=NOW)
    return joined, invited


def waits(person, *whats):
    (mine,) = found([waiting.FOR_PERSON], person, roles.ALL, TODAY)
    return [(task.about, task.url) for task in mine.tasks if task.what in whats]


def test_it_waits_for_whoever_can_mend_it(cast, both):
    assert waits(cast.amira, ASK, GIVE) == sorted(
        (one.nqsw.full_name, reverse("registration", args=[one.pk])) for one in both
    )
    assert waits(cast.noor, ASK, GIVE) == [(cast.noor.email, "/my-details/contact")]
    assert len(waits(cast.cora, ASK, GIVE)) == 1
    assert waits(cast.erin, ASK, GIVE) == []


def test_the_page_of_the_registration_says_it_to_the_coordinator_alone(client, cast, both):
    said = {
        both[0]: "Speak to them, and ask them to change their email address under “Your own details”.",
        both[1]: "Speak to them, and if the address is wrong, contact us.",
    }
    for one, mend in said.items():
        address = reverse("registration", args=[one.pk])
        client.force_login(cast.amira)
        why = "Letters to them come back: for three days the mailbox was full or its server did not take it. "
        assert why + mend in client.get(address).content.decode()
        client.force_login(cast.erin)
        assert "Letters to them come back" not in client.get(address).content.decode()
