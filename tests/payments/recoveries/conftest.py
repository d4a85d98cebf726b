"""What was paid, and can be asked back."""

from payments.models import Line
from tests.cast import NOW, Cast
from tests.factories import payments as make
from tests.ground.built_once import built_once


@built_once
def paid(cast: Cast) -> Line:
    """Northshire's first payment of £1,000, confirmed by the payer."""
    make.setting(cast, now=NOW)
    make.registered(cast, now=NOW)
    return make.confirmed(cast, now=NOW).lines.get()
