"""Every fault there is, by name."""

from tests.payments.reconciling.faults import of_recoveries, of_the_file, of_the_ledger, of_the_lines, of_the_responses
from tests.payments.reconciling.faults.of_recoveries import NEED_RECOVERIES
from tests.payments.reconciling.faults.planted import FAULTS, Planted

__all__ = [
    "FAULTS",
    "NEED_RECOVERIES",
    "Planted",
    "of_recoveries",
    "of_the_file",
    "of_the_ledger",
    "of_the_lines",
    "of_the_responses",
]
