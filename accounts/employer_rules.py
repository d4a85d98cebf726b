"""What may be done to employers, their requests and the grant terms, whoever asks: plain Python on values."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from accounts.states import MOVES_REQUEST, RequestState, TermsState
from asye.dates import long_date
from asye.refusals import Refused, Stale

if TYPE_CHECKING:
    from accounts.models import Employer, EmployerRequest, GrantTerms, TermsHand

CODE = re.compile(r"[1-9][0-9]{2}")
PHONE = re.compile(r"0(?:[237][0-9]{9}|[18][0-9]{8,9})")  # some 01 and 08 numbers are one digit shorter
BETWEEN_DIGITS = re.compile(r"[\s().\-\u2010-\u2015]+")
REQUEST_LASTS = timedelta(days=7)
REQUESTS_A_DAY = 3  # of one address; more are dropped without a word, so that nobody is flooded with letters

CODE_NUMBERS = "Local authority code must only include numbers"
CODE_THREE = "Local authority code must be 3 numbers from 100 to 999"
CODE_USED = "There is already an employer with this local authority code"
CODE_UNKNOWN = "This code is not one of a local authority in England. Check it and enter it again"
PHONE_WRONG = "Enter a UK phone number, like 01632 960 001, 07700 900 982 or +44 808 157 0192"


def local_authority_code(typed: str) -> str:
    """A code as it was typed, bare of space: three ASCII digits from 100. Raises Refused, saying which it lacks."""
    bare = re.sub(r"\s", "", typed)
    if not bare.isascii() or not bare.isdigit():
        raise Refused(CODE_NUMBERS, "code")
    if not CODE.fullmatch(bare):
        raise Refused(CODE_THREE, "code")
    return bare


def canonical_phone(typed: str) -> str:
    """A UK number as it is stored: +44 and 9 or 10 digits, at most 13 characters. Raises Refused.

    01, 02, 03, 07 and 08 numbers, with +44, 0044 or (0) before them, with spaces, dots, hyphens and brackets.
    """
    bare = BETWEEN_DIGITS.sub("", typed)
    bare = re.sub(r"^(?:\+44|0044)0?", "0", bare)
    if not PHONE.fullmatch(bare):
        raise Refused(PHONE_WRONG, "phone")
    return f"+44{bare[1:]}"


def shown_phone(stored: str) -> str:
    """A stored number as people read it, such as 020 7946 0000; nothing for nothing."""
    if not stored:
        return ""
    local = f"0{stored[3:]}"
    if local[1] == "2":
        return f"{local[:3]} {local[3:7]} {local[7:]}"
    if local[1] in "38":
        return f"{local[:4]} {local[4:7]} {local[7:]}"
    return f"{local[:5]} {local[5:8]} {local[8:]}"


def check_seen(employer: "Employer", seen_version: int | None) -> None:
    """Raises Stale where the employer has changed since the person opened the page."""
    if seen_version is not None and employer.version != seen_version:
        raise Stale(f"{employer.name} has changed since you opened the page. Look at it again.")


def check_acts(employer: "Employer", today: date) -> None:
    """What has closed is not changed any more."""
    if employer.closed_on is not None and employer.closed_on <= today:
        raise Refused(f"{employer.name} closed on {long_date(employer.closed_on)}. It stays as it was")


def check_not_closing(employer: "Employer") -> None:
    """Nobody is registered with an employer that has closed, or whose last day is set."""
    if employer.closed_on is not None:
        raise Refused(
            f"{employer.name} closes on {long_date(employer.closed_on)}, so nobody can be registered with it any more."
        )


def check_can_close(employer: "Employer", on: date, today: date, because: str) -> None:
    """An employer closes once, today or later, after it opened, and somebody says why."""
    if employer.closed_on is not None:
        raise Refused(f"{employer.name} already closes on {long_date(employer.closed_on)}", "on")
    if on < today:
        raise Refused("The day it closes must be today or later", "on")
    if on <= employer.opened_on:
        raise Refused(f"The day it closes must be after {long_date(employer.opened_on)}, when it opened", "on")
    if not because.strip():
        raise Refused("Enter why it closes", "because")


def check_move(request: "EmployerRequest", to: RequestState) -> None:
    """A request moves only along the arrows of states.MOVES_REQUEST; Refused says where it stands."""
    state = RequestState(request.state)
    if to not in MOVES_REQUEST[state]:
        words = {
            RequestState.UNCONFIRMED: "has not been confirmed yet by the person who wrote it",
            RequestState.WAITING: "is waiting for a decision",
            RequestState.APPROVED: "has already been approved",
            RequestState.REFUSED: "has already been refused",
        }
        raise Refused(f"The request of {request.name} {words[state]}")


def can_move(request: "EmployerRequest", to: RequestState) -> bool:
    """Whether `check_move` would let it pass."""
    return to in MOVES_REQUEST[RequestState(request.state)]


def check_can_confirm(request: "EmployerRequest | None", now: datetime) -> "EmployerRequest":
    """The request of a link that is one of ours and is used within seven days."""
    if request is None or (request.confirmed_at is None and now >= request.expires_at):
        raise Refused("This link does not work any more. Ask again from the start page")
    return request


def check_terms(text: str, required_from: date, today: date) -> None:
    """Terms say something, and employers get until a day that is still to come."""
    if not text.strip():
        raise Refused("Enter the text of the terms", "text")
    if required_from < today:
        raise Refused("The day from which they must be accepted must be today or later", "required_from")


def check_is_draft(terms: "GrantTerms", seen_edits: int | None) -> None:
    """Only a draft is changed or published, and only as the person saw it."""
    if terms.state != TermsState.DRAFT:
        raise Refused(f"{terms} has been published and cannot be changed. Draft the next version")
    if seen_edits is not None and terms.edits != seen_edits:
        raise Stale(f"{terms} has changed since you opened the page. Read it again.")


def has_hand(hands: Iterable["TermsHand"], human_id: int) -> bool:
    """Whether the human drafted or changed these terms, under whichever account, then or now (hands with the user)."""
    return any(human_id in (hand.human_id, hand.user.human_id) for hand in hands)


def check_can_publish(hands: Iterable["TermsHand"], human_id: int) -> None:
    """Nobody publishes what they wrote."""
    if has_hand(hands, human_id):
        raise Refused("You drafted or changed these terms, so another administrator has to publish them")


def digest_of(text: str) -> str:
    """SHA-256 of a text in UTF-8, in hexadecimal digits: what an acceptance is of."""
    return sha256(text.encode()).hexdigest()
