"""Why did an employer receive that much on that day? Answered in three clicks from the search box, in the browser."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page

from accounts.models import User
from asye.dates import long_date, long_datetime
from payments.models import Batch
from payments.services import responses
from tests.cast import NOW, PASSWORD, Cast
from tests.factories import payments as make
from tests.ground.browser import go_on
from tests.ground.stack import Stack
from tests.journeys.conftest import Window
from tests.journeys.walking import answer, follow, go, main, picture, press, refused, says, value_of

BOX = "Employer’s name or reference"
MOST_CLICKS = 3


class Asker:
    """Somebody at their start page, who counts what they press and follow."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks = page, 0

    def asks(self, typed: str) -> None:
        """Types into the search box of the start page and presses Search."""
        go(self.page, "/")
        answer(self.page, BOX, typed)
        press(self.page, "Search")
        self.clicks = 1

    def chooses(self, link: str, *, exact: bool = True) -> None:
        follow(self.page, link, exact=exact)
        self.clicks += 1


@pytest.fixture
def at_start(window: Window) -> Callable[[User], Asker]:
    """`at_start(person)`: signed in, on their start page."""
    return lambda person: Asker(window(person))


def paid_in_parts(cast: Cast, *, now: datetime, first: int) -> Batch:
    """Two NQSWs of Northshire and one of Southmouth in one batch, which the payer reports as paid three days later."""
    for number, at in enumerate(("northshire", "northshire", "southmouth"), first):
        make.registered(cast, now=now, number=number, at=at)
    batch = make.released(cast, now=now)
    on = now + timedelta(days=3)
    content = make.response(*[(line, "paid", "") for line in batch.lines.all()], on=on.date())
    responses.import_file(content, batch=batch, by=cast.omar, now=on)
    return Batch.objects.get(pk=batch.pk)


@pytest.fixture
def batches(everybody: Cast, stack: Stack) -> tuple[Batch, Batch]:
    """What was paid in September, and in October."""
    for employer in (everybody.northshire, everybody.southmouth):
        make.payee(employer, everybody, now=NOW)
    both = (
        paid_in_parts(everybody, now=NOW, first=0),
        paid_in_parts(everybody, now=NOW + timedelta(days=25), first=3),
    )
    stack.set_clock(NOW + timedelta(days=30))
    return both


def says_why(page: Page, batch: Batch, cast: Cast) -> None:
    """For whom, what for, why and how much; by whose hands; in which file; and what the payer said."""
    handed = batch.handed_over_at
    assert handed is not None
    says(page, f"Why Northshire received £2,000 on {long_date(handed + timedelta(days=3))}")
    lines = list(batch.lines.filter(employer=cast.northshire))
    assert len(lines) == 2
    for line in lines:
        says(page, str(line.registration), line.sentence, f"to the employer that registered the NQSW: {line.employer}.")
    rows = [row.inner_text().split("\t") for row in main(page).get_by_role("row").all()[1:]]
    assert [(row[1], row[3], row[4].strip()) for row in rows] == [("Registration", "£1,000", "Paid")] * 2
    assert value_of(page, "Batch") == batch.reference
    assert value_of(page, "Vendor number") == lines[0].payee.vendor_number
    at = long_datetime(handed)
    for key, who in (("Prepared", "Omar Farouk"), ("Submitted", "Omar Farouk"), ("Approved", "Priya Nair")):
        assert value_of(page, key) == f"{at} by {who}"
    assert value_of(page, "Payment file") == f"{batch.reference}-v1.csv, written on {at} by the service"
    assert value_of(page, "Fingerprint of the file (SHA-256)") == batch.content_sha256
    assert value_of(page, "Handed over") == f"{at} by Omar Farouk"
    imported = long_datetime(handed + timedelta(days=3))
    assert value_of(page, "Payer’s response imported") == f"{imported} by Omar Farouk"
    assert value_of(page, "Fingerprint of the response (SHA-256)") == batch.responses.get().sha256
    assert "Southmouth" not in main(page).inner_text()


def test_why_did_an_employer_receive_that_on_that_day(at_start, everybody: Cast, batches) -> None:
    """By its name: of two payments of the same amount the one of that day is chosen."""
    september, october = batches
    asker = at_start(everybody.omar)
    refused(asker.page, "Search", "Enter an employer’s name or a reference")
    for batch, day in ((september, "17 September 2026"), (october, "12 October 2026")):
        asker.asks("northshire")
        picture(asker.page, "payments-found")
        asker.chooses(f"Northshire £2,000, paid on {day}")
        assert asker.clicks <= MOST_CLICKS
        says_why(asker.page, batch, everybody)
    picture(asker.page, "why-it-was-paid")
    line = october.lines.filter(employer=everybody.northshire).first()
    asker.chooses(f"{line.registration} line {line.reference}")
    assert asker.clicks <= MOST_CLICKS
    says(asker.page, "Why this payment", line.registration.nqsw.full_name, "Rate set by")


@pytest.mark.parametrize("by", ["batch", "line", "registration"])
def test_by_a_reference(at_start, everybody: Cast, batches, by: str) -> None:
    batch = batches[0]
    line = batch.lines.filter(employer=everybody.northshire).first()
    typed = {"batch": batch.reference, "line": line.reference, "registration": str(line.registration)}[by]
    asker = at_start(everybody.priya)
    asker.asks(f" {typed.lower()} ")
    asker.chooses("Northshire", exact=False)
    assert asker.clicks <= MOST_CLICKS
    assert "Why Northshire received" in main(asker.page).inner_text()
    if by == "batch":
        says_why(asker.page, batch, everybody)


def test_a_co_ordinator_asks_about_their_own(at_start, everybody: Cast, batches) -> None:
    """The same question, without the hands and files of DfE; of the neighbour there is nothing to find."""
    asker = at_start(everybody.amira)
    asker.asks("Northshire")
    asker.chooses("Northshire £2,000, paid on 17 September 2026")
    assert asker.clicks <= MOST_CLICKS
    says(asker.page, "Why Northshire received £2,000 on 17 September 2026", "so the first payment is due")
    assert "Omar" not in main(asker.page).inner_text()
    asker.asks("Southmouth")
    says(asker.page, "No payment was found. Check the spelling, or use a part of the name.")


def test_without_javascript(stack: Stack, plain_page: Page, everybody: Cast, batches) -> None:
    plain_page.goto(f"{stack.url}/sign-in")
    answer(plain_page, "Email address", everybody.udo.email)
    answer(plain_page, "Password", PASSWORD)
    go_on(plain_page, "Sign in")
    answer(plain_page, BOX, "Northshire")
    go_on(plain_page, "Search")
    go_on(plain_page, "Northshire £2,000, paid on 12 October 2026", "link")
    says_why(plain_page, batches[1], everybody)
