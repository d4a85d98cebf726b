"""The pages of earlier records in every state, wide and narrow: WCAG 2.2 AA, nothing wider than the screen."""

from registrations.services import earlier
from tests.cast import NOW, Cast
from tests.ground.browser import Look
from tests.payments.earlier.sheets import PAYMENTS, PEOPLE, checked, confirmed, payment, person, sent


def test_the_pages_of_earlier_records(looked_at: Look, before: Cast):
    looked_at(before.udo, "earlier_records")
    looked_at(before.erin, "earlier_records", press="Send and check")
    rows = [person(1), person(2, funded="", asye_start="31/02/2026")]
    waiting = sent(PEOPLE, rows, before)
    earlier.begin_check(waiting, 2, now=NOW)
    earlier.keep_findings(waiting, [], 1, now=NOW)
    looked_at(before.erin, "earlier_file", waiting.pk)
    found = checked(PEOPLE, rows, before)
    for page in ("earlier_file", "earlier_file_rows", "earlier_file_delete"):
        looked_at(before.erin, page, found.pk)
    confirmed(found, before)
    looked_at(before.erin, "earlier_file", found.pk)
    paid = checked(PAYMENTS, [payment(1)], before)
    looked_at(before.omar, "earlier_file", paid.pk)
    looked_at(before.priya, "earlier_file", paid.pk)
    looked_at(before.omar, "earlier_records")
    earlier.delete(paid, by=before.omar, now=NOW)
    looked_at(before.omar, "earlier_file", paid.pk)
