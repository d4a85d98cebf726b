"""The pages of recoveries in every state, wide and narrow: WCAG 2.2 AA, nothing wider than the screen."""

from payments.models import Line
from payments.services import recoveries, recovering
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
