"""Every role × every state × every verb, and every address that writes: what is not allowed is refused (T4, T15).

The verbs are the public functions of the services, the roles those of accounts/roles.py, the addresses those of the URL
configuration: a new one that nobody has thought of fails here.
"""

import inspect
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts import roles
from accounts.models import User
from assessments.models import Draft, Record, Revision, Signature, StandardLink, Transition
from assessments.queries import schema_of
from assessments.services import drafts, records, renewing, signing
from assessments.states import MOVES, OPEN, Part, RecordState
from asye.refusals import NotAllowed, Refused
from registrations.models import Registration
from registrations.services import assessors
from tests.cast import CAST_JOINED, NOW, TODAY, Cast
from tests.factories import accounts
from tests.factories import assessments as make
from tests.ground.built_once import built_once

OBSERVATION = "direct_observation"
OF_THE_YEAR = {"the NQSW", "the assessor", "who covers"}


@built_once
def others(cast: Cast) -> dict[str, User]:
    """Everybody who has nothing to do with the year, by role and employer; nobody's role is left out."""
    found = {"no role": cast.nils}
    for user in cast.everybody():
        for held in user.memberships.all():
            where = held.employer.name if held.employer else "its own"
            found[f"{held.role} of {where}"] = user
    free = accounts.person("free@northshire.example", "Fred", "Free", by=cast.adele, now=CAST_JOINED)
    accounts.in_role(free, roles.ASSESSOR, cast.northshire, by=cast.adele, now=CAST_JOINED)
    nell = accounts.person("nell@people.example", "Nell", "Stone", by=cast.adele, now=CAST_JOINED)
    accounts.in_role(nell, roles.NQSW, by=cast.adele, now=CAST_JOINED)
    return {**found, "another assessor of Northshire": free, "another NQSW": nell}


@built_once
def crowd(
    year: Registration, in_each_state: dict[str, Record], others: dict[str, User], bea: User, cast: Cast
) -> dict[str, User]:
    """Bea has taken over from Ben today, and Cleo covers for her."""
    cleo = accounts.person("cleo@northshire.example", "Cleo", "Day", by=cast.adele, now=CAST_JOINED)
    accounts.in_role(cleo, roles.ASSESSOR, cast.northshire, by=cast.adele, now=CAST_JOINED)
    make.agreed(year, "agreement", now=NOW)
    assessors.assign_assessor(year, bea, TODAY, by=cast.amira, now=NOW)
    back = TODAY + timedelta(days=7)
    assessors.cover_assessor(year, cleo, TODAY, back, "Bea is on leave.", by=cast.amira, now=NOW)
    of_the_year = {"the NQSW": cast.noor, "the assessor": bea, "who covers": cleo, "the assessor before": cast.ben}
    return {who: user for who, user in others.items() if user not in of_the_year.values()} | of_the_year


COORDINATOR = "coordinator of Northshire"
AGREED, LOCKED, SUBMITTED = RecordState.AGREED, RecordState.LOCKED, RecordState.SUBMITTED
AGREEMENT = "agreement"  # signed with the assessor before
MAY: dict[str, tuple[set[str], set[str]]] = {
    "records.submit": (OF_THE_YEAR, set(OPEN)),
    "records.return_": (OF_THE_YEAR, {SUBMITTED}),
    "records.lock": ({"the assessor", "who covers", COORDINATOR}, {AGREED, AGREEMENT}),
    "records.reopen": ({COORDINATOR}, {AGREED, LOCKED, AGREEMENT}),
    "drafts.save": (OF_THE_YEAR, set(OPEN)),
    "signing.sign": (OF_THE_YEAR, {SUBMITTED}),
    "renewing.renew": (OF_THE_YEAR, {AGREEMENT}),
}
Verb = Callable[[Record, User], object]


