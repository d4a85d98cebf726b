"""Words for what the Social Work England register says: on the page of a registration and before an outcome."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from asye.clock import london_date
from asye.dates import long_date, long_datetime
from registrations.models import RegisterCheck, RegisterRequest, Registration
from registrations.rules import names, renewal
from registrations.states import LeftBecause, NoAnswer, RegisterOccasion, RegisterStatus, State

HISTORY_HEADER: Final = ("When", "Why", "Asked by", "What it said")
BUTTON: Final = "Check the register"
BUTTON_AGAIN: Final = "Check the register again"


@dataclass(frozen=True)
class Part:
    """What the page shows of the register. `names` are shown to those who may see a stranger's, others get none."""

    rows: list[tuple[str, Any]]
    warning: str
    unanswered: str
    asking: str
    button: str
    may_keep_asking: bool
    may_settle: bool
    history: list[list[str]]
    header: tuple[str, ...] = HISTORY_HEADER


def part(
    registration: Registration,
    checks: Sequence[RegisterCheck],
    request: RegisterRequest | None,
    *,
    on: date,
    sees_names: bool,
    asks: bool,
) -> Part:
    """`checks` newest first, with who made them and what is settled; `request` waits for an answer, if one does.

    `sees_names`: the reader is shown the name as the register has it. `asks`: the reader may have the register asked.
    """
    newest = checks[0] if checks else None
    answer = next((each for each in checks if each.is_answer), None)
    unanswered = newest is not None and not newest.is_answer
    live = registration.ended_on is None and registration.state != State.REFUSED
    return Part(
        rows=_rows(registration, answer, sees_names=sees_names) if answer else [],
        warning=warning_of(registration, answer) or (_stale(registration, answer, on) if answer and live else ""),
        unanswered=_unanswered(newest) if newest and unanswered and asks else "",
        asking=_asking(request) if request and asks else "",
        button=(BUTTON_AGAIN if checks else BUTTON) if asks and live else "",
        may_keep_asking=asks and live and unanswered and request is None,
        may_settle=asks and live and answer is not None and is_unsettled(answer),
        history=[_line(each, sees_names) for each in checks] if sees_names and len(checks) > 1 else [],
    )


def warning_of(registration: Registration, answer: RegisterCheck | None) -> str:
    """One sentence where the newest answer of the register says that something is wrong, else an empty one."""
    if answer is None:
        return ""
    person = registration.nqsw.full_name
    if answer.status == RegisterStatus.NOT_REGISTERED:
        return (
            f"{person} is no longer registered with Social Work England: {_left(answer)}. Only somebody who is "
            "registered may take part."
        )
    if answer.status == RegisterStatus.NOT_FOUND:
        return f"The Social Work England register has nobody with the number {answer.number or 'given'}."
    if is_unsettled(answer):
        return f"The Social Work England register has the number of {person} under a different name."
    return ""


def before_outcome(registration: Registration, answer: RegisterCheck | None, on: date) -> str:
    """What whoever confirms an outcome must know about the register, in one sentence; empty where all is well (E13)."""
    warning = warning_of(registration, answer)
    when = f" The register was last checked on {long_date(answer.checked_at)}." if answer else ""
    if warning:
        return warning + when
    known = answer is not None and not is_about_another(registration, answer)
    if renewal.needs_check(london_date(answer.checked_at) if answer and known else None, on):
        return "The Social Work England register must be checked again before you confirm." + when
    return ""


def is_unsettled(answer: RegisterCheck) -> bool:
    """Whether the register has another name and nobody has said yet that it is the same person's (rule E15)."""
    return answer.name_matches is False and not hasattr(answer, "settled")


def differ(registration: Registration, check: RegisterCheck) -> list[tuple[str, str]]:
    """The two names side by side, and how far apart they are."""
    given = f"{registration.given_first_name} {registration.given_last_name}"
    close = names.are_close(given, check.name_found)
    return [
        ("Number", check.number or "Erased"),
        ("Name in the register", check.name_found or "Erased"),
        ("Name given by the employer", given),
        ("Name now", registration.nqsw.full_name),
        ("Former last name", registration.nqsw.former_name or "None given"),
        ("How different", "A letter or two: people with such names exist" if close else "Different words"),
    ]


def _rows(registration: Registration, check: RegisterCheck, *, sees_names: bool) -> list[tuple[str, Any]]:
    status = RegisterStatus(check.status).label
    if check.left_because:
        status += f": {_left(check)}"
    rows: list[tuple[str, Any]] = [("Status", status), ("Checked", long_datetime(check.checked_at))]
    if check.name_matches is not None and sees_names:
        rows += [
            ("Name in the register", (check.name_found or "Erased") + _difference(check)),
            ("Name given by the employer", f"{registration.given_first_name} {registration.given_last_name}"),
        ]
    if check.registered_from:
        rows.append(("Registered from", long_date(check.registered_from)))
    if check.registered_until:
        rows.append(("Registered until", long_date(check.registered_until)))
    return rows


def _difference(check: RegisterCheck) -> str:
    if check.name_matches:
        return ""
    if hasattr(check, "settled"):
        return f" (different: {check.settled.settled_by.full_name} found that it is the same person)"
    return " (different: ask the employer, or say why it is the same person)"


def _left(check: RegisterCheck) -> str:
    return LeftBecause(check.left_because).label.lower()


def _stale(registration: Registration, check: RegisterCheck, on: date) -> str:
    """Why a good answer says nothing about today."""
    checked = london_date(check.checked_at)
    if is_about_another(registration, check):
        return "The number was changed after the register was checked, so the register must be checked again."
    if renewal.is_outdated(checked, on):
        return (
            f"The register was last checked on {long_date(checked)}. The yearly renewal has ended since, so it must be "
            "checked again."
        )
    return ""


def is_about_another(registration: Registration, check: RegisterCheck) -> bool:
    """Whether the number was corrected since, so that the answer may be about somebody else."""
    return bool(check.number) and check.number != registration.nqsw.swe_number


def _unanswered(check: RegisterCheck) -> str:
    return (
        f"The register did not answer on {long_datetime(check.checked_at)}. {NoAnswer(check.no_answer).label}. "
        "No answer says nothing about the person. Try again, now or later."
    )


def _asking(request: RegisterRequest) -> str:
    since = f"The service has been asking the register by itself since {long_datetime(request.wanted_at)}"
    if not request.no_answer:
        return since + "."
    return f"{since}. {NoAnswer(request.no_answer).label} the last time. It asks again until there is an answer."


def _line(check: RegisterCheck, sees_names: bool) -> list[str]:
    said = RegisterStatus(check.status).label
    if check.left_because:
        said += f": {_left(check)}"
    if check.no_answer:
        said += f": {NoAnswer(check.no_answer).label.lower()}"
    if check.name_found and sees_names:
        said += f", {check.name_found}"
    who = check.checked_by.full_name if check.checked_by else "the service"
    return [long_datetime(check.checked_at), RegisterOccasion(check.occasion).label, who, said]
