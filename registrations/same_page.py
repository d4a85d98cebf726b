"""Words for pages about records that may be one person."""

from collections.abc import Iterable
from typing import Any, Final

from django.urls import reverse

from asye.clock import london_date
from asye.dates import long_date
from asye.ui.links import link
from registrations import same_queries as queries
from registrations.models import NQSW, Likeness
from registrations.states import SameBy

HEADER: Final = ("Records", "Alike in", "Found on")
SIDES: Final = ("What is held", "Older record", "Newer record")
REGISTRATIONS: Final = ("Record", "Registration", "Employers", "State")
NOTHING: Final = "Not held"


def rows(pairs: Iterable[Likeness]) -> list[list[Any]]:
    """Pairs as rows of HEADER."""
    return [
        [
            link(reverse("same_pair", args=[each.pk]), f"{each.one.full_name} and {each.other.full_name}"),
            "; ".join(alike(each)),
            long_date(each.found_at),
        ]
        for each in pairs
    ]


def alike(pair: Likeness) -> list[str]:
    """In what the two are alike, in words."""
    return [str(SameBy(code).label) for code in pair.alike]


def sides(pair: Likeness) -> list[list[Any]]:
    """Both records as rows of SIDES."""
    found = [_facts(one) for one in (pair.one, pair.other)]
    return [[name, left, right] for (name, left), (_, right) in zip(*found, strict=True)]


def registrations(pair: Likeness) -> list[list[Any]]:
    """The registrations of both as rows of REGISTRATIONS. Four queries."""
    return [
        [
            age,
            link(reverse("registration", args=[each.pk]), each.reference or "No reference yet"),
            "; ".join(f"{place.employer.name} from {long_date(place.starts_on)}" for place in placements),
            "Ended" if each.ended_on else each.get_state_display(),
        ]
        for age, one in (("Older", pair.one), ("Newer", pair.other))
        for each, placements in queries.registrations_of(one)
    ]


def choices(pair: Likeness) -> list[tuple[str, str]]:
    """The two records to choose from."""
    named = zip(("older", "newer"), (pair.one, pair.other), strict=True)
    return [(str(one.pk), f"The {age} record: {one.full_name}, {_number(one)}") for age, one in named]


def said(pair: Likeness) -> list[tuple[str, str]]:
    """Who of an employer said that they are different people, and when; each once. Two queries."""
    told = dict.fromkeys(
        f"Different people: {each.actor.full_name} ({each.membership}), {long_date(london_date(each.at))}"
        for each in queries.said_different(pair)
        if each.actor is not None
    )
    return [("Said when a file was sent in", each) for each in told]


def decided(pair: Likeness) -> list[tuple[str, str]]:
    """What was decided, by whom and why; nothing before that."""
    if pair.decided_by is None or pair.decided_at is None:
        return []
    return [
        ("Decided", str(pair.get_answer_display())),
        ("By", f"{pair.decided_by.full_name}, {long_date(pair.decided_at)}"),
        ("Why", pair.because),
    ]


def _facts(one: NQSW) -> list[tuple[str, Any]]:
    return [
        ("Name", " ".join(filter(None, (one.first_name, one.middle_names, one.last_name)))),
        ("Former name", one.former_name or NOTHING),
        ("Social Work England number", _number(one)),
        ("Date of birth", long_date(one.date_of_birth) if one.date_of_birth else NOTHING),
        ("Email address", one.email or NOTHING),
        ("Qualified at", one.institution or NOTHING),
        ("Account", "Has joined" if one.user_id else "Has not joined"),
        ("Known since", long_date(one.created_at)),
    ]


def _number(one: NQSW) -> str:
    return one.swe_number or "number unknown"
