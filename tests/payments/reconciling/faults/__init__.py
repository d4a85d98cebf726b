"""Every fault there is, by name."""

from tests.payments.reconciling.faults import (
    of_offsets,
    of_recoveries,
    of_the_file,
    of_the_ledger,
    of_the_lines,
    of_the_responses,
)
from tests.payments.reconciling.faults.planted import FAULTS, Planted

# Those that have no place where nothing was asked back.
NEED_RECOVERIES = of_recoveries.NEED_INVOICES | of_offsets.NEED_OFFSETS

__all__ = [
    "FAULTS",
    "NEED_RECOVERIES",
    "Planted",
    "of_offsets",
    "of_recoveries",
    "of_the_file",
    "of_the_ledger",
    "of_the_lines",
    "of_the_responses",
]
