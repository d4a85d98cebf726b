"""The pages of recoveries in every state, wide and narrow: WCAG 2.2 AA, nothing wider than the screen."""

from payments.models import Line
from payments.services import recoveries, recovering, reversing, sharing
from tests.cast import NOW, TODAY, Cast
from tests.factories import payments as make
from tests.factories import recoveries as back
from tests.ground.browser import Look


def test_the_pages_of_recoveries(looked_at: Look, cast: Cast, paid: Line) -> None:
    looked_at(cast.omar, "recoveries")
    looked_at(cast.omar, "recovery_propose", paid.pk, press="Propose the recovery")
    one = back.proposed(paid, cast, now=NOW, pence=600_00)
    looked_at(cast.omar, "line", paid.pk)
    looked_at(cast.omar, "recovery_propose", paid.pk)
    looked_at(cast.omar, "recovery", one.pk)
    looked_at(cast.omar, "recovery_withdraw", one.pk, press="Withdraw the proposal")
    looked_at(cast.priya, "recovery", one.pk)
    recoveries.approve(one, by=cast.priya, now=NOW)
    looked_at(cast.omar, "recovery_offset", one.pk)
    make.registered(cast, now=NOW, number=1)
    make.draft(cast, now=NOW)
    looked_at(cast.omar, "recovery_offset", one.pk, press="Put it on the batch")
    looked_at(cast.omar, "recovery_invoice", one.pk, press="The invoice has been sent")
    recovering.invoice(one, back.INVOICE, TODAY, by=cast.omar, now=NOW)
    looked_at(cast.omar, "recovery_receive", one.pk, press="Record what was received")
    back.received(one, cast, 100_00, now=NOW)
    recovering.ask_write_off(one, "They have closed.", by=cast.omar, now=NOW)
    looked_at(cast.priya, "recovery_write_off", one.pk)
    looked_at(cast.priya, "recovery", one.pk)
    looked_at(cast.amira, "statement", cast.northshire.pk, "2026-27")
    looked_at(cast.udo, "recovery", one.pk)


def test_the_pages_of_what_was_received_by_mistake(looked_at: Look, cast: Cast, paid: Line) -> None:
    one = back.received(back.invoiced(paid, cast, now=NOW), cast, 1000_00, now=NOW)
    part = one.parts.get()
    looked_at(cast.omar, "recovery", one.pk)
    looked_at(cast.omar, "part_take_back", one.pk, 1, press="Ask to take it back")
    asked = reversing.ask(part, "It was £100.", by=cast.omar, now=NOW)
    looked_at(cast.omar, "part_take_back", one.pk, 1)
    looked_at(cast.priya, "recovery", one.pk)
    looked_at(cast.priya, "reversal_approve", one.pk, 1)
    looked_at(cast.priya, "reversal_refuse", one.pk, 1, press="Refuse to take it back")
    reversing.approve(asked, by=cast.priya, now=NOW)
    looked_at(cast.priya, "reversal_approve", one.pk, 1)
    looked_at(cast.omar, "recovery", one.pk)


def test_the_pages_of_grant_years_and_of_a_number_that_is_turned_down(looked_at: Look, cast: Cast) -> None:
    looked_at(cast.adele, "grant_years")
    one, two = (make.payee(each, cast, now=NOW, number="VN55555") for each in (cast.northshire, cast.southmouth))
    make.grant_year(2024)
    make.grant_year()
    looked_at(cast.adele, "grant_year_change", "2026-27", press="Continue")
    looked_at(cast.adele, "grant_years")
    said = sharing.explain(one, two, "One runs the other.", by=cast.omar, now=NOW)
    looked_at(cast.priya, "shared_number", said.pk)
    looked_at(cast.priya, "shared_number_refuse", said.pk, press="Turn it down")
    sharing.refuse(said, "They do not know of it.", by=cast.priya, now=NOW)
    looked_at(cast.priya, "shared_number_refuse", said.pk)
    looked_at(cast.omar, "payee_shared", one.pk, two.pk)
