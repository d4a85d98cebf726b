"""The roles people act in: code, not data, so that a change of what a role may do is reviewed like any other."""

from dataclasses import dataclass
from typing import Final

EMPLOYER: Final = "employer"
DFE: Final = "DfE"
SELF: Final = "self"


@dataclass(frozen=True)
class Role:
    """One role: `key` is stored, `name` is shown, `scope` says what a membership in it is of."""

    key: str
    name: str
    scope: str
    does: str


COORDINATOR = Role(
    "coordinator", "Co-ordinator", EMPLOYER, "Registers NQSWs, names assessors and keeps records current."
)
SENIOR_LEAD = Role("senior_lead", "Senior lead", EMPLOYER, "Sees the whole programme and confirms each outcome.")
ASSESSOR = Role("assessor", "Assessor", EMPLOYER, "Supports and assesses NQSWs through the year.")
MODERATOR = Role("moderator", "Moderator", EMPLOYER, "Reads sampled records, never their own.")
NQSW = Role("nqsw", "NQSW", SELF, "Keeps their own record of the year and downloads their certificate.")
CASEWORKER = Role("caseworker", "Caseworker", DFE, "Checks and approves registrations and employers.")
PAYMENTS_OFFICER = Role(
    "payments_officer", "Payments officer", DFE, "Prepares batches and imports the payer's responses."
)
PAYMENTS_APPROVER = Role(
    "payments_approver", "Payments approver", DFE, "Approves batches they did not prepare or edit."
)
ANALYST = Role("analyst", "Analyst", DFE, "Publishes statistics under disclosure control.")
AUDITOR = Role("auditor", "Auditor", DFE, "Reads everything but equality answers and writes nothing.")
ADMINISTRATOR = Role("administrator", "Administrator", DFE, "Looks after accounts, memberships and programme years.")

ALL: Final = {
    role.key: role
    for role in (
        COORDINATOR,
        SENIOR_LEAD,
        ASSESSOR,
        MODERATOR,
        NQSW,
        CASEWORKER,
        PAYMENTS_OFFICER,
        PAYMENTS_APPROVER,
        ANALYST,
        AUDITOR,
        ADMINISTRATOR,
    )
}
CHOICES: Final = [(role.key, role.name) for role in ALL.values()]
OF_EMPLOYER: Final = [role.key for role in ALL.values() if role.scope == EMPLOYER]
OF_DFE: Final = [role.key for role in ALL.values() if role.scope == DFE]
