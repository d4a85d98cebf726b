"""The steps of a registration, in the browser: registered, joined, asked about, answered, approved."""

from datetime import date

from playwright.sync_api import Page

from tests.cast import PASSWORD
from tests.journeys.walking import answer, follow, go, main, picture, press, refused, says, sign_in

NUMBER, FIRST, LAST, EMAIL = "SW700021", "Hannah", "O’Rourke", "hannah@people.example"  # of the simulated register
CONTINUE = "Save and continue"
QUESTIONS = [
    {"First name": FIRST, "Last name": LAST},
    {"What is their email address?": EMAIL},
    {"What is their Social Work England number?": " sw 0700021 "},
    {"When did they qualify?": date(2025, 6, 20)},
    {"From when are they registered with Social Work England?": date(2025, 7, 11)},
    {"What is their highest qualification?": "MA"},
    {"How did they come into social work?": "Postgraduate degree"},
    {"When did their employment with you start?": date(2026, 9, 1)},
    {"When does their ASYE start?": date(2026, 9, 1)},
    {"Job title": "Social worker"},
    {"What kind of contract do they have?": "Permanent"},
    {"How much of full time do they work?": 60},
    {"Assessor": "Ben Okafor"},
    {"Is their assessor an experienced social worker, registered with Social Work England?": "Yes"},
    {"Is it a social work post?": "Yes, it is a social work post"},
    {"Do they work in a child and family service?": "Yes"},
    {"Is their place of work in England?": "Yes"},
    {"Have they been on an ASYE before?": "No, this is the first"},
]


def begin(page: Page) -> None:
    """Opens a new registration at its first question."""
    follow(page, "Register an NQSW")
    press(page, "Start")


def answer_all(page: Page, questions: list[dict[str, str | int | date]]) -> None:
    """One page after the other."""
    for on_this_page in questions:
        for question, value in on_this_page.items():
            answer(page, question, value)
        press(page, CONTINUE)


def register(page: Page) -> None:
    """The co-ordinator registers Hannah, leaves in the middle, changes an answer and sees the verdict."""
    begin(page)
    refused(page, CONTINUE, "Enter their first name")
    answer_all(page, QUESTIONS[:3])
    refused(page, CONTINUE, "Enter the date they qualified")
    answer(page, "When did they qualify?", date(2025, 6, 20))
    page.get_by_label("Month", exact=True).fill("13")
    refused(page, CONTINUE, "must be a real date")
    picture(page, "question-with-an-error")
    follow(page, "Stop and come back later")
    says(page, f"{FIRST} {LAST}")
    follow(page, "Continue the registration", exact=False)
    answer_all(page, QUESTIONS[3:6])
    refused(page, CONTINUE, "Select how they came into social work")
    answer_all(page, QUESTIONS[6:])
    says(page, "Check your answers", NUMBER, "20 June 2025", "60% of full time", "Can be funded")
    follow(page, "Change working time")
    answer(page, "How much of full time do they work?", 80)
    press(page, CONTINUE)
    says(page, "Check your answers", "80% of full time", "Can be funded")
    picture(page, "check-your-answers")
    press(page, "Send registration")
    says(page, "Registration sent", "What happens next", "A caseworker checks")


def link_of_the_letter(page: Page, subject: str) -> str:
    """The link of the newest letter with that subject, from the page that is the demo's letter box."""
    go(page, "/mail")
    follow(page, subject)
    return str(page.get_by_role("link", name="Open the link of this message").get_attribute("href"))


def join(page: Page) -> None:
    """The NQSW, on the page their link opens, chooses a password, signs in and gives their equality answers."""
    refused(page, "Join", "Enter a new password")
    answer(page, "New password", PASSWORD)
    press(page, "Join")
    says(page, "You have joined", "What happens next")
    press(page, "Sign in")
    sign_in(page, EMAIL)
    go(page, "/my-year")
    follow(page, "Give your equality answers (optional)")
    answer(page, "What is your sex? (optional)", "Female")
    answer(page, "What is your ethnic group? (optional)", "White")
    press(page, "Save answers")


def ask(page: Page, name: str, question: str) -> None:
    """The caseworker finds it in the queue, checks the register and asks about it."""
    go(page, "/registrations/queue")
    follow(page, name, exact=False)
    press(page, "Check the register")
    says(page, "Registered", "Name in the register")
    press(page, "Ask a question")
    refused(page, "Send question", "Enter your question")
    answer(page, "Your question", question)
    press(page, "Send question")


def reply(page: Page, question: str, text: str) -> None:
    """The co-ordinator finds the question among what waits and answers it."""
    follow(page, "Answer a question about a registration")
    says(page, question)
    press(page, "Answer the question")
    refused(page, "Send answer", "Enter your answer")
    answer(page, "Your answer", text)
    press(page, "Send answer")


def approve(page: Page, name: str) -> str:
    """The caseworker approves; answers with the reference the registration gets."""
    go(page, "/registrations/queue")
    follow(page, name, exact=False)
    press(page, "Approve")
    press(page, "Approve registration")
    says(page, "Registration approved", "What happens next")
    return main(page).locator(".govuk-panel strong").inner_text()
