"""Every step of the form, and registrations in states in which tests/demo does not show them: WCAG 2.2 AA."""

from datetime import date

import pytest

from registrations import wizard
from registrations.forms.steps import STEPS
from registrations.models import Registration, RegistrationDraft
from registrations.services import checking, drafts, own, own_facts
from tests.cast import NOW, TODAY, Cast
from tests.factories import registrations as make
from tests.ground.browser import Look

pytestmark = pytest.mark.usefixtures("year")


def test_the_form(looked_at: Look, cast: Cast):
    registration = make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW)
    make.queried(registration, by=cast.erin, now=NOW)
    raw = wizard.raw_answers(Registration.objects.get(pk=registration.pk), TODAY)
    correction = drafts.start_correction(registration, raw, by=cast.amira, now=NOW)
    looked_at(cast.amira, "registration_draft_check", correction.pk, press="Send the answer and the corrections")
    draft = RegistrationDraft.objects.create(
        owner=cast.amira, employer=cast.northshire, data=raw, started_at=NOW, updated_at=NOW
    )
    draft.data["contract"] = {"contract": "agency"}
    draft.data["duties"] = {"duties_agreed": "yes"}
    draft.save()
    for step in STEPS:
        looked_at(cast.amira, "registration_draft_step", draft.pk, step.key)
    looked_at(cast.amira, "registration_draft_check", draft.pk)
    empty = RegistrationDraft.objects.create(owner=cast.amira, employer=cast.northshire, started_at=NOW, updated_at=NOW)
    looked_at(cast.amira, "registration_draft_step", empty.pk, "name", press="Save and continue")


def test_one_registration(looked_at: Look, cast: Cast):
    sent = make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW)
    looked_at(cast.erin, "registration", sent.pk)
    checking.check_register_entry(sent, by=cast.erin, now=NOW)
    looked_at(cast.erin, "registration", sent.pk)
    make.joined(sent.nqsw, cast.noor)
    checking.approve(sent, by=cast.erin, now=NOW)
    looked_at(cast.noor, "my_equality")
    looked_at(cast.noor, "my_correction", "job-title")
    looked_at(cast.noor, "my_adjustments", press="Save your wish")
    make.deferred(Registration.objects.get(pk=sent.pk), by=cast.amira, now=NOW)
    looked_at(cast.amira, "registration", sent.pk)
    looked_at(cast.noor, "my_year")


def test_a_request_that_was_answered(looked_at: Look, cast: Cast):
    own_year = make.registered(
        cast.northshire, by=cast.amira, caseworker=cast.erin, assessor=cast.ben, now=NOW, nqsw_user=cast.noor
    )
    request = own_facts.ask(
        own_year, "qualified", {"qualified_on": date(2019, 6, 1)}, "It was then.", by=cast.noor, now=NOW
    )
    own.save_adjustments(own_year.nqsw, "yes", "A quiet room.", [cast.ben.pk], by=cast.noor, now=NOW)
    looked_at(cast.noor, "my_details")
    own_facts.accept(request, by=cast.amira, now=NOW)
    looked_at(cast.amira, "fact_request", request.pk)
    looked_at(cast.erin, "registration", own_year.pk)
