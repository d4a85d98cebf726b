"""The forms do their work in a browser that runs no JavaScript."""

import pytest

from assessments.models import Draft, Record
from assessments.states import RecordState
from registrations.models import RegistrationDraft
from tests.cast import NOW, PASSWORD
from tests.factories import registrations as register
from tests.ground.browser import go_on
from tests.journeys import registering, the_year
from tests.journeys.walking import answer, main


@pytest.fixture
def signed_in(stack, plain_page):
    """`signed_in(person)` is the browser without JavaScript after that person has signed in."""

    def page_of(person):
        plain_page.goto(f"{stack.url}/sign-in")
        plain_page.get_by_label("Email address").fill(person.email)
        plain_page.get_by_label("Password", exact=True).fill(PASSWORD)
        go_on(plain_page, "Sign in")
        return plain_page

    return page_of


def test_the_first_questions_of_a_registration(everybody, signed_in):
    page = signed_in(everybody.amira)
    go_on(page, "Register an NQSW", "link")
    go_on(page, "Start")
    go_on(page, registering.CONTINUE)
    page.get_by_role("link", name="Enter their first name").click()
    for questions in registering.QUESTIONS[:3]:
        for question, value in questions.items():
            answer(page, question, value)
        go_on(page, registering.CONTINUE)
    page.get_by_role("heading", name="When did they qualify?").wait_for()
    assert set(RegistrationDraft.objects.get().data) == {"name", "email", "number"}


def test_a_record(everybody, signed_in):
    register.registered(
        everybody.northshire, by=everybody.amira, caseworker=everybody.erin, assessor=everybody.ben, now=NOW, number=2,
        nqsw_user=everybody.noor,
    )  # fmt: skip
    page = signed_in(everybody.noor)
    go_on(page, "Your record of the year", "link")
    go_on(page, the_year.AGREEMENT, "link")
    go_on(page, "Start")
    words = the_year.OF_NQSW[the_year.AGREEMENT]
    first, *others = words.items()
    answer(page, *first)
    go_on(page, "Save")
    assert "Saved 14 September 2026" in main(page).inner_text()
    assert Draft.objects.get().content["experience"] == first[1]
    for question, text in others:
        answer(page, question, text)
    go_on(page, the_year.FINISH)
    assert "Your part is in the record" in main(page).inner_text()
    record = Record.objects.get()
    assert record.state == RecordState.DRAFT
    assert set(words.values()) <= set(record.current_revision.content.values())
