"""Two people press approve at the same moment; and somebody who changed a batch is told that they may not."""

from playwright.sync_api import Page

from accounts import roles
from accounts.models import User
from accounts.services import people
from payments.models import Batch, BatchHand, PayerFile
from payments.services import batches
from tests.cast import NOW, TODAY, Cast
from tests.factories import payments as make
from tests.journeys.walking import follow, go, look, main, press, says

PRESSED = "form => { setTimeout(() => form.requestSubmit(), 0) }"  # answers before the page goes


def also_approves(user: User, cast: Cast) -> User:
    people.give_role(user, roles.PAYMENTS_APPROVER, starts_on=TODAY, by=cast.adele, now=NOW)
    return user


def waiting_batch(cast: Cast) -> Batch:
    make.payee(cast.northshire, cast, now=NOW)
    make.registered(cast, now=NOW)
    return make.submitted(cast, now=NOW)


def approval_page(page: Page, batch: Batch) -> Page:
    """The page that asks for the decision, opened from the list."""
    go(page, "/payments")
    follow(page, batch.reference)
    return press(page, "Approve")


def test_two_press_approve_at_once(everybody, stack, window):
    batch = waiting_batch(everybody)
    both = [window(everybody.priya), window(also_approves(everybody.udo, everybody))]
    for page in both:
        says(approval_page(page, batch), "1 line, £1,000")
    for page in both:
        page.locator("main form").evaluate(PRESSED)
    for page in both:
        page.get_by_text("approved").first.wait_for()
        look(page)
    said = sorted("Success" in main(page).inner_text() for page in both)
    assert said == [False, True], [main(page).inner_text() for page in both]
    stack.run_task("payments.write_files")
    assert BatchHand.objects.filter(batch=batch, hand="approver").count() == 1
    assert PayerFile.objects.get().batch == batch


def test_who_changed_it_is_refused_by_the_page(everybody, window):
    """Held a line as an officer, became an approver, and meets the batch again once somebody else has submitted it."""
    make.payee(everybody.northshire, everybody, now=NOW)
    for number in range(2):
        make.registered(everybody, now=NOW, number=number)
    people.give_role(everybody.udo, roles.PAYMENTS_OFFICER, starts_on=TODAY, by=everybody.adele, now=NOW)
    batch = make.draft(everybody, now=NOW)
    batches.hold_line(batch.lines.first(), "Ask about the dates.", by=everybody.udo, now=NOW)
    batch.refresh_from_db()
    batches.submit(batch, by=everybody.omar, now=NOW, seen_version=batch.version)
    page = go(window(also_approves(everybody.udo, everybody)), f"/payments/batches/{batch.pk}")
    says(page, "You prepared or changed this batch, so somebody else has to approve it.")
    assert not page.get_by_role("button", name="Approve", exact=True).count()
    go(page, f"/payments/batches/{batch.pk}/approve")
    says(page, "1 line, £1,000")
    assert not page.get_by_role("button", name="Approve the batch").count()
    assert not BatchHand.objects.filter(hand="approver").exists()
