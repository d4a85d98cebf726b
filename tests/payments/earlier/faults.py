"""Kinds of fault to plant in sheets of earlier records: what is changed in a good row, and what has to be found."""

from dataclasses import dataclass
from typing import Final

from registrations import simulator
from registrations.states import EarlierKind
from tests.payments.earlier.sheets import EMPLOYERS, OUTCOMES, PAYMENTS, PEOPLE


@dataclass(frozen=True)
class Planted:
    """`column` is the heading under which the fault is to be found, and `said` how its reason begins."""

    changed: dict[str, str]
    column: str
    said: str


HERE, HERE_TOO = (simulator.people()[number].number for number in (0, 1))  # registered in this service
NUMBER = "Social Work England number"
OF_EMPLOYERS: Final = (
    Planted({"reference": ""}, "Reference", "The cell is empty."),
    Planted({"reference": "x" * 101}, "Reference", "The reference must be 100 characters or fewer."),
    Planted({"name": ""}, "Name", "The cell is empty."),
    Planted({"name": "=1+1"}, "Name", "It begins with =, +, - or @"),
    Planted({"kind": "Council"}, "Kind", "Select what kind of employer it is"),
    Planted({"region": "Wales"}, "Region", "Select its region"),
    Planted({"kind": "Local authority"}, "Local authority code", "Select which local authority this is."),
    Planted({"local_authority": "999"}, "Local authority code", "No local authority has this code."),
    Planted(
        {"local_authority": "301", "region": "London"}, "Local authority code", "This local authority is an employer"
    ),
    Planted({"local_authority": "302", "region": "North East"}, "Region", "Barnet is in another region."),
    Planted({"phone": "12"}, "Phone number", "Enter a UK"),
    Planted({"name": "southmouth"}, "Name", "An employer of this name is here"),
)
OF_PEOPLE: Final = (
    Planted({"employer": "Nobody’s"}, "Employer", "No employer has this reference"),
    Planted({"first_name": ""}, "First name", "The cell is empty."),
    Planted({"swe_number": "SW12E45"}, NUMBER, "Their Social Work England number must have only digits"),
    Planted({"swe_number": "12345"}, NUMBER, "Their Social Work England number must start with SW"),
    Planted({"email": "somebody"}, "Email address", "Enter their email address in the correct format"),
    Planted({"qualified_on": "31/02/2025"}, "Date qualified", "The date they qualified must be a real date."),
    Planted(
        {"qualified_on": "2025-08-01"}, "Registered from", "The date they were registered from must be on or after"
    ),
    Planted({"asye_start": "2025-08-01"}, "ASYE starts", "The date their ASYE starts must be on or after"),
    Planted({"qualification": "Degree"}, "Highest qualification", "Select their highest qualification"),
    Planted({"route": "?"}, "Route into social work", "Select how they came into social work"),
    Planted({"contract": "Zero"}, "Contract", "Select their contract"),
    Planted({"fte_percent": "5"}, "Working time", "Their working time must be between 10 and 100"),
    Planted({"registered_on": "2019-09-15"}, "Registered for the ASYE", "No programme year in force holds this day."),
    Planted({"registered_on": "2027-01-01"}, "Registered for the ASYE", "This day is in the future."),
    Planted({"funded": "perhaps"}, "Funded", "Select yes if the registration is funded"),
    Planted({"withdrawn_on": "2025-08-31"}, "Withdrew on", "This is before the day on which their ASYE starts."),
    Planted({"withdrawn_on": "2026-12-31"}, "Withdrew on", "This day is in the future."),
    Planted({"swe_number": HERE}, NUMBER, "This person has a registration in this service"),
    Planted({"swe_number": HERE_TOO, "withdrawn_on": "2026-09-10"}, "ASYE starts", "This falls within another"),
)
OF_OUTCOMES: Final = (
    Planted({"person": ""}, "Person", "The cell is empty."),
    Planted({"person": "P-999"}, "Person", "Nobody taken over from this source has this reference"),
    Planted({"person": HERE}, "Person", "Nobody taken over from this source has this reference"),
    Planted({"person": "P-90"}, "Person", "This registration has ended already."),
    Planted({"person": "P-91"}, "Person", "The year has been continued in this service"),
    Planted({"person": "P-92"}, "Person", "The registration is deferred"),
    Planted({"person": "SW820093"}, "Person", "Several registrations of this person were taken over."),
    Planted({"result": "Deferred"}, "Result", "Select the result"),
    Planted({"decided_on": "2026-12-01"}, "Decided on", "This day is in the future."),
    Planted({"decided_on": "2025-08-01"}, "Decided on", "This is before the day on which their ASYE started."),
    Planted({"result": "Fail"}, "Notice given on", "Enter the date the NQSW was given notice of the fail."),
    Planted({"notice_on": "2026-08-01"}, "Notice given on", "A date of notice is recorded only for a fail."),
)
OF_PAYMENTS: Final = (
    Planted({"person": "P-999"}, "Person", "Nobody taken over from this source has this reference"),
    Planted({"milestone": "Both"}, "Milestone", "Select the milestone"),
    Planted({"paid": ""}, "Paid", "The cell is empty."),
    Planted({"person": "P-90"}, "Milestone", "Under another reference it was said before"),
    Planted({"person": HERE}, "Paid", "This service has paid this, or has it in a batch."),
)
FAULTS: Final[dict[EarlierKind, tuple[Planted, ...]]] = {
    EMPLOYERS: OF_EMPLOYERS,
    PEOPLE: OF_PEOPLE,
    OUTCOMES: OF_OUTCOMES,
    PAYMENTS: OF_PAYMENTS,
}