def own(record: Record, user: User) -> dict[str, Any]:
    """What this person could write in the record, as far as they write in any."""
    part = Part.NQSW if user.pk == record.registration.nqsw.user_id else Part.ASSESSOR
    return (
        {**make.content(schema_of(record), part), "if_things_go_wrong": "Talk."}
        if record.kind == AGREEMENT
        else (make.content(schema_of(record), part))
    )


def number(record: Record) -> int:
    return record.current_revision.number if record.current_revision else 0


def drafted(record: Record, user: User) -> int:
    kept = record.drafts.filter(person=user).first()
    return kept.version if kept else 0


def seen(record: Record, user: User) -> dict[str, int]:
    return {"seen_draft": drafted(record, user), "seen_revision": number(record)}


VERBS: dict[str, Verb] = {
    "records.submit": lambda r, by: records.submit(r, content=own(r, by), **seen(r, by), by=by, now=NOW),
    "records.return_": lambda r, by: records.return_(r, reason="Why.", seen_version=r.version, by=by, now=NOW),
    "records.lock": lambda r, by: records.lock(r, seen_version=r.version, by=by, now=NOW),
    "records.reopen": lambda r, by: records.reopen(r, reason="Why.", seen_version=r.version, by=by, now=NOW),
    "drafts.save": lambda r, by: drafts.save(r, own(r, by), **seen(r, by), by=by, now=NOW),
    "signing.sign": lambda r, by: signing.sign(r, seen_revision=number(r), by=by, now=NOW),
    "renewing.renew": lambda r, by: renewing.renew(r, seen_version=r.version, by=by, now=NOW),
}


def stood() -> tuple[object, ...]:
    """What records say and how they stand."""
    counts = [table.objects.count() for table in (Revision, Signature, Transition, Draft, StandardLink)]
    drafts_ = list(Draft.objects.order_by("pk").values_list("version", flat=True))
    counts.append(StandardLink.objects.filter(ended_at=None).count())
    return (*counts, drafts_, list(Record.objects.order_by("pk").values_list("version", "state", "current_revision")))


def test_every_verb_has_its_row() -> None:
    found = {
        f"{module.__name__.rsplit('.', 1)[-1]}.{name}"
        for module in (records, signing, renewing)
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
        and next(iter(inspect.signature(function).parameters)) == "record"
        and "by" in inspect.signature(function).parameters
        and not name.startswith("_")
    }
    assert found | {"drafts.save"} == set(VERBS) == set(MAY)


def test_every_role_is_in_the_crowd(others: dict[str, User]) -> None:
    assert {who.split(" of ")[0] for who in others if " of " in who} >= set(roles.ALL)
    for key in roles.OF_EMPLOYER:
        assert {f"{key} of Northshire", f"{key} of Southmouth"} <= set(others)


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_fault_t4_every_role_every_state_every_verb(
    crowd: dict[str, User], in_each_state: dict[str, Record], verb: str
) -> None:
    """Exactly those of MAY are let through, in exactly its states; of everybody else nothing is written."""
    who_may, when = MAY[verb]
    all_states = {**in_each_state, AGREEMENT: Record.objects.get(kind=AGREEMENT)}
    before, wrong = stood(), []
    for state, record in all_states.items():
        for who, user in crowd.items():
            fresh = Record.objects.select_related("current_revision", "registration__nqsw").get(pk=record.pk)
            with transaction.atomic():
                try:
                    VERBS[verb](fresh, user)
                    got = "done"
                except NotAllowed:
                    got = "not allowed"
                except Refused:
                    got = "refused"
                transaction.set_rollback(True)
            expected = "not allowed" if who not in who_may else "done" if state in when else "refused"
            if got != expected:
                wrong.append(f"{who}, {state}: {got}, expected {expected}")
    assert wrong == []
    assert stood() == before


def addresses(resolver: URLResolver, route: str = "") -> list[tuple[str, URLPattern]]:
    found: list[tuple[str, URLPattern]] = []
    for pattern in resolver.url_patterns:
        here = route + str(pattern.pattern)
        found += addresses(pattern, here) if isinstance(pattern, URLResolver) else [(here, pattern)]
    return found


