"""What stands on a certificate, in the words and the order in which it is printed and verified."""

import re
import secrets
from collections.abc import Mapping
from datetime import date
from typing import Final

from assessments.models import Outcome
from asye.clock import london_date
from asye.dates import long_date
from registrations.models import Placement

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O or U
LENGTH: Final = 16
READ_AS: Final = str.maketrans("OIL", "011")
LABELS: Final = {
    "name": "Name",
    "swe_number": "Social Work England number",
    "programme": "Programme",
    "standards": "Assessed against",
    "employer": "Employer",
    "started_on": "Started",
    "completed_on": "Completed",
    "result": "Result",
    "issuer": "Issued by",
    "issued_on": "Issued on",
    "code": "Certificate number",
}


def new_code() -> str:
    """Eighty random bits: a code cannot be worked out from another or guessed."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def typed_code(text: str) -> str:
    """The code a person typed, in any case, with spaces or dashes, O for 0 and I or L for 1; "" if it cannot be one."""
    bare = re.sub(r"[\s-]", "", text).upper().translate(READ_AS)
    return bare if len(bare) == LENGTH and set(bare) <= set(ALPHABET) else ""


def grouped(code: str) -> str:
    """As printed: 4F7K-92MX-…"""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def facts_of(outcome: Outcome, placement: Placement, *, code: str, issued_on: date) -> dict[str, str]:
    """Every printed fact by its key, as words. Dates are London's."""
    registration = outcome.registration
    year = registration.programme_year
    return {
        "name": registration.nqsw.name_on_certificate,
        "swe_number": registration.nqsw.swe_number or "Not recorded",
        "programme": f"{year.name}, {year.code}",
        "standards": year.get_standard_set_display(),
        "employer": placement.employer.name,
        "started_on": long_date(registration.asye_start),
        "completed_on": long_date(london_date(outcome.decided_at)),
        "result": outcome.get_result_display(),
        "issuer": year.certificate_issuer,
        "issued_on": long_date(issued_on),
        "code": grouped(code),
    }


def rows(facts: Mapping[str, str]) -> list[tuple[str, str]]:
    """Label and words of each fact, in the printed order."""
    return [(label, facts[key]) for key, label in LABELS.items() if key in facts]
