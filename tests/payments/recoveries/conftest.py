"""What was paid, and can be asked back."""

from payments.models import Batch, Line
from tests.ground.built_once import built_once


@built_once
def paid(first_paid: Batch) -> Line:
    """Northshire's first payment of £1,000, confirmed by the payer."""
    return first_paid.lines.get()
