"""What all parties have agreed to before a year is paused (domain 3.1; decision D12)."""

from dataclasses import dataclass
from datetime import date

from asye.refusals import Refused


@dataclass(frozen=True)
class Agreement:
    """The days on which the NQSW, the assessor and the line manager agreed. The co-ordinator agrees by recording it."""

    nqsw_on: date
    assessor_on: date
    manager_on: date
    manager_name: str


def check_agreed(agreed: Agreement, *, today: date) -> None:
    """Raises Refused, with the field, unless each of the three agreed today or earlier and the manager is named."""
    for field, who, day in (
        ("nqsw_on", "the NQSW", agreed.nqsw_on),
        ("assessor_on", "the assessor", agreed.assessor_on),
        ("manager_on", "the line manager", agreed.manager_on),
    ):
        if day > today:
            raise Refused(f"The date {who} agreed must be today or in the past", field=field)
    if not agreed.manager_name.strip():
        raise Refused("Enter the name of their line manager", field="manager_name")
