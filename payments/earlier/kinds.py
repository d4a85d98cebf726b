"""The sheet of each kind of earlier records."""

from collections.abc import Mapping
from typing import Final

from assessments.forms import OutcomeRow
from payments.forms import PaymentRow
from registrations.earlier.sheets import Sheet
from registrations.forms.earlier import EmployerRow, PersonRow
from registrations.states import EarlierKind

SHEETS: Final[Mapping[EarlierKind, Sheet]] = {
    sheet.kind: sheet
    for sheet in (
        Sheet(EarlierKind.EMPLOYERS, EmployerRow, ("reference", "name", "local_authority")),
        Sheet(EarlierKind.PEOPLE, PersonRow, ("reference", "swe_number")),
        Sheet(EarlierKind.OUTCOMES, OutcomeRow),
        Sheet(EarlierKind.PAYMENTS, PaymentRow),
    )
}
