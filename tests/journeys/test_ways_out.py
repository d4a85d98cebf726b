"""The three short ways out of the road: asked about and corrected, withdrawn before any payment, failed."""

from datetime import UTC, datetime

from django.db import transaction

from accounts import roles
from accounts.models import User
from assessments.models import Certificate, Outcome
from payments.models import Line
from registrations.models import Registration
from registrations.states import State
from tests.cast import NOW, TODAY, password_hash
from tests.factories import accounts as people
from tests.factories import moderation, payments
from tests.factories import registrations as register
from tests.journeys import moderating, registering
from tests.journeys.walking import answer, follow, go, main, press, refused, says, value_of

NEXT_RUN = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)
QUESTION = "The register has another first name. Is it misspelt?"


def test_asked_about_and_corrected(everybody, window):
    register.submitted(
        everybody.northshire, by=everybody.amira, assessor=everybody.ben, now=NOW, number=2, first_name="Hanna"
    )
    caseworker = window(everybody.erin)
    registering.ask(caseworker, "Hanna O'Rourke", QUESTION)
    page = window(everybody.amira)
    follow(page, "Answer a question about a registration")
    press(page, "Correct the answers and reply")
    says(page, QUESTION, "Hanna")
    refused(page, "Send the answer and the corrections", "Enter your answer")
    follow(page, "Change first name")
    answer(page, "First name", "Hannah")
    press(page, "Save and continue")
    answer(page, "Your answer", "Yes, one letter was missing.")
    press(page, "Send the answer and the corrections")
    says(page, "Answer sent", "What happens next")

    go(caseworker, "/registrations/queue")
    follow(caseworker, "Hannah O'Rourke", exact=False)
    says(caseworker, "Yes, one letter was missing.")
    press(caseworker, "Check the register again")
    says(caseworker, "Hannah O'Rourke")
    registering.approve(caseworker, "Hannah O'Rourke")
    assert Registration.objects.get().state == State.REGISTERED
    assert Registration.objects.get().given_first_name == "Hannah"


def test_withdrawn_before_the_first_payment(everybody, stack, window):
    stack.rest()  # no monthly run comes between the registration and the withdrawal
    payments.payee(everybody.northshire, everybody, now=NOW)
    register.registered(
        everybody.northshire, by=everybody.amira, caseworker=everybody.erin, assessor=everybody.ben, now=NOW, number=2
    )
    officer = window(everybody.omar, "/payments")
    says(officer, "1 payment is owed and can go into a batch: £1,000.")
    page = go(window(everybody.amira), "/registrations")
    follow(page, "Hannah O'Rourke", exact=False)
    follow(page, "Withdraw the registration")
    refused(page, "Continue", "Enter the date they left")
    answer(page, "When did they leave the programme?", TODAY)
    answer(page, "Why did they leave?", "They took a post in Wales.")
    press(page, "Continue")
    says(page, "14 September 2026")
    press(page, "Withdraw")
    says(page, "Withdrawn", "This registration has ended.")

    stack.set_clock(NEXT_RUN)
    stack.run_task("payments.prepare_month")
    says(window(everybody.omar, "/payments"), "Nothing is owed that can be paid now.", "There is no batch yet.")
    follow(window(everybody.amira), "Payment statement of Northshire")
    assert {value_of(page, key) for key in ("Paid", "On its way", "Owed, in the next batch", "Blocked")} == {"£0"}
    assert not Line.objects.exists()


def test_failed(everybody, stack, window):
    moderation.round_of(everybody, now=NOW, results=["fail"])
    nqsw = Registration.objects.get().nqsw.user
    User.objects.filter(pk=nqsw.pk).update(password=password_hash())
    with transaction.atomic():
        people.in_role(nqsw, roles.NQSW, by=everybody.adele, now=NOW)
    moderating.read(window(everybody.dev), "Fail")
    moderating.confirm(window(everybody.lena), "Fail", notice_on=TODAY)
    assert Outcome.objects.get().notice_on == TODAY

    stack.run_task("assessments.render_certificates")
    page = window(nqsw)
    says(page, "is a fail", "You can appeal until")
    follow(page, "See the outcome")
    assert value_of(page, "Result") == "Fail"
    says(page, "14 September 2026", "If you do not agree", "An appeal can be recorded here until")
    assert "ertificate" not in main(page).inner_text()
    assert not Certificate.objects.exists()
    says(window(everybody.omar, "/payments"), "1 payment")
