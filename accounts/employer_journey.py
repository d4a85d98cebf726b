"""The pages on which an employer is made or asks to be one: which there are, in which order, with which answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from accounts import employer_forms as forms
from accounts import employer_rules
from accounts.employer_rules import shown_phone
from accounts.models import Employer, LocalAuthority
from accounts.services.employers import Details
from accounts.services.invitations import Person
from accounts.states import EmployerKind, Region
from asye.refusals import Refused
from asye.ui.forms import Form

CHECK: Final = "check"
Answers = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Step:
    """One page: what is asked, under which heading."""

    key: str
    heading: str
    form: type[Form]


@dataclass(frozen=True)
class Door:
    """A way in: `key` keeps its answers apart, `page` is the name of its address, which takes the step."""

    key: str
    page: str
    back: str
    person: Step


KIND = Step("kind", "What kind of organisation is it?", forms.Kind)
CODE = Step("code", "What is the local authority code?", forms.Code)
FOUND = Step("found", "Check the organisation’s details", forms.Found)
PLACE = Step("place", "What is the organisation called and where is it?", forms.Place)
PHONE = Step("phone", "What is the organisation’s phone number?", forms.Phone)
BY_DFE: Final = Door(
    "employer_new",
    "employer_new_step",
    "employers",
    Step("person", "Who is its first co-ordinator?", forms.Coordinator),
)
BY_ITSELF: Final = Door("employer_ask", "employer_ask_step", "home", Step("person", "About you", forms.Asker))


def path(door: Door, answers: Answers) -> list[Step]:
    """The pages in order: they follow from the kind."""
    is_authority = answers.get("kind", {}).get("kind") == EmployerKind.LOCAL_AUTHORITY
    return [KIND, *([CODE, FOUND] if is_authority else [PLACE]), PHONE, door.person]


def answered(step: Step, answers: Answers) -> bool:
    """Whether a page has been answered; the look at the details counts for the code they belong to only."""
    if step == FOUND:
        code = answers.get("code", {}).get("code")
        return code is not None and answers.get("found", {}).get("code") == code
    return step.key in answers


def first_open(door: Door, answers: Answers) -> str:
    """The first page without an answer, or the check page."""
    return next((step.key for step in path(door, answers) if not answered(step, answers)), CHECK)


def step_of(door: Door, answers: Answers, key: str) -> Step | None:
    """The page of a key where everything before it has been answered, else None."""
    for step in path(door, answers):
        if step.key == key:
            return step
        if not answered(step, answers):
            return None
    return None


def check_code(code: str) -> None:
    """A code is one of the 153 and nobody's yet. Raises Refused."""
    if Employer.objects.filter(local_authority=code).exists():
        raise Refused(employer_rules.CODE_USED, "code")
    if not LocalAuthority.objects.filter(pk=code).exists():
        raise Refused(employer_rules.CODE_UNKNOWN, "code")


def authority_of(answers: Answers) -> LocalAuthority | None:
    """The local authority of the code that was typed."""
    code = answers.get("code", {}).get("code")
    return LocalAuthority.objects.filter(pk=code).first() if code else None


def details(door: Door, answers: Answers) -> Details:
    """What the complete answers say of the organisation."""
    kind = answers["kind"]["kind"]
    if kind == EmployerKind.LOCAL_AUTHORITY:
        authority = LocalAuthority.objects.get(pk=answers["code"]["code"])
        return Details(authority.name, kind, authority.region, authority, answers["phone"]["phone"])
    place = answers["place"]
    return Details(place["name"], kind, place["region"], None, answers["phone"]["phone"])


def person(answers: Answers) -> Person:
    """Whom the complete answers name."""
    said = answers["person"]
    return Person(said["email"], said["first_name"], said["last_name"])


def sections(door: Door, answers: Answers, address: Callable[[str], str]) -> list[dict[str, Any]]:
    """The answers to check, each with the way to change it."""
    found, named = details(door, answers), person(answers)
    where = "code" if found.local_authority else "place"
    rows: list[tuple[str, str, str]] = [("Kind", EmployerKind(found.kind).label, address("kind"))]
    if found.local_authority:
        rows.append(("Local authority code", found.local_authority.pk, address("code")))
    rows += [
        ("Name", found.name, address(where)),
        ("Region", Region(found.region).label, address(where)),
        ("Phone number", shown_phone(found.phone), address("phone")),
    ]
    people = [("Name", f"{named.first_name} {named.last_name}", address("person"))]
    if "job_title" in answers["person"]:
        people.append(("Role in the organisation", answers["person"]["job_title"], address("person")))
    people.append(("Email address", named.email, address("person")))
    heading = "You" if door == BY_ITSELF else "First co-ordinator"
    return [
        {"heading": "Organisation", "rows": rows},
        {"heading": heading, "rows": [_row(row, heading) for row in people]},
    ]


def _row(row: tuple[str, str, str], whose: str) -> dict[str, str]:
    key, value, change = row
    return {"key": key, "value": value, "change": change, "hidden": f"{key.lower()} ({whose.lower()})"}
