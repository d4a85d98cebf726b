"""Every state of the register on a page, and the pages about it with their errors: WCAG 2.2 AA, wide and narrow."""

import pytest

from registrations.models import Registration
from registrations.services import checking, looking
from tests.cast import NOW, Cast
from tests.factories import moderation
from tests.factories import registrations as make
from tests.ground.browser import Look
from tests.registrations.register.conftest import Scripted


def test_what_the_register_says(looked_at: Look, cast: Cast, year: object, server: Scripted) -> None:
    sent = make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW)
    number = str(sent.nqsw.swe_number)
    server.manners[number] = "html"
    looked_at(cast.erin, "registration", sent.pk, press="Check the register")
    looking.keep_asking(sent, by=cast.erin, now=NOW)
    looked_at(cast.erin, "registration", sent.pk)
    server.manners[number] = "nobody"
    checking.check_register_entry(sent, by=cast.erin, now=NOW)
    looked_at(cast.erin, "registration", sent.pk)
    server.manners[number] = ""
    server.names[number] = (
        "Gwendolyn Philomena Charlotte Featherstonehaugh-Cholmondeley van der Westhuizen-Ramachandran"
    )
    checking.check_register_entry(sent, by=cast.erin, now=NOW)
    looked_at(cast.erin, "registration", sent.pk)
    looked_at(cast.erin, "registration_approve", sent.pk, press="Approve registration")
    looked_at(cast.erin, "registration_settle_name", sent.pk, press="It is the same person")
    seen = sent.register_checks.first()
    assert seen is not None
    looking.settle_name(sent, "They married.", seen_check=seen.pk, by=cast.erin, now=NOW)
    checking.approve(Registration.objects.get(pk=sent.pk), by=cast.erin, now=NOW)
    server.manners[number] = "cpd"
    checking.check_register_entry(Registration.objects.get(pk=sent.pk), by=cast.erin, now=NOW)
    for who in (cast.erin, cast.amira, cast.udo):
        looked_at(who, "registration", sent.pk)
    for who in (cast.erin, cast.amira):
        looked_at(who, "waiting_for_me")


@pytest.fixture
def to_confirm(db: None, cast: Cast) -> Registration:
    """Ready to be confirmed."""
    moderation.round_of(cast, now=NOW, results=["pass"])
    held = moderation.completed(moderation.held_by(cast.dev), by=cast.dev, now=NOW, judgement="pass")
    return held.item.population.registration


def test_before_an_outcome(looked_at: Look, cast: Cast, to_confirm: Registration, server: Scripted) -> None:
    server.manners[str(to_confirm.nqsw.swe_number)] = "removed"
    checking.check_register_entry(to_confirm, by=cast.erin, now=NOW)
    looked_at(cast.lena, "outcome_confirm", to_confirm.pk, press="Check the register")
    looked_at(cast.lena, "outcome_confirm", to_confirm.pk, press="Continue")
