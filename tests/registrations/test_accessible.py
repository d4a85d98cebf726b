"""Pages about one registration, with their errors, wide and narrow: WCAG 2.2 AA, nothing wider than the screen."""

from datetime import date

import pytest

from accounts.models import Notice
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
    looked_at(cast.amira, "registration_draft_delete", draft.pk)
    empty = RegistrationDraft.objects.create(owner=cast.amira, employer=cast.northshire, started_at=NOW, updated_at=NOW)
    looked_at(cast.amira, "registration_draft_step", empty.pk, "name", press="Save and continue")
    looked_at(cast.amira, "registration_answer", registration.pk, press="Send answer")


def test_one_registration(looked_at: Look, cast: Cast):
    sent = make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW)
    looked_at(cast.erin, "registration", sent.pk)
    checking.check_register_entry(sent, by=cast.erin, now=NOW)
    looked_at(cast.erin, "registration", sent.pk)
    looked_at(cast.erin, "registration_approve", sent.pk)
    looked_at(cast.erin, "registration_ask", sent.pk, press="Send question")
    looked_at(cast.erin, "registration_refuse", sent.pk, press="Refuse registration")
    make.joined(sent.nqsw, cast.noor)
    checking.approve(sent, by=cast.erin, now=NOW)
    looked_at(cast.erin, "registration_approved", sent.pk)
    for name in ("withdraw", "defer", "extend", "assessor"):
        looked_at(cast.amira, f"registration_{name}", sent.pk, press="Continue")
    make.deferred(Registration.objects.get(pk=sent.pk), by=cast.amira, now=NOW)
    looked_at(cast.amira, "registration", sent.pk)
    looked_at(cast.noor, "my_year")
    looked_at(cast.noor, "my_equality")


def test_the_nqsws_own_record(looked_at: Look, cast: Cast):
    own_year = make.registered(
        cast.northshire, by=cast.amira, caseworker=cast.erin, assessor=cast.ben, now=NOW, nqsw_user=cast.noor
    )
    looked_at(cast.noor, "my_details")
    looked_at(cast.noor, "my_contact")
    looked_at(cast.noor, "my_adjustments", press="Save your wish")
    looked_at(cast.noor, "my_correction", "name", press="Send request")
    looked_at(cast.noor, "my_correction", "job-title")
    request = own_facts.ask(
        own_year, "qualified", {"qualified_on": date(2019, 6, 1)}, "It was then.", by=cast.noor, now=NOW
    )
    own.save_adjustments(own_year.nqsw, "yes", "A quiet room.", [cast.ben.pk], by=cast.noor, now=NOW)
    own.ask_for_address(own_year.nqsw, "noor@home.example", by=cast.noor, now=NOW)
    letter = Notice.objects.get(kind="registrations.prove_address")
    looked_at(cast.noor, "my_address", letter.secret_link.rsplit("/", 1)[-1])
    looked_at(cast.noor, "my_details")
    looked_at(cast.noor, "my_adjustments")
    looked_at(cast.ben, "registration_adjustments", own_year.pk)
    looked_at(cast.amira, "fact_request", request.pk, press="Send answer")
    own_facts.accept(request, by=cast.amira, now=NOW)
    looked_at(cast.amira, "fact_request", request.pk)
    looked_at(cast.erin, "registration", own_year.pk)
    looked_at(cast.erin, "registration_verdict", own_year.pk, press="Settle the verdict")
