"""Pages of changes and moves, empty, with their errors and with what they do: WCAG 2.2 AA at both widths."""

from datetime import timedelta

from accounts import roles
from payments.queries.effects import to_recover
from registrations.models import Registration
from registrations.services import changes, transfers
from tests.cast import NOW, TODAY, Cast
from tests.factories import accounts as make_accounts
from tests.factories import payments as make_payments
from tests.ground.browser import Look, go_on, look_wide_and_narrow
from tests.ground.built_once import built_once

LEAVES, STARTS = TODAY + timedelta(days=20), TODAY + timedelta(days=10)


@built_once
def registration(cast: Cast) -> Registration:
    make_payments.setting(cast, now=NOW)
    make_accounts.in_role(cast.dev, roles.ASSESSOR, cast.northshire, by=cast.adele, now=NOW)
    return make_payments.registered(cast, now=NOW)


def test_moves(looked_at: Look, cast: Cast, registration: Registration) -> None:
    looked_at(cast.cora, "moves")
    number = registration.nqsw.swe_number or ""
    move = transfers.take_over(number, cast.southmouth, STARTS, cast.cal, by=cast.cora, now=NOW)
    looked_at(cast.cora, "moves")
    looked_at(cast.erin, "moves")
    looked_at(cast.cora, "move", move.pk)
    transfers.let_go(registration, LEAVES, None, by=cast.amira, now=NOW)
    looked_at(cast.amira, "move", move.pk)
    looked_at(cast.cora, "move_accept", move.pk)
    looked_at(cast.amira, "registration", registration.pk)


def test_changes_and_recoveries(looked_at: Look, cast: Cast, registration: Registration) -> None:
    looked_at(cast.omar, "recoveries")
    make_payments.confirmed(cast, now=NOW)
    changes.withdraw(registration, TODAY, "They left.", by=cast.amira, now=NOW)
    assert to_recover().exists()
    looked_at(cast.omar, "recoveries")
    looked_at(cast.amira, "registration", registration.pk)


def test_what_a_change_does(looked_at: Look, cast: Cast, registration: Registration) -> None:
    """The page that is to be confirmed, reached as a person reaches it."""
    page = looked_at(cast.amira, "registration_extend", registration.pk)
    page.get_by_label("By how many days").fill("30")
    page.get_by_label("Why?").fill("Part-time.")
    go_on(page, "Continue")
    look_wide_and_narrow(page, "what-an-extension-does")
    assert page.locator("table").count() == 1
    go_on(page, "Extend")
    assert "The ASYE is extended." in page.content()