EVERY = addresses(get_resolver())
OF_A_RECORD = sorted(str(one.name) for route, one in EVERY if route.startswith("records/<int:pk>"))
NOT_LOCKED = set(RecordState) - {LOCKED}
OPENED_BY = {  # the states in which an address may change a record; for one that is not named here, while it is written
    "record_return": {SUBMITTED},
    "record_sign": {SUBMITTED},
    "record_lock": {AGREED},
    "record_reopen": {AGREED, LOCKED},
    "record_renew": set(),
    "record_standards": NOT_LOCKED,
    "record_standard_remove": NOT_LOCKED,
}
WRITTEN_AT = {"record_edit", "record_draft"}
DONE_BY = {"record_edit": "the assessor", "record_draft": "the assessor", "record_reopen": COORDINATOR}


def address_of(name: str, record: Record) -> str:
    more = {
        "record_version": {"number": 1},
        "record_standard_remove": {"link": record.standard_links.get(standard="pqs-9").pk},
    }.get(name, {})
    return reverse(name, kwargs={"pk": record.pk, **more})


def sent(record: Record, user: User, action: str) -> dict[str, Any]:
    """Everything that any of the forms could ask for."""
    data: dict[str, Any] = {**seen(record, user), "seen_version": record.version, "reason": "Why.", "agreed": "on"}
    data |= {"standard": "pcf-1", "why": "It shows.", "strongest": "pqs-9"}
    for key, value in own(record, user).items():
        field = schema_of(record).field(key)
        if field is not None and field.type == "date":
            data |= dict(zip((f"{key}_year", f"{key}_month", f"{key}_day"), value.split("-"), strict=True))
        elif field is not None and field.type == "long_text":
            data[key] = f"{value} And more."  # than the record says already
        else:
            data[key] = {True: "yes", False: "no"}[value] if isinstance(value, bool) else value
    return {**data, "about_field": "whole", "action": action, "changed": list(own(record, user))}


def wrote(client: Client, name: str, record: Record, user: User) -> bool:
    """Whether posting to the address changed anything; nothing of it is kept."""
    before, changed = stood(), False
    for action in ("finish", "save") if name == "record_edit" else ("",):
        with transaction.atomic():
            response = client.post(address_of(name, record), sent(record, user, action))
            changed |= stood() != before
            transaction.set_rollback(True)
        assert response.status_code < 500
    return changed


@pytest.mark.parametrize("name", OF_A_RECORD)
def test_fault_t15_an_address_writes_only_while_the_record_is_open_to_it(
    crowd: dict[str, User], in_each_state: dict[str, Record], as_: Any, name: str
) -> None:
    states = OPENED_BY.get(name, set(OPEN))
    for who in ("the assessor", COORDINATOR):
        client = as_(crowd[who])
        client.get("/verify")
        for state, record in in_each_state.items():
            fresh = Record.objects.select_related("current_revision", "registration__nqsw").get(pk=record.pk)
            if state not in states:
                assert not wrote(client, name, fresh, crowd[who]), f"{who} wrote at {name} while {state}"
            elif name in OPENED_BY or name in WRITTEN_AT:
                could = DONE_BY.get(name, "the assessor")
                assert wrote(client, name, fresh, crowd[who]) or who != could, f"{who} could not at {name}"


def test_fault_t15_the_api_writes_in_no_record() -> None:
    """No address of the API leads to anything of this app: what is not there cannot be let stand open."""
    of_api = [str(one.callback) for route, one in EVERY if route.startswith("api/")]
    assert len(of_api) > 5
    assert [one for one in of_api if "assessments" in one] == []
    assert {"record_edit", "record_sign", "record_return", "record_lock", "record_reopen"} <= set(OF_A_RECORD)
    assert set(MOVES) == set(RecordState)
